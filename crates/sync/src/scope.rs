//! Which records unsent work refers to.
//!
//! Owns the pins: neither a scope-out nor an expiry may take what somebody still works on.

use crate::entry::OutboxEntry;
use afield_domain::RecordKey;

/// The records that the entries (of any user) change or stand on, each once.
#[must_use]
pub fn pinned_records(entries: &[OutboxEntry]) -> Vec<RecordKey> {
    let mut pinned = Vec::new();
    for entry in entries {
        let job = entry.mutation.op.job().map(RecordKey::from);
        for key in [Some(entry.mutation.lane), job].into_iter().flatten() {
            if !pinned.contains(&key) {
                pinned.push(key);
            }
        }
    }
    pinned
}
