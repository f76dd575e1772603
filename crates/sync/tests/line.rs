//! The engine on lines that do not carry everything: what can go goes, in order, and nothing is parked.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::{JobStatus, Op};
use afield_sync::SyncReport;
use afield_sync::testing::fixtures::{TestEngine, add, device, job, session, set, technician};
use afield_sync::testing::{Line, ModelServer};
use afield_sync::{Intent, OutboxEntry, OutboxStore, Read, Trigger, sync_status};
use futures::executor::block_on;

fn primed(jobs: u128) -> (ModelServer, TestEngine) {
    let anna = technician(1);
    let all = (1..=jobs).map(|n| job(n, &anna, JobStatus::Scheduled));
    let server = ModelServer::new(anna.clone(), all.collect());
    let engine = device(1, &server);
    block_on(engine.run_signed_in(&session(&anna))).unwrap();
    assert!(pass(&engine, Trigger::SignIn).is_done());
    (server, engine)
}

fn pass(engine: &TestEngine, trigger: Trigger) -> SyncReport {
    block_on(engine.run_sync(trigger)).unwrap()
}

fn save(engine: &TestEngine, intents: &[Intent]) {
    block_on(engine.run_enqueue(intents)).unwrap();
}

fn noted(n: u128, text: &str) -> Intent {
    let mut intent = add(n, 1);
    if let Op::AddNote { text: saved, .. } = &mut intent.op {
        *saved = text.to_owned();
    }
    intent
}

fn unsent(engine: &TestEngine) -> Vec<OutboxEntry> {
    block_on(engine.outbox.load(Read::All)).unwrap().entries
}

fn applied(server: &ModelServer) -> Vec<u64> {
    server.applied().iter().map(|m| m.seq.0).collect()
}

/// Passes as a page makes them by itself, an hour at most; how many until `until`.
fn passes(engine: &TestEngine, until: impl Fn() -> bool) -> usize {
    for count in 0..60 {
        if until() {
            return count;
        }
        engine.host.advance(60_000);
        pass(engine, Trigger::Timer);
    }
    panic!(
        "still {:?}",
        sync_status(&block_on(engine.outbox.load(Read::All)).unwrap())
    );
}

fn line(largest_body: usize) -> Line {
    Line {
        largest_body: Some(largest_body),
        ..Line::default()
    }
}

fn filter(status: Option<u16>) -> Line {
    Line {
        filtered: Some(("<script".to_owned(), status)),
        ..Line::default()
    }
}

#[test]
fn a_line_that_drops_large_bodies_gets_smaller_ones_and_the_size_is_remembered() {
    let (server, engine) = primed(1);
    let text = "x".repeat(2_000);
    let day: Vec<Intent> = (1..=40).map(|n| noted(n, &text)).collect();
    save(&engine, &day);
    server.set_line(line(40_000));
    let count = passes(&engine, || unsent(&engine).is_empty());
    assert!(count <= 3, "{count}");
    assert_eq!(applied(&server), (1..=40).collect::<Vec<_>>());
    // The next day starts with what works, in another tab after a restart.
    let day: Vec<Intent> = (41..=80).map(|n| noted(n, &text)).collect();
    save(&engine, &day);
    let before = server.pushes().len();
    assert!(pass(&engine, Trigger::Timer).is_done());
    assert!(server.pushes().len() - before < 8, "{:?}", server.pushes());
    // And the office gets everything at once again when the proxy is gone.
    server.set_line(Line::default());
    for n in 0..12 {
        let day: Vec<Intent> = (0..40).map(|m| noted(100 + n * 40 + m, &text)).collect();
        save(&engine, &day);
        assert!(pass(&engine, Trigger::Timer).is_done());
    }
    assert_eq!(server.pushes().last().map(Vec::len), Some(40));
}

#[test]
fn down_to_one_mutation() {
    let (server, engine) = primed(1);
    let day: Vec<Intent> = (1..=20).map(|n| noted(n, &"x".repeat(500))).collect();
    save(&engine, &day);
    server.set_line(line(1_500));
    passes(&engine, || unsent(&engine).is_empty());
    assert_eq!(applied(&server), (1..=20).collect::<Vec<_>>());
}

/// Each way in which a filter may say no, without a word too.
#[test]
fn one_text_that_a_stranger_refuses_waits_by_itself_and_the_rest_goes_on() {
    for status in [Some(403), Some(400), Some(406), Some(200), Some(500), None] {
        let (server, engine) = primed(3);
        server.set_line(filter(status));
        let mut day: Vec<Intent> = (1..=9).map(|n| noted(n, "fine")).collect();
        day.insert(4, noted(99, "see <script src=x>"));
        day.push(set(2, JobStatus::EnRoute));
        // What depends on it keeps its place behind it: the job is not finished without its note.
        day.extend([
            set(1, JobStatus::EnRoute),
            set(1, JobStatus::Started),
            set(1, JobStatus::Finished),
        ]);
        save(&engine, &day);
        passes(&engine, || applied(&server).len() == 12);
        let left = unsent(&engine);
        let seqs: Vec<u64> = left.iter().map(|entry| entry.seq().0).collect();
        assert_eq!(seqs, [5, 14], "{status:?}");
        assert!(left.iter().all(|entry| !entry.is_parked()), "{status:?}");
        let stopped = left[0].stopped.clone().unwrap();
        assert_eq!((stopped.status, stopped.aside), (status, true));
        assert!(left[1].stopped.is_none(), "{status:?}");

        // What is saved later goes on as well, at once.
        save(&engine, &[set(3, JobStatus::EnRoute)]);
        pass(&engine, Trigger::Enqueue);
        assert_eq!(applied(&server).last(), Some(&15), "{status:?}");

        // In another network it goes through, and what waited for it follows.
        server.set_line(Line::default());
        assert!(pass(&engine, Trigger::Online).is_done(), "{status:?}");
        assert_eq!(unsent(&engine), []);
        let last: Vec<u64> = applied(&server).split_off(13);
        assert_eq!(last, [5, 14], "{status:?}");
    }
}

/// What never comes through is asked for ever more seldom, and costs the others nothing.
#[test]
fn one_that_is_never_let_through_costs_a_request_an_hour() {
    let (server, engine) = primed(1);
    server.set_line(filter(Some(403)));
    save(&engine, &[noted(1, "<script"), noted(2, "fine")]);
    passes(&engine, || unsent(&engine).len() == 1);
    let attempts = |engine: &TestEngine| unsent(engine)[0].attempts;
    let before = attempts(&engine);
    for _ in 0..(24 * 60) {
        engine.host.advance(60_000);
        assert!(!matches!(
            pass(&engine, Trigger::Timer),
            SyncReport::NotBefore(_)
        ));
    }
    let tries = attempts(&engine) - before;
    assert!((23..32).contains(&tries), "{tries}");
    assert!(sync_status(&block_on(engine.outbox.load(Read::All)).unwrap()).aside == 1);
}

/// A wall refuses everybody: nothing waits by itself, nothing overtakes, and behind it all goes in order.
#[test]
fn a_wall_in_front_of_everything_sets_nothing_aside() {
    for status in [200, 302, 401, 403, 404, 502, 511] {
        let (server, engine) = primed(2);
        save(
            &engine,
            &[
                set(1, JobStatus::EnRoute),
                set(2, JobStatus::EnRoute),
                add(1, 1),
            ],
        );
        server.set_line(Line {
            wall: Some(status),
            ..Line::default()
        });
        for _ in 0..30 {
            engine.host.advance(600_000);
            pass(&engine, Trigger::Timer);
        }
        assert!(unsent(&engine).iter().all(|entry| entry.stopped.is_none()));
        server.set_line(Line::default());
        engine.host.advance(600_000);
        assert!(pass(&engine, Trigger::Timer).is_done());
        assert_eq!(applied(&server), [1, 2, 3], "{status}");
    }
}

/// Several people use one phone: what waits by itself is its user's, and another's passes do not touch it.
#[test]
fn one_user_s_pass_wakes_nothing_of_another_that_waits_by_itself() {
    let (server, engine) = primed(2);
    server.set_line(filter(Some(403)));
    save(&engine, &[noted(1, "<script"), set(1, JobStatus::EnRoute)]);
    passes(&engine, || unsent(&engine).len() == 1);
    assert!(unsent(&engine)[0].is_aside());
    let stopped = unsent(&engine);
    let bert = technician(2);
    server.set_user(bert.clone());
    block_on(engine.run_signed_in(&session(&bert))).unwrap();
    for trigger in [
        Trigger::SignIn,
        Trigger::Asked,
        Trigger::Online,
        Trigger::Timer,
    ] {
        engine.host.advance(7_200_000);
        assert!(pass(&engine, trigger).is_done(), "{trigger:?}");
        assert_eq!(unsent(&engine), stopped, "{trigger:?}");
    }
    let anna = technician(1);
    server.set_user(anna.clone());
    server.set_line(Line::default());
    block_on(engine.run_signed_in(&session(&anna))).unwrap();
    assert!(pass(&engine, Trigger::SignIn).is_done());
    assert_eq!(unsent(&engine), []);
}
