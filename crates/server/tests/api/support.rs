//! A server with two companies, and people who talk to it.
//!
//! Nordhaus (Europe/Berlin): Anna and Ben (technicians), Dora (dispatcher), Ada (admin).
//! Harbor (America/New_York): Tom (technician), Dana (dispatcher).

use crate::client::Client;
use crate::cluster;
use crate::fragile::Fragile;
use afield_domain::company::CompanySettings;
use afield_domain::*;
use afield_server::auth::password::{Cost, Passwords};
use afield_server::auth::token;
use afield_server::clock::{Clock, ManualClock};
use afield_server::records::{Fate, OFFICE, Write, save_record};
use afield_server::storage::postgres::PostgresStorage;
use afield_server::storage::sqlite::{Durability, SqliteStorage};
use afield_server::storage::{Account, CompanyRow, Storage};
use afield_server::web_app::WebApp;
use afield_server::{App, Config, router};
use axum::Router;
use axum::http::StatusCode;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const NORDHAUS: CompanyId = CompanyId(Uuid::from_u128(0xA));
pub(crate) const HARBOR: CompanyId = CompanyId(Uuid::from_u128(0xB));
pub(crate) const ANNA: UserId = UserId(Uuid::from_u128(0xA1));
pub(crate) const BEN: UserId = UserId(Uuid::from_u128(0xA2));
pub(crate) const DORA: UserId = UserId(Uuid::from_u128(0xA3));
pub(crate) const ADA: UserId = UserId(Uuid::from_u128(0xA4));
pub(crate) const TOM: UserId = UserId(Uuid::from_u128(0xB1));
pub(crate) const DANA: UserId = UserId(Uuid::from_u128(0xB2));
pub(crate) const PEOPLE: [(CompanyId, UserId, &str, Role); 6] = [
    (NORDHAUS, ANNA, "Anna", Role::Technician),
    (NORDHAUS, BEN, "Ben", Role::Technician),
    (NORDHAUS, DORA, "Dora", Role::Dispatcher),
    (NORDHAUS, ADA, "Ada", Role::Admin),
    (HARBOR, TOM, "Tom", Role::Technician),
    (HARBOR, DANA, "Dana", Role::Dispatcher),
];
/// Saturday noon in Berlin, six in the morning in New York.
pub(crate) const NOON: &str = "2026-11-21T11:00:00Z";
pub(crate) const DAY_MS: i64 = 86_400_000;
/// On which database the tests run.
const DATABASE: &str = "AFIELD_TEST_DATABASE";
/// How long is waited for what must come, on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(3);

/// What `work` comes to, which must end: who would wait for ever fails.
pub(crate) async fn in_time<T>(work: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(PATIENCE, work).await;
    ended.unwrap_or_else(|_| panic!("what was waited for did not come within {PATIENCE:?}"))
}

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

pub(crate) fn email(user: UserId) -> String {
    let (_, _, name, _) = PEOPLE.iter().find(|(_, id, _, _)| *id == user).unwrap();
    format!("{}@example.com", name.to_lowercase())
}

pub(crate) struct Server {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) folder: TempDir,
    pub(crate) storage: Arc<Fragile>,
    router: Router,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(Config::default(), WebApp::embedded()).await
    }

    pub(crate) async fn start_with(config: Config, assets: WebApp) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = open(folder.path()).await;
        add_people(storage.as_ref(), &Passwords::new(Cost::Test, 1).unwrap()).await;
        storage.close().await;
        Self::start_in(folder, config, assets).await
    }

    /// Starts it on that empty PostgreSQL, whatever the others run on.
    pub(crate) async fn start_on(address: &str, config: Config) -> Self {
        let storage = PostgresStorage::open(address).await.unwrap();
        add_people(&storage, &Passwords::new(Cost::Test, 1).unwrap()).await;
        storage.close().await;
        Self::start_beside(address, config).await
    }

    /// Starts it on a PostgreSQL that others may use.
    pub(crate) async fn start_beside(address: &str, config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("address"), address).unwrap();
        Self::start_in(folder, config, WebApp::embedded()).await
    }

    /// Ends it; its data stay.
    pub(crate) async fn stop(self) -> TempDir {
        self.app.storage.close().await;
        self.folder
    }

    /// Starts it on data that are there.
    pub(crate) async fn start_in(folder: TempDir, config: Config, assets: WebApp) -> Self {
        let storage = Arc::new(Fragile::new(open(folder.path()).await));
        let clock = Arc::new(ManualClock::at(at(NOON)));
        let passwords = Passwords::new(Cost::Test, 2).unwrap();
        let app = App::start(
            Arc::clone(&storage) as Arc<dyn Storage>,
            Arc::clone(&clock) as Arc<dyn Clock>,
            passwords,
            assets,
            config,
        )
        .await
        .unwrap();
        let router = router(Arc::clone(&app));
        Self {
            app,
            clock,
            folder,
            storage,
            router,
        }
    }

    /// Somebody who is not signed in.
    pub(crate) fn nobody(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// The device on which somebody is signed in is revoked.
    pub(crate) async fn revoke(&self, client: &Client) {
        let cookie = client.cookie.as_ref().unwrap();
        let (_, token) = cookie.split_once('=').unwrap();
        let hash = token::sha256_hex(token.as_bytes());
        let mut tx = self.app.storage.write().await.unwrap();
        let (now, until) = (self.clock.now(), self.clock.now().plus_ms(DAY_MS));
        tx.revoke_session(&hash, now, until).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn sign_in(&self, user: UserId) -> Client {
        let mut client = self.nobody();
        let answer = client.try_sign_in(&email(user), PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        client.cookie = Some(answer.cookie().unwrap());
        client
    }

    /// Writes a record as the office would, whatever it was before.
    pub(crate) async fn put(&self, company: CompanyId, record: &Record) -> Rev {
        self.write(company, record, Fate::Present).await
    }

    pub(crate) async fn write(&self, company: CompanyId, record: &Record, fate: Fate) -> Rev {
        let mut tx = self.app.storage.write().await.unwrap();
        let old = tx.records(company, &[record.key().unwrap()]).await.unwrap();
        let now = self.clock.now();
        let write = Write {
            old: old.first(),
            record,
            fate,
            external_key: None,
            by: OFFICE,
            made_at: now,
        };
        let versioned = save_record(tx.as_mut(), company, write, now).await.unwrap();
        tx.commit().await.unwrap();
        self.app
            .hub
            .notify(company, afield_server::events::Wrote::Untold);
        versioned.rev
    }

    /// From now on this company refuses a finish with required questions open.
    pub(crate) async fn refuse_open_questions(&self, company: CompanyId) {
        let mut tx = self.app.storage.write().await.unwrap();
        let mut row = tx.company(company).await.unwrap().unwrap();
        row.settings.refuses_open_questions = true;
        tx.set_company(&row).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// From now on phones of this company hold so many days before and after today.
    pub(crate) async fn set_window(&self, company: CompanyId, days: u32) {
        let mut tx = self.app.storage.write().await.unwrap();
        let mut row = tx.company(company).await.unwrap().unwrap();
        row.settings.window_days = days;
        tx.set_company(&row).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn put_job(&self, n: u128, assignee: UserId) -> Job {
        let job = job(n, Some(assignee));
        self.put(NORDHAUS, &Record::Job(job.clone())).await;
        job
    }

    pub(crate) async fn record(&self, company: CompanyId, key: RecordKey) -> Option<Versioned> {
        let mut tx = self.app.storage.read().await.unwrap();
        let rows = tx.records(company, &[key]).await.unwrap();
        rows.first().map(|row| row.versioned().unwrap())
    }

    pub(crate) async fn job(&self, id: JobId) -> Job {
        match self.record(NORDHAUS, id.into()).await.unwrap().record {
            Record::Job(job) => job,
            other => panic!("{other:?}"),
        }
    }

    /// All notes of a job.
    pub(crate) async fn notes(&self, company: CompanyId, job: JobId) -> usize {
        let mut tx = self.app.storage.read().await.unwrap();
        tx.children_of(company, &[job.into()]).await.unwrap().len()
    }
}

/// Opens the data in `folder`: in SQLite, or, where the environment asks for it, in a PostgreSQL database that the folder
/// names.
pub(crate) async fn open(folder: &Path) -> Arc<dyn Storage> {
    if folder.join("address").exists() {
        let address = address(folder).await;
        return Arc::new(PostgresStorage::open(&address).await.unwrap());
    }
    match std::env::var(DATABASE).as_deref() {
        Err(_) | Ok("") => {
            let file = folder.join("afield.db");
            let storage = SqliteStorage::open(&file, Durability::ProcessOnly).await;
            Arc::new(storage.unwrap())
        }
        Ok("postgres") => {
            let address = address(folder).await;
            Arc::new(PostgresStorage::open(&address).await.unwrap())
        }
        Ok(other) => panic!("{DATABASE} is postgres, or nothing; not {other}"),
    }
}

/// The address of the database that belongs to the folder: a copy of one that was made ready once.
async fn address(folder: &Path) -> String {
    static READY: OnceCell<String> = OnceCell::const_new();
    let file = folder.join("address");
    if let Ok(address) = std::fs::read_to_string(&file) {
        return address;
    }
    let ready = READY.get_or_init(async || {
        let address = cluster::new_database().await;
        let storage = PostgresStorage::open(&address).await.unwrap();
        storage.close().await;
        address
    });
    let address = cluster::copy_of(ready.await).await;
    std::fs::write(&file, &address).unwrap();
    address
}

/// Runs a statement that both databases know on the data in `folder`, as a fault or another build may have left them;
/// how many rows it changed.
pub(crate) async fn run_sql(folder: &Path, sql: &str) -> u64 {
    if let Ok(address) = std::fs::read_to_string(folder.join("address")) {
        return cluster::run(&address, sql).await;
    }
    let options = SqliteConnectOptions::new().filename(folder.join("afield.db"));
    let mut connection = options.connect().await.unwrap();
    let done = sqlx::query(AssertSqlSafe(sql)).execute(&mut connection);
    let changed = done.await.unwrap().rows_affected();
    connection.close().await.unwrap();
    changed
}

async fn add_people(storage: &dyn Storage, passwords: &Passwords) {
    let hash = passwords.hash(PASSWORD).unwrap();
    let mut tx = storage.write().await.unwrap();
    for (id, slug, zone) in [
        (NORDHAUS, "test-nordhaus", "Europe/Berlin"),
        (HARBOR, "test-harbor", "America/New_York"),
    ] {
        let company = CompanyRow {
            id,
            slug: slug.into(),
            name: slug.to_uppercase(),
            zone: zone.into(),
            settings: CompanySettings::default(),
            settings_version: 0,
            change_seq: 0,
            cursor_floor: 0,
        };
        tx.add_company(&company).await.unwrap();
    }
    for (company, id, name, role) in PEOPLE {
        let account = Account {
            company,
            user: User {
                id,
                name: name.into(),
                role,
            },
            email: email(id),
            password: hash.clone(),
            active: true,
            team: String::new(),
        };
        tx.add_user(&account).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub(crate) fn job(n: u128, assignee: Option<UserId>) -> Job {
    let starts = at(NOON);
    Job {
        id: JobId(Uuid::from_u128(0x70_0000 + n)),
        number: format!("J-{n}"),
        title: "Boiler does not start".into(),
        description: String::new(),
        priority: Priority::Normal,
        status: JobStatus::Scheduled,
        assignee,
        starts,
        ends: starts.plus_ms(3_600_000),
        customer: None,
        organization: None,
        property: None,
        ..Job::BLANK
    }
}
