//! The plans against the bugs that few schedules meet: each must change what is planned.

#![allow(clippy::unwrap_used)] // These are tests.

use super::pull::plan::plan_page;
use super::replay::refresh_of;
use super::verdicts::{Answer, Decided, plan_verdicts};
use crate::cache::plan::{ApplyPlan, plan_apply};
use crate::cache::rules::{CacheAction, Changed, plan_change};
use crate::cache::state::CacheState;
use crate::clock::Reading;
use crate::outbox::batch::{BatchLimits, plan_batch};
use crate::outbox::entry::{EntryState, OutboxEntry};
use crate::outbox::resend::{ResendContext, plan_resend};
use crate::outbox::stopped::Stopped;
use crate::ports::{OutboxPlan, OutboxView, OutboxWrite};
use crate::testing::fixtures::{add, entry, job, job_key, mutation_id, set, technician};
use afield_domain::{JobStatus, MutationId, Rejection, Rev, Timestamp, Versioned};
use afield_planted::{Bug, switch};
use afield_protocol::{
    Change, Cursor, EpochId, MutationVerdict, PullResponse, PushRequest, PushResponse, Seq, Verdict,
};

fn upsert() -> Change {
    Change::Upsert(Versioned {
        rev: Rev(1),
        record: job(1, &technician(1), JobStatus::Scheduled),
    })
}

/// A last page that names nothing.
fn page() -> PullResponse {
    PullResponse {
        changes: Vec::new(),
        cursor: Cursor("next".into()),
        more: false,
        totals: Vec::new(),
        left: Vec::new(),
        in_review: None,
        company: None,
    }
}

/// What left the scope goes with the next page, once no unsent work refers to it.
fn leaves() -> bool {
    let state = CacheState {
        leaving: vec![job_key(1)],
        ..CacheState::default()
    };
    let (_, changes) = plan_page(&state, page(), 0, &[], 1, Timestamp(0));
    changes == [Change::ScopeOut { key: job_key(1) }]
}

/// The record of a verdict does not come back to a phone from which it has gone.
fn stays_gone() -> bool {
    let batch = refresh_of(&EpochId("one".into()), Vec::new(), Vec::new());
    plan_change(&batch, &upsert(), None, false) == CacheAction::Nothing
}

/// What was made here is on the screen when its entry has gone.
fn made_stays() -> bool {
    let batch = refresh_of(&EpochId("one".into()), Vec::new(), vec![job_key(1)]);
    plan_change(&batch, &upsert(), None, false) == CacheAction::Put
}

/// And goes with the end of a pull that does not name it.
fn unnamed_goes() -> bool {
    let state = CacheState {
        unconfirmed: vec![job_key(1)],
        ..CacheState::default()
    };
    let (_, changes) = plan_page(&state, page(), 0, &[], 1, Timestamp(0));
    changes == [Change::ScopeOut { key: job_key(1) }]
}

/// Until then it is known to be unconfirmed.
fn added_is_unconfirmed() -> bool {
    let batch = refresh_of(&EpochId("one".into()), vec![upsert()], vec![job_key(1)]);
    let stored = CacheState::default();
    let ApplyPlan::Write(plan) = plan_apply(&stored, &batch) else {
        return false;
    };
    let mut changed = Changed::default();
    changed.note(job_key(1), None);
    let state = plan.state_after(&stored, &changed);
    state.is_some_and(|state| state.unconfirmed == [job_key(1)])
}

/// What a verdict brings says which data set it is of.
fn names_its_data_set() -> bool {
    let epoch = EpochId("one".into());
    refresh_of(&epoch, Vec::new(), Vec::new()).epoch == Some(epoch)
}

fn after(seq: u64, intent: crate::Intent, before: u64) -> OutboxEntry {
    let mut entry = entry(seq, intent).unwrap();
    entry.mutation.depends_on = vec![mutation_id(before)];
    entry
}

/// What is done on a record after a change that waits goes after it.
fn nothing_overtakes_what_waits() -> bool {
    let mut aside = entry(1, add(1, 1)).unwrap();
    aside.stopped = Some(Stopped {
        aside: true,
        ..Stopped::default()
    });
    let later = entry(3, set(1, JobStatus::Started)).unwrap();
    let entries = [aside, after(2, set(1, JobStatus::EnRoute), 1), later];
    plan_batch(&entries, technician(1).id, BatchLimits::USUAL).is_empty()
}

/// And after it too when it gets another place.
fn nothing_stays_in_front_of_it() -> bool {
    let parked = |seq| {
        let mut entry = entry(seq, add(u128::from(seq), 1)).unwrap();
        let (reason, at, rev) = (Rejection::Forbidden, Timestamp(0), None);
        entry.state = EntryState::Parked { reason, at, rev };
        entry
    };
    let mut waits = after(3, set(1, JobStatus::EnRoute), 1);
    waits.mutation.depends_on.push(mutation_id(2));
    let later = entry(4, set(1, JobStatus::Started)).unwrap();
    let view = OutboxView {
        entries: vec![parked(1), parked(2), waits, later],
        ..OutboxView::default()
    };
    let context = ResendContext {
        by_itself: false,
        now: Reading::default(),
        ids: (10..20).map(mutation_id).collect(),
    };
    let resent = plan_resend(&view, mutation_id(2), None, &context);
    resent.unwrap().value.len() == 3
}

/// What becomes of a mutation that was sent alone, and what the pass does then.
fn planned(
    sent: &OutboxEntry,
    verdict: Option<Verdict>,
    overtaken: &[MutationId],
) -> OutboxPlan<Decided> {
    let id = sent.mutation.id;
    let request = PushRequest {
        device: sent.mutation.device,
        ack_below: Seq(1),
        epoch: None,
        asks: Vec::new(),
        review: false,
        mutations: vec![sent.mutation.clone()],
    };
    let verdicts = verdict.map(|verdict| MutationVerdict::new(id, verdict));
    let answer = Answer {
        request: &request,
        response: &PushResponse {
            verdicts: verdicts.into_iter().collect(),
            undecided: Vec::new(),
        },
        epoch: &EpochId("one".into()),
        server_time: Timestamp(0),
        now: &Reading::default(),
        copies: &[],
        overtaken,
    };
    let view = OutboxView {
        entries: vec![sent.clone()],
        ..OutboxView::default()
    };
    plan_verdicts(&view, 0, answer).unwrap()
}

/// What came too late for its record gets no other place by itself.
fn what_came_too_late_is_asked_about() -> bool {
    let late = entry(1, set(1, JobStatus::EnRoute)).unwrap();
    let reason = Rejection::SequenceReused;
    let verdict = Verdict::Rejected { reason };
    let planned = planned(&late, Some(verdict), &[late.mutation.id]).writes;
    planned.iter().any(|write| {
        let state = match write {
            OutboxWrite::Put(entry) => &entry.state,
            _ => return false,
        };
        let outdated = Rejection::Outdated;
        matches!(state, EntryState::Parked { reason, .. } if *reason == outdated)
    })
}

/// The server says nothing of what waits for a refused change: the rest goes on.
fn the_rest_goes_on_without_what_waits() -> bool {
    let undecided = planned(&after(2, add(1, 1), 1), None, &[]).value.undecided;
    !undecided.ends
}

#[test]
fn rare_bugs_change_what_is_planned() {
    let plans: [(Bug, fn() -> bool); 10] = [
        (Bug::DependantOvertaken, nothing_overtakes_what_waits),
        (Bug::FollowersOvertaken, nothing_stays_in_front_of_it),
        (Bug::OvertakenSentAnew, what_came_too_late_is_asked_about),
        (Bug::SilentStopsAll, the_rest_goes_on_without_what_waits),
        (Bug::LeavingForgotten, leaves),
        (Bug::VerdictResurrects, stays_gone),
        (Bug::RefreshAnyEpoch, names_its_data_set),
        (Bug::MadeLeavesWithEntry, made_stays),
        (Bug::UnconfirmedStays, unnamed_goes),
        (Bug::UnconfirmedForgotten, added_is_unconfirmed),
    ];
    for (bug, is_right) in plans {
        assert!(is_right(), "{bug:?} is off");
        switch(Some(bug));
        let found = !is_right();
        switch(None);
        assert!(found, "{bug:?}");
    }
}
