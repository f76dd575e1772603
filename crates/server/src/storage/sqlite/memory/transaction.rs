//! A transaction on the one connection to a database in memory.
//!
//! Owns how such a transaction ends, also when its end shall fail.

use super::super::{Stored, backend};
use crate::storage::simulated::Failures;
use rusqlite::Connection;
use tokio::sync::OwnedMutexGuard;

/// The connection, and whether a transaction was left open in it.
pub(super) struct One {
    pub(super) connection: Connection,
    pub(super) is_open: bool,
}

/// The connection, held; what is open in it is rolled back when it is next asked for.
pub(in super::super) struct MemoryTx {
    pub(super) one: OwnedMutexGuard<One>,
    pub(super) failures: Failures,
}

impl MemoryTx {
    pub(in super::super) fn commit(mut self) -> Stored<()> {
        let due = self.failures.at_commit()?;
        self.one
            .connection
            .execute_batch("COMMIT")
            .map_err(backend)?;
        self.one.is_open = false;
        due.told()
    }

    pub(in super::super) fn connection(&self) -> &Connection {
        &self.one.connection
    }
}
