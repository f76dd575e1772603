//! How long the picture takes with ten thousand jobs: opening one, and from a tap to the next picture.
//! `cargo run --release -p afield --example picture_speed`
// It prints, and it needs a clock.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use afield::features::job::detail_view_model::job_detail;
use afield::features::records::sheet::sheet;
use afield::shared::job::history::history;
use afield::shared::job::notes::notes;
use afield::shared::job::overview::overview;
use afield::shared::job_rows::job_rows;
use afield_domain::{
    Asset, AssetId, CompanyId, Contract, ContractId, Customer, CustomerId, DeviceId, Job, JobId,
    JobStatus, Module, MutationId, Note, NoteId, OP_VERSION, Op, OperationMode, PartId, PartLine,
    Property, PropertyId, Record, Rev, Role, ServiceTask, TaskId, TaskStatus, Timestamp, User,
    UserId, Versioned, Zone, ZoneData,
};
use afield_protocol::{Company, Mutation, Seq, SessionInfo};
use afield_sync::{OutboxEntry, OutboxMeta, OutboxView, Projection, SignedIn};
use std::hint::black_box;
use std::time::{Duration, Instant};
use uuid::Uuid;

const JOBS: u128 = 10_000;
const ROUNDS: u32 = 20;
const NOON: Timestamp = Timestamp(1_800_014_400_000);

fn id(module: u128, n: u128) -> Uuid {
    // Spread as real ones are.
    Uuid::from_u128((n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835) ^ module)
}

fn job_id(n: u128) -> JobId {
    JobId(id(1, n))
}

fn customer_id(n: u128) -> CustomerId {
    CustomerId(id(2, n / 3))
}

fn property_id(n: u128) -> PropertyId {
    PropertyId(id(3, n / 3))
}

fn text(words: usize, n: u128) -> String {
    let words = (0..words).map(|at| format!("word{}", (n * 31 + at as u128) % 4_001));
    words.collect::<Vec<_>>().join(" ")
}

fn user() -> User {
    User {
        id: UserId(id(9, 0)),
        name: "Anna".into(),
        role: Role::Technician,
    }
}

fn job(n: u128) -> Record {
    let line = PartLine {
        part: PartId(id(5, n % 300)),
        quantity: "2".into(),
    };
    Record::Job(Job {
        id: job_id(n),
        number: format!("J-{n}"),
        title: text(4, n),
        description: text(20, n),
        assignee: Some(user().id),
        starts: NOON.plus_ms(i64::try_from(n % 700).unwrap_or_default() * 3_600_000),
        ends: NOON,
        customer: Some(customer_id(n)),
        property: Some(property_id(n)),
        contract: Some(ContractId(id(6, n / 3))),
        assets: vec![AssetId(id(4, n))],
        parts: vec![line],
        ..Job::BLANK
    })
}

fn records() -> Vec<(Module, Vec<Record>)> {
    let customer = |n| Customer {
        id: customer_id(n),
        name: text(2, n),
        phone: "+49 123 456".into(),
        email: String::new(),
        organization: None,
        archived: false,
    };
    let property = |n| Property {
        archived: false,
        id: property_id(n),
        address: text(2, n),
        city: "Bruck".into(),
        postcode: "8000".into(),
        access: String::new(),
        position: None,
        customer: Some(customer_id(n)),
    };
    let asset = |n| Asset {
        archived: false,
        id: AssetId(id(4, n)),
        name: text(2, n),
        model: text(1, n),
        serial: format!("S{n}"),
        code: String::new(),
        location: text(2, n),
        installed: String::new(),
        customer: Some(customer_id(n)),
        property: Some(property_id(n)),
    };
    let contract = |n| Contract {
        archived: false,
        id: ContractId(id(6, n / 3)),
        number: format!("C-{n}"),
        name: text(2, n),
        covers: String::new(),
        from: String::new(),
        until: String::new(),
        response_hours: 4,
        visits: String::new(),
        customer: Some(customer_id(n)),
    };
    let note = |n| Note {
        id: NoteId(id(7, n)),
        job: job_id(n),
        author: user().id,
        author_name: "Anna".into(),
        text: text(20, n),
        files: Vec::new(),
        made_at: NOON,
    };
    let task = |n| ServiceTask {
        id: TaskId(id(8, n)),
        job: job_id(n),
        place: 1,
        title: text(3, n),
        status: TaskStatus::Open,
        asset: Some(AssetId(id(4, n))),
        template: None,
    };
    let third = || (0..JOBS).step_by(3);
    vec![
        (Module::Job, (0..JOBS).map(job).collect()),
        (
            Module::Property,
            third().map(|n| Record::Property(property(n))).collect(),
        ),
        (
            Module::Customer,
            third().map(|n| Record::Customer(customer(n))).collect(),
        ),
        (
            Module::Asset,
            (0..JOBS).map(|n| Record::Asset(asset(n))).collect(),
        ),
        (
            Module::Task,
            (0..JOBS).map(|n| Record::Task(task(n))).collect(),
        ),
        (
            Module::Contract,
            third().map(|n| Record::Contract(contract(n))).collect(),
        ),
        (
            Module::Note,
            (0..JOBS).map(|n| Record::Note(note(n))).collect(),
        ),
    ]
}

fn session() -> SignedIn {
    SignedIn {
        info: SessionInfo {
            user: user(),
            rights: Default::default(),
            company: Company {
                id: CompanyId(id(9, 1)),
                name: "Nordhaus".into(),
                zone: ZoneData::new("Etc/UTC", &[]),
                contact_email: String::new(),
                expiry_hours: 24,
                refuses_open_questions: false,
                keeps_photo_details: false,
                mode: OperationMode::Offline,
                offers_offline: true,
                window_days: 3,
                photo_edge: 2048,
                files_budget_mb: 200,
                settings: 0,
            },
        },
        at: NOON,
    }
}

/// "Set job `n` to another status", as the `seq`th change.
fn entry(seq: u64, n: u128) -> OutboxEntry {
    let to = if seq.is_multiple_of(2) {
        JobStatus::EnRoute
    } else {
        JobStatus::Started
    };
    let op = Op::set_status(job_id(n), to);
    OutboxEntry::new(Mutation {
        id: MutationId(id(10, seq.into())),
        device: DeviceId(id(9, 2)),
        seq: Seq(seq),
        user: user().id,
        lane: job_id(n).into(),
        depends_on: Vec::new(),
        replaces: Vec::new(),
        op_version: OP_VERSION,
        op,
        base_rev: None,
        wall: NOON,
        clock_offset_ms: 0,
    })
}

/// The best of some rounds: what else the machine does must not count.
fn took<T>(mut work: impl FnMut() -> T) -> Duration {
    let round = |_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed()
    };
    (0..ROUNDS).map(round).min().unwrap_or_default()
}

fn main() {
    let session = session();
    let zone = Zone::utc();
    let versioned = |record| Versioned {
        rev: Rev(1),
        record,
    };
    let modules: Vec<(Module, Vec<Versioned>)> = records()
        .into_iter()
        .map(|(module, records)| (module, records.into_iter().map(versioned).collect()))
        .collect();
    let count: usize = modules.iter().map(|(_, records)| records.len()).sum();
    let mut projection = Projection::default();
    let mut fresh = vec![modules.clone(); 5];
    let time = (0..5).map(|_| {
        let modules = fresh.pop().unwrap_or_default();
        let mut taken = Projection::default();
        let start = Instant::now();
        for (module, records) in modules {
            taken.set_module(module, records);
        }
        let time = start.elapsed();
        projection = taken;
        time
    });
    let time = time.min().unwrap_or_default();
    println!(
        "{:36} {time:>10.1?}  {JOBS} jobs, {count} records",
        "take all"
    );
    for unsent in [10, 1_000] {
        println!("with {unsent} unsent changes");
        let mut outbox = OutboxView {
            meta: OutboxMeta {
                session: Some(session.clone()),
                ..OutboxMeta::default()
            },
            entries: (1..=unsent)
                .map(|seq| entry(seq, (seq * 7).into()))
                .collect(),
            ..OutboxView::default()
        };
        let page = |projection: &Projection, entries: &[OutboxEntry], n: u128| {
            let id = job_id(n);
            let detail = job_detail(projection, entries, &session, &zone, id);
            (detail, overview(projection, id))
        };
        projection.set_outbox(&outbox);
        let time = took(|| projection.set_outbox(&outbox));
        println!("{:36} {time:>10.1?}", "take the outbox");
        let time = took(|| page(&projection, &outbox.entries, 77));
        println!("{:36} {time:>10.1?}", "open a job");
        let time = took(|| notes(&projection, &zone, job_id(77), None));
        println!("{:36} {time:>10.1?}", "its notes");
        let time = took(|| history(&projection, &outbox.entries, &session, &zone, job_id(77)));
        println!("{:36} {time:>10.1?}", "its history");
        let mut seq = unsent;
        let time = took(|| {
            seq += 1;
            outbox.entries.push(entry(seq, 77));
            projection.set_outbox(&outbox);
            page(&projection, &outbox.entries, 77)
        });
        println!("{:36} {time:>10.1?}", "a tap to the next picture of a job");
        let day = zone.day(NOON);
        let time = took(|| sheet(&projection, &zone, day, customer_id(77).into()));
        println!("{:36} {time:>10.1?}", "open a customer");
        let time = took(|| job_rows(&projection, &outbox.entries, &zone));
        println!("{:36} {time:>10.1?}", "every row of the list");
    }
}
