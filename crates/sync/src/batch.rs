//! Which entries go on the wire next.
//!
//! Owns the order: one device's mutations leave in `seq` order; a parked one holds its lane and its
//! dependants and nobody else.

use crate::entry::{EntryState, OutboxEntry};
use afield_domain::{MutationId, RecordKey, UserId};
use afield_protocol::Seq;
use std::collections::{BTreeMap, BTreeSet};

/// How much one push may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Mutations.
    pub items: usize,
    /// Bytes of their JSON; the first one always fits.
    pub bytes: usize,
}

impl BatchLimits {
    /// The usual limits, well inside the server's.
    pub const USUAL: Self = Self {
        items: afield_domain::limits::PUSH_MUTATIONS,
        bytes: afield_domain::limits::PUSH_BYTES / 2,
    };

    /// Half of what was refused as too large, at least one mutation.
    #[must_use]
    pub fn halved(self, sent: usize) -> Self {
        Self {
            items: (sent / 2).max(1),
            bytes: (self.bytes / 2).max(1),
        }
    }
}

/// The entries that wait for a parked one, each with the id of the parked mutation it waits for.
#[must_use]
pub fn held_entries(entries: &[OutboxEntry]) -> BTreeMap<Seq, MutationId> {
    let mut lanes: BTreeMap<RecordKey, MutationId> = BTreeMap::new();
    let mut blocked: BTreeMap<MutationId, MutationId> = BTreeMap::new();
    let mut held = BTreeMap::new();
    for entry in entries {
        let mutation = &entry.mutation;
        if entry.is_parked() {
            lanes.entry(mutation.lane).or_insert(mutation.id);
            blocked.insert(mutation.id, mutation.id);
            continue;
        }
        let parent = mutation.depends_on.iter().find_map(|id| blocked.get(id));
        if let Some(root) = lanes.get(&mutation.lane).or(parent).copied() {
            blocked.insert(mutation.id, root);
            lanes.entry(mutation.lane).or_insert(root);
            held.insert(entry.seq(), root);
        }
    }
    held
}

/// The next batch of `user`, in `seq` order: everything pending that nothing holds, up to the limits.
/// Entries must rise by `seq`.
#[must_use]
pub fn plan_batch(entries: &[OutboxEntry], user: UserId, limits: BatchLimits) -> Vec<OutboxEntry> {
    let held = held_entries(entries);
    let mut left_behind: BTreeSet<MutationId> = BTreeSet::new();
    let mut batch = Vec::new();
    let mut bytes = 0;
    for entry in entries {
        let mutation = &entry.mutation;
        let waits_for_other_user = mutation
            .depends_on
            .iter()
            .any(|id| left_behind.contains(id));
        if mutation.user != user
            || entry.state != EntryState::Pending
            || held.contains_key(&entry.seq())
            || waits_for_other_user
        {
            left_behind.insert(mutation.id);
            continue;
        }
        bytes += serde_json::to_vec(mutation).map_or(0, |json| json.len());
        if batch.len() >= limits.items || (bytes > limits.bytes && !batch.is_empty()) {
            break;
        }
        batch.push(entry.clone());
    }
    batch
}

/// The lowest `seq` still in the outbox, of any user: everything below was acknowledged.
#[must_use]
pub fn ack_below(entries: &[OutboxEntry], last_seq: Seq) -> Seq {
    entries
        .iter()
        .map(OutboxEntry::seq)
        .min()
        .unwrap_or(Seq(last_seq.0.saturating_add(1)))
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
