//! What the company sets reaches a phone with its next pull, and takes nothing that was not sent.

#![allow(clippy::unwrap_used)] // These are tests.

use afield_domain::JobStatus::{Finished, Scheduled, Started};
use afield_domain::time::ScopeWindow;
use afield_domain::{
    Job, Question, QuestionKind, Record, Rejection, Right, RightsChange, Role, Timestamp,
};
use afield_protocol::{Company, SessionInfo};
use afield_sync::files::copies::copies_most;
use afield_sync::testing::ModelServer;
use afield_sync::testing::fixtures::{
    TestEngine, add, device, job, job_key, session, set, technician,
};
use afield_sync::{CacheStore, EntryState, OutboxMeta, OutboxStore, Read, Trigger};
use futures::executor::block_on;

const DAY_MS: i64 = 86_400_000;
const NOON: i64 = 1_795_248_000_000;

fn pass(engine: &TestEngine) {
    block_on(engine.run_sync(Trigger::Asked)).unwrap();
}

fn meta(engine: &TestEngine) -> OutboxMeta {
    block_on(engine.outbox.load(Read::Meta)).unwrap().meta
}

fn company(engine: &TestEngine) -> Company {
    meta(engine).session.unwrap().info.company
}

fn holds(engine: &TestEngine, n: u128) -> bool {
    let found = block_on(engine.cache.load_record(job_key(n))).unwrap();
    found.is_some()
}

/// Job `n`, so many days after today.
fn in_days(n: u128, days: i64) -> Record {
    match job(n, &technician(1), Scheduled) {
        Record::Job(job) => Record::Job(Job {
            starts: Timestamp(NOON + days * DAY_MS),
            ..job
        }),
        other => other,
    }
}

fn window(days: i64) -> ScopeWindow {
    ScopeWindow {
        from: Timestamp(NOON - days * DAY_MS),
        until: Timestamp(NOON + (days + 1) * DAY_MS),
    }
}

fn primed(server: &ModelServer) -> TestEngine {
    let engine = device(1, server);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    pass(&engine);
    engine
}

#[test]
fn other_settings_are_taken_over_with_the_next_pull_beside_unsent_work() {
    let server = ModelServer::new(technician(1), vec![in_days(1, 0)]);
    let engine = primed(&server);
    let before = company(&engine);
    // Nothing can be decided for now: what this phone has waits.
    server.set_in_trouble(true);
    block_on(engine.run_enqueue(&[add(1, 1)])).unwrap();
    let set = Company {
        expiry_hours: 48,
        refuses_open_questions: true,
        contact_email: "office@nordhaus.example".into(),
        files_budget_mb: 50,
        settings: 1,
        ..before.clone()
    };
    server.set_company(set.clone());
    assert_eq!(company(&engine), before, "not before there is a contact");
    pass(&engine);
    assert_eq!(company(&engine), set);
    assert_eq!(copies_most(&meta(&engine)), 50_000_000);
    let waiting = block_on(engine.outbox.load(Read::All)).unwrap().entries;
    assert_eq!(waiting.len(), 1);
    server.set_in_trouble(false);
    pass(&engine);
    assert_eq!(server.applied().len(), 1);
    assert_eq!(company(&engine), set);
}

#[test]
fn what_its_user_has_chosen_goes_before_what_the_company_says() {
    let server = ModelServer::new(technician(1), Vec::new());
    let engine = primed(&server);
    assert_eq!(copies_most(&meta(&engine)), 200_000_000);
    block_on(engine.run_keep_most(0)).unwrap();
    server.set_company(Company {
        files_budget_mb: 50,
        settings: 1,
        ..company(&engine)
    });
    pass(&engine);
    assert_eq!(company(&engine).files_budget_mb, 50);
    assert_eq!(copies_most(&meta(&engine)), 0);
}

#[test]
fn another_company_s_settings_are_nobody_s() {
    let server = ModelServer::new(technician(1), Vec::new());
    let engine = primed(&server);
    let before = company(&engine);
    server.set_company(Company {
        id: afield_domain::CompanyId(uuid::Uuid::from_u128(77)),
        expiry_hours: 1,
        settings: 1,
        ..before.clone()
    });
    pass(&engine);
    assert_eq!(company(&engine), before);
}

#[test]
fn a_wider_window_brings_jobs_and_a_narrower_one_takes_those_without_unsent_work() {
    let jobs = vec![in_days(1, 0), in_days(2, 2), in_days(3, 5)];
    let server = ModelServer::new(technician(1), jobs);
    server.set_window(window(3));
    let engine = primed(&server);
    assert_eq!([1, 2, 3].map(|n| holds(&engine, n)), [true, true, false]);
    server.set_window(window(7));
    pass(&engine);
    assert_eq!([1, 2, 3].map(|n| holds(&engine, n)), [true; 3]);
    server.set_in_trouble(true);
    block_on(engine.run_enqueue(&[add(1, 3)])).unwrap();
    server.set_window(window(1));
    pass(&engine);
    assert_eq!([1, 2, 3].map(|n| holds(&engine, n)), [true, false, true]);
    // It goes out, and then the job may go.
    server.set_in_trouble(false);
    pass(&engine);
    pass(&engine);
    assert_eq!(server.applied().len(), 1);
    assert!(!holds(&engine, 3));
}

/// A job that somebody is at, with a question that must be answered, so many days after today.
fn begun(n: u128, days: i64) -> Record {
    match in_days(n, days) {
        Record::Job(job) => Record::Job(Job {
            status: Started,
            checklist: vec![Question {
                required: true,
                ..Question::new("a", "a", QuestionKind::Text)
            }],
            ..job
        }),
        other => other,
    }
}

fn unsent(engine: &TestEngine) -> Vec<EntryState> {
    let entries = block_on(engine.outbox.load(Read::All)).unwrap().entries;
    entries.into_iter().map(|entry| entry.state).collect()
}

fn refuses(engine: &TestEngine, refuses_open_questions: bool, settings: u64) -> Company {
    Company {
        refuses_open_questions,
        settings,
        ..company(engine)
    }
}

/// Found by the simulation, which draws the company's rules: the finish stayed refused for a rule that stands no more.
#[test]
fn what_was_refused_for_open_questions_goes_when_the_company_asks_for_them_no_more() {
    let server = ModelServer::new(technician(1), vec![begun(1, 0), in_days(2, 0)]);
    let engine = primed(&server);
    server.set_company(refuses(&engine, true, 1));
    block_on(engine.run_enqueue(&[set(1, Finished)])).unwrap();
    pass(&engine);
    let is_refused = |state: &EntryState| matches!(state, EntryState::Parked { reason, .. } if *reason == Rejection::OpenQuestions);
    assert!(unsent(&engine).iter().all(is_refused));
    // As long as the rule stands nobody is asked again and again.
    let asked = server.pushes().len();
    pass(&engine);
    pass(&engine);
    assert_eq!((server.pushes().len(), unsent(&engine).len()), (asked, 1));
    server.set_company(refuses(&engine, false, 2));
    pass(&engine);
    pass(&engine);
    assert_eq!(unsent(&engine), Vec::new());
    assert_eq!(server.applied().len(), 1);
}

/// Found by the simulation (seed 102): the phone took the job for somebody else's.
#[test]
fn what_was_refused_for_a_right_goes_though_its_job_is_of_no_day_that_phones_hold_any_more() {
    let server = ModelServer::new(technician(1), vec![in_days(1, 2)]);
    server.set_window(window(3));
    let engine = primed(&server);
    let right = |given| RightsChange::Right {
        role: Role::Technician,
        right: Right::AddNote,
        given,
    };
    server.set_right(right(false));
    block_on(engine.run_enqueue(&[add(1, 1)])).unwrap();
    pass(&engine);
    assert_eq!(unsent(&engine).len(), 1);
    server.set_window(window(1));
    pass(&engine);
    assert!(holds(&engine, 1), "work refers to it");
    server.set_right(right(true));
    let told = SessionInfo {
        rights: server.rights_of(Role::Technician),
        ..session(&technician(1))
    };
    block_on(engine.run_signed_in(&told)).unwrap();
    pass(&engine);
    pass(&engine);
    assert_eq!(unsent(&engine), Vec::new());
    assert_eq!(server.applied().len(), 1);
}
