//! The plans against the bugs that few schedules meet: each must change what is planned.

use super::pull::plan_page;
use super::replay::refresh_of;
use crate::cache::rules::{CacheAction, plan_change};
use crate::cache::state::CacheState;
use crate::testing::fixtures::{job, job_key, technician};
use afield_domain::{JobStatus, Rev, Timestamp, Versioned};
use afield_planted::{Bug, switch};
use afield_protocol::{Change, Cursor, EpochId, PullResponse};

/// What left the scope goes with the next page, once no unsent work refers to it.
fn leaves() -> bool {
    let state = CacheState {
        leaving: vec![job_key(1)],
        ..CacheState::default()
    };
    let page = PullResponse {
        changes: Vec::new(),
        cursor: Cursor("next".into()),
        more: false,
        totals: Vec::new(),
    };
    let (_, changes) = plan_page(&state, &page, 0, &[], 1, Timestamp(0));
    changes == [Change::ScopeOut { key: job_key(1) }]
}

/// The record of a verdict does not come back to a phone from which it has gone.
fn stays_gone() -> bool {
    let batch = refresh_of(&EpochId("one".into()), Vec::new());
    let change = Change::Upsert(Versioned {
        rev: Rev(1),
        record: job(1, &technician(1), JobStatus::Scheduled),
    });
    plan_change(&batch, &change, None, false) == CacheAction::Nothing
}

/// What a verdict brings says which data set it is of.
fn names_its_data_set() -> bool {
    let epoch = EpochId("one".into());
    refresh_of(&epoch, Vec::new()).epoch == Some(epoch)
}

#[test]
fn rare_bugs_change_what_is_planned() {
    let plans: [(Bug, fn() -> bool); 3] = [
        (Bug::LeavingForgotten, leaves),
        (Bug::VerdictResurrects, stays_gone),
        (Bug::RefreshAnyEpoch, names_its_data_set),
    ];
    for (bug, is_right) in plans {
        assert!(is_right(), "{bug:?} is off");
        switch(Some(bug));
        let found = !is_right();
        switch(None);
        assert!(found, "{bug:?}");
    }
}
