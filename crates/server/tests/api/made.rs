//! A technician makes a customer, a place and an asset on site, and a job for them; nobody else may name them
//! before they hang on a job of theirs.

use crate::cache::Cache;
use crate::client::{Client, short};
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0xAD_0000 + n)
}

fn customer(n: u128) -> Record {
    Record::Customer(Customer {
        id: CustomerId(id(n)),
        name: " Hansen ".into(),
        phone: "040 1".into(),
        email: String::new(),
        organization: None,
        archived: false,
    })
}

fn place(n: u128, of: u128) -> Record {
    Record::Property(Property {
        archived: false,
        id: PropertyId(id(n)),
        address: "Mole 1".into(),
        city: String::new(),
        postcode: String::new(),
        access: String::new(),
        position: None,
        customer: Some(CustomerId(id(of))),
    })
}

fn asset(n: u128, of: u128, at: Option<u128>) -> Record {
    Record::Asset(Asset {
        archived: false,
        id: AssetId(id(n)),
        name: "Pump".into(),
        model: String::new(),
        serial: "7".into(),
        code: String::new(),
        location: String::new(),
        installed: String::new(),
        customer: Some(CustomerId(id(of))),
        property: at.map(|n| PropertyId(id(n))),
    })
}

fn create(record: Record) -> Op {
    Op::Create {
        record: Box::new(record),
    }
}

fn found(job: u128, customer: u128, place: u128) -> Op {
    Op::CreateJob {
        job: JobId(id(job)),
        title: "Leak".into(),
        description: String::new(),
        customer: Some(CustomerId(id(customer))),
        property: Some(PropertyId(id(place))),
        priority: Priority::default(),
        starts: at(NOON),
        ends: at(NOON),
    }
}

fn link(job: u128, asset: u128) -> Op {
    Op::EditJob {
        job: JobId(id(job)),
        edits: vec![FieldEdit {
            field: JobField::Asset,
            item: AssetId(id(asset)).to_string(),
            base: FieldValue::Nothing,
            new: FieldValue::Text(afield_domain::record::LINKED.into()),
        }],
        settles: None,
    }
}

/// One after the other as a phone makes them: each waits for all before it.
fn chained(phone: &mut Phone, ops: Vec<Op>) -> Vec<Mutation> {
    let mut made: Vec<Mutation> = Vec::new();
    for op in ops {
        let mutation = phone.make(op);
        let depends_on = made.iter().map(|before| before.id).collect();
        made.push(Mutation {
            depends_on,
            ..mutation
        });
    }
    made
}

#[tokio::test]
async fn what_is_made_on_site_comes_with_its_job_however_it_is_sent() {
    let day = || {
        vec![
            create(customer(1)),
            create(place(2, 1)),
            found(3, 1, 2),
            create(asset(4, 1, Some(2))),
            link(3, 4),
        ]
    };
    for at_once in [true, false] {
        let server = Server::start().await;
        let anna = server.sign_in(ANNA).await;
        let day = chained(&mut Phone::of(ANNA), day());
        let batches: Vec<&[Mutation]> = if at_once {
            vec![&day]
        } else {
            day.chunks(1).collect()
        };
        for batch in batches {
            let expected = vec!["applied"; batch.len()];
            assert_eq!(anna.push(batch).await, expected);
            // The answer was lost.
            assert_eq!(anna.push(batch).await, expected);
        }
        let mut cache = Cache::default();
        cache.all(&anna, 20).await;
        let held = cache.held();
        let kinds: Vec<&str> = held
            .iter()
            .filter_map(|one| one.split(' ').next())
            .collect();
        assert_eq!(kinds, ["job", "property", "customer", "asset"]);
        let job = server.job(JobId(id(3))).await;
        assert_eq!(job.assets, [AssetId(id(4))]);
        let stored = server.record(NORDHAUS, CustomerId(id(1)).into()).await;
        assert!(matches!(stored.unwrap().record, Record::Customer(made) if made.name == "Hansen"));
    }
}

async fn push(client: &Client, mutation: Mutation) -> String {
    let answer: PushResponse = client.push_raw(&[mutation]).await.ok();
    short(&answer.verdicts[0].verdict)
}

#[tokio::test]
async fn what_somebody_else_has_made_is_named_by_nobody() {
    let server = Server::start().await;
    let (anna, ben) = (server.sign_in(ANNA).await, server.sign_in(BEN).await);
    let (tom, dora) = (server.sign_in(TOM).await, server.sign_in(DORA).await);
    let made = chained(&mut Phone::of(ANNA), vec![create(customer(1))]);
    assert_eq!(anna.push(&made).await, ["applied"]);
    let mut phones = [Phone::of(BEN), Phone::of(TOM)];
    for (client, phone) in [&ben, &tom].into_iter().zip(&mut phones) {
        let asks = |phone: &mut Phone, op| {
            let mutation = phone.make(op);
            // Naming another's mutation, or its lane, proves nothing.
            Mutation {
                depends_on: vec![made[0].id],
                ..mutation
            }
        };
        for (n, op) in [(1, create(asset(9, 1, None))), (2, create(place(9, 1)))] {
            let mutation = asks(phone, op);
            assert_eq!(push(client, mutation).await, "not_found", "{n}");
            phone.device = DeviceId(id(0x100 + n + phone.user.0.as_u128()));
        }
        let forged = Mutation {
            lane: CustomerId(id(1)).into(),
            ..phone.make(create(customer(8)))
        };
        assert_eq!(push(client, forged.clone()).await, "applied");
        let named = phone.make(create(place(7, 1)));
        let named = Mutation {
            depends_on: vec![forged.id],
            ..named
        };
        assert_eq!(push(client, named).await, "not_found");
    }
    // The office knows all of its company.
    let mut hers = Phone::of(DORA);
    assert_eq!(
        push(&dora, hers.make(create(asset(6, 1, None)))).await,
        "applied"
    );
    // A record that is there is not written over.
    let mut other = Phone::of(DORA);
    other.device = DeviceId(id(0x999));
    let renamed = Record::Customer(Customer {
        id: CustomerId(id(1)),
        name: "Meyer".into(),
        phone: String::new(),
        email: String::new(),
        organization: None,
        archived: false,
    });
    assert_eq!(push(&dora, other.make(create(renamed))).await, "forbidden");
}
