//! What the measured server holds, and what SQLite alone does.

use crate::client::Result;
use crate::say;
use afield_domain::company::CompanySettings;
use afield_domain::*;
use afield_protocol::{Mutation, PushRequest, Seq};
use afield_server::clock::{Clock as _, SystemClock};
use afield_server::records::save_new;
use afield_server::storage::sqlite::SqliteStorage;
use afield_server::storage::{Account, CompanyRow, Storage};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use uuid::Uuid;

pub(crate) const COMPANY: CompanyId = CompanyId(Uuid::from_u128(900));
pub(crate) const ANNA: UserId = UserId(Uuid::from_u128(1));
pub(crate) const DORA: UserId = UserId(Uuid::from_u128(2));

pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

pub(crate) async fn add_people(storage: &SqliteStorage) -> Result<()> {
    let mut tx = storage.write().await?;
    tx.add_company(&CompanyRow {
        id: COMPANY,
        slug: "local".into(),
        name: "Local".into(),
        zone: "Europe/Berlin".into(),
        settings: CompanySettings::default(),
        settings_version: 0,
        change_seq: 0,
        cursor_floor: 0,
    })
    .await?;
    for (id, name, role) in [
        (ANNA, "Anna", Role::Technician),
        (DORA, "Dora", Role::Dispatcher),
    ] {
        tx.add_user(&Account {
            company: COMPANY,
            user: User {
                id,
                name: name.into(),
                role,
            },
            email: format!("{name}@example.com"),
            password: String::new(),
            active: true,
            team: String::new(),
        })
        .await?;
    }
    Ok(tx.commit().await?)
}

fn job_id(n: u128) -> JobId {
    JobId(Uuid::from_u128(0x0193_0000 << 96 | n))
}

/// So many jobs, each with a place and a note, and a customer for each ten of them; how many records.
pub(crate) async fn fill(storage: &SqliteStorage, jobs: u128) -> Result<usize> {
    let (now, mut count) = (now(), 0);
    let all: Vec<u128> = (0..jobs).collect();
    for some in all.chunks(1_000) {
        let mut tx = storage.write().await?;
        for n in some {
            for record in records(*n, now) {
                save_new(tx.as_mut(), COMPANY, &record, None, now).await?;
                count += 1;
            }
        }
        tx.commit().await?;
    }
    Ok(count)
}

fn records(n: u128, now: Timestamp) -> Vec<Record> {
    let id = |kind: u128, n| Uuid::from_u128(0x0193_0000 << 96 | kind << 64 | n);
    let customer = CustomerId(id(1, n / 10));
    let property = PropertyId(id(2, n));
    let mut records = vec![
        Record::Job(Job {
            id: job_id(n),
            number: format!("J-{n}"),
            title: "Boiler does not start".into(),
            description:
                "It clicks three times, then nothing. The tenant is at home from eight on.".into(),
            assignee: Some(ANNA),
            starts: now,
            ends: now.plus_ms(3_600_000),
            customer: Some(customer),
            property: Some(property),
            ..Job::BLANK
        }),
        Record::Property(Property {
            archived: false,
            id: property,
            address: format!("Lindenallee {n}"),
            city: "Berlin".into(),
            postcode: "10115".into(),
            access: "Ring at the back".into(),
            position: None,
            customer: Some(customer),
        }),
        Record::Note(Note {
            id: NoteId(id(3, n)),
            job: job_id(n),
            author: ANNA,
            author_name: "Anna".into(),
            text: "The burner was cleaned last year.".into(),
            made_at: now,
            files: Vec::new(),
        }),
    ];
    if n.is_multiple_of(10) {
        records.push(Record::Customer(Customer {
            id: customer,
            name: format!("Customer {n}"),
            phone: "+49 30 1234".into(),
            email: "a@example.com".into(),
            organization: None,
            archived: false,
        }));
    }
    records
}

/// A push of `count` notes of a device, from `first` on.
pub(crate) fn push(device: u128, first: u64, count: u64) -> Result<Vec<u8>> {
    let id = |seq: u64, kind: u128| Uuid::from_u128(kind << 120 | device << 64 | u128::from(seq));
    let device_id = DeviceId(Uuid::from_u128(7_000 + device));
    let mutations: Vec<Mutation> = (first..first + count)
        .map(|seq| {
            let note = NoteId(id(seq, 9));
            Mutation {
                id: MutationId(id(seq, 8)),
                device: device_id,
                seq: Seq(seq),
                user: ANNA,
                lane: note.into(),
                depends_on: Vec::new(),
                replaces: Vec::new(),
                op_version: OP_VERSION,
                op: Op::AddNote {
                    note,
                    job: job_id(u128::from(seq) % 50),
                    text: "The valve is wet again, I have ordered another one.".into(),
                    files: Vec::new(),
                },
                base_rev: None,
                wall: now(),
                clock_offset_ms: 0,
            }
        })
        .collect();
    let request = PushRequest {
        device: device_id,
        ack_below: Seq(first),
        epoch: None,
        asks: Vec::new(),
        review: false,
        mutations,
    };
    Ok(serde_json::to_vec(&request)?)
}

/// What SQLite itself does here: rows of a note's size, one in a commit and 64 in a commit.
pub(crate) fn limit() -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let folder = tempfile::tempdir_in(".")?;
    runtime.block_on(async {
        let mut connection = SqliteConnectOptions::new()
            .filename(folder.path().join("limit.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .connect()
            .await?;
        let make = "CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";
        sqlx::query(make).execute(&mut connection).await?;
        for (batch, commits) in [(1_u64, 2_000_u64), (10, 500), (64, 200)] {
            // One statement makes all rows of a commit: what is measured is SQLite and the disk.
            let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) \
                       INSERT INTO rows (text) SELECT hex(randomblob(150)) FROM n";
            let began = crate::now();
            for _ in 0..commits {
                let many = i64::try_from(batch)?;
                sqlx::query(sql).bind(many).execute(&mut connection).await?;
            }
            let rate = (commits * batch) as f64 / began.elapsed().as_secs_f64();
            say(&format!("SQLite alone, {batch} rows a commit: {rate:.0} rows/s"))?;
        }
        Ok(connection.close().await?)
    })
}
