//! What is made on site: a customer and the job for them, saved together, sent in order, refused together.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // These are tests.

use afield_domain::{Customer, CustomerId, Module, Op, Record, RecordKey};
use afield_sync::testing::ModelServer;
use afield_sync::testing::fixtures::{TestEngine, create, device, job_key, session, technician};
use afield_sync::{Intent, OutboxStore, OutboxView, Projection, Read, Trigger, held_entries};
use futures::executor::block_on;
use uuid::Uuid;

const HANSEN: CustomerId = CustomerId(Uuid::from_u128(0x7001));

fn primed(server: &ModelServer) -> TestEngine {
    let engine = device(1, server);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    pass(&engine);
    engine
}

fn pass(engine: &TestEngine) {
    block_on(engine.run_sync(Trigger::Asked)).unwrap();
}

fn outbox(engine: &TestEngine) -> OutboxView {
    block_on(engine.outbox.load(Read::All)).unwrap()
}

/// A customer of that name, and job 9 for them.
fn day(name: &str) -> [Intent; 2] {
    let customer = Record::Customer(Customer {
        id: HANSEN,
        name: name.into(),
        phone: String::new(),
        email: String::new(),
        organization: None,
    });
    let mut job = create(9);
    if let Op::CreateJob { customer, .. } = &mut job.op {
        *customer = Some(HANSEN);
    }
    let made = Intent {
        op: Op::Create {
            record: Box::new(customer),
        },
        base_rev: None,
    };
    [made, job]
}

fn is_seen(engine: &TestEngine, key: RecordKey) -> bool {
    let mut picture = Projection::default();
    picture.set_module(Module::Job, Vec::new());
    picture.set_outbox(&outbox(engine));
    picture.record(key).is_some()
}

#[test]
fn a_job_for_a_new_customer_waits_for_them_and_both_are_seen_at_once() {
    let server = ModelServer::new(technician(1), Vec::new());
    let engine = primed(&server);
    block_on(engine.run_enqueue(&day("Hansen"))).unwrap();
    let entries = outbox(&engine).entries;
    assert_eq!(entries[1].mutation.depends_on, [entries[0].mutation.id]);
    assert!(is_seen(&engine, HANSEN.into()) && is_seen(&engine, job_key(9)));
    pass(&engine);
    assert!(server.record(HANSEN.into()).is_some());
    assert!(server.record(job_key(9)).is_some());
    assert_eq!(outbox(&engine).entries, []);
}

#[test]
fn a_refused_customer_holds_their_job_and_goes_with_it() {
    let server = ModelServer::new(technician(1), Vec::new());
    let engine = primed(&server);
    block_on(engine.run_enqueue(&day(" "))).unwrap();
    pass(&engine);
    let entries = outbox(&engine).entries;
    assert!(entries[0].is_parked());
    assert!(held_entries(&entries).contains(entries[1].seq()));
    assert!(server.record(job_key(9)).is_none());
    let ids: Vec<_> = entries.iter().map(|entry| entry.mutation.id).collect();
    block_on(engine.run_revert(ids[0], &ids)).unwrap();
    assert_eq!(outbox(&engine).entries, []);
}
