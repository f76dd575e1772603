//! A connection with a transaction open in it.
//!
//! Owns how such a transaction ends. Must never run any other statement.

#[cfg(any(test, feature = "testing"))]
use super::memory::transaction::MemoryTx;
use super::{Stored, backend};
use sqlx::{Sqlite, SqliteConnection, Transaction};
use std::ops::{Deref, DerefMut};

/// A connection with a transaction open in it; rolled back when dropped.
pub(super) enum OpenTransaction {
    /// Of a pool.
    Pooled(Transaction<'static, Sqlite>),
    /// The only one to a database in memory.
    #[cfg(any(test, feature = "testing"))]
    Memory(MemoryTx),
}

impl OpenTransaction {
    pub(super) async fn commit(self) -> Stored<()> {
        match self {
            Self::Pooled(tx) => tx.commit().await.map_err(backend),
            #[cfg(any(test, feature = "testing"))]
            Self::Memory(tx) => tx.commit().await,
        }
    }
}

impl Deref for OpenTransaction {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Pooled(tx) => tx,
            #[cfg(any(test, feature = "testing"))]
            Self::Memory(tx) => tx,
        }
    }
}

impl DerefMut for OpenTransaction {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Pooled(tx) => tx,
            #[cfg(any(test, feature = "testing"))]
            Self::Memory(tx) => tx,
        }
    }
}
