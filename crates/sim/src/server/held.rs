//! What waits for a refused mutation of the same batch.
//!
//! Owns that rule as the model's server applies it in part of a batch. Must never decide a mutation.

use afield_domain::{MutationId, RecordKey};
use afield_protocol::Mutation;
use std::collections::BTreeSet;

/// What waits for a refused mutation of the same batch.
#[derive(Default)]
pub(super) struct HeldLanes {
    lanes: BTreeSet<RecordKey>,
    ids: BTreeSet<MutationId>,
}

impl HeldLanes {
    pub(super) fn add(&mut self, mutation: &Mutation) {
        self.lanes.insert(mutation.lane);
        self.ids.insert(mutation.id);
    }

    pub(super) fn holds(&self, mutation: &Mutation) -> bool {
        self.lanes.contains(&mutation.lane)
            || mutation.depends_on.iter().any(|id| self.ids.contains(id))
    }
}
