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

/// The office closes a job while its technician works on it without a line: the technician's times are in
/// its history.
#[test]
fn the_times_of_a_passed_step_are_kept() {
    let anna = technician(1);
    let server = ModelServer::new(anna.clone(), vec![job(1, &anna, Scheduled)]);
    let (away, at_hand) = (device(1, &server), device(2, &server));
    for engine in [&away, &at_hand] {
        block_on(engine.run_signed_in(&session(&anna))).unwrap();
        block_on(engine.run_sync(Trigger::SignIn)).unwrap();
    }
    for to in [EnRoute, Started, Finished] {
        away.host.advance(60_000);
        block_on(away.run_enqueue(&[set(1, to)])).unwrap();
    }
    at_hand.host.advance(600_000);
    for engine in [&at_hand, &away] {
        engine.host.advance(600_000);
        server.set_now(afield_sync::Host::now(&engine.host));
        let day = [Started, Finished].map(|to| set(1, to));
        let day: &[_] = if std::ptr::eq(engine, &at_hand) {
            &day
        } else {
            &[]
        };
        block_on(engine.run_enqueue(day)).unwrap();
        assert!(
            block_on(engine.run_sync(Trigger::Online))
                .unwrap()
                .is_done()
        );
    }
    let Some(Record::Job(job)) = server.record(job_key(1)) else {
        panic!("no job");
    };
    let steps: Vec<_> = job.steps.iter().map(|step| step.to).collect();
    assert_eq!(steps, [EnRoute, Started, Finished, Started, Finished]);
}

#[test]
fn what_was_called_off_or_would_go_back_is_refused_as_before() {
    check(&[EnRoute, Started, Finished], Cancelled, (3, 1, Cancelled));
    check(&[EnRoute, Scheduled], Started, (1, 1, Started));
}
