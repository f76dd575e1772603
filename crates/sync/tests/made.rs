//! What is made on site: a customer and the job for them, saved together, sent in order, refused together; on the
//! screen from the tap on, until a pull says that it has gone.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // These are tests.

use afield_domain::{Asset, AssetId, Customer, CustomerId, JobStatus, Op, Property, PropertyId};
use afield_domain::{Record, RecordKey};
use afield_sync::testing::fixtures::{
    TestEngine, add, attach, attachment_id, create, device, job, job_key, note_key, session,
    technician,
};
use afield_sync::testing::{Fault, ModelServer};
use afield_sync::{
    CacheStore, Intent, OutboxStore, OutboxView, Projection, Read, Trigger, held_entries,
};
use futures::executor::block_on;
use uuid::Uuid;

const HANSEN: CustomerId = CustomerId(Uuid::from_u128(0x7001));
const BOILER: AssetId = AssetId(Uuid::from_u128(0x7003));

fn primed(server: &ModelServer) -> TestEngine {
    let engine = device(1, server);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    pass(&engine);
    engine
}

fn pass(engine: &TestEngine) {
    engine.host.advance(600_000);
    block_on(engine.run_sync(Trigger::Asked)).unwrap();
}

fn outbox(engine: &TestEngine) -> OutboxView {
    block_on(engine.outbox.load(Read::All)).unwrap()
}

/// A customer of that name, and job 9 for them.
fn day(name: &str) -> [Intent; 2] {
    let mut job = create(9);
    if let Op::CreateJob { customer, .. } = &mut job.op {
        *customer = Some(HANSEN);
    }
    [make(customer(name)), job]
}

fn customer(name: &str) -> Record {
    Record::Customer(Customer {
        id: HANSEN,
        name: name.into(),
        phone: String::new(),
        email: String::new(),
        organization: None,
        archived: false,
    })
}

fn make(record: Record) -> Intent {
    Intent {
        op: Op::Create {
            record: Box::new(record),
        },
        base_rev: None,
    }
}

fn is_seen(engine: &TestEngine, key: RecordKey) -> bool {
    let mut picture = Projection::default();
    picture.set_record(key, block_on(engine.cache.load_record(key)).unwrap());
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

/// Everything that can be made on site, for Hansen and the jobs 1 and 9, and what it is called.
fn everything() -> Vec<(RecordKey, Intent)> {
    let place = PropertyId(Uuid::from_u128(0x7002));
    let [hansen, mut job] = day("Hansen");
    if let Op::CreateJob { property, .. } = &mut job.op {
        *property = Some(place);
    }
    let property = Record::Property(Property {
        archived: false,
        id: place,
        address: "Hafen 1".into(),
        city: String::new(),
        postcode: String::new(),
        access: String::new(),
        position: None,
        customer: Some(HANSEN),
    });
    let asset = Record::Asset(Asset {
        archived: false,
        id: BOILER,
        name: "Boiler".into(),
        model: String::new(),
        serial: String::new(),
        code: String::new(),
        location: String::new(),
        installed: String::new(),
        customer: Some(HANSEN),
        property: Some(place),
    });
    vec![
        (HANSEN.into(), hansen),
        (place.into(), make(property)),
        (BOILER.into(), make(asset)),
        (job_key(9), job),
        (note_key(1), add(1, 9)),
        (attachment_id(1).into(), attach(1, 9)),
        (note_key(2), add(2, 1)),
    ]
}

/// A phone that has made everything and has its verdicts; the line broke before the pull.
fn acknowledged(server: &ModelServer) -> TestEngine {
    let engine = primed(server);
    for (_, intent) in everything() {
        block_on(engine.run_enqueue(&[intent])).unwrap();
    }
    server.plan([Fault::None, Fault::LoseRequest]);
    pass(&engine);
    assert_eq!(outbox(&engine).entries, []);
    engine
}

fn anna_with_job_1() -> ModelServer {
    let anna = technician(1);
    ModelServer::new(anna.clone(), vec![job(1, &anna, JobStatus::Scheduled)])
}

fn unseen(engine: &TestEngine) -> Vec<RecordKey> {
    let keys = everything().into_iter().map(|(key, _)| key);
    keys.filter(|key| !is_seen(engine, *key)).collect()
}

#[test]
fn what_was_made_here_stays_on_the_screen_between_its_verdict_and_the_next_pull() {
    let server = anna_with_job_1();
    let engine = acknowledged(&server);
    assert_eq!(unseen(&engine), []);
    // And when the line breaks again and again.
    server.plan([Fault::LoseReply]);
    pass(&engine);
    assert_eq!(unseen(&engine), []);
    // The pull does not know of the boiler: no job refers to it.
    pass(&engine);
    assert_eq!(unseen(&engine), [BOILER.into()]);
    let state = block_on(engine.cache.load_state()).unwrap();
    assert_eq!(state.unconfirmed, []);
}

#[test]
fn what_the_office_deleted_meanwhile_goes_with_the_pull_that_follows() {
    let server = anna_with_job_1();
    let engine = acknowledged(&server);
    // A phone of the same user whose cache is past the deletion already: no page will name it.
    for key in [
        job_key(9),
        note_key(1),
        attachment_id(1).into(),
        note_key(2),
    ] {
        server.delete(key);
    }
    let stale = engine.cache.snapshot();
    pass(&engine);
    let cursor = block_on(engine.cache.load_state()).unwrap().cursor;
    engine.cache.restore(&stale);
    let mut state = block_on(engine.cache.load_state()).unwrap();
    state.cursor = cursor;
    state.unconfirmed.retain(|key| *key != note_key(2));
    let only_state = afield_sync::CacheBatch {
        source: afield_sync::ports::Source::Pull,
        expected_cursor: None,
        epoch: None,
        changes: Vec::new(),
        pinned: Vec::new(),
        made: Vec::new(),
        state: Some(state),
    };
    block_on(engine.cache.apply(&only_state)).unwrap();
    assert!(is_seen(&engine, job_key(9)) && is_seen(&engine, note_key(1)));
    pass(&engine);
    let gone = [
        job_key(9),
        note_key(1),
        attachment_id(1).into(),
        note_key(2),
    ];
    assert_eq!(gone.map(|key| is_seen(&engine, key)), [false; 4]);
}

#[test]
fn after_a_restored_backup_what_was_made_stays_until_the_new_generation_is_there() {
    let server = anna_with_job_1();
    let backup = server.backup();
    let engine = primed(&server);
    server.restore(backup, "two");
    for (_, intent) in everything() {
        block_on(engine.run_enqueue(&[intent])).unwrap();
    }
    // The data set is another one; then the push goes through, and the pull does not.
    server.plan([Fault::None, Fault::None, Fault::LoseRequest]);
    pass(&engine);
    assert_eq!(outbox(&engine).entries, []);
    // What hangs on a record of the old data set comes with the pull.
    assert_eq!(unseen(&engine), []);
    pass(&engine);
    assert_eq!(unseen(&engine), [BOILER.into()]);
}
