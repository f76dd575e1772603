//! Which entries go on the wire next.
//!
//! Owns the order: one device's mutations leave in `seq` order, up to what one push may carry.

use crate::outbox::entry::{EntryState, OutboxEntry};
use crate::outbox::held::held_entries;
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
            || held.contains(entry.seq())
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
