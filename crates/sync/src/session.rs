//! Who is signed in on this device, and what that means for what is kept on it.
//!
//! Owns sign-in and sign-out. The outbox stays sealed to its user: another user neither sees nor sends
//! it, and signing out removes none of it.

use crate::engine::Engine;
use crate::error::SyncError;
use crate::picture::written::Written;
use crate::ports::{CacheStore, Host, OutboxPlan, OutboxStore, OutboxWrite, Read};
use crate::{CacheState, SignedIn};
use afield_domain::DeviceId;
use afield_planted::planted;
use afield_protocol::SessionInfo;
use afield_protocol::worker_message::Notice;

impl<O: OutboxStore, C: CacheStore, R, H: Host> Engine<O, C, R, H> {
    /// Notes that `info`'s user has signed in. Another user's cache goes first: a crash in between
    /// costs a priming and shows nobody what is not theirs.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_signed_in(&self, info: &SessionInfo) -> Result<Written, SyncError> {
        let owner = Some(info.user.id);
        let other = self.cache.load_state().await?.owner != owner;
        if planted!(OwnerUnchecked: other => false) {
            let state = CacheState {
                owner,
                ..CacheState::default()
            };
            self.cache.reset(&state).await?;
        }
        let (now, fresh) = (self.host.now(), DeviceId(self.host.new_id()));
        let written = self
            .outbox
            .transact(Read::Meta, |view| {
                let mut meta = view.meta.clone();
                meta.device.get_or_insert(fresh);
                meta.session = Some(SignedIn {
                    info: info.clone(),
                    at: now,
                });
                meta.sign_in_needed = planted!(SignInSticks: false => meta.sign_in_needed);
                (meta.revoked, meta.shut) = (false, false);
                meta.backoff = Default::default();
                // Whoever is in the middle of a pass must not go on under another user.
                meta.lease.number = meta.lease.number.saturating_add(1);
                meta.lease.heartbeat = None;
                let writes = vec![OutboxWrite::Meta(meta)];
                Ok(OutboxPlan { writes, value: () }.handing_back())
            })
            .await;
        self.announce_all();
        written
    }

    /// Signs out on this device: the cache goes, the outbox stays for when its user comes back.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_signed_out(&self) -> Result<Written, SyncError> {
        let written = self
            .outbox
            .transact(Read::Meta, |view| {
                let mut meta = view.meta.clone();
                meta.session = None;
                meta.sign_in_needed = false;
                (meta.revoked, meta.shut) = (false, false);
                // Whoever is in the middle of a pass must not write under the old user.
                meta.lease.number = meta.lease.number.saturating_add(1);
                meta.lease.heartbeat = None;
                let writes = vec![OutboxWrite::Meta(meta)];
                Ok(OutboxPlan { writes, value: () }.handing_back())
            })
            .await;
        let reset = match &written {
            Ok(_) => self.cache.reset(&CacheState::default()).await,
            Err(_) => Ok(()),
        };
        self.announce_all();
        reset?;
        written
    }

    /// Also after an error: the database may have done it all the same, and no other tab may go on showing what was.
    fn announce_all(&self) {
        self.host.announce(Notice::Outbox { seqs: None });
        self.host.announce(Notice::Records { keys: Vec::new() });
    }
}
