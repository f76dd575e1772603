//! A phone: two databases, a clock, locks, and a browser that is not to be trusted.
//!
//! Owns what they hold, and what becomes of them when the power goes or the browser clears them.

use crate::executor::{ContextId, Sim};
use crate::fault::Fault;
use crate::ledger::Ledger;
use crate::remote::line::Line;
use afield_domain::{MutationId, RecordKey, Rev, Timestamp, UserId};
use afield_protocol::{Cursor, EpochId};
use afield_sync::{MemoryCache, MemoryOutbox, StoreError};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The version of the records that every phone's build knows at the start.
pub const OLD_BUILD: u32 = 1;
/// The version that reads everything.
pub const NEW_BUILD: u32 = 2;

mod clocks;
mod room;
mod seat;
mod untold;
mod watch;

pub use room::Pieces;
pub use seat::{HeldLock, Seat};

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
    /// Whether the office has revoked it since its user signed in.
    pub revoked: Cell<bool>,
    /// Whether there is no room left.
    pub full: Cell<bool>,
    /// Whether a photo was ever taken here.
    pub has_photos: Cell<bool>,
    /// The room for photos, in bytes; none if there is no end of it.
    pub room: Cell<Option<u64>>,
    /// What was seen of the lease under which files are being sent.
    pub pieces: Cell<Pieces>,
    /// Contexts whose database connection was dropped.
    pub cut_off: RefCell<BTreeSet<ContextId>>,
    /// Contexts that will not hear of their next commit.
    pub unheard: RefCell<BTreeSet<ContextId>>,
    /// Contexts that end at the worst moment: between what they write and what they tell of it.
    pub doomed: RefCell<BTreeSet<ContextId>>,
    /// Contexts that have ended there, and whose tabs are still counted.
    pub ended: RefCell<BTreeSet<ContextId>>,
    /// Until when, in true time, another tab keeps the database from being opened.
    pub blocked_until: Cell<i64>,
    /// Until when, in true time, the server has asked for quiet; nobody's tap counts here.
    pub quiet_until: Cell<i64>,
    /// What the verdicts said the records are by then, by mutation.
    pub shown_revs: RefCell<BTreeMap<MutationId, Vec<Told>>>,
    /// The jobs that were made here and have their verdict, of that user and data set, since the cache was last
    /// thrown away or lost.
    pub made: RefCell<BTreeMap<RecordKey, (UserId, EpochId)>>,
    /// Who has opened which records here, since anybody else worked here or the outbox was lost.
    pub worked: RefCell<(Option<UserId>, BTreeSet<RecordKey>)>,
    /// Under which lease it was told.
    pub quiet_lease: Cell<u64>,
    /// Whether nobody can tell from outside what it knows of the server's wish for quiet, nor who may think
    /// that it is at it: its clock has jumped, a tab was frozen, or another user has signed in meanwhile.
    pub is_quiet_unsure: Cell<bool>,
    /// The mutations that a server has refused to it.
    pub told_refused: RefCell<BTreeSet<MutationId>>,
    /// The cursors that its cache has had, since it was last begun anew.
    pub cursors: RefCell<Vec<(Cursor, u64)>>,
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
    untold: RefCell<untold::Untold>,
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
            revoked: Cell::default(),
            full: Cell::new(false),
            has_photos: Cell::default(),
            room: Cell::default(),
            pieces: Cell::default(),
            cut_off: RefCell::default(),
            unheard: RefCell::default(),
            doomed: RefCell::default(),
            ended: RefCell::default(),
            blocked_until: Cell::new(0),
            quiet_until: Cell::new(0),
            shown_revs: RefCell::default(),
            made: RefCell::default(),
            worked: RefCell::default(),
            is_quiet_unsure: Cell::new(false),
            told_refused: RefCell::default(),
            cursors: RefCell::default(),
            begun: Cell::new(0),
            waiting: RefCell::default(),
            quiet_lease: Cell::new(0),
            records_version: Cell::new(OLD_BUILD),
            leaks: Cell::new(false),
            unlocks_late: Cell::new(false),
            untold: RefCell::default(),
            locks: RefCell::default(),
        })
    }

    /// The power goes: the cache falls back to what was flushed, locks go with their holders.
    pub fn lose_power(&self) {
        self.cache.restore(&self.flushed.borrow());
        self.untold.take();
        self.cursors.borrow_mut().clear();
        self.made.borrow_mut().clear();
        self.locks.borrow_mut().clear();
    }

    /// The browser throws everything of the app away.
    pub fn evict(&self) {
        self.worked.take();
        self.outbox.evict();
        self.untold.take();
        self.cache.restore(&MemoryCache::default());
        self.cursors.borrow_mut().clear();
        self.made.borrow_mut().clear();
        self.flush();
        self.locks.borrow_mut().clear();
        self.ledger.borrow_mut().evicted(self.number);
    }

    /// A copy of what the browser kept takes its place.
    pub fn put_back(&self, outbox: &MemoryOutbox, cache: &MemoryCache) {
        self.worked.take();
        self.outbox.restore(outbox);
        self.untold.take();
        self.cache.restore(cache);
        self.cursors.borrow_mut().clear();
        self.made.borrow_mut().clear();
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

    /// Whether this commit is the one that the context does not hear of: any of those to come may be.
    fn is_unheard(&self, context: ContextId) -> bool {
        let mut unheard = self.unheard.borrow_mut();
        unheard.contains(&context)
            && self.sim.draw(|chance| chance.percent(40))
            && unheard.remove(&context)
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
