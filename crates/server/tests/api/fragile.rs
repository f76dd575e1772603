//! A storage that can be made to fail or to panic.

use afield_server::error::StorageError;
use afield_server::storage::{Elsewhere, ReadTx, Storage, Stored, WriteTx};
use async_trait::async_trait;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Well,
    /// No write transaction begins.
    NoWrites,
    /// Every transaction panics.
    Panics,
}

pub(crate) struct Fragile {
    inner: Arc<dyn Storage>,
    mood: AtomicU8,
    reads: AtomicUsize,
    taken_back: AtomicUsize,
}

impl Fragile {
    pub(crate) fn new(inner: Arc<dyn Storage>) -> Self {
        Self {
            inner,
            mood: AtomicU8::new(Mood::Well as u8),
            reads: AtomicUsize::new(0),
            taken_back: AtomicUsize::new(0),
        }
    }

    pub(crate) fn set(&self, mood: Mood) {
        self.mood.store(mood as u8, Ordering::SeqCst);
    }

    /// The next so many write transactions are taken back for others.
    pub(crate) fn take_back(&self, times: usize) {
        self.taken_back.store(times, Ordering::SeqCst);
    }

    /// How many transactions that only read have begun.
    pub(crate) fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    fn is(&self, mood: Mood) -> bool {
        self.mood.load(Ordering::SeqCst) == mood as u8
    }
}

#[async_trait]
impl Storage for Fragile {
    async fn read(&self) -> Stored<Box<dyn ReadTx>> {
        assert!(!self.is(Mood::Panics), "as told");
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.inner.read().await
    }

    async fn write(&self) -> Stored<Box<dyn WriteTx>> {
        assert!(!self.is(Mood::Panics), "as told");
        if self.is(Mood::NoWrites) {
            return Err(StorageError::Backend("the disk is full".into()));
        }
        let fewer = |left: usize| left.checked_sub(1);
        let counted = self
            .taken_back
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer);
        if counted.is_ok() {
            return Err(StorageError::TakenBack("deadlock".into()));
        }
        self.inner.write().await
    }

    async fn close(&self) {
        self.inner.close().await;
    }

    fn elsewhere(&self) -> Option<Box<dyn Elsewhere>> {
        self.inner.elsewhere()
    }
}
