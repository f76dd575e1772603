//! Stores in memory: for tests, the simulation, and as the plainest statement of the contract.
//!
//! Owns [`MemoryOutbox`] and [`MemoryCache`]. Clones share their content, as two tabs do.

use crate::cache_rules::{CacheAction, key_of_change, plan_change};
use crate::cache_state::CacheState;
use crate::entry::OutboxEntry;
use crate::error::{StoreError, SyncError};
use crate::meta::OutboxMeta;
use crate::ports::{
    CacheBatch, CacheOutcome, CacheStore, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read,
};
use afield_domain::{Module, RecordKey, Versioned};
use afield_protocol::{Change, Seq};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// An outbox in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryOutbox(Rc<RefCell<OutboxRows>>);

#[derive(Debug, Clone, Default)]
struct OutboxRows {
    meta: OutboxMeta,
    entries: BTreeMap<Seq, OutboxEntry>,
}

impl OutboxRows {
    fn view(&self, read: &Read) -> OutboxView {
        let entries = match read {
            Read::Meta => Vec::new(),
            Read::Entries(seqs) => {
                let mut seqs = seqs.clone();
                seqs.sort_unstable();
                seqs.dedup();
                seqs.iter()
                    .filter_map(|seq| self.entries.get(seq).cloned())
                    .collect()
            }
            Read::All => self.entries.values().cloned().collect(),
        };
        OutboxView {
            meta: self.meta.clone(),
            entries,
        }
    }

    fn write(&mut self, write: OutboxWrite) {
        match write {
            OutboxWrite::Meta(meta) => self.meta = meta,
            OutboxWrite::Put(entry) => {
                self.entries.insert(entry.seq(), entry);
            }
            OutboxWrite::Remove(seq) => {
                self.entries.remove(&seq);
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

#[derive(Debug, Clone, Default)]
struct CacheRows {
    state: CacheState,
    records: BTreeMap<RecordKey, Versioned>,
}

impl CacheRows {
    fn apply(&mut self, batch: &CacheBatch, change: &Change) -> Option<RecordKey> {
        let key = key_of_change(change)?;
        let stored = self.records.get(&key).map(|stored| stored.rev);
        let parent_stored = match change {
            Change::Upsert(versioned) => versioned
                .record
                .parent()
                .is_some_and(|parent| self.records.contains_key(&parent)),
            Change::Tombstone { .. } | Change::ScopeOut { .. } => false,
        };
        match (plan_change(batch, change, stored, parent_stored), change) {
            (CacheAction::Put, Change::Upsert(versioned)) => {
                self.records.insert(key, versioned.clone());
            }
            (CacheAction::Remove, _) => {
                self.records.remove(&key);
            }
            (CacheAction::Put | CacheAction::Nothing, _) => return None,
        }
        Some(key)
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
        let mut rows = self.0.borrow_mut();
        if let Some(expected) = &batch.expected_cursor
            && *expected != rows.state.cursor
        {
            return Ok(CacheOutcome::CursorMoved);
        }
        let changed = batch
            .changes
            .iter()
            .filter_map(|change| rows.apply(batch, change))
            .collect();
        if let Some(state) = &batch.state {
            rows.state = state.clone();
        }
        Ok(CacheOutcome::Written(changed))
    }

    async fn reset(&self, state: &CacheState) -> Result<(), StoreError> {
        *self.0.borrow_mut() = CacheRows {
            state: state.clone(),
            records: BTreeMap::new(),
        };
        Ok(())
    }
}
