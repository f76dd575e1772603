//! The server without HTTP, sessions and threads of its own: for the simulation.
//!
//! Owns [`LocalServer`]: the code of push, pull and housekeeping as it is behind the routes, on a real
//! SQLite in memory, called and answered on the calling thread. It has no clock and no chance of its
//! own: the same calls give the same bytes. Must never be built into a product; the feature `testing`
//! asks for it.

use crate::auth::password::{Cost, Passwords};
use crate::clock::{Clock, ManualClock};
use crate::decide::reviewed::run_decision;
use crate::error::ServerError;
use crate::events::Wrote;
use crate::http::failure::Failure as Refusal;
use crate::http::{extract, pull, push, reply};
use crate::maintenance::{Pruned, keep_house};
use crate::pull::cursor::CursorKey;
use crate::pull::rounds::Rounds;
use crate::records::{Fate, Write, save_record};
use crate::state::{App, Config};
pub use crate::storage::sqlite::memory::Failure;
use crate::storage::sqlite::memory::{Copy, MemorySqlite};
use crate::storage::{Account, CompanyRow, SessionRow, Storage, Stored};
use crate::web_app::WebApp;
use afield_domain::company::CompanySettings;
use afield_domain::{
    Actor, CompanyId, Job, MutationId, Record, RecordKey, RightsChange, Timestamp, User, UserId,
    Versioned, limits,
};
use afield_protocol::extent::write_keys;
use afield_protocol::{Activity, ActivityKind, EpochId, Extent, Reply, ReviewDecision};
use serde::Serialize;
use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

mod board;
mod device;

pub use board::{LocalFeed, LocalListener, LocalPage};

/// A server with one company in the zone Etc/UTC.
///
/// Its users are signed in for ever: who asks is an argument. What a session holds of its user is
/// what was given to [`LocalServer::new`], as with somebody who signed in long ago.
pub struct LocalServer {
    runtime: Runtime,
    storage: Arc<MemorySqlite>,
    clock: Arc<ManualClock>,
    app: RefCell<App>,
    company: CompanyId,
    sessions: HashMap<UserId, SessionRow>,
}

impl LocalServer {
    /// A server for `users`. It stands as after `reset("", Timestamp(0))`.
    ///
    /// # Errors
    /// When the database cannot be made.
    pub fn new(company: CompanyId, users: &[User]) -> Result<Self, ServerError> {
        let runtime = Builder::new_current_thread().build().map_err(|error| {
            ServerError::Unusable(format!("no runtime on this thread: {error}"))
        })?;
        let storage = Arc::new(runtime.block_on(MemorySqlite::open())?);
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

    /// Writes a record as `by` does at the office, now; a job without a number gets one. No activity tells of it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put(&self, record: &Record, by: &User) -> Result<Versioned, ServerError> {
        let written = self.write(record, by, None)?;
        self.app.borrow().hub.notify(self.company, Wrote::Untold);
        Ok(written)
    }

    /// The same with a job, and the board is told `what` was done.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_told(
        &self,
        job: &Job,
        by: &User,
        what: ActivityKind,
    ) -> Result<Versioned, ServerError> {
        let activity = |seq, now| Activity {
            seq,
            actor: by.name.clone(),
            brought_by: String::new(),
            was_accepted: false,
            job: job.id,
            job_number: job.number.clone(),
            job_title: String::new(),
            made_at: now,
            received_at: now,
            what: what.clone(),
        };
        let written = self.write(&Record::Job(job.clone()), by, Some(&activity))?;
        self.app.borrow().hub.notify(self.company, Wrote::Told);
        Ok(written)
    }

    fn write(
        &self,
        record: &Record,
        by: &User,
        told: Option<&Told<'_>>,
    ) -> Result<Versioned, ServerError> {
        let key = record
            .key()
            .ok_or_else(|| unusable("a record of no module"))?;
        Ok(self.runtime.block_on(async {
            let mut tx = self.storage.write().await?;
            let old = tx.records(self.company, &[key]).await?;
            let write = Write {
                old: old.first(),
                record,
                fate: Fate::Present,
                external_key: None,
                by: Actor::from(by),
                made_at: self.clock.now(),
            };
            let versioned = save_record(tx.as_mut(), self.company, write, self.clock.now()).await?;
            if let Some(activity) = told {
                let seq = tx.next_seq(self.company).await?;
                let activity = activity(seq, self.clock.now());
                tx.add_activity(self.company, &activity).await?;
            }
            tx.commit().await.map(|()| versioned)
        })?)
    }

    /// Deletes a record as the office does; one that is not there stays so.
    ///
    /// # Errors
    /// When the database fails.
    pub fn delete(&self, key: RecordKey) -> Result<(), ServerError> {
        Ok(self.runtime.block_on(async {
            let mut tx = self.storage.write().await?;
            let old = tx.records(self.company, &[key]).await?;
            let Some(old) = old.first().filter(|old| !old.deleted) else {
                return Ok(());
            };
            let write = Write {
                old: Some(old),
                record: &old.record()?,
                fate: Fate::Deleted,
                external_key: None,
                by: crate::records::OFFICE,
                made_at: self.clock.now(),
            };
            save_record(tx.as_mut(), self.company, write, self.clock.now()).await?;
            tx.commit().await?;
            self.app.borrow().hub.notify(self.company, Wrote::Untold);
            Stored::Ok(())
        })?)
    }

    /// Gives a user another name or role, as of now; sessions do not notice.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_user(&self, user: &User) -> Result<(), ServerError> {
        Ok(self.runtime.block_on(self.storage.set_user(user))?)
    }

    /// An admin takes a right or gives it back, or a role was changed (`None`).
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_rights(&self, change: Option<RightsChange>) -> Result<(), ServerError> {
        let now = self.clock.now();
        self.runtime.block_on(async {
            let mut tx = self.storage.write().await?;
            let rights = tx.rights(self.company).await?;
            let changed = match change {
                Some(change) => rights.changed(change, now).ok().flatten(),
                None => Some(rights.renewed(now)),
            };
            if let Some(rights) = changed {
                tx.set_rights(self.company, &rights).await?;
            }
            tx.commit().await
        })?;
        Ok(())
    }

    /// An admin has set the company: which version of its settings it is, is the caller's to say.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_company(&self, settings: &CompanySettings, version: u64) -> Result<(), ServerError> {
        self.runtime.block_on(async {
            let mut tx = self.storage.write().await?;
            if let Some(mut row) = tx.company(self.company).await? {
                row.settings = settings.clone();
                row.settings_version = version;
                tx.set_company(&row).await?;
            }
            tx.commit().await
        })?;
        self.app.borrow().hub.notify(self.company, Wrote::Told);
        Ok(())
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
            let keys = self.storage.keys().await?;
            let mut tx = self.storage.read().await?;
            let mut rows = tx.records(self.company, &keys).await?;
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

/// The activity with that place in the order, at that time.
type Told<'a> = dyn Fn(u64, Timestamp) -> Activity + 'a;

fn unusable(text: &str) -> ServerError {
    ServerError::Unusable(text.to_owned())
}

async fn add_people(storage: &MemorySqlite, company: &CompanyRow, users: &[User]) -> Stored<()> {
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
