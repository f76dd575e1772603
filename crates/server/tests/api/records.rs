//! Places, assets, contracts and parts for the office: made, edited, archived, looked for, and heard of by phones.

use crate::client::{Answer, Client};
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use serde_json::to_value;
use uuid::Uuid;

const HANSEN: CustomerId = CustomerId(Uuid::from_u128(0xC1));
const MOLE: PropertyId = PropertyId(Uuid::from_u128(0xD1));
const PUMP: AssetId = AssetId(Uuid::from_u128(0xE1));
const CARE: ContractId = ContractId(Uuid::from_u128(0xE2));
const SEAL: PartId = PartId(Uuid::from_u128(0xE3));

fn hansen() -> Record {
    Record::Customer(Customer {
        id: HANSEN,
        name: "Hansen".into(),
        phone: String::new(),
        email: String::new(),
        organization: None,
        archived: false,
    })
}

fn mole() -> Record {
    Record::Property(Property {
        id: MOLE,
        address: "Mole 1".into(),
        city: "Kiel".into(),
        postcode: String::new(),
        access: String::new(),
        position: None,
        customer: Some(HANSEN),
        archived: false,
    })
}

fn pump() -> Record {
    Record::Asset(Asset {
        id: PUMP,
        name: " Pump ".into(),
        model: String::new(),
        serial: String::new(),
        code: String::new(),
        location: String::new(),
        installed: String::new(),
        customer: Some(HANSEN),
        property: Some(MOLE),
        archived: false,
    })
}

fn care() -> Record {
    Record::Contract(Contract {
        id: CARE,
        number: "C-1".into(),
        name: "Care".into(),
        covers: String::new(),
        from: "2026-01-01".into(),
        until: String::new(),
        response_hours: 4,
        visits: String::new(),
        customer: Some(HANSEN),
        archived: false,
    })
}

fn seal() -> Record {
    Record::Part(Part {
        id: SEAL,
        name: "Seal".into(),
        number: "S-22".into(),
        kind: PartKind::Part,
        unit: "piece".into(),
        price: String::new(),
        description: String::new(),
        archived: false,
    })
}

fn path(key: RecordKey) -> String {
    format!("{}/{}/{}", paths::RECORDS, key.module.name(), key.id)
}

async fn send(client: &Client, key: RecordKey, n: u128, op: Op) -> Answer {
    let change = OfficeChange {
        id: MutationId(Uuid::from_u128(n)),
        op,
        base_rev: None,
    };
    client.post(&path(key), to_value(change).unwrap()).await
}

async fn create(client: &Client, n: u128, record: &Record) -> Answer {
    let record = Box::new(record.clone());
    let key = record.key().unwrap();
    send(client, key, n, Op::Create { record }).await
}

fn edit(key: RecordKey, field: RecordField, base: &str, new: &str) -> Op {
    Op::EditRecord {
        record: key,
        edits: vec![RecordEdit {
            field,
            base: base.into(),
            new: new.into(),
        }],
        archived: None,
    }
}

fn archive(key: RecordKey, archived: bool) -> Op {
    Op::EditRecord {
        record: key,
        edits: Vec::new(),
        archived: Some(archived),
    }
}

/// Nordhaus with Hansen, a place of his and a job of Anna's there.
async fn with_job() -> (Server, Job) {
    let server = Server::start().await;
    for record in [hansen(), mole()] {
        server.put(NORDHAUS, &record).await;
    }
    let job = Job {
        customer: Some(HANSEN),
        property: Some(MOLE),
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(job.clone())).await;
    (server, job)
}

async fn count(client: &Client, query: &str) -> usize {
    let found: Found = client.get(&format!("{}?{query}", paths::FIND)).await.ok();
    found.records.len()
}

#[tokio::test]
async fn each_kind_is_made_once_edited_archived_and_brought_back() {
    let (server, _) = with_job().await;
    let dora = server.sign_in(DORA).await;
    for (n, record, field, base, new) in [
        (1, pump(), RecordField::Serial, "", "N-7"),
        (2, care(), RecordField::ResponseHours, "4", "8"),
        (3, seal(), RecordField::Price, "", "4,20 EUR"),
    ] {
        let key = record.key().unwrap();
        // The answer is lost and it is asked for again: under the same id, and as another request.
        for mutation in [n, n, n + 100] {
            let made: Versioned = create(&dora, mutation, &record).await.ok();
            assert_eq!(made.rev, Rev(1));
        }
        let changed: Versioned = send(&dora, key, n + 200, edit(key, field, base, new))
            .await
            .ok();
        assert_eq!(changed.record.text(field).as_deref(), Some(new));
        for archived in [true, false] {
            let done = send(
                &dora,
                key,
                n * 1_000 + u128::from(archived),
                archive(key, archived),
            )
            .await;
            let done: Versioned = done.ok();
            assert_eq!(done.record.archived(), Some(archived));
        }
        let read: Versioned = dora.get(&path(key)).await.ok();
        assert_eq!(read.record.text(field).as_deref(), Some(new));
    }
    let found: OfficeCustomer = dora
        .get(&format!("{}/{HANSEN}", paths::CUSTOMERS))
        .await
        .ok();
    let keys: Vec<_> = found
        .records
        .iter()
        .map(|row| row.record.key().unwrap())
        .collect();
    assert_eq!(keys, [HANSEN.into(), MOLE.into(), PUMP.into(), CARE.into()]);
}

#[tokio::test]
async fn of_two_who_edit_at_once_the_later_one_is_told_and_nothing_is_lost() {
    let (server, _) = with_job().await;
    let (dora, ada) = (server.sign_in(DORA).await, server.sign_in(ADA).await);
    let key = MOLE.into();
    let first = send(
        &dora,
        key,
        1,
        edit(key, RecordField::Access, "", "Key at 2"),
    )
    .await;
    assert_eq!(first.status, 200);
    let late = send(
        &ada,
        key,
        2,
        edit(key, RecordField::Access, "", "Ring twice"),
    )
    .await;
    assert_eq!(late.status, 409);
    let other = send(
        &ada,
        key,
        3,
        edit(key, RecordField::City, "Kiel", "Kiel-Holtenau"),
    )
    .await;
    let stands: Versioned = other.ok();
    assert_eq!(
        stands.record.text(RecordField::Access).as_deref(),
        Some("Key at 2")
    );
    let again = edit(key, RecordField::Access, "Key at 2", "Ring twice");
    let stands: Versioned = send(&ada, key, 4, again).await.ok();
    assert_eq!(
        stands.record.text(RecordField::City).as_deref(),
        Some("Kiel-Holtenau")
    );
    assert_eq!(
        stands.record.text(RecordField::Access).as_deref(),
        Some("Ring twice")
    );
}

#[tokio::test]
async fn what_cannot_be_and_who_may_not() {
    let (server, _) = with_job().await;
    let (dora, anna) = (server.sign_in(DORA).await, server.sign_in(ANNA).await);
    let tom = server.sign_in(DANA).await;
    let key: RecordKey = MOLE.into();
    let long = "x".repeat(limits::LINE_CHARS + 1);
    for (n, op, status) in [
        (1, edit(key, RecordField::Address, "Mole 1", " "), 400),
        (2, edit(key, RecordField::Address, "Mole 1", &long), 400),
        (3, edit(key, RecordField::Price, "", "1"), 500),
        (4, edit(PUMP.into(), RecordField::Name, "Pump", "P"), 400),
        (
            5,
            Op::Create {
                record: Box::new(pump()),
            },
            400,
        ),
    ] {
        assert_eq!(send(&dora, key, n, op).await.status, status, "{n}");
    }
    let access = || edit(key, RecordField::Access, "", "Key");
    assert_eq!(send(&anna, key, 10, access()).await.status, 403);
    assert_eq!(send(&tom, key, 11, access()).await.status, 404);
    let nowhere = PropertyId(Uuid::from_u128(404)).into();
    assert_eq!(
        send(&dora, nowhere, 12, archive(nowhere, true))
            .await
            .status,
        404
    );
    for address in [
        "/job/1",
        "/property/no-id",
        "/note/00000000-0000-0000-0000-000000000001",
    ] {
        let answer = dora.get(&format!("{}{address}", paths::RECORDS)).await;
        assert_eq!(answer.status, 404, "{address}");
    }
    // A contract and a part are the office's, whoever asks by a phone's way.
    let mut phone = Phone::of(ANNA);
    for record in [care(), seal()] {
        let record = Box::new(record);
        let made = phone.make(Op::Create { record });
        assert_eq!(anna.push(&[made]).await, ["forbidden"]);
    }
}

#[tokio::test]
async fn what_is_archived_is_found_where_it_is_asked_for_and_nowhere_else() {
    let (server, _) = with_job().await;
    let dora = server.sign_in(DORA).await;
    for (n, record) in [(1, pump()), (2, seal())] {
        assert_eq!(create(&dora, n, &record).await.status, 200);
    }
    for (n, key, query) in [
        (10, RecordKey::from(PUMP), "module=asset&q=pump"),
        (11, SEAL.into(), "module=part&q=s-22"),
        (12, MOLE.into(), "module=property&q=mole"),
    ] {
        assert_eq!(count(&dora, query).await, 1, "{query}");
        assert_eq!(send(&dora, key, n, archive(key, true)).await.status, 200);
        assert_eq!(count(&dora, query).await, 0, "{query}");
        assert_eq!(count(&dora, &format!("{query}&archived=true")).await, 1);
    }
}

#[tokio::test]
async fn a_phone_hears_of_it_and_its_unsent_work_with_what_was_archived_goes_through() {
    let (server, job) = with_job().await;
    let (dora, anna) = (server.sign_in(DORA).await, server.sign_in(ANNA).await);
    assert_eq!(create(&dora, 1, &pump()).await.status, 200);
    let pulled: PullResponse = anna.get(paths::PULL).await.ok();
    for (n, key) in [(2, RecordKey::from(PUMP)), (3, MOLE.into())] {
        assert_eq!(send(&dora, key, n, archive(key, true)).await.status, 200);
    }
    let cursor = format!("{}?cursor={}", paths::PULL, pulled.cursor.0);
    let next: PullResponse = anna.get(&cursor).await.ok();
    let text = serde_json::to_string(&next.changes).unwrap();
    assert_eq!(text.matches(r#""archived":true"#).count(), 2, "{text}");
    // Anna was in the cellar: she has linked the pump, and found another thing at that place.
    let mut phone = Phone::of(ANNA);
    let link = phone.make(Op::EditJob {
        job: job.id,
        edits: vec![FieldEdit {
            field: JobField::Asset,
            item: PUMP.to_string(),
            base: FieldValue::Nothing,
            new: FieldValue::Text(afield_domain::record::LINKED.into()),
        }],
        settles: None,
    });
    let Record::Asset(found) = pump() else {
        panic!("an asset");
    };
    let found = phone.make(Op::Create {
        record: Box::new(Record::Asset(Asset {
            id: AssetId(Uuid::from_u128(0xE9)),
            ..found
        })),
    });
    assert_eq!(anna.push(&[link, found]).await, ["applied", "applied"]);
}
