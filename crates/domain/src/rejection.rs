//! Why the server refused a mutation.
//!
//! Owns [`Rejection`], which is stored on phones and servers: variants are only ever added.
//! Must never hold text for people: the app words it in the reader's language.

use crate::permission::{Requirable, Right};
use crate::record::JobStatus;
use crate::wire::FromTree;
use serde::Serialize;

/// The reason of a rejected verdict. A phone that does not know a newer reason reads [`Rejection::Other`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Rejection {
    /// The record is not this user's to change: reassigned, or a right was taken away.
    #[error("not allowed to change this record")]
    Forbidden,
    /// No such record in this company. Another company's record answers the same.
    #[error("no such record")]
    NotFound,
    /// The record was deleted by the office.
    #[error("the record was deleted")]
    Deleted,
    /// The status machine has no such step.
    #[error("no step from {from:?} to {to:?}")]
    IllegalStatus {
        /// What the server has.
        from: JobStatus,
        /// What was asked for.
        to: JobStatus,
    },
    /// A value that cannot be stored.
    #[error("{field}: {problem}")]
    Invalid {
        /// The field, as it is called on the wire.
        field: String,
        /// What is wrong with it.
        problem: Problem,
    },
    /// The same mutation id came with another payload.
    #[error("this change's id was used for another change")]
    IdempotencyMismatch,
    /// The same device and sequence number came with another mutation id, or a later change of this user,
    /// device and lane was not refused: then this one is a late copy.
    #[error("this device's sequence number was used for another change, or a later one came first")]
    SequenceReused,
    /// The operation is newer than this server; nothing is lost, it can be sent again later.
    #[error("the server does not know this kind of change yet")]
    UnknownOp,
    /// The record is another than the user saw, or nobody waits for this any more.
    #[error("the record has changed meanwhile")]
    Outdated,
    /// Required questions of the job are open, and the company lets nobody finish it like that.
    #[error("required questions are open")]
    OpenQuestions,
    /// The user's role lacks a right that their company has taken from it.
    #[error("the right {right:?} was taken")]
    NotPermitted {
        /// Which.
        right: Right,
        /// The version of the rights that it was judged by: only newer ones can have given it back.
        version: u64,
    },
    /// A field is empty that the company wants filled in.
    #[error("{field:?} must be filled in")]
    FieldRequired {
        /// Which.
        field: Requirable,
        /// The version of the rights that it was judged by.
        version: u64,
    },
    /// The job was taken from this user, or closed, meanwhile: the server keeps the change, and the office decides. Only
    /// a phone that asks for that hears it.
    #[error("received; the office decides")]
    InReview,
    /// The office has declined a change that came too late.
    #[error("declined by {by}: {reason}")]
    Declined {
        /// Who, by name.
        #[wire(readable)]
        by: String,
        /// Why.
        #[wire(readable)]
        reason: String,
    },
    /// A reason added after this build.
    #[error("refused for a reason this version does not know")]
    #[serde(other)]
    Other,
}

impl Rejection {
    /// The version of the rights that it was judged by, if it was refused for these.
    #[must_use]
    pub fn rights_version(&self) -> Option<u64> {
        match self {
            Self::NotPermitted { version, .. } | Self::FieldRequired { version, .. } => {
                Some(*version)
            }
            _ => None,
        }
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree, thiserror::Error)]
#[serde(tag = "problem", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Problem {
    /// Empty where something is needed.
    #[error("is missing")]
    Missing,
    /// More characters than the limit.
    #[error("is longer than {max} characters")]
    TooLong {
        /// The limit, in characters.
        max: usize,
    },
    /// A number beyond its limits.
    #[error("is beyond its limits")]
    OutOfRange,
    /// Not of the expected form.
    #[error("is not of the expected form")]
    #[serde(other)]
    Malformed,
}
