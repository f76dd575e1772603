//! The engine where the office was faster: a step that the job has passed holds nothing up.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::{JobStatus, Record};
use afield_sync::testing::ModelServer;
use afield_sync::testing::fixtures::{add, device, job, job_key, session, set, technician};
use afield_sync::{OutboxStore, Read, Trigger, sync_status};
use futures::executor::block_on;

use JobStatus::{Cancelled, EnRoute, Finished, Paused, Scheduled, Started};

/// A morning's steps are saved without a network while the job is moved to `moved`: what is unsent then,
/// what was refused, and where the job stands.
fn check(steps: &[JobStatus], moved: JobStatus, expected: (usize, usize, JobStatus)) {
    let anna = technician(1);
    let server = ModelServer::new(anna.clone(), vec![job(1, &anna, Scheduled)]);
    let engine = device(1, &server);
    block_on(engine.run_signed_in(&session(&anna))).unwrap();
    block_on(engine.run_sync(Trigger::SignIn)).unwrap();
    let intents: Vec<_> = steps.iter().map(|to| set(1, *to)).collect();
    block_on(engine.run_enqueue(&intents)).unwrap();
    block_on(engine.run_enqueue(&[add(1, 1)])).unwrap();
    server.put(job(1, &anna, moved));
    block_on(engine.run_sync(Trigger::Online)).unwrap();
    let status = sync_status(&block_on(engine.outbox.load(Read::All)).unwrap());
    let Some(Record::Job(job)) = server.record(job_key(1)) else {
        panic!("no job");
    };
    assert_eq!(
        (status.unsent, status.parked, job.status),
        expected,
        "{steps:?} {moved:?}"
    );
}

#[test]
fn a_step_that_was_passed_counts_as_done_and_the_later_ones_are_applied() {
    let day = [EnRoute, Started, Finished];
    for moved in [Scheduled, EnRoute, Started, Paused, Finished] {
        check(&day, moved, (0, 0, Finished));
    }
    let day = [EnRoute, Started, Paused, Started, Finished];
    for moved in [Scheduled, EnRoute, Started, Paused, Finished] {
        check(&day, moved, (0, 0, Finished));
    }
    check(&[EnRoute], Finished, (0, 0, Finished));
}

#[test]
fn what_was_called_off_or_would_go_back_is_refused_as_before() {
    check(&[EnRoute, Started, Finished], Cancelled, (3, 1, Cancelled));
    check(&[EnRoute, Scheduled], Started, (1, 1, Started));
}
