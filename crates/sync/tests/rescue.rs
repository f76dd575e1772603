//! What a rescue file brings arrives once, whoever sends it, in whatever order and however often.

#![allow(clippy::unwrap_used, clippy::panic)] // These are tests.

use afield_domain::{DeviceId, JobStatus, Rejection, Timestamp};
use afield_sync::rescue::format::{RescueIndex, RescuedChunk, RescuedFile};
use afield_sync::rescue::requests::{RescueStop, run_file};
use afield_sync::rescue::sending::RescueSending;
use afield_sync::rescue::writing::plan_written;
use afield_sync::testing::fixtures::{
    TestEngine, add, attachment_id, device, edit, job, job_key, local_file, register, session, set,
    technician,
};
use afield_sync::testing::{Fault, FileFault, Line, ModelServer};
use afield_sync::{
    FileStore, Intent, OutboxStore, Read, Remote, TransportError, Trigger, sync_status,
};
use futures::executor::block_on;
use std::cell::RefCell;
use uuid::Uuid;

fn server() -> ModelServer {
    let anna = technician(1);
    let jobs = (1..=3).map(|n| job(n, &anna, JobStatus::Scheduled));
    let jobs = jobs.collect();
    ModelServer::new(anna, jobs)
}

fn phone(n: u16, server: &ModelServer) -> TestEngine {
    let engine = device(n, server);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    block_on(engine.run_sync(Trigger::SignIn)).unwrap();
    engine
}

fn save(engine: &TestEngine, intents: &[Intent]) {
    block_on(engine.run_enqueue(intents)).unwrap();
}

/// What `public/rescue.js` does: writes down what is unsent, and notes that it has left the phone.
fn rescue(engine: &TestEngine) -> RescueIndex {
    let (user, meta) = {
        let view = block_on(engine.outbox.load(Read::Meta)).unwrap();
        (technician(1).id, view.meta)
    };
    let marked = engine
        .outbox
        .transact(Read::All, |view| Ok(plan_written(view, user)));
    let entries = block_on(marked).unwrap();
    let info = meta.session.unwrap().info;
    RescueIndex {
        made_at: Timestamp(1),
        rows: 12,
        device: meta.device.unwrap(),
        user: info.user.id,
        user_name: info.user.name,
        company: Some(info.company.id),
        epoch: meta.epoch,
        changes: entries.len() as u64,
        entries,
        files: Vec::new(),
    }
}

/// Sends what the file holds, as far as it goes.
fn send(server: &ModelServer, index: &RescueIndex) -> RescueSending {
    let mut sending = RescueSending::new(index);
    drive(server, &mut sending);
    sending
}

/// Why it went no further, if it was not because nothing is left that can go.
fn drive(server: &ModelServer, sending: &mut RescueSending) -> Option<RescueStop> {
    for _ in 0..1_000 {
        match block_on(sending.run_next(server, Timestamp(2))) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(stop) => return Some(stop),
        }
    }
    panic!("it goes on for ever")
}

fn unsent(engine: &TestEngine) -> (usize, usize) {
    let status = sync_status(&block_on(engine.outbox.load(Read::All)).unwrap());
    (status.unsent, status.parked)
}

fn applied(server: &ModelServer) -> Vec<u64> {
    server.applied().iter().map(|sent| sent.seq.0).collect()
}

fn work() -> Vec<Intent> {
    vec![
        set(1, JobStatus::EnRoute),
        add(1, 1),
        edit(2, "Job 2", "Valve"),
        set(1, JobStatus::Started),
        add(2, 2),
    ]
}

#[test]
fn work_that_another_phone_has_brought_has_no_effect_when_its_own_phone_sends_it() {
    let server = server();
    let old = phone(1, &server);
    save(&old, &work());
    let file = rescue(&old);
    let sent = send(&server, &file);
    assert_eq!((sent.accepted(), sent.waiting()), (5, 0));
    assert_eq!(
        applied(&server),
        [1, 2, 3, 4, 5],
        "in the order of its phone"
    );
    // The same file again, from a third phone too.
    assert_eq!(send(&server, &file).accepted(), 5);
    // And the phone comes back.
    assert!(block_on(old.run_sync(Trigger::Online)).unwrap().is_done());
    assert_eq!(
        unsent(&old),
        (0, 0),
        "nothing is refused for having been brought"
    );
    assert_eq!(applied(&server), [1, 2, 3, 4, 5]);
}

#[test]
fn a_file_that_is_brought_after_its_phone_has_sent_its_work_changes_nothing() {
    let server = server();
    let old = phone(1, &server);
    save(&old, &work());
    let file = rescue(&old);
    block_on(old.run_sync(Trigger::Online)).unwrap();
    save(
        &old,
        &[set(1, JobStatus::Paused), edit(2, "Valve", "Valves")],
    );
    block_on(old.run_sync(Trigger::Online)).unwrap();
    let (before, job) = (applied(&server), server.record(job_key(1)));
    let sent = send(&server, &file);
    assert_eq!((sent.accepted(), sent.refused().count()), (5, 0));
    assert_eq!(applied(&server), before);
    assert_eq!(
        server.record(job_key(1)),
        job,
        "not back to an older status"
    );
}

#[test]
fn what_has_left_in_a_file_is_neither_joined_with_later_work_nor_undone() {
    let server = server();
    let old = phone(1, &server);
    save(&old, &[edit(1, "Job 1", "Boiler")]);
    let file = rescue(&old);
    // Without the note that it has left, this would change the mutation that the file holds.
    save(&old, &[edit(1, "Boiler", "Boiler leaks")]);
    send(&server, &file);
    block_on(old.run_sync(Trigger::Online)).unwrap();
    assert_eq!(unsent(&old), (0, 0));
    assert_eq!(applied(&server), [1, 2]);
}

#[test]
fn a_refusal_holds_its_lane_and_nothing_else() {
    let server = server();
    let old = phone(1, &server);
    // No such step from here; what is behind it in its lane must not overtake.
    save(
        &old,
        &[
            set(1, JobStatus::Finished),
            set(1, JobStatus::EnRoute),
            add(1, 2),
        ],
    );
    server.put(job(1, &technician(2), JobStatus::Scheduled));
    let sent = send(&server, &rescue(&old));
    let reasons: Vec<_> = sent.refused().map(|entry| &entry.state).collect();
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert!(matches!(
        reasons.first(),
        Some(afield_sync::EntryState::Parked {
            reason: Rejection::Forbidden,
            ..
        })
    ));
    assert_eq!((sent.accepted(), sent.waiting()), (1, 1));
    assert_eq!(applied(&server), [3]);
}

#[test]
fn a_cut_a_server_in_trouble_and_a_small_line_cost_nothing() {
    let server = server();
    let old = phone(1, &server);
    save(&old, &work());
    let file = rescue(&old);
    let mut sending = RescueSending::new(&file);
    server.plan([Fault::LoseReply, Fault::LoseRequest]);
    drive(&server, &mut sending);
    drive(&server, &mut sending);
    server.set_in_trouble(true);
    drive(&server, &mut sending);
    server.set_in_trouble(false);
    server.set_largest_batch(1);
    sending.try_again();
    drive(&server, &mut sending);
    assert_eq!((sending.accepted(), sending.waiting()), (5, 0));
    assert_eq!(applied(&server), [1, 2, 3, 4, 5]);
}

/// A line that drops large bodies without a word carries small ones: whoever tries again sends less.
#[test]
fn a_line_that_carries_little_gets_it_in_small_requests() {
    let server = server();
    let old = phone(1, &server);
    save(&old, &work());
    let mut sending = RescueSending::new(&rescue(&old));
    let whole = serde_json::to_string(&sending.next_request())
        .unwrap()
        .len();
    server.set_line(Line {
        largest_body: Some(whole / 2),
        ..Line::default()
    });
    let no_answer = Some(RescueStop::Line(TransportError::NoAnswer));
    assert_eq!(drive(&server, &mut sending), no_answer);
    let tried = (0..10).any(|_| {
        sending.try_again();
        drive(&server, &mut sending).is_none()
    });
    assert!(tried, "it never comes through");
    assert_eq!((sending.accepted(), sending.waiting()), (5, 0));
    assert_eq!(applied(&server), [1, 2, 3, 4, 5]);
}

/// Somebody on the way refuses one text: it waits, and what does not belong to it goes on.
#[test]
fn one_text_that_is_not_let_through_holds_up_nothing_else() {
    let server = server();
    let old = phone(1, &server);
    save(&old, &work());
    let mut sending = RescueSending::new(&rescue(&old));
    server.set_line(Line {
        filtered: Some(("Valve".into(), Some(403))),
        ..Line::default()
    });
    assert_eq!(drive(&server, &mut sending), None);
    assert_eq!((sending.accepted(), sending.waiting()), (4, 1));
    server.set_line(Line::default());
    sending.try_again();
    assert_eq!(drive(&server, &mut sending), None);
    assert_eq!((sending.accepted(), sending.waiting()), (5, 0));
    assert_eq!(applied(&server), [1, 2, 4, 5, 3]);
}

#[test]
fn another_data_set_is_told_before_anything_is_sent_to_it() {
    let server = server();
    let old = phone(1, &server);
    save(&old, &work());
    let file = rescue(&old);
    server.set_epoch("restored");
    let mut sending = RescueSending::new(&file);
    let stop = drive(&server, &mut sending);
    assert_eq!(stop, Some(RescueStop::OtherData));
    assert_eq!((sending.accepted(), sending.waiting()), (0, 5));
    sending.take_any_epoch();
    drive(&server, &mut sending);
    assert_eq!((sending.accepted(), sending.waiting()), (5, 0));
}

#[test]
fn a_photo_goes_once_its_registration_has_arrived_and_only_what_is_missing_of_it() {
    let server = server();
    let old = phone(1, &server);
    let bytes: Vec<u8> = (0..700_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    let row = local_file(1, 1, &bytes);
    server.with_files(|files| files.right.insert(attachment_id(1), bytes.clone()));
    save(&old, &[register(&row)]);
    let mut index = rescue(&old);
    // The rescue file begins with its head, and then this photo.
    let mut whole = vec![0; 19];
    whole.extend_from_slice(&bytes);
    let chunk = |chunk: &[u8]| RescuedChunk {
        bytes: chunk.len() as u64,
        sha256: "0".repeat(64),
    };
    index.files = vec![RescuedFile {
        row: row.clone(),
        at: 19,
        chunks: afield_sync::chunks_of(&bytes).map(chunk).collect(),
    }];
    let file = index.files.first().unwrap();
    let mut sending = RescueSending::new(&index);
    assert!(!sending.knows(file));
    drive(&server, &mut sending);
    assert!(sending.knows(file));
    // Somebody has brought a part of it before.
    let first = bytes.get(..100_000).unwrap().to_vec();
    let offset = block_on(server.send_bytes(row.id, Some((0, first)))).unwrap();
    assert_eq!(offset, 100_000);
    let read = async |at: u64, length: u64| {
        let piece = whole.get(at as usize..(at + length) as usize);
        piece.map(<[u8]>::to_vec)
    };
    let waited = RefCell::new(Vec::new());
    let pause = async |ms| waited.borrow_mut().push(ms);
    // The answer to a piece is lost, and then there is no line at all: it tries again, and says so in the end.
    let begins = [FileFault::None, FileFault::None, FileFault::LoseReply];
    server.plan_files(begins.into_iter().chain([FileFault::Cut(0); 4]));
    let cut = block_on(run_file(&server, file, pause, read));
    assert_eq!(cut, Err(RescueStop::Line(TransportError::NoAnswer)));
    assert_eq!(waited.take(), [0, 1_000, 2_000, 4_000, 8_000]);
    assert_eq!(block_on(run_file(&server, file, pause, read)), Ok(true));
    let came = server.with_files(|files| {
        assert_eq!(files.received.get(&attachment_id(1)), Some(&bytes));
        files.came
    });
    assert_eq!(came, 700_000, "no byte twice");
    assert_eq!(block_on(old.outbox.load_files()).unwrap().files.len(), 0);
}

#[test]
fn a_photo_that_is_refused_is_told_from_one_that_waits() {
    let server = server();
    let old = phone(1, &server);
    let row = local_file(1, 1, &[1, 2, 3]);
    save(&old, &[register(&row)]);
    let index = rescue(&old);
    let (at, chunks) = (19, Vec::new());
    let file = RescuedFile { row, at, chunks };
    let mut sending = RescueSending::new(&index);
    assert!(!sending.has_refused(&file) && !sending.knows(&file));
    server.put(job(1, &technician(2), JobStatus::Scheduled));
    drive(&server, &mut sending);
    assert!(sending.has_refused(&file) && !sending.knows(&file));
}

#[test]
fn every_request_is_of_one_device_and_in_its_order() {
    let server = server();
    let old = phone(1, &server);
    save(&old, &work());
    let mut index = rescue(&old);
    // A phone whose name was lost with a damaged row has another one since.
    for entry in index.entries.iter_mut().skip(3) {
        entry.mutation.device = DeviceId(Uuid::from_u128(77));
    }
    let sent = send(&server, &index);
    assert_eq!((sent.accepted(), sent.waiting()), (5, 0));
    for push in server.pushes() {
        assert!(push.is_sorted());
    }
}
