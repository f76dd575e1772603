//! The server without HTTP, sessions and threads of its own: for the simulation.
//!
//! Owns [`LocalServer`]: the code of push, pull and housekeeping as it is behind the routes, on a real database (SQLite
//! in memory, or a PostgreSQL), called and answered on the calling thread. It has no clock and no chance of its own: the
//! same calls give the same bytes. Must never be built into a product; the feature `testing` asks for it.

use crate::auth::password::{Cost, Passwords};
use crate::clock::{Clock, ManualClock};
use crate::decide::reviewed::run_decision;
use crate::error::ServerError;
use crate::http::failure::Failure as Refusal;
use crate::http::{extract, pull, push, reply};
use crate::maintenance::{Pruned, keep_house};
use crate::pull::cursor::CursorKey;
use crate::pull::rounds::Rounds;
use crate::state::{App, Config};
use crate::storage::postgres::simulated::SimulatedPostgres;
pub use crate::storage::simulated::Failure;
use crate::storage::simulated::{Copy, Simulated};
use crate::storage::sqlite::memory::MemorySqlite;
use crate::storage::{Account, CompanyRow, SessionRow, Storage, Stored};
use crate::web_app::WebApp;
use afield_domain::company::CompanySettings;
use afield_domain::{CompanyId, Module, MutationId, Timestamp, User, UserId, Versioned, limits};
use afield_protocol::extent::write_keys;
use afield_protocol::{EpochId, Extent, Reply, ReviewDecision};
use serde::Serialize;
use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

mod board;
mod device;
mod office;

pub use board::{LocalFeed, LocalListener, LocalPage};

/// A server with one company in the zone Etc/UTC.
///
/// Its users are signed in for ever: who asks is an argument. What a session holds of its user is
/// what was given to [`LocalServer::new`], as with somebody who signed in long ago.
pub struct LocalServer {
    runtime: Runtime,
    storage: Arc<dyn Simulated>,
    clock: Arc<ManualClock>,
    app: RefCell<App>,
    company: CompanyId,
    sessions: HashMap<UserId, SessionRow>,
}

impl LocalServer {
    /// A server for `users` on a SQLite in memory. It stands as after `reset("", Timestamp(0))`.
    ///
    /// # Errors
    /// When the database cannot be made.
    pub fn new(company: CompanyId, users: &[User]) -> Result<Self, ServerError> {
        let runtime = runtime(&mut Builder::new_current_thread())?;
        let storage = runtime.block_on(MemorySqlite::open())?;
        Self::on(runtime, Arc::new(storage), company, users)
    }

    /// The same on the PostgreSQL database at `address`, which is empty and nobody else's. It is waited for on the
    /// calling thread: its time is not the server's.
    ///
    /// # Errors
    /// When the database is not to be used.
    pub fn on_postgres(
        address: &str,
        company: CompanyId,
        users: &[User],
    ) -> Result<Self, ServerError> {
        let runtime = runtime(Builder::new_current_thread().enable_all())?;
        let storage = runtime.block_on(SimulatedPostgres::open(address))?;
        Self::on(runtime, Arc::new(storage), company, users)
    }

    fn on(
        runtime: Runtime,
        storage: Arc<dyn Simulated>,
        company: CompanyId,
        users: &[User],
    ) -> Result<Self, ServerError> {
        let clock = Arc::new(ManualClock::at(Timestamp(0)));
        let row = CompanyRow {
            id: company,
            slug: "local".into(),
            name: "Local".into(),
            zone: "Etc/UTC".into(),
            settings: CompanySettings::default(),
            settings_version: 0,
            change_seq: 0,
            cursor_floor: 0,
        };
        runtime.block_on(add_people(storage.as_ref(), &row, users))?;
        runtime.block_on(storage.save(Copy::Fresh))?;
        let session = |user: &User| SessionRow {
            user: user.clone(),
            company: row.clone(),
            created: Timestamp(0),
            last_seen: Timestamp(0),
            expires: Timestamp(i64::MAX),
            brought_by: None,
            reviews: false,
            token_hash: String::new(),
            revoked_at: None,
        };
        // Every simulated server signs alike: the same calls give the same bytes.
        let key = CursorKey::new("simulation").ok_or_else(|| unusable("no key for cursors"))?;
        let app = App::with(
            Arc::clone(&storage) as Arc<dyn Storage>,
            Arc::clone(&clock) as Arc<dyn Clock>,
            Passwords::new(Cost::Test, 1)?,
            WebApp::named(""),
            Config::default(),
            (EpochId(String::new()), key),
        );
        Ok(Self {
            runtime,
            storage,
            clock,
            app: RefCell::new(app),
            company,
            sessions: users.iter().map(|user| (user.id, session(user))).collect(),
        })
    }

    /// Begins anew: the company and its users, no records, no verdicts, no failures, no build.
    ///
    /// # Errors
    /// When the database fails.
    pub fn reset(&self, epoch: &str, now: Timestamp) -> Result<(), ServerError> {
        self.fail(None);
        self.set_now(now);
        self.set_build("");
        self.put_back(Copy::Fresh, epoch)
    }

    /// Sets the server's clock.
    pub fn set_now(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// Sets the build of the app that the server offers.
    pub fn set_build(&self, build: &str) {
        self.app.borrow_mut().web_app = WebApp::named(build);
    }

    /// Forgets what is kept of rounds under way, as a restart does.
    pub fn forget_rounds(&self) {
        self.app.borrow_mut().rounds = Rounds::default();
    }

    /// What fails from now on; nothing after [`LocalServer::reset`].
    pub fn fail(&self, failure: Option<Failure>) {
        self.storage.fail(failure);
    }

    /// The answer to a push of `user`: the JSON of an envelope, also when it is an error.
    pub fn push(&self, user: UserId, body: &[u8]) -> Vec<u8> {
        self.push_from(user, body, false)
    }

    /// The same, from a revoked device or not.
    pub fn push_from(&self, user: UserId, body: &[u8], revoked: bool) -> Vec<u8> {
        let app = &self.app.borrow();
        self.answer(app, async {
            let session = &SessionRow {
                revoked_at: revoked.then(|| app.clock.now()),
                ..self.session(user).await?
            };
            if body.len() > limits::PUSH_BYTES {
                return Err(Refusal::too_large("the body is too large"));
            }
            push::answer(app, session, &extract::read_json(body)?).await
        })
    }

    /// The answer to a pull of `user` that says it is for `asked` and knows that version of the `settings`, and whether it asks
    /// what waits for the office: the JSON
    /// of an envelope, also when it is an error.
    pub fn pull(
        &self,
        user: UserId,
        asked: UserId,
        cursor: Option<&str>,
        limit: Option<usize>,
        extent: Option<&Extent>,
        (settings, reviews): (Option<u64>, bool),
    ) -> Vec<u8> {
        let app = &self.app.borrow();
        self.answer(app, async {
            let parameters = pull::Parameters {
                user: Some(asked),
                cursor: cursor.map(str::to_owned),
                limit,
                bytes: None,
                kept: extent.map(|extent| write_keys(&extent.kept)),
                asked: extent.map(|extent| write_keys(&extent.asked)),
                settings,
                review: reviews.then_some(1),
            };
            let session = self.session(user).await?;
            app.contacts.see(user, app.clock.now());
            pull::answer(app, &session, parameters).await
        })
    }

    /// What comes of a decision of `user`'s about what came too late: the JSON of an envelope, also when it is an error.
    pub fn decide_review(&self, user: UserId, asked: &ReviewDecision) -> Vec<u8> {
        let app = &self.app.borrow();
        self.answer(app, async {
            let session = self.session(user).await?;
            let decided = run_decision(app, &session, asked).await;
            decided.map_err(|_| Refusal::internal())
        })
    }

    /// Those of `ids` whose verdict is stored, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn was_decided(&self, ids: &[MutationId]) -> Result<Vec<MutationId>, ServerError> {
        let rows = self.runtime.block_on(async {
            let mut tx = self.storage.read().await?;
            tx.mutations(self.company, ids, None).await
        })?;
        let is_decided = |id: &&MutationId| rows.iter().any(|row| row.id == **id);
        Ok(ids.iter().filter(is_decided).copied().collect())
    }

    /// All records that are not deleted, by key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn records(&self) -> Result<Vec<Versioned>, ServerError> {
        Ok(self.runtime.block_on(async {
            let mut tx = self.storage.read().await?;
            let mut rows = Vec::new();
            for module in Module::ALL {
                rows.extend(tx.records_of(self.company, module).await?);
            }
            rows.sort_by_key(|row| row.key);
            rows.iter()
                .map(crate::storage::StoredRecord::versioned)
                .collect::<Stored<_>>()
        })?)
    }

    /// Copies the whole data set; the copy before is forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub fn backup(&self) -> Result<(), ServerError> {
        Ok(self.runtime.block_on(self.storage.save(Copy::Backup))?)
    }

    /// Puts the last copy back and gives it another epoch, as `afield-server restored` does.
    ///
    /// # Errors
    /// When the database fails.
    pub fn restore(&self, epoch: &str) -> Result<(), ServerError> {
        self.put_back(Copy::Backup, epoch)
    }

    /// Keeps house as of `now`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_house(&self, now: Timestamp) -> Result<Pruned, ServerError> {
        Ok(self.runtime.block_on(keep_house(&self.app.borrow(), now))?)
    }

    fn put_back(&self, copy: Copy, epoch: &str) -> Result<(), ServerError> {
        let epoch = EpochId(epoch.to_owned());
        self.runtime.block_on(async {
            self.storage.load(copy).await?;
            let mut tx = self.storage.write().await?;
            tx.rename_epoch(&epoch).await?;
            if copy == Copy::Backup {
                tx.renew_rights(self.clock.now()).await?;
            }
            tx.commit().await
        })?;
        let mut app = self.app.borrow_mut();
        app.epoch = epoch;
        // A server that is set back was started anew.
        app.rounds = Rounds::default();
        Ok(())
    }

    /// The session of `user`, with the company as it is now: both are read with each request.
    async fn session(&self, user: UserId) -> Result<SessionRow, Refusal> {
        let session = self.sessions.get(&user);
        let session = session.ok_or_else(Refusal::unauthorized)?.clone();
        let company = self.storage.read().await?.company(self.company).await?;
        let company = company.unwrap_or_else(|| session.company.clone());
        Ok(SessionRow { company, ..session })
    }

    fn answer<T: Serialize>(
        &self,
        app: &App,
        answer: impl Future<Output = Result<T, Refusal>>,
    ) -> Vec<u8> {
        let reply = match self.runtime.block_on(answer) {
            Ok(value) => Reply::Ok(value),
            Err(refusal) => Reply::Error(refusal.error),
        };
        // Nothing that cannot be written as JSON is ever answered; if it were, it is not delivered.
        reply::bytes(app, reply).unwrap_or_default()
    }
}

fn runtime(builder: &mut Builder) -> Result<Runtime, ServerError> {
    let made = builder.build();
    made.map_err(|error| ServerError::Unusable(format!("no runtime on this thread: {error}")))
}

fn unusable(text: &str) -> ServerError {
    ServerError::Unusable(text.to_owned())
}

async fn add_people(storage: &dyn Simulated, company: &CompanyRow, users: &[User]) -> Stored<()> {
    let mut tx = storage.write().await?;
    tx.add_company(company).await?;
    for user in users {
        tx.add_user(&Account {
            company: company.id,
            user: user.clone(),
            email: format!("{}@example.com", user.id),
            password: String::new(),
            active: true,
            team: String::new(),
        })
        .await?;
    }
    tx.commit().await
}

#[cfg(test)]
#[path = "testing_tests.rs"]
mod tests;
