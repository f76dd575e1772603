//! A job that leaves says who has it now, for as long as that is news.

#![allow(clippy::unwrap_used)] // These are tests.

use afield_domain::JobStatus::Scheduled;
use afield_domain::{Job, Record, UserId};
use afield_sync::testing::ModelServer;
use afield_sync::testing::fixtures::{TestEngine, add, device, job, job_id, session, technician};
use afield_sync::{CacheStore, Trigger};
use futures::executor::block_on;

fn pass(engine: &TestEngine) {
    block_on(engine.run_sync(Trigger::Asked)).unwrap();
}

fn primed(server: &ModelServer) -> TestEngine {
    let engine = device(1, server);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    pass(&engine);
    engine
}

/// What is remembered: the number, the title, and who has it.
fn gone(engine: &TestEngine) -> Vec<[String; 3]> {
    let state = block_on(engine.cache.load_state()).unwrap();
    let gone = state.gone.into_iter();
    gone.map(|gone| [gone.number, gone.title, gone.to])
        .collect()
}

/// Job `n` goes to `assignee`, and the office renames it besides.
fn give(server: &ModelServer, n: u128, assignee: Option<UserId>) {
    let record = job(n, &technician(1), Scheduled);
    if let Record::Job(job) = record {
        server.put(Record::Job(Job {
            assignee,
            title: "Not for everybody".into(),
            ..job
        }));
    }
}

#[test]
fn who_has_it_is_told_with_what_this_phone_was_shown_of_it() {
    let anna = technician(1);
    let jobs = (1..=3).map(|n| job(n, &anna, Scheduled)).collect();
    let server = ModelServer::new(anna, jobs);
    let engine = primed(&server);
    assert_eq!(gone(&engine).len(), 0);
    let ben = technician(2).id;
    give(&server, 1, Some(ben));
    give(&server, 2, None);
    pass(&engine);
    let text = |text: &str| text.to_owned();
    let one = [text("J-1"), text("Job 1"), ben.to_string()];
    let two = [text("J-2"), text("Job 2"), String::new()];
    assert_eq!(gone(&engine), [one, two.clone()]);
    // It comes back.
    server.put(job(1, &technician(1), Scheduled));
    pass(&engine);
    assert_eq!(gone(&engine), [two]);
    assert!(
        block_on(engine.cache.load_record(job_id(1).into()))
            .unwrap()
            .is_some()
    );
}

#[test]
fn of_a_job_that_stays_for_unsent_work_it_is_told_as_well() {
    let anna = technician(1);
    let server = ModelServer::new(anna.clone(), vec![job(1, &anna, Scheduled)]);
    let engine = primed(&server);
    give(&server, 1, Some(technician(2).id));
    block_on(engine.run_enqueue(&[add(1, 1)])).unwrap();
    pass(&engine);
    // Its note was refused; the job stays with it, and says whose it is.
    assert!(
        block_on(engine.cache.load_record(job_id(1).into()))
            .unwrap()
            .is_some()
    );
    assert_eq!(gone(&engine).len(), 1);
}
