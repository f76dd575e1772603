//! What a phone holds, by the company's mode and its user's switch, and what a switch of it keeps.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::{JobStatus, OperationMode, Record, RecordKey};
use afield_protocol::Company;
use afield_sync::testing::fixtures::{
    TestEngine, add, create, device, job, job_key, note, note_key, session, set, technician,
};
use afield_sync::testing::{Fault, ModelServer};
use afield_sync::{CacheStore, Holding, Intent, OutboxStore, Read, SyncReport, Trigger};
use futures::executor::block_on;

use JobStatus::{EnRoute, Scheduled, Started};

/// Jobs 1 to 13 of Anna's, each with the note of its number.
fn server() -> ModelServer {
    let anna = technician(1);
    let jobs = (1..=13).map(|n| job(n, &anna, Scheduled));
    let notes = (1..=13).map(|n| note(n, n, &anna));
    ModelServer::new(anna.clone(), jobs.chain(notes).collect())
}

fn signed_in(server: &ModelServer, change: impl Fn(&mut Company)) -> TestEngine {
    let engine = device(1, server);
    hears(&engine, change);
    engine
}

/// The session tells how the company is set now.
fn hears(engine: &TestEngine, change: impl Fn(&mut Company)) {
    let mut info = session(&technician(1));
    change(&mut info.company);
    block_on(engine.run_signed_in(&info)).unwrap();
}

fn online(company: &mut Company) {
    company.mode = OperationMode::Online;
}

fn usual(_: &mut Company) {}

fn sync(engine: &TestEngine) -> SyncReport {
    block_on(engine.run_sync(Trigger::Asked)).unwrap()
}

fn save(engine: &TestEngine, intents: &[Intent]) {
    block_on(engine.run_enqueue(intents)).unwrap();
}

fn works_with(engine: &TestEngine, jobs: impl IntoIterator<Item = u128>) {
    for n in jobs {
        block_on(engine.run_work_with(job_key(n))).unwrap();
    }
}

fn has(engine: &TestEngine, key: RecordKey) -> bool {
    block_on(engine.cache.load_record(key)).unwrap().is_some()
}

/// The jobs that are here, and those whose note is.
fn held(engine: &TestEngine) -> (Vec<u128>, Vec<u128>) {
    let here = |key: fn(u128) -> RecordKey| (1..=13).filter(move |n| has(engine, key(*n)));
    (here(job_key).collect(), here(note_key).collect())
}

fn all() -> Vec<u128> {
    (1..=13).collect()
}

#[test]
fn online_a_phone_holds_the_schedule_and_what_hangs_on_the_last_ten() {
    let server = server();
    let engine = signed_in(&server, online);
    assert!(sync(&engine).is_done());
    assert_eq!(held(&engine), (all(), vec![]));
    works_with(&engine, [3]);
    assert!(sync(&engine).is_done());
    assert_eq!(
        held(&engine),
        (all(), vec![3]),
        "it is fetched when it is opened"
    );
    works_with(&engine, 1..=12);
    assert!(sync(&engine).is_done());
    let expected: Vec<u128> = (3..=12).collect();
    assert_eq!(held(&engine).1, expected);
    // From then on it is kept up to date, and the others are not.
    server.put(note(40, 5, &technician(1)));
    server.put(note(41, 13, &technician(1)));
    assert!(sync(&engine).is_done());
    assert!(has(&engine, note_key(40)));
    assert!(!has(&engine, note_key(41)));
}

#[test]
fn what_was_worked_with_long_ago_goes_with_a_generation_of_its_own() {
    let server = server();
    let engine = signed_in(&server, online);
    assert!(sync(&engine).is_done());
    for round in [1..=10, 4..=13] {
        works_with(&engine, round);
        assert!(sync(&engine).is_done());
    }
    // Up to twice as many stay, so that not every job that is opened costs a load.
    assert_eq!(held(&engine).1, all());
    for n in 20..=27 {
        server.put(job(n, &technician(1), Scheduled));
    }
    assert!(sync(&engine).is_done());
    works_with(&engine, 20..=27);
    assert!(sync(&engine).is_done());
    assert!(sync(&engine).is_done(), "the next pass begins anew");
    assert_eq!(held(&engine), (all(), vec![12, 13]));
}

#[test]
fn a_switch_of_mode_in_the_middle_of_unsent_work_loses_nothing_either_way() {
    for (before, after) in [
        (usual as fn(&mut Company), online as fn(&mut Company)),
        (online, usual),
    ] {
        let server = server();
        let engine = signed_in(&server, before);
        assert!(sync(&engine).is_done());
        save(
            &engine,
            &[set(2, EnRoute), add(50, 2), create(60), add(61, 60)],
        );
        hears(&engine, after);
        // The job leaves meanwhile, and nothing can be sent yet.
        server.put(job(2, &technician(9), Scheduled));
        server.plan([Fault::UnknownVerdicts]);
        sync(&engine);
        assert!(has(&engine, job_key(2)), "unsent work refers to it");
        let view = block_on(engine.outbox.load(Read::All)).unwrap();
        assert_eq!(view.entries.len(), 4);
        server.put(job(2, &technician(1), Scheduled));
        engine.host.advance(600_000);
        while !sync(&engine).is_done() {
            engine.host.advance(600_000);
        }
        let made = [note_key(50), note_key(61), job_key(60)];
        assert!(made.iter().all(|key| server.record(*key).is_some()));
        let Some(Record::Job(job)) = server.record(job_key(2)) else {
            panic!("the job is there")
        };
        assert_eq!(job.status, EnRoute);
        assert!(
            made.iter().all(|key| has(&engine, *key)),
            "it was worked with"
        );
    }
}

#[test]
fn a_switch_shows_what_was_there_until_the_rest_has_come() {
    let server = server();
    let engine = signed_in(&server, usual);
    assert!(sync(&engine).is_done());
    save(&engine, &[set(7, Started)]);
    hears(&engine, online);
    server.plan([Fault::None, Fault::LoseReply]);
    assert!(!sync(&engine).is_done());
    assert_eq!(
        held(&engine),
        (all(), all()),
        "a cut in between takes nothing"
    );
    engine.host.advance(600_000);
    assert!(sync(&engine).is_done());
    assert_eq!(held(&engine), (all(), vec![7]));
    hears(&engine, usual);
    assert!(sync(&engine).is_done());
    assert_eq!(held(&engine), (all(), all()));
}

#[test]
fn the_pass_that_brings_another_mode_goes_on_until_what_it_asks_for_is_here() {
    let server = server();
    let engine = signed_in(&server, online);
    assert!(sync(&engine).is_done());
    assert_eq!(held(&engine), (all(), vec![]));
    let session = block_on(engine.outbox.load(Read::Meta))
        .unwrap()
        .meta
        .session;
    let mut company = session.unwrap().info.company;
    company.mode = OperationMode::Offline;
    company.settings += 1;
    server.set_company(company);
    assert!(sync(&engine).is_done());
    assert_eq!(held(&engine), (all(), all()));
}

#[test]
fn a_generation_that_holds_less_is_enough_until_all_is_to_be_held() {
    let server = server();
    for n in 20..=33 {
        server.put(job(n, &technician(1), Scheduled));
    }
    let engine = signed_in(&server, online);
    assert!(sync(&engine).is_done());
    for round in [1..=10, 4..=13, 20..=26] {
        works_with(&engine, round);
        assert!(sync(&engine).is_done());
    }
    // All that hangs on one more is here than is kept: a generation with the last ten is begun, and is cut.
    works_with(&engine, [27]);
    server.plan([Fault::None, Fault::LoseReply]);
    sync(&engine);
    let state = block_on(engine.cache.load_state()).unwrap();
    assert!(state.staging);
    assert!(state.is_ready_for(Holding::Recent));
    // Now it is to hold all, and is not ready before that is so.
    hears(&engine, usual);
    assert!(!state.is_ready_for(Holding::All));
    engine.host.advance(600_000);
    assert!(sync(&engine).is_done());
    let state = block_on(engine.cache.load_state()).unwrap();
    assert!(state.is_ready_for(Holding::All));
    assert_eq!(held(&engine), (all(), all()));
}
