//! Operations: what a mutation asks for, typed.
//!
//! Owns [`Op`]. Operations are stored on phones until sent: names and fields are only ever added,
//! and a change of meaning raises [`OP_VERSION`].

use crate::edit::FieldEdit;
use crate::from_tree;
use crate::ids::{ConflictId, CustomerId, JobId, NoteId, PropertyId};
use crate::record::RecordKey;
use crate::status::JobStatus;
use crate::time::Timestamp;
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
    /// Edit fields of a job, each with what the user saw.
    EditJob {
        /// The job.
        job: JobId,
        /// The touched fields, each once.
        edits: Vec<FieldEdit>,
        /// The conflict that this settles, by **Revert changes** or **Keep mine**.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        settles: Option<ConflictId>,
    },
    /// Make a job that was found on site; it is its maker's.
    CreateJob {
        /// The job's id, made by the phone, and the job's for ever.
        job: JobId,
        /// What is wrong or what to do.
        title: String,
        /// The details, may be empty.
        description: String,
        /// For whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        customer: Option<CustomerId>,
        /// Where.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        property: Option<PropertyId>,
        /// Planned start.
        starts: Timestamp,
        /// Planned end, not before the start.
        ends: Timestamp,
    },
    /// An operation of another build. Kept and shown, never dropped.
    #[serde(other)]
    Unknown,
}

from_tree! {
    tagged "op" Op {
        "set_job_status" => SetJobStatus { job, to },
        "add_note" => AddNote { note, job, text },
        "edit_job" => EditJob { job, edits, settles },
        "create_job" => CreateJob { job, title, description, customer, property, starts, ends },
        else Unknown
    }
}

impl Op {
    /// The record whose lane this operation runs in; none if the operation is unknown.
    #[must_use]
    pub fn target(&self) -> Option<RecordKey> {
        match self {
            Self::SetJobStatus { job, .. }
            | Self::EditJob { job, .. }
            | Self::CreateJob { job, .. } => Some((*job).into()),
            Self::AddNote { note, .. } => Some((*note).into()),
            Self::Unknown => None,
        }
    }

    /// The job it is about: what "Go to record" opens.
    #[must_use]
    pub fn job(&self) -> Option<JobId> {
        match self {
            Self::SetJobStatus { job, .. }
            | Self::AddNote { job, .. }
            | Self::EditJob { job, .. }
            | Self::CreateJob { job, .. } => Some(*job),
            Self::Unknown => None,
        }
    }

    /// The records that must be loaded before [`crate::apply_op`] can judge it.
    #[must_use]
    pub fn reads(&self) -> Vec<RecordKey> {
        let mut reads = self.needs();
        match self {
            Self::AddNote { note, .. } => reads.push((*note).into()),
            Self::EditJob { settles, .. } => reads.extend(settles.map(RecordKey::from)),
            Self::CreateJob { job, .. } => reads.push((*job).into()),
            Self::SetJobStatus { .. } | Self::Unknown => {}
        }
        reads
    }

    /// The records that must be there before it can be applied: if one of them is itself unsent,
    /// this waits for it.
    #[must_use]
    pub fn needs(&self) -> Vec<RecordKey> {
        match self {
            Self::SetJobStatus { job, .. }
            | Self::AddNote { job, .. }
            | Self::EditJob { job, .. } => vec![(*job).into()],
            Self::CreateJob {
                customer, property, ..
            } => {
                let customer = customer.map(RecordKey::from);
                customer
                    .into_iter()
                    .chain(property.map(RecordKey::from))
                    .collect()
            }
            Self::Unknown => Vec::new(),
        }
    }

    /// The record that it makes.
    #[must_use]
    pub fn creates(&self) -> Option<RecordKey> {
        match self {
            Self::AddNote { note, .. } => Some((*note).into()),
            Self::CreateJob { job, .. } => Some((*job).into()),
            Self::SetJobStatus { .. } | Self::EditJob { .. } | Self::Unknown => None,
        }
    }

    /// Whether it ends the work on its job, and so waits for everything done there before.
    #[must_use]
    pub fn completes(&self) -> bool {
        matches!(
            self,
            Self::SetJobStatus {
                to: JobStatus::Finished,
                ..
            }
        )
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
