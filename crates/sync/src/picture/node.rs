//! One place of the picture: what is known under one key.
//!
//! Owns [`Node`]. Must never know of other keys than its own, except as references.

use afield_domain::order::Order;
use afield_domain::{Record, RecordKey, Versioned};
use afield_planted::planted;
use afield_protocol::Seq;

/// What is known under one key.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// The server's copy.
    pub(super) base: Option<Box<Versioned>>,
    /// The record with the user's unsent changes, if there are some.
    pub(super) folded: Option<Box<Record>>,
    /// Whether the user's unsent changes take it away.
    pub(super) is_taken: bool,
    /// The user's unsent changes that are folded, rising.
    pub(super) changes: Vec<Seq>,
    /// The records that refer to this one, as the user sees them; in no order.
    pub(super) referrers: Vec<RecordKey>,
    /// The version of the picture at which it, or what it stands together with, last changed.
    pub(super) stamp: u64,
}

impl Node {
    /// The record, were nothing ever too old to be shown.
    pub(super) fn shown(&self) -> Option<&Record> {
        let base = self.base.as_deref().filter(|_| !self.is_taken);
        self.folded.as_deref().or(base.map(|base| &base.record))
    }

    /// Takes the record as its changes make it; none if there are no changes, or they take it away.
    pub(super) fn fold(&mut self, folded: Option<Box<Record>>) {
        self.is_taken = folded.is_none() && !self.changes.is_empty();
        self.folded = planted!(BaseAlone: folded => None);
    }

    /// Whether the server has it or the user changes it: not only a name that others refer to.
    pub(super) fn is_there(&self) -> bool {
        self.base.is_some() || !self.changes.is_empty()
    }

    /// Whether nothing is known under this key.
    pub(super) fn is_empty(&self) -> bool {
        !self.is_there() && self.referrers.is_empty()
    }
}

/// The records that `record` refers to, each once: what it links to, and what it is a part of.
pub(super) fn refs_of(record: Option<&Record>) -> Vec<RecordKey> {
    let Some(record) = record else {
        return Vec::new();
    };
    let mut refs = record.links();
    refs.extend(record.owner());
    refs.order();
    refs.dedup();
    refs
}
