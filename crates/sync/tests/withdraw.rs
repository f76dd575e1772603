//! Taking back notes and photos, against the model server: what nobody has heard of never arrives, what may have
//! arrived is taken away there too, and nothing is left half.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // These are tests.

use afield_domain::JobStatus::{Finished, Scheduled, Started};
use afield_domain::{Op, RecordKey};
use afield_sync::files::local_file::chunks_of;
use afield_sync::outbox::batch::{BatchLimits, PassedOver};
use afield_sync::pass::replay::plan_send;
use afield_sync::pass::turn::{Turn, plan_take_lease};
use afield_sync::testing::fixtures::{
    TestEngine, add, add_with_file, attachment_id, create, device, job, job_id, local_file,
    note_key, register, session, set, technician,
};
use afield_sync::testing::{Fault, ModelServer};
use afield_sync::{
    CacheStore, FileStore, Host, Intent, NoUndo, OutboxStore, OutboxView, Projection, Read,
    SyncError, Trigger,
};
use futures::executor::block_on;

fn server() -> ModelServer {
    let anna = technician(1);
    let jobs = (1..=2).map(|n| job(n, &anna, Scheduled)).collect();
    ModelServer::new(anna, jobs)
}

fn primed(server: &ModelServer) -> TestEngine {
    let engine = device(1, server);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    pass(&engine);
    engine
}

fn pass(engine: &TestEngine) {
    engine.host.advance(600_000);
    block_on(engine.run_sync(Trigger::Asked)).unwrap();
}

/// A pass whose push does not come through, in this way.
fn cut(engine: &TestEngine, server: &ModelServer, fault: Fault) {
    server.plan([fault]);
    pass(engine);
}

fn save(engine: &TestEngine, intents: &[Intent]) {
    block_on(engine.run_enqueue(intents)).unwrap();
}

/// Photo `n` of job 1, with its bytes.
fn take(engine: &TestEngine, n: u128) {
    for (number, chunk) in (0..).zip(chunks_of(b"photo")) {
        block_on(engine.outbox.put_chunk(attachment_id(n), number, chunk)).unwrap();
    }
    let file = local_file(n, 1, b"photo");
    block_on(engine.run_attach(&[register(&file)], &[file])).unwrap();
}

fn photo(n: u128) -> RecordKey {
    attachment_id(n).into()
}

fn withdraw(engine: &TestEngine, parts: &[RecordKey]) -> Result<(), SyncError> {
    block_on(engine.run_withdraw(job_id(1), parts)).map(drop)
}

fn outbox(engine: &TestEngine) -> OutboxView {
    block_on(engine.outbox.load(Read::All)).unwrap()
}

/// What is unsent, in order.
fn unsent(engine: &TestEngine) -> Vec<&'static str> {
    let name = |op: &Op| match op {
        Op::AddNote { .. } => "note",
        Op::AddAttachment { .. } => "photo",
        Op::Withdraw { .. } => "withdraw",
        _ => "other",
    };
    let entries = outbox(engine).entries;
    entries
        .iter()
        .map(|entry| name(&entry.mutation.op))
        .collect()
}

/// Whether it is on the screen.
fn is_seen(engine: &TestEngine, key: RecordKey) -> bool {
    let mut picture = Projection::default();
    picture.set_module(
        key.module,
        block_on(engine.cache.load_module(key.module)).unwrap(),
    );
    picture.set_outbox(&outbox(engine));
    picture.record(key).is_some()
}

fn files(engine: &TestEngine) -> usize {
    let rows = block_on(engine.outbox.load_files()).unwrap().files.len();
    let chunks = engine.outbox.peek(|rows| rows.chunks.len());
    assert_eq!(rows, chunks, "a row with its one chunk, or neither");
    rows
}

#[track_caller]
fn check_gone(engine: &TestEngine, server: &ModelServer, keys: &[RecordKey]) {
    for key in keys {
        assert!(!is_seen(engine, *key), "{key} is on the screen");
        assert!(server.record(*key).is_none(), "the office has {key}");
    }
    assert_eq!(unsent(engine), [""; 0]);
}

#[test]
fn what_was_never_sent_leaves_no_trace() {
    let server = server();
    let engine = primed(&server);
    take(&engine, 1);
    take(&engine, 2);
    save(&engine, &[add_with_file(1, 1, 1), set(1, Started)]);
    withdraw(&engine, &[note_key(1), photo(1)]).unwrap();
    assert_eq!(unsent(&engine), ["photo", "other"]);
    assert_eq!(files(&engine), 1);
    pass(&engine);
    assert!(server.record(photo(2)).is_some());
    check_gone(&engine, &server, &[note_key(1), photo(1)]);
    assert_eq!(server.applied().len(), 2);
}

/// Lost on the way there or on the way back: nobody here can tell which.
#[test]
fn what_was_tried_is_off_the_screen_at_once_and_taken_away_at_the_office() {
    for fault in [Fault::LoseRequest, Fault::LoseReply] {
        let server = server();
        let engine = primed(&server);
        take(&engine, 1);
        save(&engine, &[add_with_file(1, 1, 1)]);
        cut(&engine, &server, fault);
        withdraw(&engine, &[note_key(1), photo(1)]).unwrap();
        assert_eq!(unsent(&engine), ["photo", "note", "withdraw", "withdraw"]);
        assert!(!is_seen(&engine, note_key(1)) && !is_seen(&engine, photo(1)));
        // The bytes stay until the office knows.
        assert_eq!(files(&engine), 1);
        pass(&engine);
        check_gone(&engine, &server, &[note_key(1), photo(1)]);
        assert_eq!(files(&engine), 0);
    }
}

#[test]
fn what_the_office_has_is_taken_away_there_even_if_the_answer_is_lost() {
    let server = server();
    let engine = primed(&server);
    save(&engine, &[add(1, 1)]);
    pass(&engine);
    assert!(is_seen(&engine, note_key(1)));
    withdraw(&engine, &[note_key(1)]).unwrap();
    cut(&engine, &server, Fault::LoseReply);
    assert_eq!(unsent(&engine), ["withdraw"]);
    assert!(server.record(note_key(1)).is_none());
    // No pull comes through: what is gone does not come back on the screen until one does.
    server.plan([Fault::None, Fault::LoseRequest]);
    pass(&engine);
    check_gone(&engine, &server, &[note_key(1)]);
    pass(&engine);
    check_gone(&engine, &server, &[note_key(1)]);
    // Another device of the same user, which had it on its screen, finds it done.
    save(
        &engine,
        &[Intent {
            op: Op::Withdraw {
                part: note_key(1),
                job: job_id(1),
            },
            base_rev: None,
        }],
    );
    pass(&engine);
    check_gone(&engine, &server, &[note_key(1)]);
}

/// Another tab, or the worker, has it on the wire at this moment; or puts it there right after.
#[test]
fn another_tab_that_sends_at_this_moment_is_no_race() {
    for sends_first in [true, false] {
        let server = server();
        let page = primed(&server);
        save(&page, &[add(1, 1)]);
        let worker = TestEngine {
            host: page.host.sibling("worker-1"),
            ..page.clone()
        };
        let lease = block_on(worker.outbox.transact(Read::Meta, |view| {
            let now = worker.host.now();
            Ok(plan_take_lease(view, Trigger::Asked, true, "worker-1", now))
        }));
        let Turn::Taken(lease) = lease.unwrap() else {
            panic!("no lease");
        };
        let send = || {
            let now = worker.host.now();
            block_on(worker.outbox.transact(Read::All, |view| {
                plan_send(view, lease, BatchLimits::USUAL, &PassedOver::default(), now)
            }))
            .unwrap();
        };
        if sends_first {
            send();
        }
        withdraw(&page, &[note_key(1)]).unwrap();
        let expected: &[&str] = if sends_first {
            &["note", "withdraw"]
        } else {
            &[]
        };
        assert_eq!(unsent(&page), expected);
        if !sends_first {
            send();
        }
        assert!(!is_seen(&page, note_key(1)));
        // The worker dies; whoever comes next sends what is left.
        page.host.advance(30_001);
        pass(&page);
        check_gone(&page, &server, &[note_key(1)]);
        assert_eq!(server.applied().len(), expected.len());
    }
}

/// Of a note with two photos one is taken back. It must not be gone before the note that names it arrives.
#[test]
fn a_photo_that_a_note_names_is_taken_away_after_the_note() {
    let server = server();
    let engine = primed(&server);
    take(&engine, 1);
    save(&engine, &[add_with_file(1, 1, 1)]);
    withdraw(&engine, &[photo(1)]).unwrap();
    assert_eq!(unsent(&engine), ["photo", "note", "withdraw"]);
    let entries = outbox(&engine).entries;
    assert_eq!(
        entries[2].mutation.depends_on,
        [entries[1].mutation.id],
        "its own lane keeps it behind the photo"
    );
    pass(&engine);
    assert!(is_seen(&engine, note_key(1)) && server.record(note_key(1)).is_some());
    check_gone(&engine, &server, &[photo(1)]);
    assert_eq!(files(&engine), 0);
}

#[test]
fn what_a_finish_waits_for_is_sent_and_then_taken_away() {
    let server = server();
    let engine = primed(&server);
    save(&engine, &[set(1, Started), add(1, 1), set(1, Finished)]);
    withdraw(&engine, &[note_key(1)]).unwrap();
    assert_eq!(unsent(&engine), ["other", "note", "other", "withdraw"]);
    pass(&engine);
    check_gone(&engine, &server, &[note_key(1)]);
    assert_eq!(server.applied().len(), 4);
}

/// A refused note waits for its user's decision: **Revert changes** drops it, and what was to take it away.
#[test]
fn what_is_refused_goes_by_revert_alone() {
    let server = server();
    let engine = primed(&server);
    let mut long = add(1, 1);
    if let Op::AddNote { text, .. } = &mut long.op {
        *text = "x".repeat(10_001);
    }
    save(&engine, &[long]);
    cut(&engine, &server, Fault::LoseRequest);
    withdraw(&engine, &[note_key(1)]).unwrap();
    pass(&engine);
    let entries = outbox(&engine).entries;
    assert_eq!(unsent(&engine), ["note", "withdraw"]);
    assert!(entries[0].is_parked() && !is_seen(&engine, note_key(1)));
    let refused = Err(SyncError::NoUndo(NoUndo::Refused));
    assert_eq!(withdraw(&engine, &[note_key(1)]), refused);
    let ids: Vec<_> = entries.iter().map(|entry| entry.mutation.id).collect();
    block_on(engine.run_revert(ids[0], &ids)).unwrap();
    check_gone(&engine, &server, &[note_key(1)]);
    // Nor does what waits for a refused one go another way, nor a part of what was asked for.
    let mut nameless = create(9);
    if let Op::CreateJob { title, .. } = &mut nameless.op {
        title.clear();
    }
    save(&engine, &[nameless, add(2, 9)]);
    pass(&engine);
    save(&engine, &[add(3, 1)]);
    assert_eq!(withdraw(&engine, &[note_key(3), note_key(2)]), refused);
    assert_eq!(unsent(&engine), ["other", "note", "note"]);
}

/// A device that was put back: the note gets another place, and what takes it away stays behind it.
#[test]
fn a_note_that_gets_another_place_is_still_taken_away_after_it() {
    let server = server();
    let engine = primed(&server);
    server.refuse_places(true);
    save(&engine, &[add(1, 1)]);
    cut(&engine, &server, Fault::LoseRequest);
    withdraw(&engine, &[note_key(1)]).unwrap();
    pass(&engine);
    server.refuse_places(false);
    for _ in 0..20 {
        pass(&engine);
    }
    check_gone(&engine, &server, &[note_key(1)]);
    let ops = server.applied();
    let names: Vec<bool> = ops.iter().map(|m| m.op.takes_away().is_some()).collect();
    assert_eq!(names, [false, true]);
}

#[test]
fn another_user_s_work_stays() {
    let server = server();
    let engine = primed(&server);
    save(&engine, &[add(1, 1)]);
    block_on(engine.run_signed_out()).unwrap();
    assert_eq!(withdraw(&engine, &[note_key(1)]), Err(SyncError::SignedOut));
    block_on(engine.run_signed_in(&session(&technician(2)))).unwrap();
    withdraw(&engine, &[note_key(1)]).unwrap();
    // What the other one asks for is the server's to refuse; the note stands as it was.
    assert_eq!(unsent(&engine), ["note", "withdraw"]);
    assert!(!outbox(&engine).entries[0].sent);
}
