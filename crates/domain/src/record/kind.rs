//! What every kind of record says about itself.
//!
//! Owns [`Kind`], which each kind implements in its own file. Must never know a particular kind.

use super::RecordKey;

/// A kind of record. Nothing here has a default: whoever adds a kind answers every question.
pub trait Kind {
    /// Whether it is a part of the job that is its owner: then it is in scope exactly where that one is.
    const IS_PART_OF_JOB: bool;

    /// The records it refers to: they are in scope wherever it is, to depth 2.
    fn links(&self) -> Vec<RecordKey>;

    /// The record that brings it along: it is in scope wherever that one is.
    fn owner(&self) -> Option<RecordKey>;
}

/// The keys of those that are there.
pub(super) fn keys<const N: usize>(ids: [Option<RecordKey>; N]) -> Vec<RecordKey> {
    ids.into_iter().flatten().collect()
}
