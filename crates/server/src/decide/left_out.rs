//! What the office leaves out of a group that it accepts.
//!
//! Owns what becomes of each change of a decision, and what needs what. Pure. Must never say that something is done that
//! nobody has accepted.

use crate::storage::ReviewRow;
use afield_domain::{JobId, MutationId};
use afield_planted::planted;
use afield_protocol::{Decide, Mutation};
use std::collections::BTreeSet;

/// What becomes of one change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate<'d> {
    /// It is done, on another job if one is named.
    Accepted(Option<JobId>),
    /// It is not, for this reason.
    Declined(&'d str),
}

impl<'d> Fate<'d> {
    /// What `decide` says of the change `id`.
    pub(crate) fn of(decide: &'d Decide, id: MutationId) -> Self {
        match decide {
            Decide::Decline { reason } => Self::Declined(reason),
            Decide::AcceptRest {
                left_out, reason, ..
            } if planted!(LeftOutApplied: left_out.contains(&id) => false) => {
                Self::Declined(reason)
            }
            Decide::Accept { onto } | Decide::AcceptRest { onto, .. } => Self::Accepted(*onto),
        }
    }

    /// As it is kept with the change: of what became of others it says nothing.
    pub(crate) fn stored(self) -> Decide {
        match self {
            Self::Accepted(onto) => Decide::Accept { onto },
            Self::Declined(reason) => Decide::Decline {
                reason: reason.to_owned(),
            },
        }
    }
}

/// Whether something is left out that was not seen, or nothing stays that could be accepted.
pub(crate) fn is_nonsense(decide: &Decide, seen: &[MutationId]) -> bool {
    let Decide::AcceptRest { left_out, .. } = decide else {
        return false;
    };
    let left_out: BTreeSet<&MutationId> = left_out.iter().collect();
    let all_seen: BTreeSet<&MutationId> = seen.iter().collect();
    left_out.is_empty() || !left_out.is_subset(&all_seen) || left_out == all_seen
}

/// The first of `rows` that is to be accepted and needs one that is left out, and which.
pub(crate) fn first_in_need(
    decide: &Decide,
    rows: &[ReviewRow],
) -> Option<(MutationId, MutationId)> {
    let Decide::AcceptRest { left_out, .. } = decide else {
        return None;
    };
    let left_out: BTreeSet<MutationId> = left_out.iter().copied().collect();
    let accepted = rows.iter().map(|row| &row.mutation);
    let mut accepted = accepted.filter(|mutation| !left_out.contains(&mutation.id));
    accepted.find_map(|mutation| {
        let mut needed = needs(mutation).iter();
        let missing = needed.find(|id| left_out.contains(id))?;
        Some((mutation.id, *missing))
    })
}

/// Those without which `mutation` can have no meaning. The end of a job waits for all that was done there before and
/// needs none of it: whether the job may end without, the judge says.
pub(crate) fn needs(mutation: &Mutation) -> &[MutationId] {
    match mutation.op.completes() {
        true => &[],
        false => &mutation.depends_on,
    }
}
