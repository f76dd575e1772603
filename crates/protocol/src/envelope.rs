//! The envelope around every reply.
//!
//! Owns the proof that a reply is ours. A body that does not parse as an envelope (a captive
//! portal's page, a proxy's 502, half a JSON) means *not delivered*, whatever the HTTP status says.

use afield_domain::Timestamp;
use afield_domain::from_tree;
use afield_domain::wire::{self, FromTree, Tree, TreeError};
use serde::Serialize;

/// The version of this protocol; it rises only when an old phone could misread a reply.
pub const PROTOCOL_VERSION: u16 = 1;

/// The id of the server's data set. Another epoch (a restored backup) means: prime again, keep the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EpochId(pub String);

from_tree! { newtype EpochId }

/// Every reply's outer form.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Envelope<T> {
    /// The protocol version of the server; its presence marks the reply as ours.
    pub afield: u16,
    /// The server's data set.
    pub epoch: EpochId,
    /// The server's clock when it answered.
    pub server_time: Timestamp,
    /// The build of the app that this server serves; another than the running one means an update waits.
    #[serde(default)]
    pub build: String,
    /// The answer proper.
    pub reply: Reply<T>,
}

impl<T> Envelope<T> {
    /// The envelope and what was in it.
    #[must_use]
    pub fn split(self) -> (Envelope<()>, Reply<T>) {
        let empty = Envelope {
            afield: self.afield,
            epoch: self.epoch,
            server_time: self.server_time,
            build: self.build,
            reply: Reply::Ok(()),
        };
        (empty, self.reply)
    }
}

/// The answer, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Reply<T> {
    /// Done.
    Ok(T),
    /// Not done.
    Error(ApiError),
}

impl<'de, T: FromTree<'de>> FromTree<'de> for Envelope<T> {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        let mut fields = tree.into_fields()?;
        Ok(Self {
            afield: fields.take("afield")?,
            epoch: fields.take("epoch")?,
            server_time: fields.take("server_time")?,
            build: fields.take_or("build", String::new())?,
            reply: fields.take("reply")?,
        })
    }
}

impl<'de, T: FromTree<'de>> FromTree<'de> for Reply<T> {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        let mut fields = tree.into_fields()?;
        match fields.take("error")? {
            Some(error) => Ok(Self::Error(error)),
            None => fields.take("ok").map(Self::Ok),
        }
    }
}

impl<'de, T: FromTree<'de>> serde::Deserialize<'de> for Envelope<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ApiError {
    /// For programs.
    pub code: ErrorCode,
    /// For people who read logs, in English; never customer data.
    pub message: String,
    /// Do not ask again before this many milliseconds have passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

from_tree! {
    struct ApiError { code, message, retry_after_ms }
}

/// What kind of error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ErrorCode {
    /// No valid session (401): sign in again as the same user.
    Unauthorized,
    /// Signed in, but not allowed (403).
    Forbidden,
    /// No such thing in this company (404).
    NotFound,
    /// The request itself is malformed (400).
    Invalid,
    /// Something changed meanwhile (409).
    Conflict,
    /// The cursor is older than the server's memory (410): prime again.
    CursorExpired,
    /// The server has another data set than the device knows (409): a backup was restored. Send again
    /// what was acknowledged before, then go on.
    EpochChanged,
    /// Too many bytes or items (413): send less at once.
    TooLarge,
    /// Too many requests (429): see `retry_after_ms`.
    RateLimited,
    /// This build is too old to talk to the server (426).
    UpgradeRequired,
    /// The server cannot answer now (503).
    Unavailable,
    /// A fault on the server (500).
    Internal,
    /// A code added after this build.
    #[serde(other)]
    Other,
}

from_tree! {
    names ErrorCode {
        "unauthorized" => Unauthorized,
        "forbidden" => Forbidden,
        "not_found" => NotFound,
        "invalid" => Invalid,
        "conflict" => Conflict,
        "cursor_expired" => CursorExpired,
        "epoch_changed" => EpochChanged,
        "too_large" => TooLarge,
        "rate_limited" => RateLimited,
        "upgrade_required" => UpgradeRequired,
        "unavailable" => Unavailable,
        "internal" => Internal,
        else Other
    }
}
