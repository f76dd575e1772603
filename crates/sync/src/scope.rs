//! Which records unsent work refers to.
//!
//! Owns the pins: neither a scope-out nor an expiry may take what somebody still works on.

use crate::entry::OutboxEntry;
use afield_domain::RecordKey;
use std::collections::BTreeSet;

/// The records that the entries (of any user) change or stand on.
#[must_use]
pub fn pinned_records(entries: &[OutboxEntry]) -> BTreeSet<RecordKey> {
    entries
        .iter()
        .flat_map(|entry| {
            let job = entry.mutation.op.job().map(RecordKey::from);
            [Some(entry.mutation.lane), job].into_iter().flatten()
        })
        .collect()
}
