//! The storage port: what the server asks of a database.
//!
//! Owns the traits and the row types. Every method that reads or writes a company's rows names the
//! company; an id of another company is simply not found. Must never know a rule: what is written is
//! decided by `push`, `board` and `import`; SQL is in the implementations only.

pub(crate) mod again;
pub mod brakes;
#[cfg(test)]
pub(crate) mod contract;
pub mod elsewhere;
pub mod notifications;
pub mod paces;
pub mod postgres;
pub mod providers;
pub mod retention;
pub mod reviews;
pub mod rows;
#[cfg(any(test, feature = "testing"))]
pub(crate) mod simulated;
pub mod sqlite;
mod steps;
#[cfg(test)]
mod steps_tests;
mod stored_as;
pub(crate) mod timed;
pub mod whole;

pub use brakes::{ReadBrakes, WriteBrakes};
pub use elsewhere::{Elsewhere, Kind, Word};
pub use notifications::{DueRow, Listener, ReadNotifications, Subscription, WriteNotifications};
pub use paces::{Count, WritePaces};
pub use providers::{ProviderRow, ReadProviders, WriteProviders};
pub use retention::{
    Ageing, FileRemoved, KeptFile, KeptVerdict, ReadRetention, VerdictAges, WriteRetention,
};
pub use reviews::{ReadReviews, ReviewRow, WriteReviews};
pub use rows::{
    Account, Activities, Child, CompanyRow, Departure, DeviceSeen, Head, JobHead, Link,
    MutationRow, NewSession, Place, RecordRow, ReportRow, SessionRow, SessionSeen, SignInLink,
    Standing, StoredRecord, Trail,
};

use crate::error::StorageError;
use afield_domain::time::ScopeWindow;
use afield_domain::{
    CompanyId, CompanyRights, DeviceId, JobId, Module, MutationId, RecordKey, SeriesId, Timestamp,
    User, UserId,
};
use afield_protocol::{Activity, EpochId, Seq, SettingChange};
use async_trait::async_trait;
use std::collections::HashSet;

/// The result of a storage call.
pub type Stored<T> = Result<T, StorageError>;

/// A database.
#[async_trait]
pub trait Storage: Send + Sync + 'static {
    /// Begins a transaction that sees one state of the data throughout.
    async fn read(&self) -> Stored<Box<dyn ReadTx>>;
    /// Begins a transaction that may write. Writers of one company never interleave.
    async fn write(&self) -> Stored<Box<dyn WriteTx>>;
    /// Waits until all connections are closed.
    async fn close(&self);
    /// Hears what other servers write; none where there can be no other.
    fn elsewhere(&self) -> Option<Box<dyn Elsewhere>> {
        None
    }
}

/// A transaction that reads. Dropping it ends it.
#[async_trait]
pub trait ReadTx:
    ReadNotifications + ReadReviews + ReadBrakes + ReadProviders + ReadRetention + Send
{
    /// The id of the data set; none before the first start has finished.
    async fn epoch(&mut self) -> Stored<Option<EpochId>>;
    /// The key that cursors are signed with; none before the first start has finished.
    async fn cursor_key(&mut self) -> Stored<Option<String>>;
    /// A company.
    async fn company(&mut self, company: CompanyId) -> Stored<Option<CompanyRow>>;
    /// The company of that short name.
    async fn company_by_slug(&mut self, slug: &str) -> Stored<Option<CompanyRow>>;
    /// An active user of the company.
    async fn user(&mut self, company: CompanyId, user: UserId) -> Stored<Option<User>>;
    /// The company's active users with their mail addresses, by name.
    async fn users(&mut self, company: CompanyId) -> Stored<Vec<(User, String)>>;
    /// The teams of those who may sign in, by team and name.
    async fn teams(&mut self, company: CompanyId) -> Stored<Vec<(String, UserId)>>;
    /// All accounts of the company, also those that are not active, by mail address.
    async fn accounts(&mut self, company: CompanyId) -> Stored<Vec<Account>>;
    /// The account of a mail address (lower case), in whatever company, also when not active.
    async fn account(&mut self, email: &str) -> Stored<Option<Account>>;
    /// The session of a token's hash, with its user as they are now; none if the user is not active.
    async fn session(&mut self, token_hash: &str) -> Stored<Option<SessionRow>>;
    /// How a session of the company stands, and its user.
    async fn standing(&mut self, company: CompanyId, token_hash: &str) -> Stored<Standing>;

    /// What the company has taken from its roles, and wants filled in.
    async fn rights(&mut self, company: CompanyId) -> Stored<CompanyRights>;
    /// The latest of what was done about `about` (`rights`, `people`), newest first, at most `limit`.
    async fn trail(&mut self, company: CompanyId, about: &str, limit: u32) -> Stored<Vec<Trail>>;
    /// The account of a user of the company, also when not active.
    async fn account_of(&mut self, company: CompanyId, user: UserId) -> Stored<Option<Account>>;
    /// The company's sessions that have not ended at `now`, the last used first.
    async fn sessions_seen(
        &mut self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<Vec<SessionSeen>>;
    /// The company's devices that are not forgotten, the last here first.
    async fn devices_seen(&mut self, company: CompanyId) -> Stored<Vec<DeviceSeen>>;
    /// All companies.
    async fn companies(&mut self) -> Stored<Vec<CompanyId>>;
    /// A series, as JSON.
    async fn series(&mut self, company: CompanyId, series: SeriesId) -> Stored<Option<String>>;
    /// All series of the company, as JSON.
    async fn all_series(&mut self, company: CompanyId) -> Stored<Vec<(SeriesId, String)>>;
    /// The jobs that a series has made, each with its day, in their order.
    async fn series_jobs(
        &mut self,
        company: CompanyId,
        series: SeriesId,
    ) -> Stored<Vec<(String, JobId)>>;
    /// The series that has made this job, and for which day.
    async fn series_of(
        &mut self,
        company: CompanyId,
        job: JobId,
    ) -> Stored<Option<(SeriesId, String)>>;
    /// Who of the company has a sign-in link at `now`, and until when.
    async fn links_of(
        &mut self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<Vec<(UserId, Timestamp)>>;
    /// The sign-in link of a token's hash, also one that is too old.
    async fn sign_in_link(&mut self, token_hash: &str) -> Stored<Option<SignInLink>>;

    /// The hashes of the tokens of the company's sessions that have not ended at `now` and whose user is, as
    /// they are now, active and of the office.
    async fn office_sessions(
        &mut self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<HashSet<String>>;

    /// The records of these keys that exist, also deleted ones, in any order.
    async fn records(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<StoredRecord>>;
    /// All records of a module, without deleted ones, in any order.
    async fn records_of(&mut self, company: CompanyId, module: Module)
    -> Stored<Vec<StoredRecord>>;
    /// The number of the last change of a record of these modules, deleted ones too; 0 if there is none.
    async fn last_change(&mut self, company: CompanyId, modules: &[Module]) -> Stored<u64>;
    /// The record with that key of another system.
    async fn record_by_external_key(
        &mut self,
        company: CompanyId,
        module: Module,
        external_key: &str,
    ) -> Stored<Option<RecordKey>>;
    /// What the last import read and wrote for these records, as JSON; those it never wrote are left out.
    async fn import_bases(
        &mut self,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<Vec<(RecordKey, String)>>;
    /// What the columns of a file meant when one with this header was last imported, as JSON.
    async fn import_columns(&mut self, company: CompanyId, header: &str) -> Stored<Option<String>>;
    /// The heads of these keys that exist, also deleted ones, in any order.
    async fn heads(&mut self, company: CompanyId, keys: &[RecordKey]) -> Stored<Vec<Head>>;
    /// The jobs of `assignee` that start within `window` or are in hand, without deleted ones.
    async fn jobs_of(
        &mut self,
        company: CompanyId,
        assignee: UserId,
        window: ScopeWindow,
    ) -> Stored<Vec<JobHead>>;
    /// The jobs of `assignee` that ceased to be in hand after `after` and do not start within `window`.
    async fn jobs_ended(
        &mut self,
        company: CompanyId,
        assignee: UserId,
        after: u64,
        window: ScopeWindow,
    ) -> Stored<Vec<RecordKey>>;
    /// The jobs of the company that start within `window`, by start, without deleted ones.
    async fn jobs_starting(
        &mut self,
        company: CompanyId,
        window: ScopeWindow,
    ) -> Stored<Vec<StoredRecord>>;
    /// At most `limit` of the jobs of the company that start within `window`, each with its start, by start and id,
    /// without deleted ones; behind the one that starts at `after` and has that id, if there is one.
    async fn jobs_starting_after(
        &mut self,
        company: CompanyId,
        window: ScopeWindow,
        after: Option<(Timestamp, JobId)>,
        limit: u32,
    ) -> Stored<Vec<(Timestamp, StoredRecord)>>;
    /// How many jobs of the company start within `window`, without deleted ones.
    async fn count_jobs(&mut self, company: CompanyId, window: ScopeWindow) -> Stored<u64>;
    /// The conflicts of the company's jobs that nobody has settled, newest first, at most `limit`; and how many there are.
    async fn open_conflicts(
        &mut self,
        company: CompanyId,
        limit: u32,
    ) -> Stored<(Vec<StoredRecord>, u64)>;
    /// What these records refer to.
    async fn links_from(&mut self, company: CompanyId, keys: &[RecordKey]) -> Stored<Vec<Link>>;
    /// The records of `module` that refer to this one, without deleted ones: jobs by start, the latest first, others in
    /// any order; at most `limit` after the first `skip`.
    async fn referring_to(
        &mut self,
        company: CompanyId,
        key: RecordKey,
        module: Module,
        skip: u32,
        limit: u32,
    ) -> Stored<Vec<StoredRecord>>;
    /// The records of `to` that records of `from` refer to, each with how many do, without deleted ones.
    async fn count_referring(
        &mut self,
        company: CompanyId,
        to: Module,
        from: Module,
    ) -> Stored<Vec<(RecordKey, u64)>>;
    /// The records that are parts of these, also deleted ones.
    async fn children_of(&mut self, company: CompanyId, keys: &[RecordKey]) -> Stored<Vec<Child>>;
    /// What was before each change of scope after `after`: the jobs that were `user`'s, and every
    /// other record.
    async fn departures(
        &mut self,
        company: CompanyId,
        after: u64,
        user: UserId,
    ) -> Stored<Vec<Departure>>;
    /// Whose a job was that ceased to be theirs after `after`.
    async fn users_left(&mut self, company: CompanyId, after: u64) -> Stored<Vec<UserId>>;

    /// The decided ones among these mutations; with a place the one of that user that used it, too, and the last of its
    /// lane that was not refused, if it is later. In any order, and one may come twice.
    async fn mutations(
        &mut self,
        company: CompanyId,
        ids: &[MutationId],
        place: Option<Place>,
    ) -> Stored<Vec<MutationRow>>;

    /// The activity after `after`, oldest first, at most `limit`. What does not read is left out, and never
    /// the reason why there is none.
    async fn activity_after(
        &mut self,
        company: CompanyId,
        after: u64,
        limit: u32,
    ) -> Stored<Activities>;
    /// The latest activity that reads, newest first, at most `limit`.
    async fn latest_activity(&mut self, company: CompanyId, limit: u32) -> Stored<Vec<Activity>>;
    /// The latest activity before `before` that reads, newest first, at most `limit`; of `job` alone, if there is one.
    async fn activity_before(
        &mut self,
        company: CompanyId,
        before: u64,
        job: Option<JobId>,
        limit: u32,
    ) -> Stored<Vec<Activity>>;

    /// What the devices of the company have last told, those that owe something first, then the latest; at most `limit`.
    async fn all_reports(&mut self, company: CompanyId, limit: u32) -> Stored<Vec<ReportRow>>;

    /// Those that count something of the job `job`, the latest first.
    async fn reports_of_job(
        &mut self,
        company: CompanyId,
        job: JobId,
        limit: u32,
    ) -> Stored<Vec<ReportRow>>;

    /// What the devices of `user`, and those in `browser` whosever they are, have last told, the latest first.
    async fn reports(
        &mut self,
        company: CompanyId,
        user: UserId,
        browser: &str,
    ) -> Stored<Vec<ReportRow>>;

    /// The latest changes of the company's settings before `before` that read, newest first, at most `limit`.
    async fn setting_changes(
        &mut self,
        company: CompanyId,
        before: u64,
        limit: u32,
    ) -> Stored<Vec<SettingChange>>;
}

/// A transaction that also writes. Dropping it without [`WriteTx::commit`] undoes everything.
#[async_trait]
pub trait WriteTx:
    ReadTx
    + WriteNotifications
    + WriteReviews
    + WriteBrakes
    + WritePaces
    + WriteProviders
    + WriteRetention
{
    /// Makes everything durable; when this returns, it survives a crash.
    async fn commit(self: Box<Self>) -> Stored<()>;
    /// Marks this moment, so that what is written from now on can be taken back alone. One mark at a time.
    async fn mark(&mut self) -> Stored<()>;
    /// Takes the mark away and keeps what was written since.
    async fn keep_marked(&mut self) -> Stored<()>;
    /// Takes back what was written since the mark, and the mark.
    ///
    /// # Errors
    /// When the database has taken back the whole transaction by itself, as when its disk is full.
    async fn undo_marked(&mut self) -> Stored<()>;
    /// Ends the transaction and begins another, with a mark: only bugs planted on purpose ask for it.
    async fn split(&mut self) -> Stored<()>;
    /// Names the data set; an existing name stays.
    async fn name_epoch(&mut self, epoch: &EpochId) -> Stored<()>;
    /// Gives the data set another name: phones then load anew.
    async fn rename_epoch(&mut self, epoch: &EpochId) -> Stored<()>;
    /// Sets the key that cursors are signed with; an existing one stays. The data set has its name.
    async fn name_cursor_key(&mut self, key: &str) -> Stored<()>;
    /// Adds a company.
    async fn add_company(&mut self, company: &CompanyRow) -> Stored<()>;
    /// Sets what people set of the company with this id: name, zone and settings, with the settings' version.
    async fn set_company(&mut self, company: &CompanyRow) -> Stored<()>;
    /// Notes that a setting was changed, for ever. Fails if the place is taken.
    async fn add_setting_change(
        &mut self,
        company: CompanyId,
        change: &SettingChange,
    ) -> Stored<()>;
    /// Adds a user.
    async fn add_user(&mut self, account: &Account) -> Stored<()>;
    /// Sets name, role, password and whether it is active of the account with this company and id.
    async fn set_account(&mut self, account: &Account) -> Stored<()>;
    /// Sets the company's rights.
    async fn set_rights(&mut self, company: CompanyId, rights: &CompanyRights) -> Stored<()>;
    /// Has every company's rights told anew: those of a backup may be older than what phones know.
    async fn renew_rights(&mut self, now: Timestamp) -> Stored<()>;
    /// Notes who has done what about `about`.
    async fn add_trail(&mut self, company: CompanyId, about: &str, trail: &Trail) -> Stored<()>;
    /// Adds a sign-in link in place of any that its user has.
    async fn put_link(&mut self, link: &SignInLink) -> Stored<()>;
    /// Takes away a user's sign-in link.
    async fn end_links_of(&mut self, company: CompanyId, user: UserId) -> Stored<()>;
    /// Writes a series, in place of what stood there.
    async fn put_series(&mut self, company: CompanyId, series: SeriesId, data: &str) -> Stored<()>;
    /// Notes that a series has made this job for that day; what is noted stays.
    async fn add_series_job(
        &mut self,
        company: CompanyId,
        series: SeriesId,
        day: &str,
        job: JobId,
    ) -> Stored<()>;
    /// Ends all sessions of a user but those of revoked devices, which let nobody look at anything.
    async fn end_sessions_of(&mut self, company: CompanyId, user: UserId) -> Stored<()>;
    /// Adds a session; a user has so many at most, and those that were used longest ago end.
    async fn add_session(&mut self, session: &NewSession) -> Stored<()>;
    /// Moves a session's end.
    async fn touch_session(
        &mut self,
        token_hash: &str,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Stored<()>;
    /// Ends a session; ending one that is not there is fine.
    async fn end_session(&mut self, token_hash: &str) -> Stored<()>;
    /// Notes that the device of a session is revoked: the session ends at `until` whatever is done with it, and nobody
    /// is told there any more.
    async fn revoke_session(
        &mut self,
        token_hash: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Stored<()>;

    /// The next number in the company's order of changes. Held until commit, so no later number
    /// becomes visible before an earlier one.
    async fn next_seq(&mut self, company: CompanyId) -> Stored<u64>;
    /// The next number for a job, such as 1042.
    async fn next_job_number(&mut self, company: CompanyId) -> Stored<u64>;
    /// Writes a record as a whole, with its links and, for a job, its index.
    async fn put_record(&mut self, company: CompanyId, row: &RecordRow) -> Stored<()>;
    /// Notes what an import read and wrote for a record, in place of what was noted before.
    async fn put_import_base(
        &mut self,
        company: CompanyId,
        key: RecordKey,
        base: &str,
    ) -> Stored<()>;
    /// Remembers what the columns of a file with this header mean; of a company's oldest, those beyond `most` are
    /// forgotten.
    async fn put_import_columns(
        &mut self,
        company: CompanyId,
        header: &str,
        columns: &str,
        now: Timestamp,
        most: u32,
    ) -> Stored<()>;
    /// Remembers what a record was.
    async fn add_departure(
        &mut self,
        company: CompanyId,
        departure: &Departure,
        at: Timestamp,
    ) -> Stored<()>;
    /// Stores a verdict. Fails if the id or the place in the order of the user's device is taken.
    async fn add_mutation(&mut self, company: CompanyId, row: &MutationRow) -> Stored<()>;
    /// Takes the id and the place of a mutation that another one was sent instead of. Does nothing if
    /// either is taken already.
    async fn close_mutation(&mut self, company: CompanyId, row: &MutationRow) -> Stored<()>;
    /// Adds an activity.
    async fn add_activity(&mut self, company: CompanyId, activity: &Activity) -> Stored<()>;
    /// Takes back an activity that a later one stands for.
    async fn remove_activity(&mut self, company: CompanyId, seq: u64) -> Stored<()>;
    /// Notes what a device has acknowledged and that it was here.
    async fn see_device(
        &mut self,
        company: CompanyId,
        device: DeviceId,
        user: UserId,
        ack_below: Seq,
        now: Timestamp,
    ) -> Stored<()>;

    /// Notes what a device tells, in place of what it told before.
    async fn put_report(&mut self, company: CompanyId, row: &ReportRow) -> Stored<()>;
    /// Forgets what a device told.
    async fn forget_report(
        &mut self,
        company: CompanyId,
        user: UserId,
        device: DeviceId,
    ) -> Stored<()>;
    /// Ends all sessions of all companies.
    async fn end_all_sessions(&mut self) -> Stored<()>;
}
