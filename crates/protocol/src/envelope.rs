//! The envelope around every reply.
//!
//! Owns the proof that a reply is ours. A body that does not parse as an envelope (a captive
//! portal's page, a proxy's 502, half a JSON) means *not delivered*, whatever the HTTP status says.

use afield_domain::Timestamp;
use afield_domain::wire::{self, FromTree, Tree, TreeError, left_out};
use serde::Serialize;

/// The version of this protocol; it rises only when an old phone could misread a reply.
pub const PROTOCOL_VERSION: u16 = 1;

/// The id of the server's data set. Another epoch (a restored backup) means: prime again, keep the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EpochId(pub String);

/// Nobody looks into an epoch, so one that is written as a whole number is as good.
impl<'de> FromTree<'de> for EpochId {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        tree.into_opaque_text().map(Self)
    }
}

impl<'de> serde::Deserialize<'de> for EpochId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}

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
    /// Our server has answered, and this build cannot read what: an update may help.
    #[serde(skip)]
    Unread,
}

impl<'de> Envelope<Tree<'de>> {
    /// The outer form, which is read as one type for all replies, so that its code exists once.
    fn outer(tree: Tree<'de>) -> Result<Self, TreeError> {
        let mut fields = tree.into_fields()?;
        Ok(Self {
            afield: fields.take("afield")?,
            epoch: fields.take("epoch")?,
            server_time: fields.take("server_time")?,
            build: fields.take_readable("build", String::new()),
            reply: Reply::outer(fields.take_readable("reply", Tree::Null)),
        })
    }

    /// Reads the answer. One that cannot be read leaves the rest of the envelope as it is.
    #[must_use]
    pub fn read<T: FromTree<'de>>(self) -> Envelope<T> {
        let reply = match self.reply {
            Reply::Ok(_) if self.afield > PROTOCOL_VERSION => {
                left_out(&TreeError::Expected("a version that this build knows").inside("afield"));
                Reply::Unread
            }
            Reply::Ok(tree) => match T::from_tree(tree) {
                Ok(value) => Reply::Ok(value),
                Err(error) => {
                    left_out(&error.inside("reply.ok"));
                    Reply::Unread
                }
            },
            Reply::Error(error) => Reply::Error(error),
            Reply::Unread => Reply::Unread,
        };
        Envelope {
            afield: self.afield,
            epoch: self.epoch,
            server_time: self.server_time,
            build: self.build,
            reply,
        }
    }
}

impl<'de> Reply<Tree<'de>> {
    fn outer(tree: Tree<'de>) -> Self {
        let Tree::Map(mut fields) = tree else {
            left_out(&TreeError::Expected("ok or error").inside("reply"));
            return Self::Unread;
        };
        match (fields.find("error"), fields.find("ok")) {
            (None | Some(Tree::Null), Some(_)) => Self::Ok(fields.take_readable("ok", Tree::Null)),
            (None, None) => {
                left_out(&TreeError::Expected("ok or error").inside("reply"));
                Self::Unread
            }
            (Some(_), _) => {
                Self::Error(fields.take_readable("error", ApiError::of(ErrorCode::Other)))
            }
        }
    }
}

impl<'de, T: FromTree<'de>> FromTree<'de> for Envelope<T> {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        Envelope::<Tree<'de>>::outer(tree).map(Envelope::read)
    }
}

/// The envelope of a body; none if the body is not our server's. If it says that it is and cannot be
/// read all the same, that is noted for the log.
#[must_use]
pub fn read_envelope<'de, T: FromTree<'de>>(body: &'de str) -> Option<Envelope<T>> {
    let tree: Tree<'de> = serde_json::from_str(body).ok()?;
    let is_ours = matches!(&tree, Tree::Map(fields) if fields.find("afield").is_some());
    match Envelope::outer(tree) {
        Ok(envelope) => Some(envelope.read()),
        Err(error) => {
            if is_ours {
                left_out(&error);
            }
            None
        }
    }
}

impl<'de, T: FromTree<'de>> serde::Deserialize<'de> for Envelope<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ApiError {
    /// For programs.
    #[wire(readable)]
    pub code: ErrorCode,
    /// For people who read logs, in English; never customer data.
    #[wire(readable)]
    pub message: String,
    /// Do not ask again before this many milliseconds have passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub retry_after_ms: Option<u64>,
    /// Whether it is said because the office has revoked this device: what it has not sent is still taken by a push and
    /// by uploads, for the office to decide, and nothing else is answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[wire(readable)]
    pub revoked: bool,
    /// Where the user's company signs them in, an address for a browser to go to; none where that is by a password alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub sign_in_url: Option<String>,
    /// Where the company ends its own session, so that somebody else can sign in there; none where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub sign_out_url: Option<String>,
}

impl ApiError {
    /// An error that says no more than its code.
    #[must_use]
    pub fn of(code: ErrorCode) -> Self {
        Self {
            code,
            message: String::new(),
            retry_after_ms: None,
            revoked: false,
            sign_in_url: None,
            sign_out_url: None,
        }
    }
}

/// What kind of error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromTree)]
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
    /// The bytes of a file were kept long enough, and are gone for good (410): do not ask again.
    Removed,
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
    #[default]
    Other,
}
