//! Notifications: what a device asks for so that it is told of its user's jobs while the app is closed, and what it is told.
//!
//! Owns what the app says to the server, and the message that reaches the device through its browser's push service.
//! Must never carry a customer's data: a message is shown on a locked screen, and passes through a stranger's service.

use afield_domain::JobId;
use afield_domain::wire::FromTree;
use serde::Serialize;

/// By what a browser knows this server among all that send it something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NotificationKey {
    /// The public key (P-256, uncompressed) in base64url without padding, as `applicationServerKey` wants it.
    pub key: String,
}

/// A device that shall be told, or what it wants to be told now.
#[derive(Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NotificationSubscription {
    /// Where its browser's push service takes messages for it. Who knows it and the keys can write to the device.
    pub endpoint: String,
    /// The key (P-256) for which messages are encrypted, in base64url without padding.
    pub p256dh: String,
    /// The secret that goes into each encryption, in base64url without padding.
    pub auth: String,
    /// The tag of the language in which it is told: `en`, `de`; English where nothing is said.
    #[serde(default)]
    #[wire(readable)]
    pub language: String,
    /// Of what, and when not.
    #[serde(default)]
    pub wishes: NotificationWishes,
}

impl std::fmt::Debug for NotificationSubscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NotificationSubscription(..)")
    }
}

/// Of what a user wants to be told on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NotificationWishes {
    /// That a job is theirs now.
    #[serde(default = "wanted")]
    #[wire(readable, default = "wanted")]
    pub assigned: bool,
    /// That somebody else has set one of their jobs to another status.
    #[serde(default = "wanted")]
    #[wire(readable, default = "wanted")]
    pub status: bool,
    /// That somebody else has changed anything else of one of their jobs.
    #[serde(default = "wanted")]
    #[wire(readable, default = "wanted")]
    pub changed: bool,
    /// When they are not to be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub quiet: Option<QuietHours>,
}

impl Default for NotificationWishes {
    fn default() -> Self {
        Self {
            assigned: true,
            status: true,
            changed: true,
            quiet: None,
        }
    }
}

fn wanted() -> bool {
    true
}

/// A part of each day, by the clock of the company's zone, in minutes after midnight. It may span midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QuietHours {
    /// Its first minute, from 0 to 1439.
    pub from: u16,
    /// The minute at which it has ended, from 0 to 1439. The same as `from`: none of them is quiet.
    pub to: u16,
}

/// What became of the wish to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum NotificationAnswer {
    /// The device will be told (200).
    Set,
    /// The server will not write there, and nothing was kept (400).
    Refused {
        /// Why.
        #[wire(readable)]
        why: NotificationFlaw,
    },
}

/// Why a server does not write to a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum NotificationFlaw {
    /// The endpoint is no address by which a push service is reached.
    Address,
    /// The endpoint is not https.
    NotHttps,
    /// The endpoint's host is none of the push services that this server writes to.
    Host,
    /// The endpoint's host has an address of a private network.
    PrivateAddress,
    /// One of the keys is none.
    Keys,
    /// The quiet hours are no times of a day.
    QuietHours,
    /// A reason added after this build.
    #[serde(other)]
    #[default]
    Other,
}

/// The end of it for one device.
#[derive(Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NotificationEnd {
    /// The endpoint that is written to no more.
    pub endpoint: String,
}

impl std::fmt::Debug for NotificationEnd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NotificationEnd(..)")
    }
}

/// The devices of the signed-in user that are told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Notifications {
    /// At most ten, the one that was set last first.
    #[wire(each)]
    pub subscriptions: Vec<NotificationSet>,
}

/// What one device has asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NotificationSet {
    /// Its endpoint, by which a browser knows that it is the one.
    pub endpoint: String,
    /// The tag of the language in which it is told.
    #[wire(readable)]
    pub language: String,
    /// Of what, and when not.
    pub wishes: NotificationWishes,
}

/// The message that reaches a device: JSON that browsers which know Declarative Web Push show by themselves, and
/// the app's worker otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NotificationPayload {
    /// What makes it declarative: always [`NotificationPayload::DECLARATIVE`].
    pub web_push: u16,
    /// Whether the app's worker may have a look before it is shown: always. Without it such browsers do not ask the worker.
    #[serde(default)]
    #[wire(readable)]
    pub mutable: bool,
    /// What is shown.
    pub notification: Notification,
}

impl NotificationPayload {
    /// The number of the RFC by which browsers know the declarative form.
    pub const DECLARATIVE: u16 = 8030;
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Notification {
    /// All that is said, in the language of the device.
    pub title: String,
    /// The tag of that language.
    #[serde(default)]
    #[wire(readable)]
    pub lang: String,
    /// The job's page, an absolute address.
    pub navigate: String,
    /// Whether it makes no sound.
    #[serde(default)]
    #[wire(readable)]
    pub silent: bool,
    /// The job's id: what is told of it later takes the place of this.
    pub tag: String,
    /// What the app's worker may want to know.
    pub data: NotificationData,
}

/// Of what a message tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NotificationData {
    /// What has happened.
    #[wire(readable)]
    pub kind: NotificationKind,
    /// To which job.
    pub job: JobId,
}

/// What has happened to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum NotificationKind {
    /// It is the reader's now.
    Assigned,
    /// Somebody else has set its status.
    Status,
    /// Somebody else has changed something else of it.
    Changed,
    /// A kind added after this build.
    #[serde(other)]
    #[default]
    Other,
}
