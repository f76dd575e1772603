//! What the server asks to wait with holds its lane, and nobody else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::JobStatus;
use afield_domain::limits::PUSH_MUTATIONS;
use afield_sync::engine::SyncReport;
use afield_sync::pass::replay::ReplayEnd;
use afield_sync::testing::fixtures::{
    TestEngine, add, device, job, job_key, session, set, technician,
};
use afield_sync::testing::{Fault, ModelServer};
use afield_sync::{CacheStore, Intent, OutboxStore, Read, Trigger, sync_status};
use futures::executor::block_on;

use JobStatus::{EnRoute, Paused, Scheduled, Started};

fn setup() -> (ModelServer, TestEngine) {
    let anna = technician(1);
    let jobs = (1..=4).map(|n| job(n, &anna, Scheduled)).collect();
    let server = ModelServer::new(anna, jobs);
    let engine = device(1, &server);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    assert!(sync(&engine, Trigger::SignIn).is_done());
    (server, engine)
}

fn sync(engine: &TestEngine, trigger: Trigger) -> SyncReport {
    block_on(engine.run_sync(trigger)).unwrap()
}

fn save(engine: &TestEngine, intents: &[Intent]) {
    block_on(engine.run_enqueue(intents)).unwrap();
}

fn unsent(engine: &TestEngine) -> usize {
    sync_status(&block_on(engine.outbox.load(Read::All)).unwrap()).unsent
}

fn end(report: &SyncReport) -> (ReplayEnd, bool) {
    match report {
        SyncReport::Passed { replay, pull } => (replay.end, pull.is_some()),
        other => panic!("{other:?}"),
    }
}

/// More than a batch of changes of job 1.
fn one_lane() -> Vec<Intent> {
    let steps = [EnRoute]
        .into_iter()
        .chain([Started, Paused].into_iter().cycle());
    steps
        .take(PUSH_MUTATIONS + 6)
        .map(|to| set(1, to))
        .collect()
}

/// More than a batch of notes on job 1, each a lane of its own.
fn many_lanes() -> Vec<Intent> {
    (0..PUSH_MUTATIONS as u128 + 6).map(|n| add(n, 1)).collect()
}

#[test]
fn a_record_that_does_not_read_keeps_nobody_from_the_rest() {
    for (name, held) in [("one lane", one_lane()), ("many lanes", many_lanes())] {
        let (server, engine) = setup();
        server.set_readable(job_key(1), false);
        held.iter()
            .for_each(|intent| save(&engine, std::slice::from_ref(intent)));
        save(&engine, &[set(2, EnRoute), add(1_000, 3)]);
        let before = server.pushes().len();
        server.put(job(4, &technician(1), EnRoute));
        let report = sync(&engine, Trigger::Asked);
        assert_eq!(end(&report), (ReplayEnd::Waits, true), "{name}");
        assert!(!report.is_done(), "{name}");
        assert!(server.pushes().len() - before <= 3, "{name}");
        assert_eq!(server.applied().len(), 2, "{name}");
        assert_eq!(unsent(&engine), held.len(), "{name}");
        let other = block_on(engine.cache.load_record(job_key(4)))
            .unwrap()
            .unwrap();
        let fetched = server.record(job_key(4)).unwrap();
        assert_eq!(
            other.record, fetched,
            "{name}: what is new is fetched all the same"
        );

        let seen = server.pushes().len();
        for trigger in [Trigger::Timer, Trigger::Enqueue] {
            let report = sync(&engine, trigger);
            assert!(
                matches!(report, SyncReport::NotBefore(_)),
                "{name}: {report:?}"
            );
        }
        assert_eq!(server.pushes().len(), seen, "{name}");

        server.set_readable(job_key(1), true);
        assert!(sync(&engine, Trigger::Asked).is_done(), "{name}");
        assert_eq!(unsent(&engine), 0, "{name}");
        let lanes: Vec<u64> = server.applied().iter().skip(2).map(|m| m.seq.0).collect();
        assert!(lanes.is_sorted(), "{name}");
    }
}

/// A server that breaks off where it asks to wait is unwell: it is left in peace.
#[test]
fn a_server_that_breaks_off_is_not_asked_on() {
    let (server, engine) = setup();
    save(&engine, &[set(1, EnRoute), set(2, EnRoute)]);
    server.plan([Fault::Busy]);
    let report = sync(&engine, Trigger::Asked);
    assert_eq!(end(&report), (ReplayEnd::Failed, false));
    assert_eq!(server.applied().len(), 0);
    assert_eq!(unsent(&engine), 2);
    assert!(sync(&engine, Trigger::Asked).is_done());
}

/// However much does not read, a pass asks a bounded number of times.
#[test]
fn a_server_that_only_asks_to_wait_is_asked_a_few_times() {
    let (server, engine) = setup();
    server.set_readable(job_key(1), false);
    let notes: Vec<Intent> = (0..PUSH_MUTATIONS as u128 * 12)
        .map(|n| add(n, 1))
        .collect();
    save(&engine, &notes);
    let before = server.pushes().len();
    let report = sync(&engine, Trigger::Asked);
    assert_eq!(end(&report), (ReplayEnd::Failed, false));
    assert_eq!(server.pushes().len() - before, 8);
    assert_eq!(unsent(&engine), notes.len());
}
