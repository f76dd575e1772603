//! A device that the server has seen before (a browser profile put back, a phone that was copied): what it
//! saves gets another place in the order by itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::JobStatus;
use afield_sync::testing::ModelServer;
use afield_sync::testing::fixtures::{TestEngine, add, device, job, session, set, technician};
use afield_sync::{Intent, OutboxPlan, OutboxStore, OutboxWrite, Read, Trigger, sync_status};
use futures::executor::block_on;

use JobStatus::{EnRoute, Finished, Scheduled, Started};

fn primed(n: u16, server: &ModelServer) -> TestEngine {
    let engine = device(n, server);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    block_on(engine.run_sync(Trigger::SignIn)).unwrap();
    engine
}

fn save(engine: &TestEngine, intents: &[Intent]) {
    block_on(engine.run_enqueue(intents)).unwrap();
}

/// The device as it was after its first `last_seq` changes.
fn put_back(engine: &TestEngine, original: &TestEngine, last_seq: u64) {
    let mut meta = block_on(original.outbox.load(Read::Meta)).unwrap().meta;
    meta.last_seq.0 = last_seq;
    meta.lease = block_on(engine.outbox.load(Read::Meta)).unwrap().meta.lease;
    let writes = vec![OutboxWrite::Meta(meta)];
    let plan = OutboxPlan { writes, value: () };
    block_on(engine.outbox.transact(Read::Meta, |_| Ok(plan.clone()))).unwrap();
}

/// Passes by itself until nothing is unsent; how many.
fn drain(engine: &TestEngine) -> usize {
    for count in 0..20 {
        let status = sync_status(&block_on(engine.outbox.load(Read::All)).unwrap());
        if status.unsent == 0 {
            return count;
        }
        engine.host.advance(120_000);
        block_on(engine.run_sync(Trigger::Timer)).unwrap();
    }
    let view = block_on(engine.outbox.load(Read::All)).unwrap();
    panic!("still {:?}", view.entries);
}

#[test]
fn a_device_that_was_put_back_finds_its_place_without_its_user() {
    for (done, back) in [(1, 0), (7, 3), (40, 0), (600, 12)] {
        let anna = technician(1);
        let jobs = (1..=4).map(|n| job(n, &anna, Scheduled)).collect();
        let server = ModelServer::new(anna, jobs);
        let original = primed(1, &server);
        let day: Vec<Intent> = (1..=done).map(|n| add(n, 1)).collect();
        save(&original, &day);
        assert_eq!(drain(&original), 1);
        let engine = primed(2, &server);
        put_back(&engine, &original, back);
        save(
            &engine,
            &[
                set(2, EnRoute),
                add(9_001, 2),
                set(2, Started),
                set(2, Finished),
                set(3, EnRoute),
            ],
        );
        let passes = drain(&engine);
        assert!(passes <= 5, "{done}, {back}: {passes}");
        let applied = server.applied();
        assert_eq!(applied.len() as u128, done + 5);
        let of_job = |n| {
            let ops = applied
                .iter()
                .filter(|m| m.op.target() == set(n, EnRoute).op.target());
            ops.map(|m| m.op.clone()).collect::<Vec<_>>()
        };
        let expected: Vec<_> = [EnRoute, Started, Finished].map(|to| set(2, to).op).into();
        assert_eq!(of_job(2), expected, "in the order in which it was done");
        assert_eq!(of_job(3), [set(3, EnRoute).op]);
    }
}

/// A server that answers so for ever gets no endless chain of new ids.
#[test]
fn it_does_not_go_round_for_ever() {
    let anna = technician(1);
    let server = ModelServer::new(anna.clone(), vec![job(1, &anna, Scheduled)]);
    let engine = primed(1, &server);
    server.refuse_places(true);
    save(&engine, &[set(1, EnRoute)]);
    for _ in 0..100 {
        engine.host.advance(120_000);
        block_on(engine.run_sync(Trigger::Timer)).unwrap();
    }
    let view = block_on(engine.outbox.load(Read::All)).unwrap();
    assert!(view.entries[0].is_parked());
    assert!(view.entries[0].mutation.replaces.len() <= 24);
    // None of this was a refusal that anybody had decided.
    assert_eq!(block_on(engine.load_log()), Ok(Vec::new()));
    // Its user sends it again when the server is well.
    server.refuse_places(false);
    block_on(engine.run_resend(view.entries[0].mutation.id, None)).unwrap();
    assert_eq!(drain(&engine), 1);
    assert_eq!(server.applied().len(), 1);
}
