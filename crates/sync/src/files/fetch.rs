//! Fetching what the office has, to be opened without a network, and making room.
//!
//! Owns the loop around [`super::copies`]. It ends as soon as a pass is under way or wanted: text and what was captured
//! go first. Must never hold more than one file, and never touch one that was captured here.

use crate::engine::Engine;
use crate::error::{StoreError, SyncError};
use crate::files::copies::{
    Room, copies_bytes, copies_fit, copies_most, copy_row, plan_drop, plan_fetch, plan_room,
    plan_sweep,
};
use crate::files::local_file::chunks_of;
use crate::outbox::meta::SignedIn;
use crate::ports::{FileStore, Host, OutboxPlan, OutboxStore, OutboxWrite, Read, Remote};
use afield_domain::order::Order;
use afield_domain::{Attachment, AttachmentId};
use afield_protocol::worker_message::Notice;
use std::collections::BTreeSet;

/// The lock that only who fetches holds.
const FETCH_LOCK: &str = "afield-copies";

/// How fetching ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchEnd {
    /// Everything that fits is here, as far as the office has it.
    Done,
    /// A pass is under way or wanted, and goes first: whoever asked may ask again when it has ended.
    Busy,
    /// The line does not carry it, or another tab is at it: the next pass begins anew.
    Later,
    /// The phone has no room for more.
    Full,
}

impl<O: OutboxStore + FileStore, C, R: Remote, H: Host> Engine<O, C, R, H> {
    /// Sets how many bytes of received files stay here at most, and drops those that are too many.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_keep_most(&self, bytes: u64) -> Result<(), SyncError> {
        self.run_wish(|files| files.copies = Some(bytes)).await?;
        let meta = self.outbox.load(Read::Meta).await?.meta;
        let files = self.outbox.load_files().await?.files;
        let dropped = plan_drop(&files, meta.epoch.as_ref(), bytes);
        self.run_drop(dropped).await?;
        Ok(())
    }

    /// Makes room for `bytes` more where `free` are left, `reserve` of which are for everything else: copies of what
    /// the server has received go. Gives how many bytes are missing all the same.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_make_room(
        &self,
        bytes: u64,
        (free, reserve): (u64, u64),
    ) -> Result<u64, SyncError> {
        let meta = self.outbox.load(Read::Meta).await?.meta;
        let files = self.outbox.load_files().await?.files;
        match plan_room(&files, meta.epoch.as_ref(), bytes, (free, reserve)) {
            Room::Without(dropped) => self.run_drop(dropped).await.map(|()| 0),
            Room::Missing(missing) => Ok(missing),
        }
    }

    async fn run_drop(&self, dropped: Vec<AttachmentId>) -> Result<(), SyncError> {
        if dropped.is_empty() {
            return Ok(());
        }
        for id in dropped {
            self.outbox.drop_received(id).await?;
        }
        self.announce_files();
        Ok(())
    }

    fn announce_files(&self) {
        let seqs = Some(Vec::new());
        self.host.announce(Notice::Outbox { seqs });
    }

    /// Fetches what the signed-in user's jobs have of photos and files, newest first, as much as fits: `known` are all
    /// attachments that they see, and `room` is how much is free on this phone, if it tells. Sweeps before it what
    /// was never saved whole.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_fetch(
        &self,
        known: &[Attachment],
        room: Option<u64>,
    ) -> Result<FetchEnd, SyncError> {
        self.run_fetch_locked(known, room, None).await
    }

    /// The same at once, because a person asked for it: on a slow network too, and of what fits these before the others.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_fetch_now(
        &self,
        known: &[Attachment],
        room: Option<u64>,
        before_others: &[AttachmentId],
    ) -> Result<FetchEnd, SyncError> {
        self.run_fetch_locked(known, room, Some(before_others))
            .await
    }

    async fn run_fetch_locked(
        &self,
        known: &[Attachment],
        room: Option<u64>,
        asked: Option<&[AttachmentId]>,
    ) -> Result<FetchEnd, SyncError> {
        let Some(lock) = self.host.try_lock(FETCH_LOCK).await else {
            return Ok(FetchEnd::Later);
        };
        let ended = self.run_fetching(known, room, asked).await;
        drop(lock);
        ended
    }

    /// `asked`: what a person wants before the others, if one has asked.
    async fn run_fetching(
        &self,
        known: &[Attachment],
        room: Option<u64>,
        asked: Option<&[AttachmentId]>,
    ) -> Result<FetchEnd, SyncError> {
        self.run_sweep_chunks().await?;
        let mut passed = BTreeSet::new();
        let mut most = None;
        loop {
            let meta = self.outbox.load(Read::Meta).await?.meta;
            let Some(user) = meta.session.as_ref().map(SignedIn::user) else {
                return Ok(FetchEnd::Later);
            };
            let epoch = meta.epoch.as_ref();
            let files = self.outbox.load_files().await?.files;
            let most = *most.get_or_insert_with(|| {
                let here = copies_bytes(&files, epoch);
                copies_fit(&meta, here, room)
            });
            let fetching = plan_fetch(known, &files, user, epoch, most.min(copies_most(&meta)));
            self.run_drop(fetching.dropped).await?;
            let mut fetched = fetching.fetched;
            // Stable: the newest of each part stay the first of it.
            fetched.order_by_key(|id| !asked.unwrap_or_default().contains(id));
            let next = fetched.into_iter().find(|id| passed.insert(*id));
            let next = next.and_then(|id| known.iter().find(|file| file.id == id));
            let Some(next) = next else {
                return Ok(FetchEnd::Done);
            };
            if meta.lease.is_open() || self.host.is_wanted() {
                return Ok(FetchEnd::Busy);
            }
            if asked.is_none() && self.is_left_to_text(&meta, self.host.now()) {
                return Ok(FetchEnd::Later);
            }
            let began = self.host.now();
            let answer = self.remote.fetch_bytes(next.id, &next.sha256).await;
            let took = self.host.now().since(began).unsigned_abs();
            match answer {
                Err(_) => return Ok(FetchEnd::Later),
                // It was taken back meanwhile, or its bytes are others than its record says.
                Ok(bytes) if bytes.len() as u64 != next.bytes => {}
                Ok(bytes) => match self.run_keep(next, &bytes, took).await {
                    Err(SyncError::Store(StoreError::Quota)) => {
                        self.outbox.drop_chunks(next.id).await?;
                        return Ok(FetchEnd::Full);
                    }
                    // Another tab has swept what was written of it: with the next pass anew.
                    Err(SyncError::Store(StoreError::NotWhole)) => {}
                    kept => kept?,
                },
            }
        }
    }

    /// Keeps what was fetched in `took` milliseconds, and how fast that was, unless somebody else has signed in
    /// meanwhile.
    async fn run_keep(&self, of: &Attachment, bytes: &[u8], took: u64) -> Result<(), SyncError> {
        let before = self.outbox.load(Read::Meta).await?.meta;
        let Some(user) = before.session.as_ref().map(SignedIn::user) else {
            return Ok(());
        };
        for (number, chunk) in (0..).zip(chunks_of(bytes)) {
            self.outbox.put_chunk(of.id, number, chunk).await?;
        }
        // One that was captured here meanwhile, in another tab, is never written over.
        if self.outbox.load_file(of.id).await?.is_some() {
            return Ok(());
        }
        self.outbox
            .transact(Read::Meta, |view| {
                let is_same = view.meta.session.as_ref().map(SignedIn::user) == Some(user);
                if !is_same {
                    return Ok(OutboxPlan::nothing(()));
                }
                let row = copy_row(of, user, view.meta.epoch.clone());
                let mut meta = view.meta.clone();
                meta.files.came(of.bytes, took);
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::File(row), OutboxWrite::Meta(meta)],
                    value: (),
                })
            })
            .await?;
        self.announce_files();
        Ok(())
    }

    async fn run_sweep_chunks(&self) -> Result<(), SyncError> {
        let files = self.outbox.load_files().await?.files;
        let named = self.outbox.load_chunk_owners().await?;
        for id in plan_sweep(&named, &files, self.host.now()) {
            // A row that cannot be read keeps its bytes.
            let _ = self.outbox.drop_chunks(id).await;
        }
        Ok(())
    }
}
