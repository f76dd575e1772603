//! Operations: what a mutation asks for, typed.
//!
//! Owns [`Op`]. Operations are stored on phones until sent: names and fields are only ever added,
//! and a change of meaning raises [`OP_VERSION`].

use crate::from_tree;
use crate::ids::{JobId, NoteId};
use crate::record::RecordKey;
use crate::status::JobStatus;
use serde::Serialize;

/// The version of the operations that this build makes.
pub const OP_VERSION: u16 = 1;

/// One user intent on one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Op {
    /// Take a job to another status.
    SetJobStatus {
        /// The job.
        job: JobId,
        /// The new status.
        to: JobStatus,
    },
    /// Add a note to a job.
    AddNote {
        /// The note's id, made by the phone.
        note: NoteId,
        /// The job it stands on.
        job: JobId,
        /// Its text.
        text: String,
    },
    /// An operation of another build. Kept and shown, never dropped.
    #[serde(other)]
    Unknown,
}

from_tree! {
    tagged "op" Op {
        "set_job_status" => SetJobStatus { job, to },
        "add_note" => AddNote { note, job, text },
        else Unknown
    }
}

impl Op {
    /// The record whose lane this operation runs in; none if the operation is unknown.
    #[must_use]
    pub fn target(&self) -> Option<RecordKey> {
        match self {
            Self::SetJobStatus { job, .. } => Some((*job).into()),
            Self::AddNote { note, .. } => Some((*note).into()),
            Self::Unknown => None,
        }
    }

    /// The job it is about: what "Go to record" opens.
    #[must_use]
    pub fn job(&self) -> Option<JobId> {
        match self {
            Self::SetJobStatus { job, .. } | Self::AddNote { job, .. } => Some(*job),
            Self::Unknown => None,
        }
    }

    /// The records that must be loaded before [`crate::apply_op`] can judge it.
    #[must_use]
    pub fn reads(&self) -> Vec<RecordKey> {
        match self {
            Self::SetJobStatus { job, .. } => vec![(*job).into()],
            Self::AddNote { note, job, .. } => vec![(*job).into(), (*note).into()],
            Self::Unknown => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_of_a_newer_phone_is_read_as_unknown() {
        let op: Op = serde_json::from_str(r#"{"op":"teleport","to":"mars"}"#).unwrap();
        assert_eq!(op, Op::Unknown);
        assert_eq!(op.target(), None);
    }
}
