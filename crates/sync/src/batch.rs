//! Which entries go on the wire next.
//!
//! Owns the order: one device's mutations leave in `seq` order; a parked one holds its lane and its
//! dependants and nobody else. Lists here are searched from end to end: what is parked is little, and
//! each map of another type is kilobytes of code that every visitor downloads.

use crate::entry::{EntryState, OutboxEntry};
use afield_domain::{MutationId, Op, RecordKey, UserId};
use afield_planted::planted;
use afield_protocol::Seq;

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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held(Vec<(Seq, MutationId)>);

impl Held {
    /// Whether the entry waits.
    #[must_use]
    pub fn contains_key(&self, seq: &Seq) -> bool {
        // They rise by `seq`, as the entries do.
        self.0.binary_search_by_key(seq, |(seq, _)| *seq).is_ok()
    }

    /// The parked mutation that the entry waits for.
    #[must_use]
    pub fn root_of(&self, seq: Seq) -> Option<MutationId> {
        let index = self.0.binary_search_by_key(&seq, |(seq, _)| *seq).ok()?;
        self.0.get(index).map(|(_, root)| *root)
    }

    /// The parked mutations that are waited for, once for each entry that waits.
    pub fn values(&self) -> impl Iterator<Item = &MutationId> {
        self.0.iter().map(|(_, root)| root)
    }
}

fn find<K: PartialEq>(pairs: &[(K, MutationId)], key: &K) -> Option<MutationId> {
    let pair = pairs.iter().find(|(known, _)| known == key);
    pair.map(|(_, root)| *root)
}

/// The entries that wait for a parked one. Entries must rise by `seq`.
#[must_use]
pub fn held_entries(entries: &[OutboxEntry]) -> Held {
    let mut lanes: Vec<(RecordKey, MutationId)> = Vec::new();
    let mut blocked: Vec<(MutationId, MutationId)> = Vec::new();
    let mut held = Vec::new();
    for entry in entries {
        let mutation = &entry.mutation;
        if entry.is_parked() {
            lanes.push((mutation.lane, mutation.id));
            blocked.push((mutation.id, mutation.id));
            continue;
        }
        let parent = || mutation.depends_on.iter().find_map(|id| find(&blocked, id));
        let parent = || planted!(ChildAfterFailedParent: parent() => None);
        let lane = planted!(LaneForgotten: find(&lanes, &mutation.lane) => None);
        if let Some(root) = lane.or_else(parent) {
            blocked.push((mutation.id, root));
            if find(&lanes, &mutation.lane).is_none() {
                lanes.push((mutation.lane, root));
            }
            held.push((entry.seq(), root));
        }
    }
    Held(held)
}

/// The next batch of `user`, in `seq` order: everything pending that nothing holds, up to the limits.
/// Entries must rise by `seq`.
#[must_use]
pub fn plan_batch(entries: &[OutboxEntry], user: UserId, limits: BatchLimits) -> Vec<OutboxEntry> {
    let held = held_entries(entries);
    let mut left_behind: Vec<MutationId> = Vec::new();
    let mut unread: Vec<RecordKey> = Vec::new();
    let mut batch = Vec::new();
    let mut bytes = 0;
    for entry in entries {
        let mutation = &entry.mutation;
        if mutation.op == Op::Unknown {
            // Of another build, whose words this one cannot repeat: its lane waits for that build.
            unread.push(mutation.lane);
        }
        let waits_for_other_user = mutation
            .depends_on
            .iter()
            .any(|id| left_behind.contains(id));
        if planted!(WrongUserReplay: mutation.user != user => false)
            || entry.state != EntryState::Pending
            || unread.contains(&mutation.lane)
            || held.contains_key(&entry.seq())
            || waits_for_other_user
        {
            left_behind.push(mutation.id);
            continue;
        }
        bytes += serde_json::to_vec(mutation).map_or(0, |json| json.len());
        if batch.len() >= limits.items || (bytes > limits.bytes && !batch.is_empty()) {
            break;
        }
        let end = batch.len();
        batch.insert(planted!(BatchOutOfOrder: end => 0), entry.clone());
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
