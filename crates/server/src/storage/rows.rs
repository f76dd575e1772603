//! The rows that cross the storage port.
//!
//! Owns plain data. Must never hold SQL or a rule.

use crate::error::StorageError;
use afield_domain::company::CompanySettings;
use afield_domain::{
    CompanyId, DeviceId, FieldStamp, JobStatus, MutationId, Record, RecordKey, Rev, Timestamp,
    User, UserId, Versioned,
};
use afield_protocol::{Activity, ByJob, Seq};

/// A company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyRow {
    /// Its id.
    pub id: CompanyId,
    /// Its short name for command lines, unique.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The IANA name of its time zone.
    pub zone: String,
    /// What its admins set.
    pub settings: CompanySettings,
    /// Rises with each change of the settings.
    pub settings_version: u64,
    /// The last number given to a change.
    pub change_seq: u64,
    /// Cursors below this are too old.
    pub cursor_floor: u64,
}

/// An account: a user with what it takes to sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The company.
    pub company: CompanyId,
    /// The user.
    pub user: User,
    /// The mail address, lower case, unique over all companies.
    pub email: String,
    /// The argon2id PHC string.
    pub password: String,
    /// Whether the user may sign in.
    pub active: bool,
    /// The team they work in; empty for none.
    pub team: String,
}

/// A session to add.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// sha-256 of the token, hex.
    pub token_hash: String,
    /// The company.
    pub company: CompanyId,
    /// The user.
    pub user: UserId,
    /// What the browser calls itself, shortened.
    pub label: String,
    /// When it began.
    pub created: Timestamp,
    /// When it ends unless it is used.
    pub expires: Timestamp,
}

/// A session as it stands, with its user and company as they are now.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// The user with the role of this moment.
    pub user: User,
    /// The company.
    pub company: CompanyRow,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to the hour.
    pub last_seen: Timestamp,
    /// When it ends unless it is used.
    pub expires: Timestamp,
    /// Who of the office brings the user's work in, out of a rescue file; none of a session as it is stored.
    pub brought_by: Option<User>,
    /// Whether what comes too late may wait for the office: a push says so.
    pub reviews: bool,
    /// sha-256 of the token, hex; empty of one that is not stored.
    pub token_hash: String,
    /// When its device was revoked: it passes for what that has not sent, and for nothing else.
    pub revoked_at: Option<Timestamp>,
}

/// Who of a company has done what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// When.
    pub at: Timestamp,
    /// Who, by name.
    pub by: String,
    /// What, as JSON.
    pub data: String,
}

/// How a session stands, whenever it was asked for before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its user is signed in.
    Good,
    /// Its device was revoked, and when.
    Revoked(Timestamp),
    /// It was ended, or its user may not sign in any more.
    Over,
}

impl Standing {
    /// That of a session of which was found when its device was revoked, if it was.
    pub(crate) fn of(found: Option<Option<Timestamp>>) -> Self {
        match found {
            Some(None) => Self::Good,
            Some(Some(at)) => Self::Revoked(at),
            None => Self::Over,
        }
    }
}

/// A session, as an admin sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSeen {
    /// Whose.
    pub user: UserId,
    /// sha-256 of the token, hex.
    pub token_hash: String,
    /// What the browser calls itself, shortened.
    pub label: String,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to the hour.
    pub last_seen: Timestamp,
    /// When its device was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it ends unless it is used; of a revoked device whatever is done.
    pub expires: Timestamp,
}

/// A device, as an admin sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceSeen {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub device: DeviceId,
    /// When it last pushed.
    pub last_seen: Timestamp,
    /// Changes that stood on it alone when it last told.
    pub unsent: u64,
    /// Photos and files that did.
    pub files: u64,
}

/// A link by which somebody sets their password once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInLink {
    /// sha-256 of its token, hex.
    pub token_hash: String,
    /// The company.
    pub company: CompanyId,
    /// Whose.
    pub user: UserId,
    /// From when on it is of no use.
    pub expires: Timestamp,
}

/// A record as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    /// Its key.
    pub key: RecordKey,
    /// Its revision.
    pub rev: Rev,
    /// When something that decides who sees it last changed.
    pub scope_seq: u64,
    /// Whether it is gone.
    pub deleted: bool,
    /// The record as JSON.
    pub data: String,
    /// Who gave its fields their values, as JSON.
    pub stamps: String,
    /// Its key in the system it was imported from.
    pub external_key: Option<String>,
    /// When anything about it last reached the server.
    pub updated_at: Timestamp,
}

impl StoredRecord {
    /// The record itself.
    ///
    /// # Errors
    /// [`StorageError::Unreadable`] when it is damaged or of a newer build.
    pub fn record(&self) -> Result<Record, StorageError> {
        let record: Record =
            serde_json::from_str(&self.data).map_err(|_| StorageError::Unreadable(self.key))?;
        if record.key() == Some(self.key) {
            Ok(record)
        } else {
            Err(StorageError::Unreadable(self.key))
        }
    }

    /// Who gave its fields the values they have, and when.
    ///
    /// # Errors
    /// [`StorageError::Unreadable`] when they are damaged or of a newer build.
    pub fn stamps(&self) -> Result<Vec<FieldStamp>, StorageError> {
        serde_json::from_str(&self.stamps).map_err(|_| StorageError::Unreadable(self.key))
    }

    /// The record with its revision.
    ///
    /// # Errors
    /// [`StorageError::Unreadable`] when it is damaged or of a newer build.
    pub fn versioned(&self) -> Result<Versioned, StorageError> {
        Ok(Versioned {
            rev: self.rev,
            record: self.record()?,
        })
    }
}

/// What the index of jobs knows of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobIndex {
    /// Whose it is.
    pub assignee: Option<UserId>,
    /// Planned start.
    pub starts: Timestamp,
    /// Where it stands.
    pub status: JobStatus,
}

/// A record to write.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordRow {
    /// The record as it shall be stored.
    pub stored: StoredRecord,
    /// The number of this change.
    pub change_seq: u64,
    /// The record it is a part of.
    pub parent: Option<RecordKey>,
    /// What it refers to.
    pub links: Vec<RecordKey>,
    /// For a job: its entry in the index.
    pub job: Option<JobIndex>,
}

/// The part of a record that decides whether a phone must get it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its key.
    pub key: RecordKey,
    /// When anything about it last changed.
    pub change_seq: u64,
    /// When something that decides who sees it last changed.
    pub scope_seq: u64,
    /// Whether it is gone.
    pub deleted: bool,
}

/// A job's head with its planned start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobHead {
    /// The head.
    pub head: Head,
    /// Planned start.
    pub starts: Timestamp,
    /// The change since which it is in hand; 0 if it is not.
    pub begun_seq: u64,
}

/// One record refers to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The one that refers.
    pub from: RecordKey,
    /// The one it refers to.
    pub to: RecordKey,
}

/// A part of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Child {
    /// The record it is a part of.
    pub parent: RecordKey,
    /// The part.
    pub head: Head,
    /// When it last reached the server.
    pub updated_at: Timestamp,
}

/// What a record was before a change of what decides who sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// The number of the change.
    pub seq: u64,
    /// The record.
    pub key: RecordKey,
    /// Whose it was, for a job.
    pub assignee: Option<UserId>,
    /// What it referred to.
    pub links: Vec<RecordKey>,
}

/// A decided mutation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MutationRow {
    /// Its id.
    pub id: MutationId,
    /// The device that made it.
    pub device: DeviceId,
    /// Its place in the device's order.
    pub seq: Seq,
    /// Who made it.
    pub user: UserId,
    /// The record whose changes it stands in order with; none of one decided before this was kept.
    pub lane: Option<RecordKey>,
    /// sha-256 of its canonical JSON, hex.
    pub fingerprint: String,
    /// Whether it was refused.
    pub rejected: bool,
    /// The verdict as JSON, byte for byte as first sent; none once pruned.
    pub verdict: Option<String>,
    /// When it was decided.
    pub received_at: Timestamp,
    /// Who of the office has brought it in for its user; none of what its user has sent.
    pub brought_by: Option<UserId>,
}

/// A place in the order of a user's device, and in its lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The device.
    pub device: DeviceId,
    /// The number that the device gave.
    pub seq: Seq,
    /// Whose change it is.
    pub user: UserId,
    /// The record whose changes stay in order with each other.
    pub lane: RecordKey,
}

/// Activities, oldest first.
pub type Activities = Vec<Activity>;

/// What a device last told of the work that stood on it alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Whose work.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
    /// The browser it is in: the hash of its cookie, hex.
    pub browser: String,
    /// Changes that were not sent, or refused.
    pub unsent: u64,
    /// Photos and files.
    pub files: u64,
    /// When the oldest of the changes was made.
    pub oldest: Option<Timestamp>,
    /// When it told, by the server's clock.
    pub told_at: Timestamp,
    /// Whether the browser has come back without it.
    pub cleared: bool,
    /// Changes of these that were refused and wait for the user.
    pub parked: u64,
    /// The beginning of the hash of the session's token in which it told; may be empty.
    pub session: String,
    /// How it is set up: JSON; none from apps that do not tell.
    pub phone: Option<String>,
    /// Of which jobs that work is; none from apps that do not count by job.
    pub by_job: Option<ByJob>,
    /// The server's clock at the contact before it was counted; none from apps that do not tell.
    pub as_of: Option<Timestamp>,
    /// When it was revoked, unless somebody has told in another session since.
    pub revoked_at: Option<Timestamp>,
    /// Its place among those that the phone counted after that contact; none from apps that do not number them.
    pub number: Option<u64>,
}

impl ReportRow {
    /// Whether anything stood on the device alone.
    #[must_use]
    pub fn is_owing(&self) -> bool {
        self.unsent > 0 || self.files > 0
    }
}
