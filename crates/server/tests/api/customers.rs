//! Customers for the office: made with a job, looked for, opened, edited and archived.

use crate::client::Client;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use serde_json::to_value;
use uuid::Uuid;

const HANSEN: CustomerId = CustomerId(Uuid::from_u128(0xC1));
const MOLE: PropertyId = PropertyId(Uuid::from_u128(0xD1));

fn customer(id: CustomerId, name: &str) -> Customer {
    Customer {
        id,
        name: name.into(),
        phone: "040 5550142".into(),
        email: String::new(),
        organization: None,
        archived: false,
    }
}

fn place(id: PropertyId, of: CustomerId) -> Property {
    Property {
        archived: false,
        id,
        address: "Mole 1".into(),
        city: "Kiel".into(),
        postcode: String::new(),
        access: String::new(),
        position: None,
        customer: Some(of),
    }
}

fn plan(title: &str, made: Vec<Record>) -> JobPlan {
    JobPlan {
        title: title.into(),
        description: String::new(),
        priority: Priority::Normal,
        starts: at(NOON),
        ends: at(NOON).plus_ms(1),
        customer: Some(HANSEN),
        property: Some(MOLE),
        contract: None,
        assignee: Some(ANNA),
        assets: Vec::new(),
        forms: Vec::new(),
        made,
    }
}

fn both() -> Vec<Record> {
    vec![
        Record::Customer(customer(HANSEN, " Hansen ")),
        Record::Property(place(MOLE, HANSEN)),
    ]
}

fn asked(n: u128, op: Op) -> OfficeChange {
    OfficeChange {
        id: MutationId(Uuid::from_u128(n)),
        op,
        base_rev: None,
    }
}

/// Asks for `plan` as the job `n`.
async fn make(client: &Client, n: u128, mutation: u128, plan: JobPlan) -> crate::client::Answer {
    let job = JobId(Uuid::from_u128(n));
    let op = Op::PlanJob {
        job,
        plan: Box::new(plan),
    };
    let path = format!("{}/{job}", paths::JOBS);
    client
        .post(&path, to_value(asked(mutation, op)).unwrap())
        .await
}

fn path(id: CustomerId) -> String {
    format!("{}/{id}", paths::CUSTOMERS)
}

fn names(found: &Found) -> Vec<String> {
    let name = |row: &Versioned| match &row.record {
        Record::Customer(it) => it.name.clone(),
        other => format!("{other:?}"),
    };
    found.records.iter().map(name).collect()
}

async fn find(client: &Client, query: &str) -> Found {
    let path = format!("{}?module=customer{query}", paths::FIND);
    client.get(&path).await.ok()
}

#[tokio::test]
async fn a_customer_is_made_with_the_job_once_however_often_it_is_asked_for() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    // The answer is lost and it is tried again: under the same id, and as another request of the same job.
    for mutation in [0xE1, 0xE1, 0xE2] {
        let made: BoardJob = make(&dora, 0x71, mutation, plan("Boiler", both()))
            .await
            .ok();
        assert_eq!(made.rev, Rev(1), "{mutation:x}");
        assert_eq!(
            (made.job.customer, made.job.property),
            (Some(HANSEN), Some(MOLE))
        );
    }
    assert_eq!(names(&find(&dora, "").await), ["Hansen"]);
    let found: OfficeCustomer = dora.get(&path(HANSEN)).await.ok();
    let keys: Vec<_> = found.records.iter().map(|row| row.record.key()).collect();
    assert_eq!(keys, [Some(HANSEN.into()), Some(MOLE.into())]);
    assert_eq!((found.jobs.len(), found.more), (1, false));
    // Its technician has all of it.
    let anna = server.sign_in(ANNA).await;
    let pulled: PullResponse = anna.get(paths::PULL).await.ok();
    let text = serde_json::to_string(&pulled.changes).unwrap();
    for id in [HANSEN.0, MOLE.0] {
        assert!(text.contains(&id.to_string()), "{text}");
    }
}

#[tokio::test]
async fn of_a_job_that_is_refused_no_customer_stays() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    let long = "x".repeat(limits::LINE_CHARS + 1);
    let with = |name: &str| {
        vec![
            Record::Customer(customer(HANSEN, name)),
            Record::Property(place(MOLE, HANSEN)),
        ]
    };
    for (n, plan, status) in [
        (1, plan(" ", both()), 400),
        (2, plan("Boiler", with("")), 400),
        (3, plan("Boiler", with(&long)), 400),
        // Its place is not there.
        (
            4,
            plan("Boiler", vec![Record::Customer(customer(HANSEN, "Hansen"))]),
            404,
        ),
        (
            5,
            JobPlan {
                assignee: Some(TOM),
                ..plan("Boiler", both())
            },
            404,
        ),
    ] {
        let answer = make(&dora, 0x80 + n, 0xE0 + n, plan).await;
        assert_eq!(answer.status, status, "{n}");
        assert_eq!(server.record(NORDHAUS, HANSEN.into()).await, None, "{n}");
        assert_eq!(server.record(NORDHAUS, MOLE.into()).await, None, "{n}");
    }
    // The id of somebody who is there writes over nobody.
    let known = Record::Customer(customer(HANSEN, "Hansen"));
    server.put(NORDHAUS, &known).await;
    let answer = make(&dora, 0x90, 0xF0, plan("Boiler", with("Meyer"))).await;
    assert_eq!(answer.status, 403);
    assert_eq!(names(&find(&dora, "").await), ["Hansen"]);
}

#[tokio::test]
async fn customers_come_page_by_page_and_who_may_be_the_same_is_told() {
    let server = Server::start().await;
    for n in 0..45 {
        let id = CustomerId(Uuid::from_u128(0x100 + n));
        let mut one = customer(id, &format!("Customer {n:02}"));
        one.phone = format!("0431 {n:07}");
        one.archived = n == 44;
        server.put(NORDHAUS, &Record::Customer(one)).await;
    }
    let elsewhere = CustomerId(Uuid::from_u128(0x200));
    let other = Record::Customer(customer(elsewhere, "Customer 03"));
    server.put(HARBOR, &other).await;
    let dora = server.sign_in(DORA).await;
    let mut seen = Vec::new();
    for (skip, count, more) in [(0, 20, 24), (20, 20, 4), (40, 4, 0)] {
        let found = find(&dora, &format!("&skip={skip}")).await;
        assert_eq!((found.records.len(), found.more), (count, more));
        seen.extend(names(&found));
    }
    assert_eq!(seen.len(), 44);
    assert!(seen.is_sorted());
    assert_eq!(names(&find(&dora, "&archived=true").await), ["Customer 44"]);
    for (query, expected) in [
        ("&name=CUSTOMER%2003", vec!["Customer 03"]),
        ("&name=Nobody", vec![]),
        ("&phone=%2B49%20431%200000007", vec!["Customer 07"]),
        (
            "&name=customer%2044&phone=0431%200000001",
            vec!["Customer 01", "Customer 44"],
        ),
    ] {
        assert_eq!(names(&find(&dora, query).await), expected, "{query}");
    }
}

#[tokio::test]
async fn an_edit_that_saw_something_else_is_not_made_and_an_archived_one_keeps_its_jobs() {
    let server = Server::start().await;
    server
        .put(NORDHAUS, &Record::Customer(customer(HANSEN, "Hansen")))
        .await;
    for n in 0..52 {
        let job = Job {
            customer: Some(HANSEN),
            starts: at(NOON).plus_ms(i64::try_from(n).unwrap()),
            ..job(n, Some(ANNA))
        };
        server.put(NORDHAUS, &Record::Job(job)).await;
    }
    let dora = server.sign_in(DORA).await;
    let edit = |base: &str, new: &str| Op::EditCustomer {
        customer: HANSEN,
        edits: vec![CustomerEdit {
            field: CustomerField::Phone,
            base: base.into(),
            new: new.into(),
        }],
        archived: None,
    };
    let archive = Op::EditCustomer {
        customer: HANSEN,
        edits: Vec::new(),
        archived: Some(true),
    };
    let send = async |n: u128, op: Op| {
        dora.post(&path(HANSEN), to_value(asked(n, op)).unwrap())
            .await
    };
    let shown = |found: &OfficeCustomer| match &found.records[0].record {
        Record::Customer(it) => (it.phone.clone(), it.archived),
        other => panic!("{other:?}"),
    };
    let done: OfficeCustomer = send(1, edit("040 5550142", "040 2")).await.ok();
    assert_eq!(shown(&done), ("040 2".to_owned(), false));
    let late = send(2, edit("040 5550142", "040 3")).await;
    assert_eq!(late.error().code, ErrorCode::Conflict);
    // The same again is done, and archived twice is archived.
    for n in [3, 4] {
        let done: OfficeCustomer = send(n, archive.clone()).await.ok();
        assert_eq!(shown(&done), ("040 2".to_owned(), true));
        assert_eq!((done.jobs.len(), done.more), (50, true));
    }
    let rest: OfficeCustomer = dora.get(&format!("{}?skip=50", path(HANSEN))).await.ok();
    assert_eq!((rest.jobs.len(), rest.more), (2, false));
    let other = Op::EditCustomer {
        customer: CustomerId(Uuid::from_u128(9)),
        edits: Vec::new(),
        archived: Some(true),
    };
    assert_eq!(send(5, other).await.status, 400, "not of the address");
    assert_eq!(names(&find(&dora, "").await), Vec::<String>::new());
}
