//! Who is signed in on this device, and what that means for what is kept on it.
//!
//! Owns sign-in, sign-out and the user's own decisions on parked entries. The outbox stays sealed
//! to its user: another user neither sees nor sends it, and signing out removes none of it.

use crate::engine::Engine;
use crate::entry::OutboxEntry;
use crate::error::SyncError;
use crate::ports::{CacheStore, Host, OutboxPlan, OutboxStore, OutboxWrite, Read};
use crate::{CacheState, SignedIn};
use afield_domain::{DeviceId, MutationId};
use afield_planted::planted;
use afield_protocol::SessionInfo;
use afield_protocol::worker_message::Notice;

impl<O: OutboxStore, C: CacheStore, R, H: Host> Engine<O, C, R, H> {
    /// Notes that `info`'s user has signed in. Another user's cache goes first: a crash in between
    /// costs a priming and shows nobody what is not theirs.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_signed_in(&self, info: &SessionInfo) -> Result<(), SyncError> {
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
        self.outbox
            .transact(Read::Meta, |view| {
                let mut meta = view.meta.clone();
                meta.device.get_or_insert(fresh);
                meta.session = Some(SignedIn {
                    info: info.clone(),
                    at: now,
                });
                meta.sign_in_needed = planted!(SignInSticks: false => meta.sign_in_needed);
                meta.backoff = Default::default();
                // Whoever is in the middle of a pass must not go on under another user.
                meta.lease.number = meta.lease.number.saturating_add(1);
                meta.lease.heartbeat = None;
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::Meta(meta)],
                    value: (),
                })
            })
            .await?;
        self.host.announce(Notice::Outbox);
        self.host.announce(Notice::Records { keys: Vec::new() });
        Ok(())
    }

    /// Signs out on this device: the cache goes, the outbox stays for when its user comes back.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_signed_out(&self) -> Result<(), SyncError> {
        self.outbox
            .transact(Read::Meta, |view| {
                let mut meta = view.meta.clone();
                meta.session = None;
                meta.sign_in_needed = false;
                // Whoever is in the middle of a pass must not write under the old user.
                meta.lease.number = meta.lease.number.saturating_add(1);
                meta.lease.heartbeat = None;
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::Meta(meta)],
                    value: (),
                })
            })
            .await?;
        self.cache.reset(&CacheState::default()).await?;
        self.host.announce(Notice::Outbox);
        self.host.announce(Notice::Records { keys: Vec::new() });
        Ok(())
    }

    /// **Revert changes**: removes a parked entry and the entries that wait for it, by the user's
    /// explicit choice. `shown` is what the user saw when choosing: nothing else goes. Gives back
    /// what was removed.
    ///
    /// # Errors
    /// [`SyncError::NoEntry`] if it is not parked (any more); [`SyncError::Changed`] if something
    /// was saved meanwhile that would have to go too.
    pub async fn run_revert(
        &self,
        id: MutationId,
        shown: &[MutationId],
    ) -> Result<Vec<OutboxEntry>, SyncError> {
        let removed = self
            .outbox
            .transact(Read::All, |view| plan_revert(&view.entries, id, shown))
            .await?;
        self.host.announce(Notice::Outbox);
        Ok(removed)
    }
}

/// Removes the parked entry `id`, later unsent entries of its lane, and what depends on any of them.
///
/// # Errors
/// [`SyncError::NoEntry`]; [`SyncError::Changed`] if any of these is not among `shown`.
pub fn plan_revert(
    entries: &[OutboxEntry],
    id: MutationId,
    shown: &[MutationId],
) -> Result<OutboxPlan<Vec<OutboxEntry>>, SyncError> {
    let parked = entries
        .iter()
        .find(|entry| entry.mutation.id == id && entry.is_parked())
        .ok_or(SyncError::NoEntry)?;
    let mut ids = vec![id];
    let mut removed = vec![parked.clone()];
    for entry in entries.iter().filter(|entry| entry.seq() > parked.seq()) {
        let mutation = &entry.mutation;
        let waits = mutation.lane == parked.mutation.lane
            || mutation.depends_on.iter().any(|id| ids.contains(id));
        if waits {
            ids.push(mutation.id);
            removed.push(entry.clone());
        }
    }
    let is_shown = |entry: &OutboxEntry| shown.contains(&entry.mutation.id);
    if planted!(RevertUnseen: !removed.iter().all(is_shown) => false) {
        return Err(SyncError::Changed);
    }
    let writes = removed
        .iter()
        .map(|entry| OutboxWrite::Remove(entry.seq()))
        .collect();
    Ok(OutboxPlan {
        writes,
        value: removed,
    })
}
