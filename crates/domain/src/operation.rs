//! Operations: what a mutation asks for, typed.
//!
//! Owns [`Op`]. Operations are stored on phones until sent: names and fields are only ever added,
//! and a change of meaning raises [`OP_VERSION`].

mod apply;
pub mod consequences;
mod fold;

pub use apply::{ApplyContext, Effect, apply_op};
pub use fold::fold_op;

use crate::answers::Answer;
use crate::from_tree;
use crate::ids::{
    AssetId, AttachmentId, ConflictId, CustomerId, JobId, NoteId, PartId, PropertyId, SubmissionId,
    TaskId, TemplateId,
};
use crate::merge::{FieldEdit, FieldValue, JobField};
use crate::record::AttachmentKind;
use crate::record::JobStatus;
use crate::record::RecordKey;
use crate::record::TaskStatus;
use crate::time::Timestamp;
use serde::Serialize;

/// The version of the operations that this build makes. The second one edits items of fields: read by
/// the first, such an edit would lose its item.
pub const OP_VERSION: u16 = 2;

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
        /// Attachments of the job that belong to it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<AttachmentId>,
    },
    /// Edit fields of a job, each with what the user saw.
    EditJob {
        /// The job.
        job: JobId,
        /// The touched fields and items, each once.
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
    /// Register a photo, a signature or a file of a job. Its bytes go another way.
    AddAttachment {
        /// Its id, made by the phone.
        attachment: AttachmentId,
        /// The job it was taken on.
        job: JobId,
        /// What it is.
        kind: AttachmentKind,
        /// Its file name.
        name: String,
        /// Its media type.
        mime: String,
        /// Its size in bytes.
        bytes: u64,
        /// The SHA-256 of its bytes, 64 hexadecimal digits in lower case.
        sha256: String,
        /// Its width in pixels, 0 for what is no picture.
        width: u32,
        /// Its height in pixels, 0 for what is no picture.
        height: u32,
        /// A small picture of it: JPEG, base64; empty if there is none.
        thumbnail: String,
    },
    /// Take a service task to another status.
    SetTaskStatus {
        /// The service task.
        task: TaskId,
        /// The job it is a part of.
        job: JobId,
        /// The new status.
        to: TaskStatus,
    },
    /// Submit a form that was filled in.
    SubmitForm {
        /// The submission's id, made by the phone.
        submission: SubmissionId,
        /// The job it was filled in on.
        job: JobId,
        /// The service task it was filled in for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<TaskId>,
        /// The form.
        template: TemplateId,
        /// What was answered.
        answers: Vec<Answer>,
    },
    /// An operation of another build. Kept and shown, never dropped.
    #[serde(other)]
    Unknown,
}

from_tree! {
    tagged "op" Op {
        "set_job_status" => SetJobStatus { job, to },
        "add_note" => AddNote { note, job, text, files = Vec::new() },
        "edit_job" => EditJob { job, edits, settles },
        "create_job" => CreateJob { job, title, description, customer, property, starts, ends },
        "add_attachment" => AddAttachment {
            attachment, job, kind, name, mime, bytes, sha256, width = 0, height = 0,
            thumbnail = String::new(),
        },
        "set_task_status" => SetTaskStatus { task, job, to },
        "submit_form" => SubmitForm { submission, job, task, template, answers },
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
            Self::AddAttachment { attachment, .. } => Some((*attachment).into()),
            Self::SetTaskStatus { task, .. } => Some((*task).into()),
            Self::SubmitForm { submission, .. } => Some((*submission).into()),
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
            | Self::CreateJob { job, .. }
            | Self::AddAttachment { job, .. }
            | Self::SetTaskStatus { job, .. }
            | Self::SubmitForm { job, .. } => Some(*job),
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
            Self::AddAttachment { attachment, .. } => reads.push((*attachment).into()),
            Self::SubmitForm { submission, .. } => reads.push((*submission).into()),
            Self::SetJobStatus { .. } | Self::SetTaskStatus { .. } | Self::Unknown => {}
        }
        // Each once, however often it is named: what is read is paid for by the server.
        reads.sort_unstable();
        reads.dedup();
        reads
    }

    /// The records that must be there before it can be applied: if one of them is itself unsent,
    /// this waits for it.
    #[must_use]
    pub fn needs(&self) -> Vec<RecordKey> {
        match self {
            Self::SetJobStatus { job, .. } | Self::AddAttachment { job, .. } => vec![(*job).into()],
            Self::AddNote { job, files, .. } => with_files(vec![(*job).into()], files),
            Self::EditJob { job, edits, .. } => {
                let mut needs = vec![(*job).into()];
                needs.extend(edits.iter().flat_map(needs_of_edit));
                needs
            }
            Self::SetTaskStatus { task, job, .. } => vec![(*job).into(), (*task).into()],
            Self::SubmitForm {
                job,
                task,
                template,
                answers,
                ..
            } => {
                let mut needs = vec![(*job).into(), (*template).into()];
                needs.extend(task.map(RecordKey::from));
                answers
                    .iter()
                    .fold(needs, |needs, answer| match &answer.value {
                        FieldValue::Files(files) => with_files(needs, files),
                        _ => needs,
                    })
            }
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
            Self::AddAttachment { attachment, .. } => Some((*attachment).into()),
            Self::SubmitForm { submission, .. } => Some((*submission).into()),
            Self::SetJobStatus { .. }
            | Self::EditJob { .. }
            | Self::SetTaskStatus { .. }
            | Self::Unknown => None,
        }
    }

    /// The service task it is about.
    #[must_use]
    pub fn task(&self) -> Option<TaskId> {
        match self {
            Self::SetTaskStatus { task, .. } => Some(*task),
            Self::SubmitForm { task, .. } => *task,
            _ => None,
        }
    }

    /// Whether it ends the work on its service task, and so waits for everything done there before.
    #[must_use]
    pub fn completes_task(&self) -> bool {
        matches!(self, Self::SetTaskStatus { to, .. } if to.is_closed())
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

fn with_files(mut needs: Vec<RecordKey>, files: &[AttachmentId]) -> Vec<RecordKey> {
    needs.extend(files.iter().map(|file| RecordKey::from(*file)));
    needs
}

/// What an edit refers to. Taking away asks for nothing: what is gone can always be taken away.
fn needs_of_edit(edit: &FieldEdit) -> Vec<RecordKey> {
    match (&edit.field, &edit.new) {
        (_, FieldValue::Nothing) => Vec::new(),
        (_, FieldValue::Files(files)) => with_files(Vec::new(), files),
        (JobField::Asset, _) => edit
            .item
            .parse::<AssetId>()
            .map(Into::into)
            .into_iter()
            .collect(),
        (JobField::Part, _) => edit
            .item
            .parse::<PartId>()
            .map(Into::into)
            .into_iter()
            .collect(),
        _ => Vec::new(),
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
