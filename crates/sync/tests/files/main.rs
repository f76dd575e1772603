//! Files on their way to the server: whole and right whatever happens, after all text, each by one context.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // These are tests.

mod network;

use afield_domain::{Attachment, JobStatus, Timestamp};
use afield_protocol::Seq;
use afield_sync::files::local_file::{CHUNK_BYTES, chunks_of};
use afield_sync::files::sending::Refusal;
use afield_sync::testing::fixtures::{
    TestEngine, attachment, attachment_id, device, job, local_file, register, session, set,
    technician,
};
use afield_sync::testing::{Fault, FileFault, ModelServer};
use afield_sync::{
    FetchEnd, FileStore, FilesEnd, Host, LocalFile, OutboxPlan, OutboxStore, OutboxWrite, Read,
    SyncError, SyncReport, Trigger, sync_status,
};
use futures::executor::block_on;
use std::future::Future;
use std::pin::Pin;
use std::slice;

/// A phone of technician 1 who has two jobs, and its server.
fn phone() -> (ModelServer, TestEngine) {
    let anna = technician(1);
    let jobs = [1, 2].map(|n| job(n, &anna, JobStatus::Scheduled));
    let server = ModelServer::new(anna.clone(), jobs.into());
    let engine = device(1, &server);
    block_on(engine.run_signed_in(&session(&anna))).unwrap();
    (server, engine)
}

fn bytes(n: u128, length: usize) -> Vec<u8> {
    let at = |at: usize| (at * 7 + at / 251 + n as usize).to_le_bytes()[0];
    (0..length).map(at).collect()
}

/// Picks file number `n`, which is saved with its registration.
fn pick(server: &ModelServer, engine: &TestEngine, n: u128, length: usize) -> LocalFile {
    let bytes = bytes(n, length);
    server.with_files(|files| files.right.insert(attachment_id(n), bytes.clone()));
    let file = LocalFile {
        made_at: Timestamp(n as i64),
        ..local_file(n, 1, &bytes)
    };
    block_on(async {
        for (number, chunk) in (0..).zip(chunks_of(&bytes)) {
            let put = engine.outbox.put_chunk(file.id, number, chunk);
            put.await.unwrap();
        }
        let intents = [register(&file)];
        let registered = engine.run_attach(&intents, slice::from_ref(&file));
        registered.await.unwrap();
    });
    file
}

fn seen(engine: &TestEngine) -> Seq {
    block_on(engine.outbox.load(Read::Meta))
        .unwrap()
        .meta
        .last_seq
}

/// A pass, and then the files.
fn pass(engine: &TestEngine, trigger: Trigger) -> FilesEnd {
    let seen = seen(engine);
    let report = block_on(engine.run_sync(trigger)).unwrap();
    assert!(report.is_followed_by_files(), "{report:?}");
    block_on(engine.run_files(trigger, seen)).unwrap()
}

fn row(engine: &TestEngine, n: u128) -> LocalFile {
    let row = block_on(engine.outbox.load_file(attachment_id(n)));
    row.unwrap().unwrap()
}

fn has_received(server: &ModelServer, n: u128, length: usize) -> bool {
    server.with_files(|files| files.received.get(&attachment_id(n)) == Some(&bytes(n, length)))
}

fn came(server: &ModelServer) -> u64 {
    server.with_files(|files| files.came)
}

#[test]
fn files_arrive_byte_for_byte_and_stay_here_as_copies() {
    let (server, engine) = phone();
    let lengths = [1, CHUNK_BYTES, CHUNK_BYTES + 1, 9 * CHUNK_BYTES + 77];
    for (n, length) in (1..).zip(lengths) {
        pick(&server, &engine, n, length);
    }
    assert_eq!(pass(&engine, Trigger::Enqueue), FilesEnd::Done);
    for (n, length) in (1..).zip(lengths) {
        assert!(has_received(&server, n, length), "{length} bytes");
        let row = row(&engine, n);
        assert!(row.sending.received.is_some() && row.sending.refused.is_none());
        let copy = block_on(engine.outbox.load_bytes(row.id)).unwrap();
        assert_eq!(copy, Some(bytes(n, length)), "opens without a network");
    }
    let sent = lengths.iter().sum::<usize>() as u64;
    assert_eq!(came(&server), sent, "no byte twice");
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
    assert_eq!(came(&server), sent, "nothing again");
}

#[test]
fn a_cut_costs_no_byte_that_arrived_and_a_lost_answer_none_at_all() {
    let length = 5 * CHUNK_BYTES;
    let cuts = [
        FileFault::Cut(1),
        FileFault::Cut(70_000),
        FileFault::LoseReply,
    ];
    for fault in cuts {
        let (server, engine) = phone();
        pick(&server, &engine, 1, length);
        server.plan_files([FileFault::None, fault, FileFault::None, fault]);
        assert_eq!(pass(&engine, Trigger::Enqueue), FilesEnd::Done, "{fault:?}");
        assert!(has_received(&server, 1, length), "{fault:?}");
        assert_eq!(came(&server), length as u64, "{fault:?}: no byte twice");
    }
}

#[test]
fn a_dead_line_is_left_alone_for_a_while_and_a_person_is_not_kept_waiting() {
    let (server, engine) = phone();
    pick(&server, &engine, 1, 100);
    server.plan_files([FileFault::Cut(0)]);
    let FilesEnd::NotBefore(at) = pass(&engine, Trigger::Timer) else {
        panic!("no back-off");
    };
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::NotBefore(at));
    server.plan_files([FileFault::Cut(0)]);
    let FilesEnd::NotBefore(later) = pass(&engine, Trigger::Asked) else {
        panic!("no back-off");
    };
    engine.host.advance(later.since(at).max(0) + 5_000);
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
    assert!(has_received(&server, 1, 100));
}

#[test]
fn a_full_server_stops_files_and_no_text() {
    let (server, engine) = phone();
    pick(&server, &engine, 1, 100);
    let full = FileFault::Status(507, Some(60_000));
    server.plan_files([FileFault::None, full]);
    let end = pass(&engine, Trigger::Enqueue);
    assert_eq!(end, FilesEnd::NotBefore(engine.host.now().plus_ms(60_000)));
    block_on(engine.run_enqueue(&[set(1, JobStatus::EnRoute)])).unwrap();
    assert_eq!(pass(&engine, Trigger::Enqueue), end);
    assert_eq!(server.applied().len(), 2, "the text is there");
    engine.host.advance(60_000);
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
    assert!(has_received(&server, 1, 100));
}

#[test]
fn one_that_is_refused_is_kept_said_and_tried_again_and_the_others_arrive() {
    let (server, engine) = phone();
    for n in 1..=3 {
        pick(&server, &engine, n, 100);
    }
    server.plan_files([FileFault::Status(404, None)]);
    assert_eq!(pass(&engine, Trigger::Enqueue), FilesEnd::Done);
    let refusal = row(&engine, 1).sending.refused.unwrap();
    assert_eq!(refusal.status, Some(404));
    assert!(has_received(&server, 2, 100) && has_received(&server, 3, 100));
    assert!(
        block_on(engine.outbox.load_bytes(attachment_id(1)))
            .unwrap()
            .is_some()
    );
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
    assert!(!has_received(&server, 1, 100), "not every two minutes");
    engine.host.advance(7 * 3_600_000);
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
    assert!(has_received(&server, 1, 100));
    assert_eq!(row(&engine, 1).sending.refused, None);
}

/// Whatever became of the pass that they asked for; and once only.
#[test]
fn a_person_who_asks_has_what_was_refused_tried_again_with_the_next_pass_that_comes_through() {
    for busy in [false, true] {
        let (server, engine) = phone();
        pick(&server, &engine, 1, 100);
        let refused = FileFault::Status(404, None);
        server.plan_files([refused]);
        assert_eq!(pass(&engine, Trigger::Enqueue), FilesEnd::Done);
        if busy {
            pick(&server, &engine, 2, 100);
            block_on(engine.run_sync(Trigger::Enqueue)).unwrap();
            let (sending, tab) = sending_beside(&server, &engine);
            let asked = block_on(tab.run_sync(Trigger::Asked));
            assert_eq!(asked, Ok(SyncReport::Busy));
            block_on(tab.run_at_once()).unwrap();
            assert_eq!(block_on(sending), Ok(FilesEnd::Unfinished));
            let meta = block_on(engine.outbox.load(Read::Meta)).unwrap().meta;
            assert!(meta.files.at_once, "an answer takes no wish back");
        } else {
            server.plan([Fault::LoseRequest]);
            let report = block_on(engine.run_sync(Trigger::Asked)).unwrap();
            assert!(!report.is_followed_by_files());
        }
        engine.host.advance(60_000);
        server.plan_files([refused]);
        assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
        let refusal = row(&engine, 1).sending.refused.unwrap();
        assert_eq!(refusal.at, engine.host.now(), "tried, and refused again");
        assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
        assert!(!has_received(&server, 1, 100), "once");
        assert_eq!(pass(&engine, Trigger::Asked), FilesEnd::Done);
        assert!(has_received(&server, 1, 100));
    }
}

#[test]
fn bytes_that_are_not_whole_here_are_said_and_hold_up_nothing() {
    let (server, engine) = phone();
    let damaged = LocalFile {
        bytes: 200,
        ..local_file(1, 1, &[1; 100])
    };
    block_on(engine.outbox.put_chunk(damaged.id, 0, &[1; 100])).unwrap();
    block_on(engine.run_attach(&[register(&damaged)], slice::from_ref(&damaged))).unwrap();
    pick(&server, &engine, 2, 100);
    assert_eq!(pass(&engine, Trigger::Enqueue), FilesEnd::Done);
    assert_eq!(row(&engine, 1).sending.refused.unwrap().status, None);
    assert!(has_received(&server, 2, 100));
}

#[test]
fn what_is_not_registered_yet_is_not_sent_and_not_refused() {
    let (server, engine) = phone();
    pick(&server, &engine, 1, 100);
    let end = block_on(engine.run_files(Trigger::Enqueue, seen(&engine))).unwrap();
    assert_eq!(end, FilesEnd::Done);
    assert_eq!((came(&server), row(&engine, 1).sending.is_new()), (0, true));
    assert_eq!(pass(&engine, Trigger::Enqueue), FilesEnd::Done);
    assert!(has_received(&server, 1, 100));
}

/// Found by the simulation (seed 32850 of the model): a photo that a stranger had refused rested for hours, although
/// its person had asked for it while its registration waited to be sent again.
#[test]
fn what_was_asked_for_before_it_could_go_does_not_rest() {
    let (server, engine) = phone();
    pick(&server, &engine, 1, 100);
    let mut file = row(&engine, 1);
    file.sending.refused = Some(Refusal {
        status: Some(413),
        at: engine.host.now(),
    });
    let writes = vec![OutboxWrite::File(file)];
    let noted = engine.outbox.transact(Read::Meta, |_| {
        Ok(OutboxPlan {
            writes: writes.clone(),
            value: (),
        })
    });
    block_on(noted).unwrap();
    server.plan([Fault::LoseRequest]);
    block_on(engine.run_sync(Trigger::Asked)).unwrap();
    let end = block_on(engine.run_files(Trigger::Timer, seen(&engine)));
    assert_eq!((end, came(&server)), (Ok(FilesEnd::Done), 0));
    engine.host.advance(60_000);
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
    assert!(has_received(&server, 1, 100));
}

#[test]
fn text_goes_between_two_pieces() {
    let (server, engine) = phone();
    let length = 6 * CHUNK_BYTES;
    pick(&server, &engine, 1, length);
    let before = seen(&engine);
    block_on(engine.run_sync(Trigger::Enqueue)).unwrap();
    block_on(engine.run_enqueue(&[set(1, JobStatus::EnRoute)])).unwrap();
    // As long as it may be taken back files go on, also when this page has another reason for a pass.
    engine.host.set_wanted(true);
    let end = block_on(engine.run_files(Trigger::Enqueue, before)).unwrap();
    assert_eq!((end, came(&server)), (FilesEnd::Unfinished, 0));
    engine.host.set_wanted(false);
    assert_eq!(pass(&engine, Trigger::Enqueue), FilesEnd::Done);
    assert_eq!(server.applied().len(), 2);
    assert!(has_received(&server, 1, length));
}

#[test]
fn a_restored_server_gets_what_it_lacks_again() {
    let (server, engine) = phone();
    pick(&server, &engine, 1, 100);
    block_on(engine.run_sync(Trigger::Enqueue)).unwrap();
    let backup = server.backup();
    assert_eq!(pass(&engine, Trigger::Enqueue), FilesEnd::Done);
    server.restore(backup, "restored");
    assert!(!has_received(&server, 1, 100));
    let restored = pass(&engine, Trigger::Asked);
    assert_eq!(restored, FilesEnd::Done);
    assert!(has_received(&server, 1, 100));
}

#[test]
fn another_tab_is_let_finish_and_a_stale_one_writes_nothing() {
    let (server, engine) = phone();
    pick(&server, &engine, 1, 100);
    block_on(engine.run_sync(Trigger::Enqueue)).unwrap();
    let lock = block_on(engine.host.try_lock(afield_sync::LOCK)).unwrap();
    let taken = engine.outbox.transact(Read::Meta, |view| {
        let mut meta = view.meta.clone();
        meta.lease.number += 1;
        meta.lease.heartbeat = Some(engine.host.now());
        let writes = vec![afield_sync::OutboxWrite::Meta(meta)];
        Ok(afield_sync::OutboxPlan { writes, value: () })
    });
    block_on(taken).unwrap();
    let end = block_on(engine.run_files(Trigger::Timer, seen(&engine))).unwrap();
    assert_eq!((end, came(&server)), (FilesEnd::NotMine, 0));
    drop(lock);
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
    assert!(has_received(&server, 1, 100));
}

#[test]
fn nobody_s_files_are_sent_under_another_s_session() {
    let (server, engine) = phone();
    pick(&server, &engine, 1, 100);
    block_on(engine.run_signed_out()).unwrap();
    server.set_user(technician(2));
    block_on(engine.run_signed_in(&session(&technician(2)))).unwrap();
    assert_eq!(pass(&engine, Trigger::Asked), FilesEnd::Done);
    assert_eq!((came(&server), row(&engine, 1).sending.is_new()), (0, true));
}

/// A pass over the files that has begun and is not at its end.
type Sending<'a> = Pin<Box<dyn Future<Output = Result<FilesEnd, SyncError>> + 'a>>;

/// The page is frozen at its first question about a file, and there is another tab.
fn sending_beside<'a>(server: &ModelServer, page: &'a TestEngine) -> (Sending<'a>, TestEngine) {
    server.plan_files([FileFault::Hang]);
    let mut sending = Box::pin(page.run_files(Trigger::Enqueue, seen(page)));
    let waker = futures::task::noop_waker();
    let mut context = std::task::Context::from_waker(&waker);
    assert!(sending.as_mut().poll(&mut context).is_pending());
    let tab = TestEngine {
        host: page.host.sibling("page-2"),
        ..page.clone()
    };
    (sending, tab)
}

#[test]
fn files_make_way_for_another_tab_that_was_turned_away() {
    let (server, page) = phone();
    pick(&server, &page, 1, 100);
    pick(&server, &page, 2, 100);
    block_on(page.run_sync(Trigger::Enqueue)).unwrap();
    let (sending, tab) = sending_beside(&server, &page);
    let report = block_on(tab.run_sync(Trigger::Enqueue)).unwrap();
    assert_eq!(report, SyncReport::Busy);
    let end = block_on(sending).unwrap();
    assert_eq!((end, came(&server)), (FilesEnd::Unfinished, 0));
    assert_eq!(pass(&tab, Trigger::Enqueue), FilesEnd::Done);
    assert!(has_received(&server, 1, 100) && has_received(&server, 2, 100));
}

/// What the office has of technician 1's job: files number `from` to `to`, of so many bytes each.
fn at_office(server: &ModelServer, from: u128, to: u128, length: usize) -> Vec<Attachment> {
    let one = |n: u128| {
        server.with_files(|files| files.received.insert(attachment_id(n), bytes(n, length)));
        Attachment {
            bytes: length as u64,
            received_at: Some(Timestamp(n as i64)),
            ..attachment(n)
        }
    };
    (from..=to).map(one).collect()
}

fn here(engine: &TestEngine) -> Vec<u128> {
    let files = block_on(engine.outbox.load_files()).unwrap().files;
    files
        .iter()
        .map(|file| file.id.0.as_u128() - 0x3000)
        .collect()
}

/// Where the browser does not tell: two pieces are enough to know, and a quiet while later one tries it again.
#[test]
fn what_the_office_has_is_fetched_newest_first_and_opens_without_a_network() {
    let (server, engine) = phone();
    let known = at_office(&server, 1, 4, 1_000_000);
    block_on(engine.run_keep_most(2_500_000)).unwrap();
    assert_eq!(
        block_on(engine.run_fetch(&known, None)).unwrap(),
        FetchEnd::Done
    );
    assert_eq!(here(&engine), [3, 4]);
    let copy = block_on(engine.outbox.load_bytes(attachment_id(4))).unwrap();
    assert_eq!(copy, Some(bytes(4, 1_000_000)));
    // It is nothing that waits, and stays nothing when the server is restored.
    assert_eq!(pass(&engine, Trigger::Timer), FilesEnd::Done);
    assert_eq!(came(&server), 0);
    // Another budget, a smaller room, a job that has left.
    block_on(engine.run_keep_most(1_000_000)).unwrap();
    assert_eq!(here(&engine), [4]);
    block_on(engine.run_keep_most(4_000_000)).unwrap();
    let room = Some(2_000_000);
    assert_eq!(
        block_on(engine.run_fetch(&known, room)).unwrap(),
        FetchEnd::Done
    );
    assert_eq!(here(&engine), [3, 4]);
    assert_eq!(
        block_on(engine.run_fetch(&known[..3], None)).unwrap(),
        FetchEnd::Done
    );
    assert_eq!(here(&engine), [1, 2, 3]);
}

#[test]
fn a_fetch_that_fails_leaves_no_row_and_what_is_captured_goes_first() {
    let (server, engine) = phone();
    let known = at_office(&server, 1, 2, 1_000);
    server.plan_files([FileFault::Cut(1)]);
    assert_eq!(
        block_on(engine.run_fetch(&known, None)).unwrap(),
        FetchEnd::Later
    );
    assert_eq!(here(&engine), []);
    // The office's bytes are others than its record says.
    server.with_files(|files| files.received.insert(attachment_id(2), vec![1]));
    assert_eq!(
        block_on(engine.run_fetch(&known, None)).unwrap(),
        FetchEnd::Done
    );
    assert_eq!(here(&engine), [1]);
    // The copy gives way to a photo, and the photo to nothing.
    pick(&server, &engine, 5, 3_000);
    assert_eq!(
        block_on(engine.run_make_room(3_000, (2_500, 0))).unwrap(),
        0
    );
    assert_eq!(here(&engine), [5]);
    assert_eq!(
        block_on(engine.run_make_room(3_000, (2_500, 0))).unwrap(),
        500
    );
    assert_eq!(here(&engine), [5]);
}
