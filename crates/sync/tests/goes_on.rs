//! What is stopped, or cannot be decided, keeps up itself, and no pass says more than it has done.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::{JobStatus, Op};
use afield_protocol::ErrorCode;
use afield_sync::driver::must_sync_again;
use afield_sync::testing::fixtures::{
    TestEngine, add, device, job, job_key, session, set, technician,
};
use afield_sync::testing::{Fault, Line, ModelServer};
use afield_sync::{
    FilesEnd, Intent, OutboxEntry, OutboxMeta, OutboxStore, Read, SyncReport, Trigger, sync_status,
};
use futures::executor::block_on;

use JobStatus::{EnRoute, Scheduled, Started};

fn primed(jobs: u128) -> (ModelServer, TestEngine) {
    let anna = technician(1);
    let all = (1..=jobs).map(|n| job(n, &anna, Scheduled));
    let server = ModelServer::new(anna.clone(), all.collect());
    let engine = device(1, &server);
    block_on(engine.run_signed_in(&session(&anna))).unwrap();
    assert!(pass(&engine, Trigger::SignIn).is_done());
    (server, engine)
}

fn pass(engine: &TestEngine, trigger: Trigger) -> SyncReport {
    block_on(engine.run_sync(trigger)).unwrap()
}

/// A pass after whatever is to be waited for.
fn later(engine: &TestEngine) -> SyncReport {
    engine.host.advance(600_000);
    pass(engine, Trigger::Timer)
}

fn save(engine: &TestEngine, intents: &[Intent]) {
    block_on(engine.run_enqueue(intents)).unwrap();
}

fn unsent(engine: &TestEngine) -> Vec<OutboxEntry> {
    block_on(engine.outbox.load(Read::All)).unwrap().entries
}

fn meta(engine: &TestEngine) -> OutboxMeta {
    block_on(engine.outbox.load(Read::Meta)).unwrap().meta
}

fn aside(engine: &TestEngine) -> usize {
    sync_status(&block_on(engine.outbox.load(Read::All)).unwrap()).aside
}

fn applied(server: &ModelServer) -> Vec<u64> {
    server.applied().iter().map(|m| m.seq.0).collect()
}

fn noted(n: u128, text: &str) -> Intent {
    let mut intent = add(n, 1);
    if let Op::AddNote { text: saved, .. } = &mut intent.op {
        *saved = text.to_owned();
    }
    intent
}

fn filter(retry_after_ms: Option<u64>) -> Line {
    Line {
        filtered: Some(("<script".to_owned(), Some(403))),
        retry_after_ms,
        ..Line::default()
    }
}

/// However many wait by themselves, and whoever asks that they be tried: the rest goes first.
#[test]
fn what_waits_by_itself_is_tried_after_the_rest() {
    let (server, engine) = primed(3);
    server.set_line(filter(None));
    let day: Vec<Intent> = (1..=6).map(|n| noted(n, "<script")).collect();
    save(&engine, &day);
    for _ in 0..30 {
        later(&engine);
    }
    assert_eq!(aside(&engine), 6);
    for (n, trigger) in [
        (1, Trigger::Asked),
        (2, Trigger::Online),
        (3, Trigger::Timer),
    ] {
        save(&engine, &[set(n, EnRoute)]);
        let attempts = |engine| {
            let left = unsent(engine).into_iter().take(6);
            left.map(|entry| entry.attempts).collect::<Vec<_>>()
        };
        let before = attempts(&engine);
        engine.host.advance(7_200_000);
        assert!(pass(&engine, trigger).is_done());
        assert_eq!(applied(&server).len() as u128, n, "{trigger:?}");
        assert_eq!(aside(&engine), 6);
        let once_more: Vec<u32> = before.iter().map(|times| times + 1).collect();
        assert_eq!(attempts(&engine), once_more, "{trigger:?}");
    }
    server.set_line(Line::default());
    assert!(pass(&engine, Trigger::Online).is_done());
    assert_eq!(unsent(&engine), []);
}

/// A gateway that says no to a large body, or to one text, and asks to wait each time: that is waited, and
/// then less is sent.
#[test]
fn who_asks_to_wait_gets_less_after_that() {
    let wait = Some(30_000);
    let (server, engine) = primed(1);
    let day: Vec<Intent> = (1..=20).map(|n| noted(n, &"x".repeat(500))).collect();
    save(&engine, &day);
    server.set_line(Line {
        gateway_limit: Some(4_000),
        retry_after_ms: wait,
        ..Line::default()
    });
    pass(&engine, Trigger::Enqueue);
    engine.host.advance(29_000);
    assert!(matches!(
        pass(&engine, Trigger::Timer),
        SyncReport::NotBefore(_)
    ));
    for _ in 0..10 {
        later(&engine);
    }
    assert_eq!(applied(&server), (1..=20).collect::<Vec<_>>());

    let (server, engine) = primed(1);
    server.set_line(filter(wait));
    save(
        &engine,
        &[noted(1, "<script"), noted(2, "fine"), noted(3, "fine")],
    );
    for _ in 0..12 {
        assert!(!matches!(later(&engine), SyncReport::NotBefore(_)));
        if matches!(pass(&engine, Trigger::Timer), SyncReport::Passed { .. }) {
            // Nothing was asked for.
            assert!(meta(&engine).backoff.not_before.is_none());
        }
    }
    assert_eq!((applied(&server), aside(&engine)), (vec![2, 3], 1));
    server.set_line(Line::default());
    assert!(pass(&engine, Trigger::Online).is_done());
}

/// One record of the server does not read: its changes wait, in their order, and all else goes on.
#[test]
fn a_damaged_record_keeps_up_itself() {
    let days = [
        vec![
            set(1, EnRoute),
            set(2, EnRoute),
            set(1, Started),
            set(3, EnRoute),
            set(2, Started),
        ],
        vec![set(2, EnRoute), set(1, EnRoute), set(1, Started)],
        vec![set(1, EnRoute), set(1, Started)],
        vec![set(1, EnRoute)],
    ];
    for day in days {
        let (server, engine) = primed(3);
        server.set_damaged(Some(job_key(1)));
        save(&engine, &day);
        for trigger in [Trigger::Enqueue, Trigger::Asked, Trigger::Asked] {
            let report = pass(&engine, trigger);
            let SyncReport::Passed {
                pull: Some(pull), ..
            } = &report
            else {
                panic!("{report:?}");
            };
            assert!(
                pull.is_done() && must_sync_again(&report, FilesEnd::NotMine),
                "{report:?}"
            );
            assert!(matches!(
                pass(&engine, Trigger::Timer),
                SyncReport::NotBefore(_)
            ));
        }
        let lane = Some(job_key(1));
        assert!(
            unsent(&engine)
                .iter()
                .all(|left| left.mutation.op.target() == lane)
        );
        assert_eq!(
            meta(&engine).last_sync.unwrap(),
            meta(&engine).session.unwrap().at
        );
        // What is new still comes and goes.
        server.put(job(4, &technician(1), Scheduled));
        save(&engine, &[set(4, EnRoute)]);
        pass(&engine, Trigger::Asked);
        assert!(
            unsent(&engine)
                .iter()
                .all(|left| left.mutation.op.target() == lane)
        );
        server.set_damaged(None);
        assert!(pass(&engine, Trigger::Asked).is_done());
        let of_lane = |m: &afield_protocol::Mutation| m.op.target() == lane;
        let done: Vec<Op> = server
            .applied()
            .into_iter()
            .filter(of_lane)
            .map(|m| m.op)
            .collect();
        let made = day.iter().map(|intent| intent.op.clone());
        let made: Vec<Op> = made.filter(|op| op.target() == lane).collect();
        assert_eq!(done, made);
    }
}

/// On a line that carries one change at a time nothing is said of what is behind it: it must have been left undecided
/// a few times before the rest is tried.
#[test]
fn a_damaged_record_in_front_keeps_up_itself_on_a_small_line() {
    let (server, engine) = primed(3);
    server.set_damaged(Some(job_key(1)));
    server.set_largest_batch(1);
    save(
        &engine,
        &[
            set(1, EnRoute),
            set(2, EnRoute),
            set(1, Started),
            set(3, EnRoute),
        ],
    );
    let mut through = Vec::new();
    for _ in 0..4 {
        assert!(!later(&engine).is_done());
        through.push(applied(&server).len());
    }
    assert_eq!(through, [0, 0, 2, 2]);
    assert_eq!(applied(&server), [2, 4]);
    save(&engine, &[set(2, Started)]);
    later(&engine);
    assert_eq!(applied(&server), [2, 4, 5]);
    server.set_damaged(None);
    assert!(later(&engine).is_done());
    assert_eq!(applied(&server), [2, 4, 5, 1, 3]);
}

/// A server that is in trouble for long decides none of them: each is tried, and nothing overtakes.
#[test]
fn a_server_in_trouble_is_not_asked_for_everything_on_a_small_line() {
    let (server, engine) = primed(3);
    server.set_largest_batch(1);
    let day: Vec<Intent> = (1..=30).map(|n| noted(n, "fine")).collect();
    save(&engine, &day);
    server.set_in_trouble(true);
    for round in 1..=12 {
        let before = server.pushes().len();
        later(&engine);
        let pushes = server.pushes().len() - before;
        assert!(pushes <= 12 + round / 2, "{pushes} in pass {round}");
    }
    server.set_in_trouble(false);
    assert!(later(&engine).is_done());
    assert_eq!(applied(&server), (1..=30).collect::<Vec<_>>());
}

/// A server in trouble decides nothing more of a batch: then nothing overtakes.
#[test]
fn nothing_overtakes_what_a_server_in_trouble_did_not_decide() {
    let (server, engine) = primed(2);
    save(&engine, &[set(1, EnRoute), set(2, EnRoute)]);
    server.plan([Fault::Trouble]);
    pass(&engine, Trigger::Enqueue);
    assert_eq!(applied(&server), [0_u64; 0]);
    assert!(matches!(
        pass(&engine, Trigger::Timer),
        SyncReport::NotBefore(_)
    ));
    later(&engine);
    assert_eq!(applied(&server), [1, 2]);
}

/// A pass that ends with something new to send has not sent everything.
#[test]
fn a_pass_that_has_just_given_new_places_is_not_done() {
    let (server, engine) = primed(1);
    let before = meta(&engine).last_sync;
    server.refuse_places(true);
    save(&engine, &[set(1, EnRoute)]);
    engine.host.advance(60_000);
    let report = pass(&engine, Trigger::Asked);
    assert!(
        !report.is_done() && must_sync_again(&report, FilesEnd::NotMine),
        "{report:?}"
    );
    assert_eq!(meta(&engine).last_sync, before);
    server.refuse_places(false);
    let report = later(&engine);
    assert!(
        report.is_done() && !must_sync_again(&report, FilesEnd::NotMine),
        "{report:?}"
    );
}

/// Three times in a row: in between, that the line was down says that it was the line.
#[test]
fn a_line_that_is_down_now_and_then_sets_nothing_aside() {
    let (server, engine) = primed(1);
    save(&engine, &[add(1, 1)]);
    server.plan([Fault::LoseRequest]);
    later(&engine);
    for _ in 0..6 {
        server.plan([Fault::LoseRequest, Fault::None]);
        later(&engine);
        server.plan([Fault::LoseRequest, Fault::LoseRequest]);
        later(&engine);
    }
    assert_eq!((aside(&engine), unsent(&engine)[0].attempts), (0, 13));
    for _ in 0..3 {
        server.plan([Fault::LoseRequest, Fault::None]);
        later(&engine);
    }
    assert_eq!(aside(&engine), 1);
    // What is known is not forgotten for a line that is down.
    server.plan([Fault::LoseRequest, Fault::LoseRequest]);
    server.set_line(filter(None));
    save(&engine, &[]);
    later(&engine);
    assert_eq!(aside(&engine), 1);
}

/// One failure is one failure, whether it was tried once or twice.
#[test]
fn a_pass_without_a_line_is_one_failure() {
    let (server, engine) = primed(1);
    save(&engine, &[add(1, 1)]);
    for failures in 1..6 {
        server.plan([Fault::LoseRequest, Fault::LoseRequest]);
        engine.host.advance(600_000);
        pass(&engine, Trigger::Timer);
        assert_eq!(meta(&engine).backoff.failures, failures);
        server.plan([]);
    }
    server.plan([Fault::Api(ErrorCode::Unavailable, None)]);
    engine.host.advance(600_000);
    pass(&engine, Trigger::Timer);
    assert_eq!(meta(&engine).backoff.failures, 6);
}
