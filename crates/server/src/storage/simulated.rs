//! What only the simulation does to a database: copy it, put a copy back, and have its commits fail.
//!
//! Owns when a commit fails; how it fails is the database's own. Must never be built into a product.

use super::{Storage, Stored};
use crate::error::StorageError;
use async_trait::async_trait;
use std::sync::{Arc, Mutex, PoisonError};

/// A copy of the whole data set, beside the one that is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copy {
    /// As it was when all began.
    Fresh,
    /// A backup.
    Backup,
}

impl Copy {
    pub(crate) const ALL: [Self; 2] = [Self::Fresh, Self::Backup];

    /// The name of the schema that it stands in.
    pub(crate) fn schema(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Backup => "backup",
        }
    }
}

/// A database with which a simulation does as it likes. Nobody reads or writes while it is copied.
#[async_trait]
pub(crate) trait Simulated: Storage {
    /// What fails from now on.
    fn fail(&self, failure: Option<Failure>);
    /// Copies the whole data set.
    async fn save(&self, copy: Copy) -> Stored<()>;
    /// Puts a copy in the place of the data set.
    async fn load(&self, copy: Copy) -> Stored<()>;
}

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

/// What fails next, told to all transactions of a database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failures(Arc<Mutex<Option<Failure>>>);

/// A commit that is to be made, and whether it is reported.
#[must_use]
pub(crate) struct Due {
    is_reported: bool,
}

impl Failures {
    pub(crate) fn set(&self, failure: Option<Failure>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    /// Fails where no transaction shall begin to write.
    pub(crate) fn at_begin(&self) -> Stored<()> {
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(Failure::NoBegin) => Err(told("not begun")),
            _ => Ok(()),
        }
    }

    /// Counts a commit; fails where it shall not be made.
    pub(crate) fn at_commit(&self) -> Stored<Due> {
        let mut failure = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (later, done) = match *failure {
            Some(Failure::BeforeCommit(n)) if n > 1 => {
                (Some(Failure::BeforeCommit(n - 1)), Ok(true))
            }
            Some(Failure::AfterCommit(n)) if n > 1 => (Some(Failure::AfterCommit(n - 1)), Ok(true)),
            // Who is killed does nothing more.
            Some(Failure::BeforeCommit(_)) => (Some(Failure::NoBegin), Err(told("not committed"))),
            Some(Failure::AfterCommit(_)) => (Some(Failure::NoBegin), Ok(false)),
            other => (other, Ok(true)),
        };
        *failure = later;
        done.map(|is_reported| Due { is_reported })
    }
}

impl Due {
    /// What is said of the commit, which was made.
    pub(crate) fn told(self) -> Stored<()> {
        match self.is_reported {
            true => Ok(()),
            false => Err(told("committed")),
        }
    }
}

fn told(what: &str) -> StorageError {
    StorageError::Backend(format!("{what}, as told").into())
}
