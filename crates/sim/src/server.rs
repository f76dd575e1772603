//! The server: the reference model, and beside it the real one on a real database.
//!
//! Owns the comparison. At the level of the model the model answers. At the level of the server the
//! real code answers, the model is given the same, and the two must agree on every verdict, on every
//! record and on every revision. Must never let the model decide what a phone is told at that level.

mod compare;
mod held;
mod in_part;
mod real;
mod reports;
mod reviews;
mod settings;

use crate::company;
use afield_domain::company::CompanySettings;
use afield_domain::{
    DeviceId, Job, JobId, Priority, Record, RecordKey, RightsChange, Role, Timestamp, User, UserId,
};
use afield_protocol::{
    ActivityKind, Change, Cursor, Envelope, EpochId, Extent, MutationVerdict, PullResponse,
    PushRequest, PushResponse, Reply, SessionInfo, Verdict,
};
use afield_sync::ports::Knows;
use afield_sync::testing::fixtures::session;
use afield_sync::testing::model::Model;
pub use real::{Real, RealError};
use reports::Reports;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What answers the phones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Level {
    /// The reference model.
    #[default]
    Model,
    /// The real server on SQLite in memory, checked against the model.
    Server,
    /// The same on PostgreSQL.
    Postgres,
}

/// How a server stops in the middle of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Before the commit of that mutation (0 is the first).
    Before(usize),
    /// After that commit, before anybody hears of it.
    After(usize),
}

/// The server.
pub struct Server {
    /// The reference.
    pub model: Model,
    /// What was seen to be wrong.
    pub wrong: Option<String>,
    /// Whether it was set back to a version that knows no edits of fields.
    pub is_older: bool,
    /// The devices that something was ever refused to.
    pub refused_to: BTreeSet<DeviceId>,
    /// Records that a newer build has written: an older one cannot read them.
    pub unreadable: BTreeSet<RecordKey>,
    /// Whether it was ever restored from a backup.
    pub was_restored: bool,
    /// Rises with everything that is written.
    pub writes: u64,
    /// Rises whenever it is started anew.
    pub starts: u64,
    /// What the company has set.
    pub(super) settings: CompanySettings,
    /// Which version of it that is.
    pub(super) version: u64,
    has_forgotten: bool,
    /// The jobs' numbers, as they were told: none ever changes.
    numbers: BTreeMap<JobId, String>,
    promoted: BTreeSet<u8>,
    real: Option<Rc<Real>>,
    backup: Model,
    reports: Reports,
    reports_then: Reports,
}

impl Server {
    /// A server that holds the records of the start.
    #[must_use]
    pub fn new(real: Option<Rc<Real>>, now: Timestamp, offers_review: bool) -> Self {
        let mut model = Model::default();
        (model.now, model.build) = (now, "1".to_owned());
        model.offers_review = offers_review;
        let users = (0..company::USERS)
            .map(company::user)
            .chain([company::office()]);
        model.users = Some(users.map(|user| user.id).collect());
        let mut server = Self {
            model,
            wrong: None,
            is_older: false,
            refused_to: BTreeSet::new(),
            unreadable: BTreeSet::new(),
            has_forgotten: false,
            was_restored: false,
            writes: 0,
            starts: 0,
            settings: CompanySettings::default(),
            version: 0,
            numbers: BTreeMap::new(),
            promoted: BTreeSet::new(),
            real,
            backup: Model::default(),
            reports: Reports::new(),
            reports_then: Reports::new(),
        };
        server.with_real(|real, model| real.reset(&model.epoch, now));
        server.with_real(|real, model| real.set_build(&model.build));
        server.set_company();
        for job in company::jobs() {
            server.put(job);
        }
        server.back_up();
        server
    }

    fn with_real<T>(
        &mut self,
        work: impl FnOnce(&Real, &Model) -> Result<T, RealError>,
    ) -> Option<T> {
        let real = self.real.clone()?;
        match work(&real, &self.model) {
            Ok(value) => Some(value),
            Err(error) => {
                self.accuse(format!("the real server: {error}"));
                None
            }
        }
    }

    fn accuse(&mut self, what: String) {
        self.wrong.get_or_insert(what);
    }

    /// Sets its clock.
    pub fn set_now(&mut self, now: Timestamp) {
        self.model.now = now;
        self.with_real(|real, _| {
            real.set_now(now);
            Ok(())
        });
    }

    /// The office writes a record; no activity tells of it.
    pub fn put(&mut self, record: Record) {
        let office = company::office();
        self.writes += 1;
        self.with_real(|real, _| real.put(&record, &office));
        let now = self.model.now;
        self.model.write(record, &office, now);
    }

    /// The office writes a job, and the boards are told of it.
    pub fn put_told(&mut self, job: Job, what: ActivityKind) {
        let office = company::office();
        self.writes += 1;
        self.with_real(|real, _| real.put_told(&job, &office, what));
        let now = self.model.now;
        self.model.write(Record::Job(job), &office, now);
    }

    /// A user as of now.
    #[must_use]
    pub fn user(&self, number: u8) -> User {
        let mut user = company::user(number);
        if self.promoted.contains(&number) {
            user.role = Role::Dispatcher;
        }
        user
    }

    /// Makes a technician a dispatcher, or a technician again.
    pub fn promote(&mut self, number: u8, office: bool) {
        if office {
            self.promoted.insert(number);
        } else {
            self.promoted.remove(&number);
        }
        let user = self.user(number);
        self.writes += 1;
        self.with_real(|real, _| real.set_user(&user));
        self.set_rights(None);
    }

    /// An admin takes a right or gives it back; or what all have is told anew.
    pub fn set_rights(&mut self, change: Option<RightsChange>) {
        self.with_real(|real, _| real.set_rights(change));
        let (rights, now) = (&mut self.model.rights, self.model.now);
        match change {
            Some(change) => {
                if let Ok(Some(changed)) = rights.changed(change, now) {
                    *rights = changed;
                }
            }
            None => *rights = std::mem::take(rights).renewed(now),
        }
    }

    /// Who a phone is told that its user is.
    #[must_use]
    pub fn session(&self, number: u8) -> SessionInfo {
        let mut info = session(&company::user(number));
        info.rights = self.model.rights.of(self.user(number).role);
        info.company = self.company();
        info
    }

    /// The office gives a job another priority.
    pub fn hurry(&mut self, job: JobId) {
        let found = self
            .model
            .record(job.into())
            .map(|copy| copy.record.clone());
        if let Some(Record::Job(mut job)) = found {
            job.priority = match job.priority {
                Priority::Urgent => Priority::Low,
                _ => Priority::Urgent,
            };
            self.put(Record::Job(job));
        }
    }

    /// The office deletes a record.
    pub fn delete(&mut self, key: RecordKey) {
        if self.model.record(key).is_some() {
            self.writes += 1;
            self.with_real(|real, _| real.delete(key));
            self.model.delete(key);
        }
    }

    /// It was killed, and begins anew.
    pub fn restart(&mut self) {
        self.starts += 1;
        self.model.files.restart();
    }

    /// Makes a backup.
    pub fn back_up(&mut self) {
        self.backup = self.model.clone();
        self.reports_then = self.reports.clone();
        self.with_real(|real, _| real.back_up());
    }

    /// Goes back to the backup, as another data set.
    pub fn restore(&mut self, epoch: &str) {
        let (now, build) = (self.model.now, self.model.build.clone());
        let right = std::mem::take(&mut self.model.files.right);
        self.model = self.backup.clone();
        self.model.files.right = right;
        (self.model.now, self.model.build) = (now, build);
        self.model.rights = std::mem::take(&mut self.model.rights).renewed(now);
        self.model.epoch = EpochId(epoch.to_owned());
        self.numbers.clear();
        self.was_restored = true;
        self.reports = self.reports_then.clone();
        self.writes += 1;
        self.starts += 1;
        self.with_real(|real, _| real.restore(epoch));
        // So is what the company has set: with a backup everybody signs in again, and hears of it.
        self.set_company();
        for number in 0..company::USERS {
            // Who may do what is as it was; the backup is of the work.
            let user = self.user(number);
            self.with_real(|real, _| real.set_user(&user));
        }
    }

    /// Forgets what is old enough, a month later than it is.
    pub fn keep_house(&mut self) {
        self.has_forgotten = true;
        self.writes += 1;
        let later = self.model.now.plus_ms(31 * 86_400_000);
        self.with_real(|real, _| real.keep_house(later));
    }

    /// Becomes another version, or the newest again.
    pub fn set_older(&mut self, is_older: bool, build: &str) {
        self.is_older = is_older;
        self.starts += 1;
        build.clone_into(&mut self.model.build);
        self.with_real(|real, model| real.set_build(&model.build));
    }

    /// Whether what is asked from now on comes from a revoked device.
    pub fn hear_revoked(&mut self, revoked: bool) {
        self.model.revoked = revoked;
    }

    /// Answers a push. If it is stopped, what comes back is what a phone could have been told.
    pub fn push(
        &mut self,
        user: &User,
        request: &PushRequest,
        stop: Option<Stop>,
    ) -> Envelope<PushResponse> {
        self.writes += 1;
        // One that does not know what a review is skips the word.
        let request = &PushRequest {
            review: request.review && self.model.offers_review,
            ..request.clone()
        };
        self.model.asks_review = request.review;
        let envelope = self.answer_push(user, request, stop);
        if let Reply::Ok(response) = &envelope.reply {
            self.check_numbers(response);
            self.check_shut(response);
            let is_refusal =
                |verdict: &MutationVerdict| matches!(verdict.verdict, Verdict::Rejected { .. });
            if response.verdicts.iter().any(is_refusal) {
                self.refused_to.insert(request.device);
            }
        }
        envelope
    }

    /// Whether no job is told to have another number than before.
    fn check_numbers(&mut self, response: &PushResponse) {
        let told: Vec<(JobId, String)> = response
            .verdicts
            .iter()
            .flat_map(|verdict| match &verdict.verdict {
                Verdict::Applied { records } | Verdict::Merged { records } => records.as_slice(),
                _ => &[],
            })
            .filter_map(|copy| match &copy.record {
                Record::Job(job) => Some((job.id, job.number.clone())),
                _ => None,
            })
            .collect();
        for (job, number) in told {
            let known = self.numbers.entry(job).or_insert_with(|| number.clone());
            if *known != number {
                let what = format!("{job} was {known}, and is {number}");
                self.accuse(what);
            }
        }
    }

    fn answer_push(
        &mut self,
        user: &User,
        request: &PushRequest,
        stop: Option<Stop>,
    ) -> Envelope<PushResponse> {
        if self.real.is_none() {
            let reply = if stop.is_some() || self.is_older {
                self.push_in_part(user, request, stop)
            } else {
                self.model.push(user, request)
            };
            return self.model.envelope(reply);
        }
        let older = self.is_older;
        let unknown = self.unknown_of(request);
        let envelope = self
            .with_real(|real, model| real.push(user.id, request, stop, (&unknown, model.revoked)));
        let Some(envelope) = envelope else {
            let nothing = Vec::new();
            return self.model.envelope(Reply::Ok(PushResponse {
                verdicts: nothing,
                undecided: Vec::new(),
            }));
        };
        if stop.is_some() || older {
            self.follow(user, request, &envelope);
        } else {
            let expected = self.model.push(user, request);
            self.compare(&envelope.reply, &expected);
        }
        envelope
    }

    /// Answers a pull with `most` changes at most; the model has pages of its own size.
    pub fn pull(
        &mut self,
        user: &User,
        asked: UserId,
        cursor: Option<&Cursor>,
        most: usize,
        (extent, knows): (Option<&Extent>, Knows),
    ) -> Envelope<PullResponse> {
        let asks = (extent, knows);
        let answered = self.with_real(|real, _| real.pull(user.id, asked, cursor, most, asks));
        if let Some(Reply::Ok(page)) = answered.as_ref().map(|answer| &answer.reply) {
            self.check_shown(user, page);
            self.check_told(page, knows.settings);
            self.check_waiting(user, page, knows.reviews);
        }
        answered.unwrap_or_else(|| {
            let mut reply = self.model.pull(user, asked, cursor, extent);
            if let Reply::Ok(page) = &mut reply {
                page.company = self.model.company_unlike(knows.settings);
                page.in_review = knows.reviews.then(|| self.model.in_review(user.id));
            }
            self.model.envelope(reply)
        })
    }

    /// Whether a page shows nothing that its user may not see at this moment.
    fn check_shown(&mut self, user: &User, page: &PullResponse) {
        let shown = page.changes.iter().filter_map(|change| match change {
            Change::Upsert(versioned) => versioned.record.key(),
            _ => None,
        });
        for key in shown {
            if !self.model.is_theirs(user, key) {
                self.accuse(format!("{key} was shown to one whose it is not"));
            }
        }
    }

    /// Whether the real server's records are the model's.
    ///
    /// # Errors
    /// The first difference.
    pub fn check_records(&mut self) -> Result<(), String> {
        let Some(records) = self.with_real(|real, _| real.records()) else {
            return Ok(());
        };
        let expected: Vec<_> = self.model.records().collect();
        if records.len() != expected.len() {
            return Err(format!(
                "the server has {} records, the model {}",
                records.len(),
                expected.len()
            ));
        }
        for (got, expected) in records.iter().zip(expected) {
            if got != expected {
                return Err(format!("the server has {got:?}, the model {expected:?}"));
            }
        }
        Ok(())
    }
}
