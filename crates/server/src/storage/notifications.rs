//! The part of the port that keeps who is told of jobs, and what is still to be told.
//!
//! Owns its traits and rows. Must never know what is worth telling.

use super::Stored;
use afield_domain::{CompanyId, JobId, Timestamp, UserId};
use afield_protocol::NotificationWishes;
use async_trait::async_trait;

/// A device that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The company of its user.
    pub company: CompanyId,
    /// Whose it is.
    pub user: UserId,
    /// The hash of the token of the session that asked for it, with which it ends.
    pub session: String,
    /// Where its push service takes messages.
    pub endpoint: String,
    /// The key for which they are encrypted, base64url.
    pub p256dh: String,
    /// The secret that goes into it, base64url.
    pub auth: String,
    /// The tag of the language in which it is told.
    pub language: String,
    /// The address of the app, as the device has it: `https://afield.example`.
    pub origin: String,
    /// Of what it is told, and when not.
    pub wishes: NotificationWishes,
    /// When it was last set.
    pub set_at: Timestamp,
}

/// A device that may be told of a job, and what it is still to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// The number of its subscription.
    pub subscription: i64,
    /// Of what it wants to be told.
    pub wishes: NotificationWishes,
    /// What it is still to be told of this job.
    pub news: Option<String>,
    /// Of how many jobs it is still to be told.
    pub waiting: u64,
}

/// Something that a device is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRow {
    /// The number of the subscription.
    pub id: i64,
    /// The device.
    pub subscription: Subscription,
    /// The name of the zone of its company.
    pub zone: String,
    /// Whether its session still stands, its user may still sign in, and the job is theirs.
    pub stands: bool,
    /// Of which job.
    pub job: JobId,
    /// What.
    pub news: String,
    /// When it happened.
    pub at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Which of the news about this job it is.
    pub turn: u64,
}

/// What is read.
#[async_trait]
pub trait ReadNotifications {
    /// The private key by which browsers know this server; none before the first start has finished.
    async fn notification_key(&mut self) -> Stored<Option<String>>;
    /// The devices of a user that are told, the one that was set last first.
    async fn subscriptions_of(
        &mut self,
        company: CompanyId,
        user: UserId,
    ) -> Stored<Vec<Subscription>>;
    /// The devices of whoever has the job, unless that is `but`.
    async fn listeners(
        &mut self,
        company: CompanyId,
        job: JobId,
        but: UserId,
    ) -> Stored<Vec<Listener>>;
    /// At most `limit` of what is to be told at `now`, in all companies, what is due longest first.
    async fn due_notifications(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<DueRow>>;
    /// When the next is to be told.
    async fn next_notification(&mut self) -> Stored<Option<Timestamp>>;
}

/// What is written.
#[async_trait]
pub trait WriteNotifications {
    /// Sets the private key; an existing one stays. The data set has its name.
    async fn name_notification_key(&mut self, key: &str) -> Stored<()>;
    /// Adds a device, or sets the one with this endpoint; of its user's those beyond `most` go that were set longest
    /// ago. What it waits for to be told is looked at anew.
    async fn put_subscription(&mut self, row: &Subscription, most: u32) -> Stored<()>;
    /// Ends one of a user's; ending one that is not there is fine.
    async fn end_subscription(
        &mut self,
        company: CompanyId,
        user: UserId,
        endpoint: &str,
    ) -> Stored<()>;
    /// Forgets a device whose push service does not know it any more.
    async fn forget_subscription(&mut self, id: i64) -> Stored<()>;
    /// Has a device told of a job, in place of what it was to be told of it.
    async fn put_due(&mut self, id: i64, job: JobId, news: &str, now: Timestamp) -> Stored<()>;
    /// Has it told later, after so many attempts.
    async fn put_off(&mut self, id: i64, job: JobId, due: Timestamp, attempts: u32) -> Stored<()>;
    /// Forgets what was told, unless there is news since `turn`.
    async fn end_due(&mut self, id: i64, job: JobId, turn: u64) -> Stored<()>;
}
