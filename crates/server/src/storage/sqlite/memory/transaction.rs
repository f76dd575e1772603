//! A transaction on the one connection to a database in memory.
//!
//! Owns how such a transaction ends, also when its end shall fail.

use super::super::{Stored, backend};
use crate::error::StorageError;
use rusqlite::Connection;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedMutexGuard;

/// How a write fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No write transaction begins, until told otherwise: the database is busy or its disk is full.
    NoBegin,
    /// The n-th commit from now on (1 is the next) is not made, and none begins after it: a server killed before its
    /// commit.
    BeforeCommit(usize),
    /// The n-th commit from now on (1 is the next) is made and reported as failed, and none begins after it: a server
    /// killed after its commit.
    AfterCommit(usize),
}

/// The connection, and whether a transaction was left open in it.
pub(super) struct One {
    pub(super) connection: Connection,
    pub(super) is_open: bool,
}

pub(super) fn told(what: &str) -> StorageError {
    StorageError::Backend(format!("{what}, as told").into())
}

/// The connection, held; what is open in it is rolled back when it is next asked for.
pub(in super::super) struct MemoryTx {
    pub(super) one: OwnedMutexGuard<One>,
    pub(super) failure: Arc<Mutex<Option<Failure>>>,
}

impl MemoryTx {
    pub(in super::super) fn commit(mut self) -> Stored<()> {
        let due = self.count_down();
        if let Some(Failure::BeforeCommit(_)) = due {
            return Err(told("not committed"));
        }
        self.one
            .connection
            .execute_batch("COMMIT")
            .map_err(backend)?;
        self.one.is_open = false;
        match due {
            Some(Failure::AfterCommit(_)) => Err(told("committed")),
            _ => Ok(()),
        }
    }

    pub(in super::super) fn connection(&self) -> &Connection {
        &self.one.connection
    }

    /// The failure of this commit, if it is its turn.
    fn count_down(&self) -> Option<Failure> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let (now, later) = match *failure {
            Some(Failure::BeforeCommit(n)) if n > 1 => (None, Some(Failure::BeforeCommit(n - 1))),
            Some(Failure::AfterCommit(n)) if n > 1 => (None, Some(Failure::AfterCommit(n - 1))),
            Some(due @ (Failure::BeforeCommit(_) | Failure::AfterCommit(_))) => {
                // Who is killed does nothing more.
                (Some(due), Some(Failure::NoBegin))
            }
            other => (None, other),
        };
        *failure = later;
        now
    }
}
