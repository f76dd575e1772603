//! The engine's ports: what it needs from the world, as async traits.
//!
//! Owns the contracts. Every store runs the suites in `conformance`; every method of a store is
//! exactly one transaction, so that a crash between two calls is the only kind there is.

#![allow(async_fn_in_trait)] // One thread everywhere: page, worker and simulation need no `Send`.

use crate::cache::state::CacheState;
use crate::clock::Reading;
use crate::error::{StoreError, SyncError};
use crate::files::local_file::LocalFile;
use crate::outbox::batch::BatchLimits;
use crate::outbox::entry::{Acknowledged, OutboxEntry};
use crate::outbox::lookup::Mark;
use crate::outbox::meta::OutboxMeta;
use crate::pass::classify::TransportError;
use afield_domain::{
    AttachmentId, Module, RECORDS_VERSION, RecordKey, Timestamp, UserId, Versioned,
};
use afield_protocol::worker_message::Notice;
use afield_protocol::{
    Change, Cursor, Envelope, EpochId, Extent, PullResponse, PushRequest, PushResponse, Seq,
};
use uuid::Uuid;

/// What a transaction on the outbox looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// The meta row alone.
    Meta,
    /// The meta row and these entries, those that exist.
    Entries(Vec<Seq>),
    /// The meta row and every entry that has one of these marks.
    Found(Vec<Mark>),
    /// As `Found`, and the last entry of all.
    FoundAndLast(Vec<Mark>),
    /// The meta row and the entries from the first one on, of any user, up to the one with which a batch
    /// of the signed-in user is full ([`crate::outbox::batch::BatchScan`]). All of them, if it does not become full.
    Head(BatchLimits),
    /// The meta row and every entry.
    All,
    /// The meta row, every entry, and every mutation that is kept.
    AllAndAcknowledged,
    /// The meta row and the log.
    Log,
    /// The meta row, every entry, and the log.
    AllAndLog,
}

/// What a transaction on the outbox has read. Entries rise by `seq`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutboxView {
    /// The meta row; the default before anything was written.
    pub meta: OutboxMeta,
    /// The entries asked for, but for those whose rows cannot be read.
    pub entries: Vec<OutboxEntry>,
    /// Those of the entries asked for whose rows cannot be read, rising. Nobody knows what they are about:
    /// their bytes stay as they are, and they hold up nothing but themselves.
    pub unreadable: Vec<Seq>,
    /// The acknowledged mutations that are kept, if they were asked for, but for those whose rows cannot
    /// be read: the server has them.
    pub acknowledged: Vec<Acknowledged>,
    /// The log, rising by `seq`, if it was asked for, but for lines that cannot be read.
    pub log: Vec<OutboxEntry>,
}

impl OutboxView {
    /// The lowest `seq` still in the outbox, of any user, whether its row can be read or not: everything
    /// below was acknowledged. The view must hold the first one, if there is any.
    #[must_use]
    pub fn ack_below(&self) -> Seq {
        let entries = self.entries.iter().map(OutboxEntry::seq);
        let first = entries.chain(self.unreadable.iter().copied()).min();
        first.unwrap_or(Seq(self.meta.last_seq.0.saturating_add(1)))
    }
}

/// One write on the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // A few at a time, and one of them is the meta row: a box would be for nothing.
pub enum OutboxWrite {
    /// Replace the meta row.
    Meta(OutboxMeta),
    /// Insert or replace the entry of that `seq`.
    Put(OutboxEntry),
    /// Remove the entry: only after a recorded verdict, or by the user's explicit choice.
    Remove(Seq),
    /// Keep an acknowledged mutation.
    Keep(Acknowledged),
    /// Keep the mutation of that `seq` no longer.
    Forget(Seq),
    /// Insert or replace the line of that `seq` in the log.
    Log(OutboxEntry),
    /// Remove the line of that `seq` from it.
    Unlog(Seq),
    /// The file is whole: its chunks were written before, and are its bytes from now on. Of a file that is not there
    /// yet the store counts them first: if they are not all there, the transaction fails with
    /// [`StoreError::NotWhole`].
    File(LocalFile),
    /// The file goes, its bytes with it: by its user's explicit choice.
    DropFile(AttachmentId),
}

/// What a pure plan decided: the writes, and the value to hand back once they are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxPlan<T> {
    /// All or nothing.
    pub writes: Vec<OutboxWrite>,
    /// For the caller.
    pub value: T,
}

impl<T> OutboxPlan<T> {
    /// A plan that writes nothing.
    pub fn nothing(value: T) -> Self {
        Self {
            writes: Vec::new(),
            value,
        }
    }
}

/// The outbox: never thrown away.
pub trait OutboxStore {
    /// Reads in one transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn load(&self, read: Read) -> Result<OutboxView, StoreError>;

    /// Reads, plans and writes in ONE strict-durability transaction. `plan` is pure; it may be
    /// called again if the connection had to be opened anew. If it fails, nothing is written.
    ///
    /// # Errors
    /// [`SyncError::Store`], or what `plan` returned.
    async fn transact<T, F>(&self, read: Read, plan: F) -> Result<T, SyncError>
    where
        F: Fn(&OutboxView) -> Result<OutboxPlan<T>, SyncError>;
}

/// The rows of photos and files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileRows {
    /// Those that can be read, rising by id.
    pub files: Vec<LocalFile>,
    /// How many cannot be read. They and their bytes stay as they are.
    pub unreadable: usize,
}

/// Photos and files, in the database of the outbox: never thrown away. A file is there once
/// [`OutboxWrite::File`] is durable; before that its chunks are nothing.
pub trait FileStore {
    /// Writes a chunk in one strict-durability transaction, over what stands there. Of a file that is
    /// there nothing is written over.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn put_chunk(
        &self,
        id: AttachmentId,
        number: u32,
        bytes: &[u8],
    ) -> Result<(), StoreError>;

    /// What there is to know of a file.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn load_file(&self, id: AttachmentId) -> Result<Option<LocalFile>, StoreError>;

    /// All of them, of every user; reads no byte of any.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn load_files(&self) -> Result<FileRows, StoreError>;

    /// The bytes of a file, if it is there.
    ///
    /// # Errors
    /// [`StoreError::NotWhole`] if they are not whole.
    async fn load_bytes(&self, id: AttachmentId) -> Result<Option<Vec<u8>>, StoreError>;

    /// One chunk of a file that is there, without the others: none if there is no such chunk.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn load_chunk(
        &self,
        id: AttachmentId,
        number: u32,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Every file of which there is a chunk, whether its row is there or not; reads no byte of any.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn load_chunk_owners(&self) -> Result<Vec<AttachmentId>, StoreError>;

    /// Removes a file, row and bytes, in one transaction, if its row says that it was received; otherwise leaves it
    /// as it is.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn drop_received(&self, id: AttachmentId) -> Result<(), StoreError>;

    /// Removes the chunks of a file that came to nothing. Leaves a file that is there as it is: whoever
    /// believes that it failed may not have heard of its commit.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn drop_chunks(&self, id: AttachmentId) -> Result<(), StoreError>;
}

/// Where a batch of changes comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A pull page: it decides what is here.
    Pull,
    /// A verdict, maybe stored long ago: it may refresh what is here, add a part of it (a note of a job
    /// that is here) and what was made here, and never bring back what has gone. What it adds stays until
    /// a pull that was asked for afterwards has ended without naming it.
    Verdict,
}

/// Changes and new state of the cache, written together.
#[derive(Debug, Clone, PartialEq)]
pub struct CacheBatch {
    /// Where they come from.
    pub source: Source,
    /// Write only if the stored cursor still is this one; else another context was faster.
    pub expected_cursor: Option<Option<Cursor>>,
    /// The data set the changes are of; a cache of another one takes nothing.
    pub epoch: Option<EpochId>,
    /// The changes, in order. An upsert of a revision not above the stored one changes nothing.
    pub changes: Vec<Change>,
    /// Records that a scope-out must not remove: unsent work refers to them.
    pub pinned: Vec<RecordKey>,
    /// Records that were made here, by what the verdicts are about: on the screen until now.
    pub made: Vec<RecordKey>,
    /// The new state, if it changes.
    pub state: Option<CacheState>,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheOutcome {
    /// Written; these records changed. After a new generation has taken over: none, for all may have.
    Written(Vec<RecordKey>),
    /// Written to the generation that is being filled: nothing that is shown has changed.
    Staged,
    /// The cursor had moved: nothing was written.
    CursorMoved,
}

/// The cache: may be thrown away and primed again.
pub trait CacheStore {
    /// Its state; the default when it is empty.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn load_state(&self) -> Result<CacheState, StoreError>;

    /// One record.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn load_record(&self, key: RecordKey) -> Result<Option<Versioned>, StoreError>;

    /// Every record of a module, in no order.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn load_module(&self, module: Module) -> Result<Vec<Versioned>, StoreError>;

    /// Writes a batch in ONE transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn apply(&self, batch: &CacheBatch) -> Result<CacheOutcome, StoreError>;

    /// Begins a new generation, in one transaction: what is there stays readable as it is, pages of
    /// pulls fill the new one, and with the page whose state is no longer `staging` the new one takes
    /// over, together with the pinned records that only the old one has.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn restage(&self, state: &CacheState) -> Result<(), StoreError>;

    /// Removes everything and sets `state`, in one transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn reset(&self, state: &CacheState) -> Result<(), StoreError>;
}

/// A pull page and what it weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The reply.
    pub envelope: Envelope<PullResponse>,
    /// Its size on the wire before compression, in bytes.
    pub bytes: u64,
}

/// What the server is told of a phone that pulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Knows {
    /// The version of the company's settings that it knows; of another one it is told.
    pub settings: u64,
    /// Whether something of it may wait for the office: it is told what still does.
    pub reviews: bool,
}

/// The server. Every call ends by itself: implementations wait as long as [`crate::pass::patience`] says.
pub trait Remote {
    /// Sends one batch.
    ///
    /// # Errors
    /// [`TransportError`]: no valid envelope came back. The batch may have been applied all the same.
    async fn push(&self, request: &PushRequest) -> Result<Envelope<PushResponse>, TransportError>;

    /// Fetches the page after `cursor`, the first one without, for `user` and nobody else: the
    /// session is a cookie that all tabs share, and another user may just have signed in. `bytes` is about how
    /// large a page may be, `extent` what the phone holds, none if that is all.
    ///
    /// # Errors
    /// [`TransportError`]: no valid envelope came back.
    async fn pull(
        &self,
        user: UserId,
        cursor: Option<&Cursor>,
        bytes: u64,
        extent: Option<&Extent>,
        knows: Knows,
    ) -> Result<Page, TransportError>;

    /// Sends `piece`, the bytes of an attachment from a place on, or asks without one. Gives how many bytes the
    /// server has, durably: all of them only if it has received the file.
    ///
    /// # Errors
    /// [`TransportError`]: it did not say so. Part of the piece may have come through all the same.
    async fn send_bytes(
        &self,
        id: AttachmentId,
        piece: Option<(u64, Vec<u8>)>,
    ) -> Result<u64, TransportError>;

    /// Fetches the bytes of an attachment whose SHA-256 is `sha256`; empty if the server does not have them, or not
    /// for this user.
    ///
    /// # Errors
    /// [`TransportError`]: they did not come whole, or others came.
    async fn fetch_bytes(
        &self,
        _id: AttachmentId,
        _sha256: &str,
    ) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::NoAnswer)
    }
}

/// Clock, ids, chance, locks and notices.
pub trait Host {
    /// Held as long as it is not dropped.
    type Lock;

    /// The device's clock on the wall.
    fn now(&self) -> Timestamp;

    /// All clocks of this page or worker.
    fn reading(&self) -> Reading;

    /// A new UUIDv7.
    fn new_id(&self) -> Uuid;

    /// A number from 0 up to 1, by chance.
    fn chance(&self) -> f64;

    /// The version of the records that this build reads.
    fn records_version(&self) -> u32 {
        RECORDS_VERSION
    }

    /// Waits so many milliseconds.
    async fn pause(&self, ms: u32);

    /// Who this is, for the lease: page or worker, and which.
    fn holder(&self) -> String;

    /// The lock of that name, shared by all tabs and the worker, if it is free right now.
    async fn try_lock(&self, name: &str) -> Option<Self::Lock>;

    /// Whether the network is so slow that it is left to text; none where the browser does not tell.
    fn is_slow(&self) -> Option<bool> {
        None
    }

    /// Whether the network is a mobile one; not where the browser does not tell.
    fn is_cellular(&self) -> bool {
        false
    }

    /// Whether this page has a reason for another pass: files then let text go first.
    fn is_wanted(&self) -> bool {
        false
    }

    /// Tells every tab and the worker, this one included.
    fn announce(&self, notice: Notice);
}
