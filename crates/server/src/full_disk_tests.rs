//! A push, the health and a read while the disk is full, and after room was given back.

use crate::auth::password::{Cost, Passwords};
use crate::clock::ManualClock;
use crate::http::push;
use crate::records::{Fate, OFFICE, Write, save_record};
use crate::storage::sqlite::{Durability, SqliteStorage};
use crate::storage::{Account, CompanyRow, SessionRow, Storage};
use crate::web_app::WebApp;
use crate::{App, Config};
use afield_domain::company::CompanySettings;
use afield_domain::{
    CompanyId, DeviceId, Job, JobId, JobStatus, MutationId, NoteId, OP_VERSION, Op, Record, Role,
    Timestamp, User, UserId, limits,
};
use afield_protocol::{Mutation, PushRequest, Seq};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const NOON: Timestamp = Timestamp(1_795_248_000_000);
pub(crate) const COMPANY: CompanyId = CompanyId(Uuid::from_u128(900));
pub(crate) const JOB: JobId = JobId(Uuid::from_u128(100));
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(9));

fn company() -> CompanyRow {
    CompanyRow {
        id: COMPANY,
        slug: "local".into(),
        name: "Local".into(),
        zone: "Etc/UTC".into(),
        settings: CompanySettings::default(),
        settings_version: 0,
        change_seq: 0,
        cursor_floor: 0,
    }
}

pub(crate) fn anna() -> User {
    User {
        id: UserId(Uuid::from_u128(1)),
        name: "Anna".into(),
        role: Role::Technician,
    }
}

/// Stores a record that the company did not have.
pub(crate) async fn put(storage: &dyn Storage, record: &Record) {
    let mut tx = storage.write().await.unwrap();
    let write = Write {
        old: None,
        record,
        fate: Fate::Present,
        external_key: None,
        by: OFFICE,
        made_at: NOON,
    };
    save_record(tx.as_mut(), COMPANY, write, NOON)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Anna's job, in a company of its own.
async fn fill(storage: &SqliteStorage) {
    let mut tx = storage.write().await.unwrap();
    tx.add_company(&company()).await.unwrap();
    let account = Account {
        company: COMPANY,
        user: anna(),
        email: "anna@example.com".into(),
        password: String::new(),
        active: true,
        team: String::new(),
    };
    tx.add_user(&account).await.unwrap();
    let job = Record::Job(Job {
        id: JOB,
        number: "J-1".into(),
        status: JobStatus::Scheduled,
        assignee: Some(anna().id),
        starts: NOON,
        ends: NOON,
        ..Job::BLANK
    });
    tx.commit().await.unwrap();
    put(storage, &job).await;
}

/// A note as long as one may be.
fn note(seq: u64) -> Mutation {
    note_of(DEVICE, seq)
}

/// The same of another device.
pub(crate) fn note_of(device: DeviceId, seq: u64) -> Mutation {
    let id = device.0.as_u128() << 64 | u128::from(seq);
    let note = NoteId(Uuid::from_u128(5 << 120 | id));
    Mutation {
        id: MutationId(Uuid::from_u128(7 << 120 | id)),
        device,
        seq: Seq(seq),
        user: anna().id,
        lane: note.into(),
        depends_on: Vec::new(),
        replaces: Vec::new(),
        op_version: OP_VERSION,
        op: Op::AddNote {
            note,
            job: JOB,
            text: "w".repeat(limits::NOTE_CHARS),
            files: Vec::new(),
        },
        base_rev: None,
        wall: NOON,
        clock_offset_ms: 0,
    }
}

pub(crate) async fn verdicts(app: &App, mutations: &[Mutation]) -> Vec<String> {
    let session = SessionRow {
        user: anna(),
        company: company(),
        created: NOON,
        last_seen: NOON,
        expires: Timestamp(i64::MAX),
        brought_by: None,
        reviews: false,
        token_hash: String::new(),
        revoked_at: None,
    };
    let request = PushRequest {
        device: mutations[0].device,
        ack_below: Seq(0),
        epoch: Some(app.epoch.clone()),
        asks: Vec::new(),
        review: false,
        mutations: mutations
            .iter()
            .map(|mutation| serde_json::to_value(mutation).unwrap())
            .collect(),
    };
    let reply = push::answer(app, &session, &request).await.unwrap();
    let reply = serde_json::to_value(&reply).unwrap();
    let verdicts = reply["verdicts"].as_array().unwrap();
    verdicts.iter().map(ToString::to_string).collect()
}

pub(crate) async fn notes(app: &App) -> usize {
    let mut tx = app.storage.read().await.unwrap();
    tx.children_of(COMPANY, &[JOB.into()]).await.unwrap().len()
}

/// A server with Anna's job in a real file.
pub(crate) async fn start() -> (Arc<App>, SqliteStorage, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let storage = SqliteStorage::open(&file, Durability::Full).await.unwrap();
    fill(&storage).await;
    let clock = Arc::new(ManualClock::at(NOON));
    let passwords = Passwords::new(Cost::Test, 1).unwrap();
    let (stored, web_app) = (Arc::new(storage.clone()), WebApp::named(""));
    let app = App::start(stored, clock, passwords, web_app, Config::default());
    (app.await.unwrap(), storage, folder)
}

#[tokio::test]
async fn what_does_not_fit_is_later_and_comes_once_when_there_is_room() {
    let (app, storage, _folder) = start().await;
    let batch: Vec<Mutation> = (1..=20).map(note).collect();

    for _ in 0..3 {
        storage.tell("PRAGMA max_page_count = 1").await;
        let answered = verdicts(&app, &batch).await;
        let last = answered.last().unwrap();
        assert!(last.contains(r#""verdict":"retry""#), "{last}");
        // Each is there as a whole with its verdict, or not at all.
        assert_eq!(notes(&app).await, answered.len() - 1);
        // Nothing stays behind in the way of who writes next.
        app.storage.write().await.unwrap();
    }
    storage.tell("PRAGMA max_page_count = 1000000").await;
    let all = verdicts(&app, &batch).await;
    assert!(
        all.iter()
            .all(|json| json.contains(r#""verdict":"applied""#))
    );
    assert_eq!(notes(&app).await, batch.len());
    assert_eq!(verdicts(&app, &batch).await, all);
    assert_eq!(notes(&app).await, batch.len());
}
