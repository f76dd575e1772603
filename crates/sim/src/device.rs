//! A phone: two databases, a clock, locks, and a browser that is not to be trusted.
//!
//! Owns the engine's ports as this phone offers them to one of its contexts.

use crate::executor::{ContextId, OUTSIDE, Sim};
use crate::fault::Fault;
use crate::ledger::Ledger;
use crate::remote::line::Line;
use afield_domain::{AttachmentId, Module, MutationId, RecordKey, Rev, Timestamp, Versioned};
use afield_protocol::worker_message::Notice;
use afield_protocol::{Cursor, EpochId};
use afield_sync::cache::rules::key_of_change;
use afield_sync::ports::CacheOutcome;
use afield_sync::{
    CacheBatch, CacheState, CacheStore, FileRows, FileStore, Host, LocalFile, MemoryCache,
    MemoryOutbox, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read, Reading, StoreError,
    SyncError,
};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use uuid::Uuid;

/// The version of the records that every phone's build knows at the start.
pub const OLD_BUILD: u32 = 1;
/// The version that reads everything.
pub const NEW_BUILD: u32 = 2;

mod clocks;
mod watch;

/// What the phone has of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// All of it.
    Up,
    /// Nothing gets out.
    Down,
    /// Requests get out, nothing comes back.
    OneWay,
}

/// What a verdict said of a record: its revision by then, in that data set.
pub type Told = (RecordKey, Rev, EpochId);

/// A phone.
pub struct Device {
    /// Its number.
    pub number: u8,
    /// The room it is in.
    pub sim: Sim,
    /// What reaches the disk at once.
    pub outbox: MemoryOutbox,
    /// What reaches the disk some time later.
    pub cache: MemoryCache,
    /// Everything that was ever saved.
    pub ledger: Rc<RefCell<Ledger>>,
    /// Its clock minus true time, in milliseconds.
    pub skew: Cell<i64>,
    /// When that was changed, in true time.
    pub clock_set: RefCell<Vec<i64>>,
    /// When each context began: in true time, and by the phone's clock.
    pub begun_at: RefCell<BTreeMap<ContextId, (i64, Timestamp)>>,
    /// What it has of a network.
    pub network: Cell<Network>,
    /// What is wrong with its line.
    pub line: Cell<Line>,
    /// Whose session its cookie is, while the server knows it.
    pub cookie: Cell<Option<u8>>,
    /// Whether there is no room left.
    pub full: Cell<bool>,
    /// Contexts whose database connection was dropped.
    pub cut_off: RefCell<BTreeSet<ContextId>>,
    /// Contexts that will not hear of their next commit.
    pub unheard: RefCell<BTreeSet<ContextId>>,
    /// Until when, in true time, another tab keeps the database from being opened.
    pub blocked_until: Cell<i64>,
    /// Until when, in true time, the server has asked for quiet; nobody's tap counts here.
    pub quiet_until: Cell<i64>,
    /// What the verdicts said the records are by then, by mutation.
    pub shown_revs: RefCell<BTreeMap<MutationId, Vec<Told>>>,
    /// Under which lease it was told.
    pub quiet_lease: Cell<u64>,
    /// Whether nobody can tell from outside what it knows of the server's wish for quiet, nor who may think
    /// that it is at it: its clock has jumped, a tab was frozen, or another user has signed in meanwhile.
    pub is_quiet_unsure: Cell<bool>,
    /// The mutations that a server has refused to it.
    pub told_refused: RefCell<BTreeSet<MutationId>>,
    /// The cursors that its cache has had, since it was last begun anew.
    pub cursors: RefCell<Vec<Cursor>>,
    /// Requests that were ever begun.
    pub begun: Cell<u64>,
    /// Who waits for an answer.
    pub waiting: RefCell<Vec<ContextId>>,
    /// The version of the records that the build of its next tab or worker knows.
    pub records_version: Cell<u32>,
    /// Whether a lock outlives its dying holder.
    pub leaks: Cell<bool>,
    /// Whether a lock is let go some time after its holder has.
    pub unlocks_late: Cell<bool>,
    locks: RefCell<BTreeMap<String, ContextId>>,
    flushed: RefCell<MemoryCache>,
}

impl Device {
    /// A new phone.
    #[must_use]
    pub fn new(number: u8, sim: Sim, ledger: Rc<RefCell<Ledger>>) -> Rc<Self> {
        let cache = MemoryCache::default();
        Rc::new(Self {
            number,
            sim,
            outbox: MemoryOutbox::default(),
            flushed: RefCell::new(cache.snapshot()),
            cache,
            ledger,
            skew: Cell::new(0),
            clock_set: RefCell::default(),
            begun_at: RefCell::default(),
            network: Cell::new(Network::Up),
            line: Cell::default(),
            cookie: Cell::new(None),
            full: Cell::new(false),
            cut_off: RefCell::default(),
            unheard: RefCell::default(),
            blocked_until: Cell::new(0),
            quiet_until: Cell::new(0),
            shown_revs: RefCell::default(),
            is_quiet_unsure: Cell::new(false),
            told_refused: RefCell::default(),
            cursors: RefCell::default(),
            begun: Cell::new(0),
            waiting: RefCell::default(),
            quiet_lease: Cell::new(0),
            records_version: Cell::new(OLD_BUILD),
            leaks: Cell::new(false),
            unlocks_late: Cell::new(false),
            locks: RefCell::default(),
        })
    }

    /// The power goes: the cache falls back to what was flushed, locks go with their holders.
    pub fn lose_power(&self) {
        self.cache.restore(&self.flushed.borrow());
        self.cursors.borrow_mut().clear();
        self.locks.borrow_mut().clear();
    }

    /// The browser throws everything of the app away.
    pub fn evict(&self) {
        self.outbox.evict();
        self.cache.restore(&MemoryCache::default());
        self.cursors.borrow_mut().clear();
        self.flush();
        self.locks.borrow_mut().clear();
        self.ledger.borrow_mut().evicted(self.number);
    }

    /// A copy of what the browser kept takes its place.
    pub fn put_back(&self, outbox: &MemoryOutbox, cache: &MemoryCache) {
        self.outbox.restore(outbox);
        self.cache.restore(cache);
        self.cursors.borrow_mut().clear();
        self.flush();
        self.locks.borrow_mut().clear();
    }

    fn flush(&self) {
        *self.flushed.borrow_mut() = self.cache.snapshot();
    }

    fn check_connection(&self, context: ContextId) -> Result<(), StoreError> {
        let error = if self.cut_off.borrow_mut().remove(&context) {
            StoreError::Closed
        } else if self.blocked_until.get() > self.sim.now() {
            StoreError::Blocked
        } else {
            return Ok(());
        };
        self.forget_quiet();
        Err(error)
    }

    /// Whether nobody is in a pass or in the way of one.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.waiting.borrow().is_empty()
            && self.locks.borrow().is_empty()
            && self.cut_off.borrow().is_empty()
            && self.unheard.borrow().is_empty()
            && self.blocked_until.get() <= self.sim.now()
    }

    fn unlock(&self, name: &str, holder: ContextId) {
        let mut locks = self.locks.borrow_mut();
        if locks.get(name) == Some(&holder) {
            locks.remove(name);
        }
    }

    /// Whether an observer can tell who is at it: nobody was kept from saying that they live.
    #[must_use]
    pub fn is_turn_sure(&self) -> bool {
        !self.is_quiet_unsure.get() && self.sim.now() - self.blocked_until.get() > 60_000
    }

    /// What the server asked for may not have been written down before this.
    pub fn forget_quiet(&self) {
        self.quiet_until.set(0);
    }

    fn strike(&self, fault: Fault) {
        self.ledger.borrow_mut().strike(&self.sim, fault);
    }
}

/// The phone as one context sees it: outbox, cache and host at once.
#[derive(Clone)]
pub struct Seat {
    /// The phone.
    pub device: Rc<Device>,
    /// The context.
    pub context: ContextId,
    /// The version of the records that its build knows: a tab keeps its build until it ends.
    pub records_version: u32,
}

impl OutboxStore for Seat {
    async fn load(&self, read: Read) -> Result<OutboxView, StoreError> {
        self.device.sim.pause(0, 3).await;
        self.device.check_connection(self.context)?;
        let view = self.device.outbox.load(read).await;
        self.device.sim.pause(0, 2).await;
        view
    }

    async fn transact<T, F>(&self, read: Read, plan: F) -> Result<T, SyncError>
    where
        F: Fn(&OutboxView) -> Result<OutboxPlan<T>, SyncError>,
    {
        let device = &self.device;
        device.sim.pause(0, 3).await;
        device.check_connection(self.context)?;
        let before = device.outbox.peek(Clone::clone);
        let wrote = Cell::new(false);
        let written = device
            .outbox
            .transact(read, |view| {
                let plan = plan(view)?;
                let grows = plan
                    .writes
                    .iter()
                    .any(|write| matches!(write, OutboxWrite::Put(entry) if !entry.sent));
                if grows && device.full.get() {
                    return Err(SyncError::Store(StoreError::Quota));
                }
                wrote.set(!plan.writes.is_empty());
                Ok(plan)
            })
            .await;
        if matches!(written, Err(SyncError::Store(StoreError::Quota))) {
            device.strike(Fault::Quota);
        }
        if wrote.get() {
            watch::outbox_write(device, self.context, &before);
        }
        // From here on the write is durable, and nobody knows yet.
        device.sim.pause(0, 4).await;
        if device.unheard.borrow_mut().remove(&self.context) {
            device.strike(Fault::CommitUnheard);
            return Err(StoreError::Closed.into());
        }
        written
    }
}

impl FileStore for Seat {
    async fn put_chunk(
        &self,
        id: AttachmentId,
        number: u32,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        self.device.sim.pause(0, 4).await;
        self.device.check_connection(self.context)?;
        if self.device.full.get() {
            self.device.strike(Fault::Quota);
            return Err(StoreError::Quota);
        }
        let put = self.device.outbox.put_chunk(id, number, bytes).await;
        self.device.sim.pause(0, 4).await;
        put
    }

    async fn load_file(&self, id: AttachmentId) -> Result<Option<LocalFile>, StoreError> {
        self.device.outbox.load_file(id).await
    }

    async fn load_files(&self) -> Result<FileRows, StoreError> {
        self.device.outbox.load_files().await
    }

    async fn load_bytes(&self, id: AttachmentId) -> Result<Option<Vec<u8>>, StoreError> {
        self.device.outbox.load_bytes(id).await
    }

    async fn drop_chunks(&self, id: AttachmentId) -> Result<(), StoreError> {
        self.device.sim.pause(0, 4).await;
        self.device.check_connection(self.context)?;
        self.device.outbox.drop_chunks(id).await
    }
}

impl CacheStore for Seat {
    async fn load_state(&self) -> Result<CacheState, StoreError> {
        self.device.sim.pause(0, 2).await;
        self.device.check_connection(self.context)?;
        self.device.cache.load_state().await
    }

    async fn load_record(&self, key: RecordKey) -> Result<Option<Versioned>, StoreError> {
        self.device.sim.pause(0, 2).await;
        self.device.cache.load_record(key).await
    }

    async fn load_module(&self, module: Module) -> Result<Vec<Versioned>, StoreError> {
        self.device.sim.pause(0, 4).await;
        self.device.cache.load_module(module).await
    }

    async fn apply(&self, batch: &CacheBatch) -> Result<CacheOutcome, StoreError> {
        let device = &self.device;
        device.sim.pause(0, 6).await;
        device.check_connection(self.context)?;
        let mut before = Vec::new();
        for key in batch.changes.iter().filter_map(key_of_change) {
            before.push((key, device.cache.load_record(key).await?));
        }
        let state = device.cache.load_state().await?;
        let pins = watch::pins_there(device, batch);
        let shown = device.cache.peek(|cache| cache.records.clone());
        let outcome = device.cache.apply(batch).await;
        watch::pins_hold(device, batch, &pins);
        if matches!(outcome, Ok(CacheOutcome::Written(_) | CacheOutcome::Staged)) {
            watch::unread_is_kept(device, batch, &shown);
        }
        watch::cursor_goes_on(device);
        for (key, old) in before {
            let new = device.cache.load_record(key).await?;
            if let (Some(old), Some(new)) = (old, new)
                && new.rev < old.rev
                && !state.staging
            {
                let accusation = format!("{key} went back from {:?} to {:?}", old.rev, new.rev);
                device.ledger.borrow_mut().accuse(accusation);
            }
        }
        if device.sim.draw(|chance| chance.percent(40)) {
            device.flush();
        }
        device.sim.pause(0, 6).await;
        outcome
    }

    async fn restage(&self, state: &CacheState) -> Result<(), StoreError> {
        self.device.sim.pause(0, 6).await;
        self.device.check_connection(self.context)?;
        self.device.cache.restage(state).await?;
        self.device.cursors.borrow_mut().clear();
        self.device.sim.pause(0, 3).await;
        Ok(())
    }

    async fn reset(&self, state: &CacheState) -> Result<(), StoreError> {
        self.device.sim.pause(0, 6).await;
        self.device.check_connection(self.context)?;
        self.device.cache.reset(state).await?;
        self.device.cursors.borrow_mut().clear();
        self.device.sim.pause(0, 3).await;
        Ok(())
    }
}

/// A held lock.
pub struct HeldLock {
    device: Rc<Device>,
    name: String,
    context: ContextId,
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        let device = &self.device;
        if device.leaks.get() {
            return;
        }
        let (name, context) = (self.name.clone(), self.context);
        let is_late = device.unlocks_late.get() && device.sim.draw(|chance| chance.percent(30));
        if !is_late {
            return device.unlock(&name, context);
        }
        device.strike(Fault::LateUnlock);
        let device = Rc::clone(device);
        device.sim.clone().spawn(OUTSIDE, async move {
            device.sim.pause(1, 3_000).await;
            device.unlock(&name, context);
        });
    }
}

impl Host for Seat {
    type Lock = HeldLock;

    fn now(&self) -> Timestamp {
        self.device.clock()
    }

    fn reading(&self) -> Reading {
        self.device.reading(self.context)
    }

    fn new_id(&self) -> Uuid {
        let high = self.device.sim.draw(|chance| chance.below(u64::MAX));
        Uuid::from_u64_pair(high, self.device.sim.fresh())
    }

    fn chance(&self) -> f64 {
        self.device.sim.draw(crate::chance::Chance::unit)
    }

    fn records_version(&self) -> u32 {
        self.records_version
    }

    async fn pause(&self, ms: u32) {
        let sim = &self.device.sim;
        sim.sleep_until(sim.now() + i64::from(ms)).await;
    }

    fn holder(&self) -> String {
        format!("{}", self.context.0)
    }

    async fn try_lock(&self, name: &str) -> Option<HeldLock> {
        self.device.sim.pause(0, 2).await;
        let mut locks = self.device.locks.borrow_mut();
        if locks.contains_key(name) {
            return None;
        }
        locks.insert(name.to_owned(), self.context);
        Some(HeldLock {
            device: Rc::clone(&self.device),
            name: name.to_owned(),
            context: self.context,
        })
    }

    fn announce(&self, _: Notice) {}
}
