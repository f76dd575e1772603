//! An outbox that counts what its transactions read.
//!
//! Owns the figures of "reads in proportion". Must never change what the store beneath gives.

use crate::error::{StoreError, SyncError};
use crate::outbox::entry::OutboxEntry;
use crate::ports::{OutboxPlan, OutboxStore, OutboxView, Read};
use std::cell::Cell;
use std::rc::Rc;

/// What was read so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadCount {
    /// Transactions.
    pub transactions: usize,
    /// Entries that they read.
    pub entries: usize,
    /// Bytes of these entries, as JSON.
    pub bytes: usize,
}

/// A store, with its count. Clones share both.
#[derive(Debug, Clone, Default)]
pub struct CountedOutbox<O> {
    inner: O,
    count: Rc<Cell<ReadCount>>,
    /// Whether every transaction that reads an entry reads all, to compare with.
    reads_all: bool,
}

impl<O> CountedOutbox<O> {
    /// Counts what is read of `inner`; with `reads_all` as if there were no reads of a part.
    pub fn new(inner: O, reads_all: bool) -> Self {
        Self {
            inner,
            count: Rc::default(),
            reads_all,
        }
    }

    /// What was read since it was last asked.
    pub fn take(&self) -> ReadCount {
        self.count.take()
    }

    fn read(&self, read: Read) -> Read {
        match read {
            Read::Meta | Read::All | Read::AllAndAcknowledged | Read::Log | Read::AllAndLog => read,
            Read::Entries(_) | Read::Found(_) | Read::FoundAndLast(_) | Read::Head(_) => {
                if self.reads_all { Read::All } else { read }
            }
        }
    }

    fn add(&self, view: &OutboxView) {
        let bytes = |entry: &OutboxEntry| serde_json::to_vec(entry).map_or(0, |json| json.len());
        let mut count = self.count.get();
        count.transactions += 1;
        count.entries += view.entries.len();
        count.bytes += view.entries.iter().map(bytes).sum::<usize>();
        self.count.set(count);
    }
}

impl<O: OutboxStore> OutboxStore for CountedOutbox<O> {
    async fn load(&self, read: Read) -> Result<OutboxView, StoreError> {
        let view = self.inner.load(self.read(read)).await?;
        self.add(&view);
        Ok(view)
    }

    async fn transact<T, F>(&self, read: Read, plan: F) -> Result<T, SyncError>
    where
        F: Fn(&OutboxView) -> Result<OutboxPlan<T>, SyncError>,
    {
        self.inner
            .transact(self.read(read), |view| {
                self.add(view);
                plan(view)
            })
            .await
    }
}
