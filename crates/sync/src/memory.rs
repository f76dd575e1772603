//! Stores in memory: for tests, the simulation, and as the plainest statement of the contract.
//!
//! Owns [`MemoryOutbox`] and [`MemoryCache`]. Clones share their content, as two tabs do.

mod files;

use crate::cache::plan::{ApplyPlan, plan_apply, plan_take_over};
use crate::cache::rules::{CacheAction, Changed, carried_copy, key_of_change, plan_change};
use crate::cache::state::CacheState;
use crate::error::{StoreError, SyncError};
use crate::files::local_file::LocalFile;
use crate::outbox::batch::{BatchLimits, BatchScan, Gathered};
use crate::outbox::entry::{Acknowledged, OutboxEntry};
use crate::outbox::lookup::{Mark, marks_of};
use crate::outbox::meta::{OutboxMeta, SignedIn};
use crate::ports::{
    CacheBatch, CacheOutcome, CacheStore, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read,
};
use afield_domain::order::Order;
use afield_domain::{AttachmentId, Module, RecordKey, Versioned};
use afield_protocol::{Change, Seq};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// An outbox in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryOutbox(Rc<RefCell<OutboxRows>>);

/// What stands in an outbox in memory.
#[derive(Debug, Clone, Default)]
pub struct OutboxRows {
    /// The meta row.
    pub meta: OutboxMeta,
    /// The entries.
    pub entries: BTreeMap<Seq, OutboxEntry>,
    marks: BTreeMap<Mark, BTreeSet<Seq>>,
    /// The entries whose rows cannot be read.
    pub damaged: BTreeSet<Seq>,
    /// What is kept.
    pub kept: BTreeMap<Seq, Acknowledged>,
    /// What became of what was refused.
    pub log: BTreeMap<Seq, OutboxEntry>,
    /// The files that are whole.
    pub files: BTreeMap<AttachmentId, LocalFile>,
    /// Bytes, also of files that are not whole yet.
    pub chunks: BTreeMap<(AttachmentId, u32), Vec<u8>>,
}

impl MemoryOutbox {
    /// Looks at it without a transaction.
    pub fn peek<T>(&self, look: impl FnOnce(&OutboxRows) -> T) -> T {
        look(&self.0.borrow())
    }

    /// Loses the first entry, as no store may: to see that it is noticed.
    #[must_use]
    pub fn lose_first(&self) -> bool {
        let mut rows = self.0.borrow_mut();
        let first = rows.entries.first_key_value().map(|(seq, _)| *seq);
        if let Some(seq) = first {
            rows.write(OutboxWrite::Remove(seq));
        }
        first.is_some()
    }

    /// Damages the row of that entry: from now on it cannot be read.
    pub fn damage(&self, seq: Seq) {
        self.0.borrow_mut().damaged.insert(seq);
    }

    /// Damages a byte of a file: its chunks are all there, and not what was written.
    pub fn damage_file(&self, id: AttachmentId) {
        let rows = &mut self.0.borrow_mut().chunks;
        let mut chunks = rows.range_mut((id, 0)..=(id, u32::MAX));
        if let Some(byte) = chunks.next().and_then(|(_, bytes)| bytes.first_mut()) {
            *byte ^= 1;
        }
    }

    /// A copy that shares nothing, as a browser's profile is copied.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        Self(Rc::new(RefCell::new(self.0.borrow().clone())))
    }

    /// Goes back to a copy.
    pub fn restore(&self, snapshot: &Self) {
        let rows = snapshot.0.borrow().clone();
        *self.0.borrow_mut() = rows;
    }

    /// Throws everything away, as a browser does that evicts an origin.
    pub fn evict(&self) {
        *self.0.borrow_mut() = OutboxRows::default();
    }
}

impl OutboxRows {
    /// The entries whose rows can be read.
    pub fn readable(&self) -> impl Iterator<Item = &OutboxEntry> {
        let entries = self.entries.values();
        entries.filter(|entry| !self.damaged.contains(&entry.seq()))
    }

    /// All that a read of everything gives.
    #[must_use]
    pub fn all(&self) -> OutboxView {
        self.view(&Read::AllAndAcknowledged)
    }

    fn view(&self, read: &Read) -> OutboxView {
        let entries = match read {
            Read::Meta | Read::Log => Vec::new(),
            Read::Entries(seqs) => {
                let mut seqs = seqs.clone();
                seqs.order();
                seqs.dedup();
                seqs.iter()
                    .filter_map(|seq| self.entries.get(seq).cloned())
                    .collect()
            }
            Read::Found(marks) => self.found(marks, None),
            Read::FoundAndLast(marks) => {
                let last = self.entries.last_key_value();
                self.found(marks, last.map(|(seq, _)| *seq))
            }
            Read::Head(limits) => self.head(*limits),
            Read::All | Read::AllAndAcknowledged | Read::AllAndLog => {
                self.entries.values().cloned().collect()
            }
        };
        let acknowledged = match read {
            Read::AllAndAcknowledged => self.kept.values().cloned().collect(),
            _ => Vec::new(),
        };
        let log = match read {
            Read::Log | Read::AllAndLog => self.log.values().cloned().collect(),
            _ => Vec::new(),
        };
        let is_whole = |entry: &OutboxEntry| !self.damaged.contains(&entry.seq());
        let (entries, unreadable): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_whole);
        OutboxView {
            meta: self.meta.clone(),
            entries,
            unreadable: unreadable.iter().map(OutboxEntry::seq).collect(),
            acknowledged,
            log,
        }
    }

    fn found(&self, marks: &[Mark], last: Option<Seq>) -> Vec<OutboxEntry> {
        let marked = marks.iter().filter_map(|mark| self.marks.get(mark));
        let mut seqs: BTreeSet<Seq> = marked.flatten().copied().collect();
        seqs.extend(last);
        let entries = seqs.iter().filter_map(|seq| self.entries.get(seq));
        entries.cloned().collect()
    }

    fn head(&self, limits: BatchLimits) -> Vec<OutboxEntry> {
        let user = self.meta.session.as_ref().map(SignedIn::user);
        let mut scan = BatchScan::new(user, limits);
        let mut head = Vec::new();
        for entry in self.entries.values() {
            head.push(entry.clone());
            if self.damaged.contains(&entry.seq()) {
                continue;
            }
            if scan.gather(entry) == Gathered::Full {
                break;
            }
        }
        head
    }

    fn unmark(&mut self, seq: Seq) {
        for mark in self
            .entries
            .get(&seq)
            .iter()
            .flat_map(|entry| marks_of(entry))
        {
            if let Some(seqs) = self.marks.get_mut(&mark) {
                seqs.remove(&seq);
                if seqs.is_empty() {
                    self.marks.remove(&mark);
                }
            }
        }
    }

    fn write(&mut self, write: OutboxWrite) {
        match write {
            OutboxWrite::Meta(meta) => self.meta = meta,
            OutboxWrite::Put(entry) => {
                self.unmark(entry.seq());
                for mark in marks_of(&entry) {
                    self.marks.entry(mark).or_default().insert(entry.seq());
                }
                self.entries.insert(entry.seq(), entry);
            }
            OutboxWrite::Remove(seq) => {
                self.unmark(seq);
                self.entries.remove(&seq);
            }
            OutboxWrite::Keep(kept) => {
                self.kept.insert(kept.mutation.seq, kept);
            }
            OutboxWrite::Forget(seq) => {
                self.kept.remove(&seq);
            }
            OutboxWrite::Log(line) => {
                self.log.insert(line.seq(), line);
            }
            OutboxWrite::Unlog(seq) => {
                self.log.remove(&seq);
            }
            OutboxWrite::File(file) => {
                self.files.insert(file.id, file);
            }
            OutboxWrite::DropFile(id) => {
                self.files.remove(&id);
                self.chunks.retain(|(of, _), _| *of != id);
            }
        }
    }
}

impl OutboxStore for MemoryOutbox {
    async fn load(&self, read: Read) -> Result<OutboxView, StoreError> {
        Ok(self.0.borrow().view(&read))
    }

    async fn transact<T, F>(&self, read: Read, plan: F) -> Result<T, SyncError>
    where
        F: Fn(&OutboxView) -> Result<OutboxPlan<T>, SyncError>,
    {
        let mut rows = self.0.borrow_mut();
        let OutboxPlan { writes, value } = plan(&rows.view(&read))?;
        rows.check_whole(&writes)?;
        for write in writes {
            rows.write(write);
        }
        Ok(value)
    }
}

/// A cache in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryCache(Rc<RefCell<CacheRows>>);

impl MemoryCache {
    /// Looks at it without a transaction.
    pub fn peek<T>(&self, look: impl FnOnce(&CacheRows) -> T) -> T {
        look(&self.0.borrow())
    }

    /// A copy that shares nothing: what had reached the disk at this moment.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        Self(Rc::new(RefCell::new(self.0.borrow().clone())))
    }

    /// Goes back to a snapshot: what a power cut leaves of a database with relaxed durability.
    pub fn restore(&self, snapshot: &Self) {
        let rows = snapshot.0.borrow().clone();
        *self.0.borrow_mut() = rows;
    }
}

/// What stands in a cache in memory.
#[derive(Debug, Clone, Default)]
pub struct CacheRows {
    /// Its state.
    pub state: CacheState,
    /// What is shown.
    pub records: BTreeMap<RecordKey, Versioned>,
    /// The generation that is being filled.
    pub staged: BTreeMap<RecordKey, Versioned>,
}

fn apply_change(
    records: &mut BTreeMap<RecordKey, Versioned>,
    batch: &CacheBatch,
    change: &Change,
    changed: &mut Changed,
) {
    let Some(key) = key_of_change(change) else {
        return;
    };
    let stored = records.get(&key).map(|stored| stored.rev);
    let parent_stored = match change {
        Change::Upsert(versioned) => versioned
            .record
            .parent()
            .is_some_and(|parent| records.contains_key(&parent)),
        Change::Tombstone { .. } | Change::ScopeOut { .. } | Change::Unread(_) => false,
    };
    match (plan_change(batch, change, stored, parent_stored), change) {
        (CacheAction::Put, Change::Upsert(versioned)) => {
            records.insert(key, versioned.clone());
        }
        (CacheAction::Remove, _) => {
            records.remove(&key);
        }
        (CacheAction::Put | CacheAction::Nothing, _) => return,
    }
    changed.note(key, stored);
}

impl CacheRows {
    fn apply(&mut self, batch: &CacheBatch) -> CacheOutcome {
        let plan = match plan_apply(&self.state, batch) {
            ApplyPlan::Nothing(outcome) => return outcome,
            ApplyPlan::Write(plan) => plan,
        };
        let (mut filled, mut shown) = (Changed::default(), Changed::default());
        for change in &plan.batch.changes {
            if plan.fills {
                apply_change(&mut self.staged, &plan.batch, change, &mut filled);
            }
            if plan.shows {
                apply_change(&mut self.records, &plan.batch, change, &mut shown);
            }
        }
        let pulled = if plan.fills { &filled } else { &shown };
        if let Some(state) = plan.state_after(&self.state, pulled) {
            self.state = state;
        }
        if plan.takes_over {
            self.take_over(&plan.batch.pinned);
        }
        plan.outcome(shown.keys)
    }

    fn take_over(&mut self, pinned: &[RecordKey]) {
        let old = std::mem::replace(&mut self.records, std::mem::take(&mut self.staged));
        let plan = plan_take_over(
            &self.state,
            pinned,
            |key| old.contains_key(&key),
            |key| self.records.contains_key(&key),
        );
        for key in plan.carried {
            if let Some(copy) = old.get(&key) {
                self.records.insert(key, carried_copy(copy.clone()));
            }
        }
        self.state = plan.state;
    }
}

impl CacheStore for MemoryCache {
    async fn load_state(&self) -> Result<CacheState, StoreError> {
        Ok(self.0.borrow().state.clone())
    }

    async fn load_record(&self, key: RecordKey) -> Result<Option<Versioned>, StoreError> {
        Ok(self.0.borrow().records.get(&key).cloned())
    }

    async fn load_module(&self, module: Module) -> Result<Vec<Versioned>, StoreError> {
        let rows = self.0.borrow();
        let of_module = rows.records.iter().filter(|(key, _)| key.module == module);
        Ok(of_module.map(|(_, versioned)| versioned.clone()).collect())
    }

    async fn apply(&self, batch: &CacheBatch) -> Result<CacheOutcome, StoreError> {
        Ok(self.0.borrow_mut().apply(batch))
    }

    async fn restage(&self, state: &CacheState) -> Result<(), StoreError> {
        let mut rows = self.0.borrow_mut();
        rows.state = state.clone();
        rows.staged.clear();
        Ok(())
    }

    async fn reset(&self, state: &CacheState) -> Result<(), StoreError> {
        *self.0.borrow_mut() = CacheRows {
            state: state.clone(),
            ..CacheRows::default()
        };
        Ok(())
    }
}
