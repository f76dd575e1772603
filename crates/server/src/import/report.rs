//! What became of the rows of a file.
//!
//! Owns the accounting: `created + updated + unchanged + kept + refused = rows`.

use super::refusal::Refusal;
use crate::said::Said;
use afield_domain::Module;
use std::collections::BTreeMap;

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is a record that was not there.
    Created,
    /// Its record was there, and these fields follow the file.
    Updated(Vec<&'static str>),
    /// The file says what it said last time.
    Unchanged,
    /// The file says something new, but what it says was changed in Afield too and stays.
    Kept,
    /// It cannot be used.
    Refused(Refusal),
}

/// What became of one row, with what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowTold {
    /// Its line.
    pub line: u64,
    /// What the row calls its record; empty if it cannot be read.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What stays as Afield has it, and what to look at.
    pub remarks: Vec<Said>,
}

/// What became of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows of the file, without the header.
    pub rows: usize,
    /// Rows that became records.
    pub created: usize,
    /// Rows whose records follow them, with the fields that changed, by line.
    pub updated: Vec<(u64, Vec<&'static str>)>,
    /// Rows that say what they said last time.
    pub unchanged: usize,
    /// Rows of which everything new was changed in Afield too.
    pub kept: usize,
    /// What was changed in Afield and in the file, by line.
    pub kept_fields: Vec<(u64, Said)>,
    /// Rows that cannot be used, by line.
    pub refused: Vec<(u64, Refusal)>,
    /// What should be looked at, by line.
    pub notes: Vec<(u64, Said)>,
    /// What was assumed about the file as a whole.
    pub assumed: Vec<Said>,
    /// Jobs without a position among the created ones.
    pub without_position: usize,
    /// Customers, organizations and properties that came with the rows.
    pub also_created: BTreeMap<Module, usize>,
    /// Every row.
    pub told: Vec<RowTold>,
}

impl Report {
    /// Counts a row.
    pub(super) fn count(&mut self, line: u64, outcome: Outcome) {
        match outcome {
            Outcome::Created => self.created += 1,
            Outcome::Updated(fields) => self.updated.push((line, fields)),
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Kept => self.kept += 1,
            Outcome::Refused(refusal) => self.refused.push((line, refusal)),
        }
    }
}
