//! A database of which is counted how long its transactions are waited for.
//!
//! Owns the watch. Must never change what the database does.

use super::{Elsewhere, ReadTx, Storage, Stored, WriteTx};
use crate::metrics::Metrics;
use async_trait::async_trait;
use std::sync::Arc;
use tokio::time::Instant;

/// A database with a watch beside it.
pub(crate) struct Timed {
    inner: Arc<dyn Storage>,
    metrics: Metrics,
}

impl Timed {
    pub(crate) fn new(inner: Arc<dyn Storage>, metrics: Metrics) -> Self {
        Self { inner, metrics }
    }
}

#[async_trait]
impl Storage for Timed {
    async fn read(&self) -> Stored<Box<dyn ReadTx>> {
        let began = Instant::now();
        let begun = self.inner.read().await;
        self.metrics.waited(false, began.elapsed(), begun.is_ok());
        begun
    }

    async fn write(&self) -> Stored<Box<dyn WriteTx>> {
        let began = Instant::now();
        let begun = self.inner.write().await;
        self.metrics.waited(true, began.elapsed(), begun.is_ok());
        begun
    }

    async fn close(&self) {
        self.inner.close().await;
    }

    fn elsewhere(&self) -> Option<Box<dyn Elsewhere>> {
        self.inner.elsewhere()
    }
}
