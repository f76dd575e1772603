//! The plans of rounds that are under way, so that a round is planned once and not once a page.
//!
//! Owns which are kept, and how many. A plan may be forgotten at any time, as with a restart: it is then
//! made again from the cursor. Must never be the only place of anything, nor say what is in scope now:
//! whoever takes a plan from here asks the storage whether something has left the scope since.

use super::cursor::Base;
use super::plan::Planned;
use afield_domain::{CompanyId, UserId};
use afield_protocol::{EpochId, Extent};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Plans kept for one user: one for each phone, and some to spare.
const OF_USER: usize = 4;
/// Plans kept in all.
const PLANS: usize = 512;
/// Entries kept in all plans together: some twenty megabytes.
const ENTRIES: usize = 1_000_000;

/// Which round it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoundId {
    /// The data set.
    pub(crate) epoch: EpochId,
    /// The company.
    pub(crate) company: CompanyId,
    /// Whose phone.
    pub(crate) user: UserId,
    /// From where.
    pub(crate) base: Option<Base>,
    /// To where.
    pub(crate) target: Base,
    /// What the phone holds.
    pub(crate) extent: Option<Extent>,
}

/// A plan, in the order of its round.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Nothing had left the scope up to this change.
    pub(crate) holds_at: u64,
    /// What becomes of each record.
    pub(crate) entries: Arc<[Planned]>,
}

/// The plans of rounds that are under way.
#[derive(Debug, Default)]
pub(crate) struct Rounds(Mutex<VecDeque<(RoundId, Plan)>>);

impl Rounds {
    /// The plan of a round, if it is still there.
    pub(crate) fn find(&self, round: &RoundId) -> Option<Plan> {
        let plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = plans.iter().find(|(known, _)| known == round);
        found.map(|(_, plan)| plan.clone())
    }

    /// Keeps the plan of a round in the place of the one before; forgets the oldest where there are too
    /// many.
    pub(crate) fn keep(&self, round: RoundId, plan: Plan) {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.retain(|(known, _)| *known != round);
        let is_theirs =
            |known: &RoundId| (known.company, known.user) == (round.company, round.user);
        let mut theirs = plans.iter().filter(|(known, _)| is_theirs(known)).count();
        plans.retain(|(known, _)| {
            let goes = theirs >= OF_USER && is_theirs(known);
            theirs -= usize::from(goes);
            !goes
        });
        plans.push_back((round, plan));
        let count = |plans: &VecDeque<(RoundId, Plan)>| -> usize {
            plans.iter().map(|(_, plan)| plan.entries.len()).sum()
        };
        while plans.len() > PLANS || (plans.len() > 1 && count(&plans) > ENTRIES) {
            plans.pop_front();
        }
    }

    /// Forgets a round that is through.
    pub(crate) fn forget(&self, round: &RoundId) {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.retain(|(known, _)| known != round);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::time::ScopeWindow;
    use afield_domain::{Module, RecordKey, Timestamp};
    use uuid::Uuid;

    fn round(user: u128, seq: u64) -> RoundId {
        let window = ScopeWindow {
            from: Timestamp(0),
            until: Timestamp(1),
        };
        RoundId {
            epoch: EpochId("e".into()),
            company: CompanyId(Uuid::from_u128(1)),
            user: UserId(Uuid::from_u128(user)),
            base: None,
            target: Base { seq, window },
            extent: None,
        }
    }

    fn plan(entries: usize) -> Plan {
        let key = RecordKey::new(Module::Job, Uuid::nil());
        Plan {
            holds_at: 0,
            entries: vec![Planned::Send(key); entries].into(),
        }
    }

    fn there(rounds: &Rounds, of: impl IntoIterator<Item = RoundId>) -> Vec<bool> {
        of.into_iter()
            .map(|round| rounds.find(&round).is_some())
            .collect()
    }

    #[test]
    fn a_user_has_room_for_some_rounds_and_pushes_out_only_their_own() {
        let rounds = Rounds::default();
        rounds.keep(round(9, 1), plan(1));
        for seq in 1..=5 {
            rounds.keep(round(1, seq), plan(1));
        }
        rounds.keep(round(1, 5), plan(2));
        let all = (1..=5).map(|seq| round(1, seq)).chain([round(9, 1)]);
        assert_eq!(there(&rounds, all), [false, true, true, true, true, true]);
        assert_eq!(rounds.find(&round(1, 5)).unwrap().entries.len(), 2);
        rounds.forget(&round(1, 5));
        assert!(rounds.find(&round(1, 5)).is_none());
        let other = RoundId {
            epoch: EpochId("f".into()),
            ..round(9, 1)
        };
        assert!(rounds.find(&other).is_none());
    }

    #[test]
    fn memory_has_an_end() {
        let rounds = Rounds::default();
        for user in 0..3 {
            rounds.keep(round(user, 1), plan(ENTRIES / 2));
        }
        let all = (0..3).map(|user| round(user, 1));
        assert_eq!(there(&rounds, all), [false, true, true]);
        for user in 10..(10 + PLANS as u128) {
            rounds.keep(round(user, 1), plan(1));
        }
        assert!(rounds.find(&round(2, 1)).is_none());
        assert!(rounds.find(&round(10, 1)).is_some());
    }
}
