//! Changes of one record go in the order in which they were made, whatever one of them waits for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::{JobStatus, MutationId, Op, RecordKey, Rejection};
use afield_sync::testing::fixtures::{
    TestEngine, add, device, edit, job, job_key, session, set, technician,
};
use afield_sync::testing::{Line, ModelServer};
use afield_sync::{
    EntryState, Intent, OutboxEntry, OutboxPlan, OutboxStore, OutboxWrite, Read, Trigger,
};
use futures::executor::block_on;

use JobStatus::{EnRoute, Finished, Scheduled, Started};

fn primed(jobs: u128) -> (ModelServer, TestEngine) {
    let anna = technician(1);
    let all = (1..=jobs).map(|n| job(n, &anna, Scheduled));
    let server = ModelServer::new(anna.clone(), all.collect());
    let engine = device(1, &server);
    block_on(engine.run_signed_in(&session(&anna))).unwrap();
    block_on(engine.run_sync(Trigger::SignIn)).unwrap();
    (server, engine)
}

fn save(engine: &TestEngine, intents: &[Intent]) {
    block_on(engine.run_enqueue(intents)).unwrap();
}

fn unsent(engine: &TestEngine) -> Vec<OutboxEntry> {
    block_on(engine.outbox.load(Read::All)).unwrap().entries
}

/// The operations on one record, in the order of their effects.
fn done_on(server: &ModelServer, key: RecordKey) -> Vec<Op> {
    let applied = server.applied().into_iter();
    let ops = applied.map(|m| m.op).filter(|op| op.target() == Some(key));
    ops.collect()
}

fn filtered(n: u128) -> Intent {
    let mut intent = add(n, 1);
    if let Op::AddNote { text, .. } = &mut intent.op {
        *text = "<script".to_owned();
    }
    intent
}

fn filter() -> Line {
    Line {
        filtered: Some(("<script".to_owned(), Some(403))),
        ..Line::default()
    }
}

fn passes(engine: &TestEngine, count: usize, trigger: Trigger) {
    for _ in 0..count {
        engine.host.advance(60_000);
        block_on(engine.run_sync(trigger)).unwrap();
    }
}

/// A finished job waits for its note, which a filter stops: what was changed after that waits as well.
#[test]
fn a_later_change_does_not_overtake_one_that_waits_for_what_is_stopped() {
    let (server, engine) = primed(2);
    server.set_line(filter());
    let day = [
        filtered(1),
        set(1, EnRoute),
        set(1, Started),
        set(1, Finished),
        edit(1, "Job 1", "Job 1, second visit"),
        set(2, EnRoute),
    ];
    save(&engine, &day);
    passes(&engine, 12, Trigger::Timer);
    let seqs: Vec<u64> = unsent(&engine).iter().map(|entry| entry.seq().0).collect();
    assert_eq!(seqs, [1, 4, 5]);
    server.set_line(Line::default());
    passes(&engine, 2, Trigger::Online);
    assert_eq!(unsent(&engine), []);
    let expected: Vec<Op> = day[1..5].iter().map(|intent| intent.op.clone()).collect();
    assert_eq!(done_on(&server, job_key(1)), expected);
}

fn write(engine: &TestEngine, writes: Vec<OutboxWrite>) {
    let plan = OutboxPlan { writes, value: () };
    block_on(engine.outbox.transact(Read::Meta, |_| Ok(plan.clone()))).unwrap();
}

/// What an earlier build let come too late is its user's to decide: sent anew by itself it would undo what
/// was done after it.
#[test]
fn what_came_too_late_for_its_record_is_not_sent_anew_by_itself() {
    let (server, engine) = primed(2);
    save(
        &engine,
        &[
            set(1, EnRoute),
            set(2, EnRoute),
            edit(1, "Job 1", "Second visit"),
        ],
    );
    let mut late = unsent(&engine)[0].clone();
    passes(&engine, 1, Trigger::Timer);
    assert_eq!(unsent(&engine), []);
    late.mutation.id = MutationId(uuid::Uuid::from_u128(77));
    late.mutation.op = edit(1, "Job 1", "First visit").op;
    write(&engine, vec![OutboxWrite::Put(late)]);
    passes(&engine, 40, Trigger::Timer);
    let left = unsent(&engine);
    let EntryState::Parked { reason, .. } = &left[0].state else {
        panic!("{left:?}");
    };
    assert_eq!((left.len(), reason), (1, &Rejection::Outdated));
    // Its user may still say so.
    block_on(engine.run_resend(left[0].mutation.id, None)).unwrap();
    passes(&engine, 1, Trigger::Asked);
    assert_eq!(unsent(&engine), []);
    assert_eq!(server.applied().len(), 4);
}
