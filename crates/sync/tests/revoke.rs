//! A revoked device: what is unsent goes to the office with its photos, nothing new comes, and nothing is wiped.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // These are tests.

use afield_domain::{AttachmentId, JobStatus};
use afield_protocol::ErrorCode;
use afield_sync::device_report::{PhoneFacts, plan_report};
use afield_sync::driver::must_sync_again;
use afield_sync::files::local_file::chunks_of;
use afield_sync::testing::fixtures::{
    TestEngine, add, attachment_id, device, job, job_key, local_file, register, session, set,
    technician,
};
use afield_sync::testing::{Fault, ModelServer};
use afield_sync::{
    CacheStore, FileStore, FilesEnd, OutboxEntry, OutboxMeta, OutboxStore, Read, SyncReport,
    Trigger, sync_status,
};
use futures::executor::block_on;
use std::slice;

const BYTES: &[u8] = b"the bytes of a photo";

/// A phone whose user has a job, and its server.
fn phone() -> (ModelServer, TestEngine) {
    let anna = technician(1);
    let jobs = vec![job(1, &anna, JobStatus::Scheduled)];
    let server = ModelServer::new(anna.clone(), jobs);
    server.offer_review();
    let engine = device(1, &server);
    block_on(engine.run_signed_in(&session(&anna))).unwrap();
    sync(&engine);
    (server, engine)
}

fn sync(engine: &TestEngine) -> (SyncReport, FilesEnd) {
    let (report, files) = block_on(engine.run_sync_and_files(Trigger::Asked, |_| ()));
    (report.unwrap(), files.unwrap())
}

fn entries(engine: &TestEngine) -> Vec<OutboxEntry> {
    block_on(engine.outbox.load(Read::All)).unwrap().entries
}

fn meta(engine: &TestEngine) -> OutboxMeta {
    block_on(engine.outbox.load(Read::Meta)).unwrap().meta
}

/// Takes a photo of the job.
fn take_photo(server: &ModelServer, engine: &TestEngine) -> AttachmentId {
    server.with_files(|files| files.right.insert(attachment_id(1), BYTES.to_vec()));
    let file = local_file(1, 1, BYTES);
    block_on(async {
        for (number, chunk) in (0..).zip(chunks_of(BYTES)) {
            let put = engine.outbox.put_chunk(file.id, number, chunk);
            put.await.unwrap();
        }
        let intents = [register(&file)];
        let attached = engine.run_attach(&intents, slice::from_ref(&file));
        attached.await.unwrap();
    });
    file.id
}

#[test]
fn its_unsent_work_goes_to_the_office_with_its_photo_and_it_is_given_nothing() {
    let (server, engine) = phone();
    block_on(engine.run_enqueue(&[set(1, JobStatus::EnRoute), add(1, 1)])).unwrap();
    let photo = take_photo(&server, &engine);
    server.revoke(true);
    server.put(job(2, &technician(1), JobStatus::Scheduled));
    let (report, files) = sync(&engine);
    assert!(report.is_revoked() && report.is_signed_out() && report.is_all_sent());
    assert!(!must_sync_again(&report, files));
    assert_eq!(server.in_review().len(), 3);
    assert_eq!(server.applied().len(), 0);
    assert!(server.with_files(|files| files.received.contains_key(&photo)));
    // All of it is still here, and nothing is that was not.
    assert!(entries(&engine).iter().all(OutboxEntry::is_in_review));
    assert_eq!(entries(&engine).len(), 3);
    assert_eq!(
        block_on(engine.cache.load_record(job_key(2))).unwrap(),
        None
    );
    assert!(
        block_on(engine.cache.load_record(job_key(1)))
            .unwrap()
            .is_some()
    );
    assert!(meta(&engine).sign_in_needed && meta(&engine).revoked);
    let view = block_on(engine.outbox.load(Read::All)).unwrap();
    let rows = block_on(engine.outbox.load_files()).unwrap();
    let told = plan_report(&view, &rows, PhoneFacts::default()).unwrap();
    assert_eq!((told.unsent, told.files), (0, 0));

    // Its user signs in there again.
    server.revoke(false);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    assert!(!meta(&engine).sign_in_needed && !meta(&engine).revoked);
    let (report, _) = sync(&engine);
    assert!(report.is_done());
    assert!(
        block_on(engine.cache.load_record(job_key(2)))
            .unwrap()
            .is_some()
    );
    assert_eq!(server.in_review().len(), 3);
}

/// A line that breaks in the middle, a server that has no time: what is left goes with the next pass.
#[test]
fn what_did_not_come_through_at_once_goes_later() {
    let (server, engine) = phone();
    server.revoke(true);
    // It learns that it is revoked before it has anything to send.
    sync(&engine);
    block_on(engine.run_enqueue(&[set(1, JobStatus::EnRoute), add(1, 1)])).unwrap();
    for fault in [Fault::LoseRequest, Fault::LoseReply, Fault::Trouble] {
        server.plan([fault]);
        sync(&engine);
        assert_eq!(entries(&engine).len(), 2);
    }
    let (report, _) = sync(&engine);
    assert!(report.is_all_sent(), "{report:?}");
    assert_eq!(server.in_review().len(), 2);
    assert!(entries(&engine).iter().all(OutboxEntry::is_in_review));
}

/// Thirty days later, or where the session was ended besides: what is left waits for its user.
#[test]
fn once_its_session_has_ended_what_is_left_stays_as_it_is() {
    let (server, engine) = phone();
    server.revoke(true);
    sync(&engine);
    block_on(engine.run_enqueue(&[add(1, 1)])).unwrap();
    server.plan([Fault::Api(ErrorCode::Unauthorized, None)]);
    let (report, files) = sync(&engine);
    assert_eq!(
        (report, files),
        (SyncReport::SignInNeeded, FilesEnd::NotMine)
    );
    assert!(meta(&engine).sign_in_needed && !meta(&engine).revoked);
    // What was hidden stays so: whoever holds it need not be its user.
    let view = block_on(engine.outbox.load(Read::All)).unwrap();
    assert!(sync_status(&view).revoked);
    let pushes = server.pushes().len();
    assert_eq!(sync(&engine).0, SyncReport::SignInNeeded);
    assert_eq!(server.pushes().len(), pushes);
    let [entry] = entries(&engine).try_into().unwrap();
    assert!(!entry.is_parked() && !entry.is_in_review());
}

/// A server of before takes nothing from a revoked device.
#[test]
fn a_server_that_takes_nothing_gets_it_once_its_user_has_signed_in() {
    let anna = technician(1);
    let server = ModelServer::new(anna.clone(), vec![job(1, &anna, JobStatus::Scheduled)]);
    let engine = device(1, &server);
    block_on(engine.run_signed_in(&session(&anna))).unwrap();
    sync(&engine);
    block_on(engine.run_enqueue(&[add(1, 1)])).unwrap();
    server.revoke(true);
    let (report, _) = sync(&engine);
    assert!(report.is_signed_out());
    assert_eq!(entries(&engine).len(), 1);
    server.revoke(false);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    sync(&engine);
    assert_eq!(entries(&engine), []);
    assert_eq!(server.applied().len(), 1);
}
