//! What a batch does to a cache, and how a new generation takes over: the plan that every store executes
//! in one transaction.
//!
//! Owns which generation a batch is written to, what is told of it, and what is carried over. What one
//! change does to one record is [`crate::cache::rules`]. Must never load or save.

use crate::cache::extent::is_overtaken;
use crate::cache::rules::{
    Changed, carried_over, is_of_other_epoch, left_unconfirmed, made_again, made_elsewhere,
    takes_over, welcome,
};
use crate::cache::state::CacheState;
use crate::ports::{CacheBatch, CacheOutcome, Source};
use afield_domain::RecordKey;
use afield_planted::planted;
use std::borrow::Cow;

/// What to do with a batch.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant)] // One of them at a time: a box would be for nothing.
pub enum ApplyPlan<'a> {
    /// Nothing is written.
    Nothing(CacheOutcome),
    /// Write it.
    Write(BatchPlan<'a>),
}

/// What to write of a batch, in this order: the changes, then the state, then what takes over.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchPlan<'a> {
    /// The batch without what the cache must not take.
    pub batch: Cow<'a, CacheBatch>,
    /// Its changes go into the generation that is being filled.
    pub fills: bool,
    /// Its changes go into the generation that is shown.
    pub shows: bool,
    /// With it the generation that was filled takes over ([`plan_take_over`]).
    pub takes_over: bool,
}

/// What a cache in `state` does with `batch`.
#[must_use]
pub fn plan_apply<'a>(state: &CacheState, batch: &'a CacheBatch) -> ApplyPlan<'a> {
    let expected = batch.expected_cursor.as_ref();
    if expected.is_some_and(|expected| *expected != state.cursor) {
        return ApplyPlan::Nothing(CacheOutcome::CursorMoved);
    }
    if batch.source == Source::Pull && is_overtaken(state, batch.state.as_ref()) {
        return ApplyPlan::Nothing(CacheOutcome::CursorMoved);
    }
    if is_of_other_epoch(state, batch) {
        return match made_elsewhere(batch) {
            None => ApplyPlan::Nothing(CacheOutcome::Written(Vec::new())),
            Some(made) => ApplyPlan::Write(BatchPlan {
                fills: false,
                shows: true,
                takes_over: false,
                batch: Cow::Owned(made),
            }),
        };
    }
    ApplyPlan::Write(BatchPlan {
        fills: state.staging,
        // A verdict is shown at once, and must not be missed by the generation to come.
        shows: !state.staging || batch.source == Source::Verdict,
        takes_over: takes_over(state, batch),
        batch: welcome(state, batch),
    })
}

impl BatchPlan<'_> {
    /// The state to write, if it changes; `stored` is what is there. `changed` are the records of the generation that
    /// pulls fill. What a verdict has added is unconfirmed until a page names it: whoever wrote the batch may not have
    /// known of all that is.
    #[must_use]
    pub fn state_after(&self, stored: &CacheState, changed: &Changed) -> Option<CacheState> {
        let (added, staying) = match self.batch.source {
            Source::Pull => (&[][..], Vec::new()),
            Source::Verdict => (changed.added.as_slice(), made_again(stored, &self.batch)),
        };
        let mut unconfirmed = left_unconfirmed(&stored.unconfirmed, &self.batch.changes);
        unconfirmed.extend(added);
        unconfirmed.extend(&staying);
        let next = self.batch.state.as_ref();
        let is_noted = !added.is_empty() || !staying.is_empty();
        let mut next = next.or_else(|| is_noted.then_some(stored))?.clone();
        next.leaving.retain(|key| !staying.contains(key));
        next.unconfirmed = planted!(UnconfirmedForgotten: unconfirmed => Vec::new());
        Some(next)
    }

    /// What to tell, once everything is written. `changed` are the shown records that have changed.
    #[must_use]
    pub fn outcome(&self, changed: Vec<RecordKey>) -> CacheOutcome {
        if self.takes_over {
            // All may have.
            CacheOutcome::Written(Vec::new())
        } else if self.shows {
            CacheOutcome::Written(changed)
        } else {
            CacheOutcome::Staged
        }
    }
}

/// How the generation that was filled takes over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeOverPlan {
    /// The records to copy from the old generation, which goes then.
    pub carried: Vec<RecordKey>,
    /// The state to write.
    pub state: CacheState,
}

/// What unsent work refers to and only the old generation has is carried over, and marked to leave.
#[must_use]
pub fn plan_take_over(
    next: &CacheState,
    pinned: &[RecordKey],
    is_in_old: impl Fn(RecordKey) -> bool,
    is_in_new: impl Fn(RecordKey) -> bool,
) -> TakeOverPlan {
    let carried = carried_over(pinned, is_in_old, is_in_new);
    let mut state = next.clone();
    // What left the scope while the new one was filled is there, and marked already.
    let unmarked = carried.iter().filter(|key| !next.leaving.contains(key));
    state.leaving.extend(unmarked.copied());
    TakeOverPlan { carried, state }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fixtures::{job, job_key, note, technician};
    use afield_domain::{JobStatus, Rev, Versioned};
    use afield_protocol::{Change, Cursor, EpochId, UnreadChange};

    fn batch(source: Source, staging: Option<bool>) -> CacheBatch {
        CacheBatch {
            source,
            expected_cursor: None,
            epoch: None,
            changes: Vec::new(),
            pinned: Vec::new(),
            made: Vec::new(),
            state: staging.map(|staging| CacheState {
                staging,
                ..CacheState::default()
            }),
        }
    }

    #[test]
    fn a_batch_goes_where_it_belongs() {
        // While a new generation is filled, the source, the next state's `staging`;
        // fills, shows, takes over.
        let cases = [
            (false, Source::Pull, Some(false), (false, true, false)),
            (false, Source::Verdict, None, (false, true, false)),
            (true, Source::Pull, Some(true), (true, false, false)),
            (true, Source::Pull, Some(false), (true, false, true)),
            (true, Source::Verdict, None, (true, true, false)),
        ];
        for (staging, source, next, expected) in cases {
            let state = CacheState {
                staging,
                ..CacheState::default()
            };
            let batch = batch(source, next);
            let ApplyPlan::Write(plan) = plan_apply(&state, &batch) else {
                panic!("{batch:?}")
            };
            assert_eq!((plan.fills, plan.shows, plan.takes_over), expected);
            let told = plan.outcome(vec![job_key(1)]);
            let all = CacheOutcome::Written(Vec::new());
            match expected {
                (_, _, true) => assert_eq!(told, all),
                (_, true, _) => assert_eq!(told, CacheOutcome::Written(vec![job_key(1)])),
                _ => assert_eq!(told, CacheOutcome::Staged),
            }
        }
    }

    /// Found by the simulation (seed 3024 of the model): a job that was made again in a restored data set left the
    /// screen with the first page after its verdict, because the copy that was carried over counted as leaving.
    #[test]
    fn what_was_made_again_leaves_no_sooner_than_the_pull_ends() {
        let stored = CacheState {
            leaving: vec![job_key(1), job_key(2)],
            ..CacheState::default()
        };
        let mut verdict = batch(Source::Verdict, None);
        verdict.changes = [1, 2, 3].map(of_job).to_vec();
        verdict.made = vec![job_key(1), job_key(4)];
        let ApplyPlan::Write(plan) = plan_apply(&stored, &verdict) else {
            panic!("{verdict:?}")
        };
        let after = plan.state_after(&stored, &Changed::default()).unwrap();
        assert_eq!(after.leaving, [job_key(2)]);
        assert_eq!(after.unconfirmed, [job_key(1)]);
    }

    fn of_job(n: u128) -> Change {
        Change::Upsert(Versioned {
            rev: Rev(1),
            record: job(n, &technician(1), JobStatus::Scheduled),
        })
    }

    /// Found by the simulation (seed 262 of the model): a settled conflict of a job whose newest copy
    /// cannot be read was not shown, because the old copy counts as leaving.
    #[test]
    fn a_part_of_what_leaves_is_unwelcome_unless_it_only_cannot_be_read() {
        let record = note(1, 1, &technician(1));
        let mut verdict = batch(Source::Verdict, None);
        verdict.changes.push(Change::Upsert(Versioned {
            rev: Rev(1),
            record,
        }));
        let mut state = CacheState {
            leaving: vec![job_key(1)],
            ..CacheState::default()
        };
        assert_eq!(welcome(&state, &verdict).changes.len(), 0);
        state.unread.note(&UnreadChange {
            module: "job".to_owned(),
            id: job_key(1).id.to_string(),
            gone: false,
        });
        assert_eq!(welcome(&state, &verdict).changes.len(), 1);
    }

    #[test]
    fn what_comes_too_late_is_not_written() {
        let state = CacheState {
            cursor: Some(Cursor("2".into())),
            epoch: Some(EpochId("a".into())),
            ..CacheState::default()
        };
        let mut late = batch(Source::Pull, Some(false));
        late.expected_cursor = Some(Some(Cursor("1".into())));
        let nothing = ApplyPlan::Nothing(CacheOutcome::CursorMoved);
        assert_eq!(plan_apply(&state, &late), nothing);
        let mut other = batch(Source::Verdict, None);
        other.epoch = Some(EpochId("b".into()));
        let nothing = ApplyPlan::Nothing(CacheOutcome::Written(Vec::new()));
        assert_eq!(plan_apply(&state, &other), nothing);
    }

    #[test]
    fn only_what_the_new_generation_lacks_is_carried_and_marked_once() {
        let next = CacheState {
            leaving: vec![job_key(1)],
            ..CacheState::default()
        };
        let pinned = [1, 2, 3, 4].map(job_key);
        let is_in_old = |key| key != job_key(4);
        let plan = plan_take_over(&next, &pinned, is_in_old, |key| key == job_key(3));
        assert_eq!(plan.carried, [1, 2].map(job_key));
        assert_eq!(plan.state.leaving, [1, 2].map(job_key));
    }
}
