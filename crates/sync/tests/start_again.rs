//! Starting again: restored backups, new generations of the cache, expiry.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::{JobStatus, Module, MutationId, Timestamp};
use afield_protocol::ErrorCode;
use afield_sync::SyncReport;
use afield_sync::testing::fixtures::{
    TestEngine, add, device, job, job_key, note, session, set, technician,
};
use afield_sync::testing::{Fault, ModelServer};
use afield_sync::{
    CacheStore, Intent, OutboxEntry, OutboxStore, OutboxView, Projection, Read, Reading,
    SyncStatus, Trigger, is_expired, sync_status,
};
use futures::executor::block_on;

use JobStatus::{EnRoute, Finished, Scheduled, Started};

const HOUR_MS: i64 = 3_600_000;

fn server() -> ModelServer {
    let anna = technician(1);
    let jobs = (1..=4).map(|n| job(n, &anna, Scheduled)).collect();
    ModelServer::new(anna, jobs)
}

fn primed(n: u16, server: &ModelServer) -> TestEngine {
    let engine = device(n, server);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    assert!(sync(&engine).is_done());
    engine
}

fn sync(engine: &TestEngine) -> SyncReport {
    block_on(engine.run_sync(Trigger::Asked)).unwrap()
}

fn save(engine: &TestEngine, intents: &[Intent]) -> Vec<OutboxEntry> {
    block_on(engine.run_enqueue(intents)).unwrap().put
}

fn view(engine: &TestEngine) -> OutboxView {
    block_on(engine.outbox.load(Read::AllAndAcknowledged)).unwrap()
}

fn status(engine: &TestEngine) -> SyncStatus {
    sync_status(&view(engine))
}

fn parked(engine: &TestEngine) -> Vec<MutationId> {
    let entries = view(engine).entries.into_iter();
    let parked = entries.filter(OutboxEntry::is_parked);
    parked.map(|entry| entry.mutation.id).collect()
}

fn applied(server: &ModelServer) -> Vec<u64> {
    server.applied().iter().map(|m| m.seq.0).collect()
}

/// The server comes back from a backup that lacks what was acknowledged since.
#[test]
fn what_a_restored_backup_has_lost_is_sent_again_in_order() {
    let server = server();
    let engine = primed(1, &server);
    save(&engine, &[set(1, EnRoute)]);
    assert!(sync(&engine).is_done());
    let backup = server.backup();
    save(&engine, &[set(1, Started), add(1, 1)]);
    assert!(sync(&engine).is_done());
    assert_eq!(view(&engine).acknowledged.len(), 3);
    for first_contact_is_a_push in [true, false] {
        server.restore(backup.clone(), &format!("again-{first_contact_is_a_push}"));
        if first_contact_is_a_push {
            save(&engine, &[set(1, Finished)]);
        }
        assert!(sync(&engine).is_done());
        assert_eq!(applied(&server), [1, 2, 3, 4]);
        assert_eq!(status(&engine).unsent, 0);
        assert_eq!(parked(&engine).len(), 0);
    }
    // After a week nothing is kept any more.
    engine.host.advance(8 * 24 * HOUR_MS);
    server.set_now(Timestamp(1_795_248_000_000 + 8 * 24 * HOUR_MS));
    assert!(sync(&engine).is_done());
    assert!(sync(&engine).is_done());
    assert!(view(&engine).acknowledged.is_empty());
}

/// Found by the simulation (seed 1771 of the model): another data set's server asked to wait, and was
/// asked again at once.
#[test]
fn what_a_restored_server_asks_to_wait_is_waited() {
    let server = server();
    let engine = primed(1, &server);
    let backup = server.backup();
    for is_push in [true, false] {
        server.restore(backup.clone(), &format!("again-{is_push}"));
        if is_push {
            save(&engine, &[set(1, EnRoute)]);
        }
        server.plan([Fault::Api(ErrorCode::Unavailable, Some(60_000))]);
        sync(&engine);
        let report = block_on(engine.run_sync(Trigger::Timer)).unwrap();
        assert!(matches!(report, SyncReport::NotBefore(_)), "{report:?}");
        assert!(sync(&engine).is_done());
    }
    assert_eq!(applied(&server), [1]);
}

/// While everything is fetched anew, the phone goes on showing what it has.
#[test]
fn a_cursor_that_is_too_old_fills_a_new_generation_behind_the_old_one() {
    let server = server();
    let engine = primed(1, &server);
    for n in 5..9 {
        server.put(note(n, 1, &technician(1)));
    }
    assert!(sync(&engine).is_done());
    save(&engine, &[add(1, 3)]);
    server.put(job(3, &technician(2), Scheduled));
    server.plan([
        Fault::None,
        Fault::Api(ErrorCode::CursorExpired, None),
        Fault::None,
        Fault::LoseReply,
    ]);
    sync(&engine);
    let state = block_on(engine.cache.load_state()).unwrap();
    assert!(state.staging && state.is_ready() && !state.priming.is_done());
    let jobs = block_on(engine.cache.load_module(Module::Job)).unwrap();
    assert_eq!(jobs.len(), 4);
    assert!(sync(&engine).is_done());
    let state = block_on(engine.cache.load_state()).unwrap();
    assert!(!state.staging && state.priming.is_done());
    // The third job is another's now, but a refused note still refers to it.
    assert_eq!(parked(&engine).len(), 1);
    assert!(
        block_on(engine.cache.load_record(job_key(3)))
            .unwrap()
            .is_some()
    );
    let shown: Vec<_> = view(&engine)
        .entries
        .iter()
        .map(|e| e.mutation.id)
        .collect();
    block_on(engine.run_revert(shown[0], &shown)).unwrap();
    assert!(sync(&engine).is_done());
    assert!(
        block_on(engine.cache.load_record(job_key(3)))
            .unwrap()
            .is_none()
    );
}

#[test]
fn expiry_hides_what_is_stale_and_nothing_that_is_unsent() {
    let server = server();
    let engine = primed(1, &server);
    save(&engine, &[set(1, EnRoute)]);
    let meta = view(&engine).meta;
    let contact = meta.last_contact.unwrap();
    let cases = [(0, false), (24, false), (25, true), (-48, false)];
    for (hours, expired) in cases {
        let now = contact.plus_ms(hours * HOUR_MS);
        assert_eq!(
            is_expired(&meta, &Reading::of_wall(now)),
            expired,
            "{hours} h"
        );
    }
    let mut projection = Projection::default();
    let jobs = block_on(engine.cache.load_module(Module::Job)).unwrap();
    projection.set_module(Module::Job, jobs);
    projection.set_outbox(&view(&engine));
    projection.set_expired(true);
    assert!(projection.view(job_key(1)).is_some());
    assert!(projection.view(job_key(2)).is_none());
    assert_eq!(projection.views(Module::Job).count(), 1);
    projection.set_expired(false);
    assert_eq!(projection.views(Module::Job).count(), 4);
}
