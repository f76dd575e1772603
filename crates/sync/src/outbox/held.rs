//! Which entries a refused one holds.
//!
//! Owns the rule: a parked entry holds its lane and its dependants and nobody else. "Held" is derived
//! and never stored. A lane is one user's: where two share a phone, neither has promised the other anything
//! of an order, and the server keeps none between users. If A's refused edit of a job and B's new one meet,
//! B's goes; A's, sent again, meets it as it would meet any other user's. Lists here are searched from end to end: what is parked is little, and each map of
//! another type is kilobytes of code that every visitor downloads.

use crate::outbox::entry::OutboxEntry;
use afield_domain::{MutationId, RecordKey, UserId};
use afield_planted::planted;
use afield_protocol::Seq;

/// The entries that wait for a parked one, each with the id of the parked mutation it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeldEntries(pub(crate) Vec<(Seq, MutationId)>);

impl HeldEntries {
    /// Whether the entry waits.
    #[must_use]
    pub fn contains(&self, seq: Seq) -> bool {
        // They rise by `seq`, as the entries do.
        self.0.binary_search_by_key(&seq, |(seq, _)| *seq).is_ok()
    }

    /// The parked mutation that the entry waits for.
    #[must_use]
    pub fn root_of(&self, seq: Seq) -> Option<MutationId> {
        let index = self.0.binary_search_by_key(&seq, |(seq, _)| *seq).ok()?;
        self.0.get(index).map(|(_, root)| *root)
    }

    /// The parked mutations that are waited for, once for each entry that waits.
    pub fn roots(&self) -> impl Iterator<Item = &MutationId> {
        self.0.iter().map(|(_, root)| root)
    }
}

fn find<K: PartialEq>(pairs: &[(K, MutationId)], key: &K) -> Option<MutationId> {
    let pair = pairs.iter().find(|(known, _)| known == key);
    pair.map(|(_, root)| *root)
}

/// A lane in which a parked entry holds what its user put there after it.
#[derive(Debug, Clone)]
struct HeldLane {
    lane: (UserId, RecordKey),
    after: Seq,
    root: MutationId,
}

/// Which entries are held, told one after the other as they rise by `seq`.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeldScan {
    lanes: Vec<HeldLane>,
    blocked: Vec<(MutationId, MutationId)>,
}

impl HeldScan {
    /// The parked mutation that this entry, the next one, waits for.
    pub(crate) fn root_of(&mut self, entry: &OutboxEntry) -> Option<MutationId> {
        // The server has it, and decides what comes behind it as well.
        if planted!(AskedHeld: entry.is_the_offices() => entry.is_in_review()) {
            return None;
        }
        let mutation = &entry.mutation;
        let (lane, after) = ((mutation.user, mutation.lane), entry.first_seq());
        if entry.is_parked() {
            let root = mutation.id;
            self.lanes.push(HeldLane { lane, after, root });
            self.blocked.push((mutation.id, mutation.id));
            return None;
        }
        let parents = || mutation.depends_on.iter();
        let parent = || parents().find_map(|id| find(&self.blocked, id));
        let parent = || planted!(ChildAfterFailedParent: parent() => None);
        // One that is sent again stands at the end and belongs before a later one that is parked as well.
        let is_behind = |held: &&HeldLane| held.lane == lane && held.after < after;
        let held = self.lanes.iter().find(is_behind).map(|held| held.root);
        let root = planted!(LaneForgotten: held => None).or_else(parent)?;
        self.blocked.push((mutation.id, root));
        if held.is_none() {
            self.lanes.push(HeldLane { lane, after, root });
        }
        Some(root)
    }
}

/// The entries that wait for a parked one. Entries must rise by `seq`.
#[must_use]
pub fn held_entries(entries: &[OutboxEntry]) -> HeldEntries {
    let mut scan = HeldScan::default();
    let held = entries.iter().filter_map(|entry| {
        let root = scan.root_of(entry)?;
        Some((entry.seq(), root))
    });
    HeldEntries(held.collect())
}
