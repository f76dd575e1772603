//! What a row comes to: the records to write and what is said of it, or why it has no plan.
//!
//! Owns the shapes. Must never decide.

use super::refusal::Refusal;
use super::report::Outcome;
use super::update::ImportBase;
use crate::error::{ServerError, StorageError};
use crate::said::Said;
use crate::storage::StoredRecord;
use afield_domain::{Module, Record, RecordKey};

/// A record to write.
#[derive(Debug, Clone)]
pub struct Change {
    /// As it is stored, if it is.
    pub old: Option<StoredRecord>,
    /// As it shall be.
    pub record: Record,
    /// Its key in the other system.
    pub external_key: Option<String>,
}

/// What a row comes to.
#[derive(Debug, Clone)]
pub struct RowPlan {
    /// For the report.
    pub outcome: Outcome,
    /// What the row calls its record.
    pub name: String,
    /// What to write, in this order.
    pub changes: Vec<Change>,
    /// What the next import is compared with, by record.
    pub bases: Vec<(RecordKey, ImportBase)>,
    /// What was changed in Afield too.
    pub kept: Vec<Said>,
    /// What the person who imports should look at.
    pub notes: Vec<Said>,
    /// What was made besides the row's own record.
    pub also_created: Vec<Module>,
    /// Whether it is a new job without a position.
    pub is_without_position: bool,
}

/// Why a row has no plan.
pub(super) enum NoPlan {
    /// It cannot be used.
    Refused(Refusal),
    /// Nothing can be planned.
    Failed(ServerError),
}

impl From<Refusal> for NoPlan {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StorageError> for NoPlan {
    fn from(error: StorageError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<ServerError> for NoPlan {
    fn from(error: ServerError) -> Self {
        Self::Failed(error)
    }
}
