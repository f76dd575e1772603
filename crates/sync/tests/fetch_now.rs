//! Fetching at once what a person asks for, and what it tells of the line.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // These are tests.

use afield_domain::{Attachment, JobStatus, Timestamp};
use afield_sync::testing::fixtures::{
    TestEngine, attachment, attachment_id, device, job, session, technician,
};
use afield_sync::testing::{FileFault, ModelServer};
use afield_sync::{FetchEnd, FileStore, OutboxStore, Read};
use futures::executor::block_on;

const LENGTH: usize = 1_000_000;

/// A phone of technician 1 whose job has three files at the office.
fn phone() -> (ModelServer, TestEngine, Vec<Attachment>) {
    let anna = technician(1);
    let jobs = [job(1, &anna, JobStatus::Scheduled)];
    let server = ModelServer::new(anna.clone(), jobs.into());
    let engine = device(1, &server);
    block_on(engine.run_signed_in(&session(&anna))).unwrap();
    let one = |n: u128| {
        server.with_files(|files| files.received.insert(attachment_id(n), vec![1; LENGTH]));
        Attachment {
            bytes: LENGTH as u64,
            received_at: Some(Timestamp(n as i64)),
            ..attachment(n)
        }
    };
    let known = (1..=3).map(one).collect();
    (server, engine, known)
}

fn here(engine: &TestEngine) -> Vec<u128> {
    let files = block_on(engine.outbox.load_files()).unwrap().files;
    let number = |id: u128| id - attachment_id(0).0.as_u128();
    files
        .iter()
        .map(|file| number(file.id.0.as_u128()))
        .collect()
}

#[test]
fn what_a_person_asks_for_comes_before_the_others_and_on_a_slow_line_too() {
    let (server, engine, known) = phone();
    let meta = || block_on(engine.outbox.load(Read::Meta)).unwrap().meta;
    engine.host.set_slow(true);
    let usual = block_on(engine.run_fetch(&known, None)).unwrap();
    assert_eq!((usual, here(&engine)), (FetchEnd::Later, vec![]));
    // Room for one: the newest is the one that stays.
    block_on(engine.run_keep_most(1_000_000)).unwrap();
    let asked = |first: u128| {
        block_on(engine.run_fetch_now(&known, None, &[attachment_id(first)])).unwrap()
    };
    assert_eq!((asked(1), here(&engine)), (FetchEnd::Done, vec![3]));
    block_on(engine.run_keep_most(9_000_000)).unwrap();
    server.plan_files([FileFault::None, FileFault::Cut(1)]);
    assert_eq!((asked(1), here(&engine)), (FetchEnd::Later, vec![1, 3]));
    assert_eq!((asked(1), here(&engine)), (FetchEnd::Done, vec![1, 2, 3]));
    assert!(meta().files.bytes_a_second().is_some());
}
