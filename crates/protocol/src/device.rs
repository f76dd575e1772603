//! What a phone tells of itself, so that work which is nowhere else is known of before it is gone.
//!
//! Owns the report and its answer, and what the office sees of all of them. Counts and times only: must never carry what a user has typed.

use afield_domain::wire::FromTree;
use afield_domain::{DeviceId, JobId, Timestamp, User, UserId};
use serde::Serialize;

/// How much of a user's work stands on one device alone. Sent after a pass, when it differs
/// from the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeviceReport {
    /// The device: its id lives as long as its storage.
    pub device: DeviceId,
    /// Whose work it is; another user's session is refused as no session.
    pub user: UserId,
    /// Changes that were not sent, or refused.
    pub unsent: u64,
    /// Photos and files whose bytes are on the device alone.
    pub files: u64,
    /// When the oldest of these changes was made, by the corrected clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Timestamp>,
    /// Changes of these that were refused and wait for the user.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[wire(readable)]
    pub parked: u64,
    /// How the device is set up; none where nobody knows, as with the app closed: what was told last stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub phone: Option<PhoneState>,
    /// Of which jobs that work is; none from apps that do not count by job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub by_job: Option<ByJob>,
    /// The server's clock at the last contact before this was counted: a report that comes late is told by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub as_of: Option<Timestamp>,
    /// Its place among those that the device counted after that contact, rising; none from apps that do not number them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub number: Option<u64>,
    /// Whether the user has read what an answer has told of lost work: it need not be told again.
    #[serde(default)]
    pub heard: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As serde calls it.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Of which jobs the work is that stands on one device alone. What belongs to no job is in no count here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ByJob {
    /// At most fifty jobs: those with the oldest changes, then those with files alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each)]
    pub jobs: Vec<JobOwed>,
    /// How many more there are.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[wire(readable)]
    pub more: u64,
}

/// What of one job stands on one device alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct JobOwed {
    /// Which.
    pub job: JobId,
    /// Changes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unsent: u64,
    /// Photos and files.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub files: u64,
}

/// The name of the event by which a stream says [`PhoneTold`]: pages that do not know it never hear it.
pub const PHONE: &str = "phone";

/// What the text of such an event begins with: where all tabs share one stream it comes with those of the board.
pub const PHONE_TOLD: &str = r#"{"phone":"#;

/// A phone owes otherwise than it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PhoneTold {
    /// Whose.
    pub phone: UserId,
    /// Of which jobs something stands on it, or did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub jobs: Vec<JobId>,
}

/// What of a job stands on one phone alone, as that last told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct JobOnPhone {
    /// Whose phone.
    pub user: User,
    /// Changes of the job.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unsent: u64,
    /// Photos and files of it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub files: u64,
    /// When it told: the counts are as of then.
    pub told_at: Timestamp,
    /// When its user last spoke with the server from any device, as far as it remembers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
    /// Whether the session in which it told is over: what is there comes when its user signs in there again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed_out: bool,
    /// Whether the browser has cleared the storage since: what stood there alone is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cleared: bool,
}

/// How a device is set up, coarse: it is told anew when it changes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PhoneState {
    /// The version of the app.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[wire(readable)]
    pub app: String,
    /// What it holds of its user's work.
    #[serde(default)]
    #[wire(readable)]
    pub holds: Holds,
    /// Whether all of that is there.
    #[serde(default)]
    #[wire(readable)]
    pub ready: bool,
    /// The network it is on.
    #[serde(default)]
    #[wire(readable)]
    pub network: Network,
    /// Whether the app is installed.
    #[serde(default)]
    #[wire(readable)]
    pub installed: bool,
    /// Whether the browser has agreed to keep the storage; none where it does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub persisted: Option<bool>,
    /// How full the storage is, in whole 10 MB, up; none where the browser does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub used_mb: Option<u64>,
    /// The server's clock minus the device's, in whole minutes.
    #[serde(default)]
    #[wire(readable)]
    pub clock_min: i64,
}

/// What a device holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Holds {
    /// All that is its user's.
    All,
    /// The schedule and the last records.
    Recent,
    /// The same, while there is a connection.
    WhileConnected,
    /// Something of another build.
    #[serde(other)]
    #[default]
    Other,
}

/// The network that a device is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Network {
    /// So slow that it is left to text.
    Slow,
    /// A mobile one.
    Cellular,
    /// Wi-Fi or a cable.
    Wifi,
    /// The browser does not tell.
    #[serde(other)]
    #[default]
    Unknown,
}

/// The devices of a company, those that owe something first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Devices {
    /// At most 2,000 of them.
    #[wire(each, readable)]
    pub devices: Vec<DeviceSeen>,
}

/// A device as it last told of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeviceSeen {
    /// Whose work is on it.
    pub user: User,
    /// Which.
    pub device: DeviceId,
    /// When it told: all of this is as of then.
    pub told_at: Timestamp,
    /// When its user last spoke with the server from any device, as far as it remembers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
    /// Changes that stand on it alone.
    pub unsent: u64,
    /// Those of them that were refused and wait for the user.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub parked: u64,
    /// Photos and files that stand on it alone.
    pub files: u64,
    /// When the oldest of the changes was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Timestamp>,
    /// Whether the browser has cleared the storage since: what stood there alone is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cleared: bool,
    /// The session it told in, to be ended by an admin; empty where that is over.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub session: String,
    /// When an admin has revoked it, unless somebody has signed in there since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub revoked_at: Option<Timestamp>,
    /// Whether the session of a revoked one has ended: what is left there comes when its user signs in there again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[wire(readable)]
    pub revoked_over: bool,
    /// What its browser calls itself; empty where the session is over.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// How it is set up; none from apps that do not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub phone: Option<PhoneState>,
}

/// The answer to a report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeviceAnswer {
    /// Whether a newer report was here before: nothing of this one is taken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[wire(readable)]
    pub late: bool,
    /// What the user had in this browser under another device id, which the browser has therefore cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub lost: Option<LostWork>,
}

/// Work that was on a device alone when it was last heard of. Some of it may have been sent since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LostWork {
    /// Changes that were not sent, or refused.
    pub unsent: u64,
    /// Photos and files.
    pub files: u64,
    /// When the oldest of the changes was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Timestamp>,
    /// When the device last told of it, by the server's clock.
    pub told_at: Timestamp,
}
