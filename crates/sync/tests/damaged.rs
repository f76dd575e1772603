//! Rows of the outbox that cannot be read, against the model server: everything else goes on, and they are
//! never left out of what is unsent.

#![allow(clippy::unwrap_used)] // These are tests.

use afield_domain::JobStatus::{EnRoute, Scheduled, Started};
use afield_domain::{Op, Rev};
use afield_protocol::Seq;
use afield_sync::testing::ModelServer;
use afield_sync::testing::fixtures::{
    TestEngine, add, create, device, edit, job, job_key, session, set, technician,
};
use afield_sync::{
    CacheStore, Intent, OutboxStore, Projection, Read, SyncStatus, Trigger, Written, sync_status,
};
use futures::executor::block_on;

fn primed() -> (ModelServer, TestEngine) {
    let anna = technician(1);
    let jobs = (1..=3).map(|n| job(n, &anna, Scheduled)).collect();
    let server = ModelServer::new(anna, jobs);
    let engine = device(1, &server);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    sync(&engine);
    (server, engine)
}

fn sync(engine: &TestEngine) {
    assert!(block_on(engine.run_sync(Trigger::Asked)).unwrap().is_done());
}

fn save(engine: &TestEngine, intents: &[Intent]) {
    for intent in intents {
        block_on(engine.run_enqueue(std::slice::from_ref(intent))).unwrap();
    }
}

/// Unsent, and of these unreadable: as counted, and as the picture counts.
fn counts(engine: &TestEngine) -> (usize, usize) {
    let view = block_on(engine.outbox.load(Read::All)).unwrap();
    let mut picture = Projection::default();
    picture.set_outbox(&view);
    let SyncStatus {
        unsent, unreadable, ..
    } = picture.status();
    assert_eq!(picture.status(), sync_status(&view));
    (unsent, unreadable)
}

fn applied(server: &ModelServer) -> Vec<u64> {
    server.applied().iter().map(|m| m.seq.0).collect()
}

#[test]
fn a_row_that_cannot_be_read_holds_up_itself_alone_and_is_counted() {
    let (server, engine) = primed();
    let changes = [set(1, EnRoute), add(1, 2), set(2, EnRoute), set(1, Started)];
    save(&engine, &changes);
    engine.outbox.damage(Seq(2));
    assert_eq!(counts(&engine), (4, 1));
    sync(&engine);
    assert_eq!(applied(&server), [1, 3, 4]);
    assert_eq!(counts(&engine), (1, 1));
    // More can be saved and sent, and the row is still what it was.
    save(&engine, &[set(2, Started)]);
    sync(&engine);
    assert_eq!(applied(&server), [1, 3, 4, 5]);
    assert_eq!(counts(&engine), (1, 1));
    let is_kept = |seq| engine.outbox.peek(|rows| rows.entries.contains_key(&seq));
    assert!(is_kept(Seq(2)));
}

#[test]
fn no_edit_is_joined_across_a_row_that_cannot_be_read() {
    let (server, engine) = primed();
    save(&engine, &[edit(1, "Job 1", "a"), add(1, 1)]);
    engine.outbox.damage(Seq(2));
    save(&engine, &[edit(1, "a", "b")]);
    sync(&engine);
    assert_eq!(applied(&server), [1, 3]);
}

/// A tab that only looks at the entries that another one has touched counts as one that reads all.
#[test]
fn a_look_at_one_entry_counts_what_it_cannot_read() {
    let (_, engine) = primed();
    save(&engine, &[set(1, EnRoute), set(2, EnRoute)]);
    let mut picture = Projection::default();
    let all = || block_on(engine.outbox.load(Read::All)).unwrap();
    picture.set_outbox(&all());
    engine.outbox.damage(Seq(1));
    let seqs = [Seq(1)];
    let view = block_on(engine.outbox.load(Read::Entries(seqs.to_vec()))).unwrap();
    assert!(picture.take_written(&Written::found(&seqs, view)));
    assert_eq!(picture.status(), sync_status(&all()));
    assert_eq!(picture.status().unreadable, 1);
}

/// The same, with a whole day of it in front, on a line that carries one change at a time.
#[test]
fn what_waits_for_a_refused_change_that_cannot_be_read_fills_no_small_line() {
    let (server, engine) = primed();
    let mut bad = create(9);
    if let Op::CreateJob { title, .. } = &mut bad.op {
        title.clear();
    }
    save(&engine, &[bad]);
    sync(&engine);
    let notes: Vec<Intent> = (1..=20).map(|n| add(n, 9)).collect();
    save(&engine, &notes);
    engine.outbox.damage(Seq(1));
    server.set_largest_batch(1);
    save(&engine, &[set(1, EnRoute), add(21, 9), set(2, EnRoute)]);
    let before = server.pushes().len();
    let report = block_on(engine.run_sync(Trigger::Asked)).unwrap();
    assert!(!report.is_done());
    assert_eq!(applied(&server), [22, 24]);
    assert_eq!(counts(&engine), (22, 1));
    let pushes = server.pushes().len() - before;
    assert!(pushes < 6, "one for each that waits: {pushes}");
    // What is left is tried again later, and keeps up nothing.
    engine.host.advance(600_000);
    save(&engine, &[set(1, Started)]);
    block_on(engine.run_sync(Trigger::Timer)).unwrap();
    assert_eq!(applied(&server), [22, 24, 25]);
}

/// The office holds back what depends on a change that it has refused, and the phone can no longer read that
/// one. It goes on fetching all the same, and does not ask without end.
#[test]
fn what_waits_for_a_refused_change_that_cannot_be_read_stops_nothing_else() {
    let (server, engine) = primed();
    let mut bad = create(9);
    if let Op::CreateJob { title, .. } = &mut bad.op {
        title.clear();
    }
    save(&engine, &[bad]);
    sync(&engine);
    save(&engine, &[add(1, 9)]);
    engine.outbox.damage(Seq(1));
    save(&engine, &[set(1, EnRoute)]);
    for _ in 0..5 {
        server.put(job(7, &technician(1), Scheduled));
        engine.host.advance(120_000);
        let report = block_on(engine.run_sync(Trigger::Timer)).unwrap();
        assert!(!report.is_done());
    }
    assert_eq!(applied(&server), [3]);
    assert_eq!(counts(&engine), (2, 1));
    assert!(server.pushes().len() < 10, "{:?}", server.pushes());
    let fetched = block_on(engine.cache.load_record(job_key(7))).unwrap();
    assert_eq!(fetched.map(|copy| copy.rev), Some(Rev(5)));
}
