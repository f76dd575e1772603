//! Which records unsent work refers to.
//!
//! Owns the pins: neither a scope-out nor an expiry may take what somebody still works on.

use crate::outbox::entry::OutboxEntry;
use afield_domain::RecordKey;
use afield_domain::order::Order;

/// The records that the entries (of any user) change or stand on, each once, rising.
#[must_use]
pub fn pinned_records(entries: &[OutboxEntry]) -> Vec<RecordKey> {
    let mut pinned = Vec::with_capacity(2 * entries.len());
    for entry in entries {
        pinned.push(entry.mutation.lane);
        pinned.extend(entry.mutation.op.job().map(RecordKey::from));
    }
    pinned.order();
    pinned.dedup();
    pinned
}
