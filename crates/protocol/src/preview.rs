//! What a technician's phone would hold: for the office, which looks through that technician's app.
//!
//! Owns the wire types of a preview. Must never carry a record: those come by the pull that every phone makes.

use afield_domain::wire::FromTree;
use afield_domain::{Module, Timestamp, User};
use serde::Serialize;

/// What a technician's phone would hold if it got ready now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Preview {
    /// Whose phone.
    pub user: User,
    /// From when on its jobs start, by the company's settings.
    pub from: Timestamp,
    /// Until when; not itself.
    pub until: Timestamp,
    /// The records, by module; modules without any are left out.
    #[wire(each, readable)]
    pub records: Vec<PreviewRecords>,
    /// Photos and files that hang on them.
    pub files: u64,
    /// Their size in bytes.
    pub file_bytes: u64,
    /// How many bytes of them a phone keeps by itself, by the company's settings.
    pub files_budget: u64,
    /// Jobs of theirs that are not on the phone, because they started earlier. Within a year.
    pub earlier: u64,
    /// The same, because they start later.
    pub later: u64,
}

/// The records of a module that a phone would hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PreviewRecords {
    /// The module.
    pub module: Module,
    /// How many.
    pub count: u64,
    /// Their size in bytes, as they are stored.
    pub bytes: u64,
}
