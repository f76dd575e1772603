//! What a phone tells of itself, so that work which is nowhere else is known of before it is gone.
//!
//! Owns the report and its answer. Counts and times only: must never carry what a user has typed.

use afield_domain::wire::FromTree;
use afield_domain::{DeviceId, Timestamp, UserId};
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
    /// Whether the user has read what an answer has told of lost work: it need not be told again.
    #[serde(default)]
    pub heard: bool,
}

/// The answer to a report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeviceAnswer {
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
