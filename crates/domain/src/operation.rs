//! Operations: what a mutation asks for, and what it means.
//!
//! Owns [`Op`] and the one meaning of each, in a file of its own: its target, what it needs, who may do it
//! and what it changes. [`apply_op`] (server, and phone before saving) is judge and effect, [`fold_op`]
//! (what the phone shows) is the effect alone. Operations are stored on phones until sent: names and
//! fields are only ever added, and a change of meaning raises [`OP_VERSION`].

mod add_attachment;
mod add_note;
mod answer_offer;
mod apply;
mod assign_job;
pub mod consequences;
mod create_job;
mod edit_job;
mod fold;
mod meaning;
mod set_job_status;
mod set_task_status;
mod submit_form;

pub use apply::{ApplyContext, Effect, apply_op};
pub use fold::fold_op;

use crate::answers::Answer;
use crate::ids::{
    AttachmentId, ConflictId, CustomerId, JobId, NoteId, PropertyId, SubmissionId, TaskId,
    TemplateId, UserId,
};
use crate::order::Order;
use crate::record::{AttachmentKind, FieldEdit, JobStatus, Record, RecordKey, TaskStatus};
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::user::Actor;
use crate::wire::FromTree;
use add_attachment::AddAttachment;
use add_note::AddNote;
use answer_offer::AnswerOffer;
use assign_job::AssignJob;
use create_job::CreateJob;
use edit_job::EditJob;
use meaning::{Case, Ends, Judgement, Meaning};
use serde::Serialize;
use set_job_status::SetJobStatus;
use set_task_status::SetTaskStatus;
use submit_form::SubmitForm;

/// The version of the operations that this build makes. The second one edits items of fields: read by
/// the first, such an edit would lose its item.
pub const OP_VERSION: u16 = 2;

/// One user intent on one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
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
        #[wire(default)]
        width: u32,
        /// Its height in pixels, 0 for what is no picture.
        #[wire(default)]
        height: u32,
        /// A small picture of it: JPEG, base64; empty if there is none.
        #[wire(default)]
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
    /// Give a job to somebody else, or to nobody. Needs a connection.
    AssignJob {
        /// The job.
        job: JobId,
        /// Whose it shall be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assignee: Option<UserId>,
    },
    /// Accept a job that the office asked its technician to accept, or reject it. Needs a connection.
    AnswerOffer {
        /// The job.
        job: JobId,
        /// Whether it is accepted.
        accept: bool,
        /// Why not; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// An operation of another build. Kept and shown, never dropped.
    #[serde(other)]
    Unknown,
}

/// Asks the meaning of an operation: the only place that knows which file has it. An operation that is
/// added is added here, and the compiler asks its file for the rest.
macro_rules! meaning {
    ($op:expr, $meaning:ident => $answer:expr, unknown => $none:expr) => {
        match $op {
            Op::SetJobStatus { job, to } => {
                let $meaning = SetJobStatus { job: *job, to: *to };
                $answer
            }
            Op::AddNote {
                note,
                job,
                text,
                files,
            } => {
                let $meaning = AddNote {
                    note: *note,
                    job: *job,
                    text,
                    files,
                };
                $answer
            }
            Op::EditJob {
                job,
                edits,
                settles,
            } => {
                let $meaning = EditJob {
                    job: *job,
                    edits,
                    settles: *settles,
                };
                $answer
            }
            Op::CreateJob {
                job,
                title,
                description,
                customer,
                property,
                starts,
                ends,
            } => {
                let $meaning = CreateJob {
                    job: *job,
                    title,
                    description,
                    customer: *customer,
                    property: *property,
                    starts: *starts,
                    ends: *ends,
                };
                $answer
            }
            Op::AddAttachment {
                attachment,
                job,
                kind,
                name,
                mime,
                bytes,
                sha256,
                width,
                height,
                thumbnail,
            } => {
                let $meaning = AddAttachment {
                    attachment: *attachment,
                    job: *job,
                    kind: *kind,
                    name,
                    mime,
                    bytes: *bytes,
                    sha256,
                    width: *width,
                    height: *height,
                    thumbnail,
                };
                $answer
            }
            Op::SetTaskStatus { task, job, to } => {
                let $meaning = SetTaskStatus {
                    task: *task,
                    job: *job,
                    to: *to,
                };
                $answer
            }
            Op::SubmitForm {
                submission,
                job,
                task,
                template,
                answers,
            } => {
                let $meaning = SubmitForm {
                    submission: *submission,
                    job: *job,
                    task: *task,
                    template: *template,
                    answers,
                };
                $answer
            }
            Op::AssignJob { job, assignee } => {
                let $meaning = AssignJob {
                    job: *job,
                    assignee: *assignee,
                };
                $answer
            }
            Op::AnswerOffer {
                job,
                accept,
                reason,
            } => {
                let $meaning = AnswerOffer {
                    job: *job,
                    accept: *accept,
                    reason,
                };
                $answer
            }
            Op::Unknown => $none,
        }
    };
}

impl Op {
    /// The record whose lane this operation runs in; none if the operation is unknown.
    #[must_use]
    pub fn target(&self) -> Option<RecordKey> {
        meaning!(self, meaning => Some(meaning.target()), unknown => None)
    }

    /// The job it is about: what "Go to record" opens.
    #[must_use]
    pub fn job(&self) -> Option<JobId> {
        meaning!(self, meaning => Some(meaning.job()), unknown => None)
    }

    /// The records that must be loaded before [`crate::apply_op`] can judge it.
    #[must_use]
    pub fn reads(&self) -> Vec<RecordKey> {
        let mut reads = self.needs();
        reads.extend(meaning!(self, meaning => meaning.looks_at(), unknown => None));
        reads.extend(self.target());
        // Each once, however often it is named: what is read is paid for by the server.
        reads.order();
        reads.dedup();
        reads
    }

    /// The records that must be there before it can be applied: if one of them is itself unsent,
    /// this waits for it.
    #[must_use]
    pub fn needs(&self) -> Vec<RecordKey> {
        meaning!(self, meaning => meaning.needs(), unknown => Vec::new())
    }

    /// The record that it makes.
    #[must_use]
    pub fn creates(&self) -> Option<RecordKey> {
        let creates = meaning!(self, meaning => meaning.creates(), unknown => false);
        self.target().filter(|_| creates)
    }

    /// Whether somebody waits for what becomes of it, so that it is sent at once or not at all, and never
    /// stands in an outbox. It is judged only on the very copy that its user saw.
    #[must_use]
    pub fn needs_connection(&self) -> bool {
        meaning!(self, meaning => meaning.needs_connection(), unknown => false)
    }

    /// The users whose a job shall be: they must be active users of the company.
    #[must_use]
    pub fn assignees(&self) -> Vec<UserId> {
        meaning!(self, meaning => meaning.assignees(), unknown => Vec::new())
    }

    /// The service task it is about.
    #[must_use]
    pub fn task(&self) -> Option<TaskId> {
        meaning!(self, meaning => meaning.task(), unknown => None)
    }

    fn ends(&self) -> Ends {
        meaning!(self, meaning => meaning.ends(), unknown => Ends::Nothing)
    }

    /// Whether it ends the work on its service task, and so waits for everything done there before.
    #[must_use]
    pub fn completes_task(&self) -> bool {
        self.ends() == Ends::Task
    }

    /// Whether it ends the work on its job, and so waits for everything done there before.
    #[must_use]
    pub fn completes(&self) -> bool {
        self.ends() == Ends::Job
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        meaning!(self, meaning => meaning.judge(case), unknown => Err(Rejection::UnknownOp))
    }

    fn effect(&self, target: Option<Record>, by: Actor<'_>, at: Timestamp) -> Option<Record> {
        meaning!(self, meaning => meaning.effect(target, by, at), unknown => target)
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

#[cfg(test)]
#[path = "operation/surroundings_tests.rs"]
mod surroundings;

#[cfg(test)]
#[path = "operation/property_tests.rs"]
mod property_tests;
