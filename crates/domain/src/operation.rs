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
mod context;
mod create;
mod create_job;
#[cfg(feature = "office")]
mod edit_customer;
mod edit_job;
#[cfg(feature = "office")]
mod edit_record;
mod fold;
mod meaning;
#[cfg_attr(not(feature = "office"), allow(dead_code))]
mod plan_job;
mod set_job_status;
mod set_task_status;
mod submit_form;
mod table;
mod withdraw;

pub use apply::{Effect, apply_op};
pub use context::ApplyContext;
pub use fold::fold_op;
pub use plan_job::JobPlan;

use crate::answers::Answer;
use crate::ids::{
    AttachmentId, ConflictId, CustomerId, JobId, NoteId, PropertyId, SubmissionId, TaskId,
    TemplateId, UserId,
};
use crate::record::{
    AttachmentKind, CustomerEdit, FieldEdit, JobStatus, Priority, Record, RecordEdit, RecordKey,
    StepKind, TaskStatus,
};
use crate::time::Timestamp;
use crate::wire::FromTree;
use serde::Serialize;

/// The newest version of the operations that this build reads. The second one edits items of fields: read
/// by the first, such an edit would lose its item. The third one says what a step of the status is, and why.
pub const OP_VERSION: u16 = 3;

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
        /// What the step is beside where it goes to.
        #[serde(default, skip_serializing_if = "StepKind::is_usual")]
        kind: StepKind,
        /// Why the job could not be done, or why it ends with required questions open; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
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
    /// Make a job for anyone, or for nobody yet: for the office, with a connection.
    PlanJob {
        /// The job's id, made by whoever asks, and the job's for ever.
        job: JobId,
        /// What it shall be.
        plan: Box<JobPlan>,
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
        /// How pressing it is.
        #[serde(default, skip_serializing_if = "Priority::is_normal")]
        priority: Priority,
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
    /// Take back one's own note, photo or file: it leaves every screen, and the office's list of what happened
    /// keeps it.
    Withdraw {
        /// The note, photo or file.
        part: RecordKey,
        /// The job it stands on.
        job: JobId,
    },
    /// Make a customer, a place or an asset that was found on site; for the office, with a connection, a contract or a
    /// part too.
    Create {
        /// What is made, under an id of the phone's. Of another kind: refused.
        record: Box<Record>,
    },
    /// Edit texts of a customer, archive it or bring it back. Needs a connection: for the office.
    EditCustomer {
        /// The customer.
        customer: CustomerId,
        /// The touched texts, each once, with what was seen.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        edits: Vec<CustomerEdit>,
        /// Whether it shall be archived; none leaves it as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        archived: Option<bool>,
    },
    /// Edit texts of a place, an asset, a contract or a part, archive it or bring it back. Needs a connection: for the
    /// office.
    EditRecord {
        /// The record.
        record: RecordKey,
        /// The touched texts, each once, with what was seen.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        edits: Vec<RecordEdit>,
        /// Whether it shall be archived; none leaves it as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        archived: Option<bool>,
    },
    /// An operation of another build. Kept and shown, never dropped.
    #[serde(other)]
    Unknown,
}

impl Op {
    /// A step of the day: `job` goes to another status.
    #[must_use]
    pub fn set_status(job: JobId, to: JobStatus) -> Self {
        Self::SetJobStatus {
            job,
            to,
            kind: StepKind::Usual,
            reason: String::new(),
        }
    }

    /// The same on another job. What belongs to a service task of the first one belongs to none.
    #[must_use]
    pub fn onto(mut self, onto: JobId) -> Self {
        match &mut self {
            Self::SubmitForm { job, task, .. } => {
                *task = None;
                *job = onto;
            }
            Self::SetJobStatus { job, .. }
            | Self::AddNote { job, .. }
            | Self::EditJob { job, .. }
            | Self::AddAttachment { job, .. }
            | Self::SetTaskStatus { job, .. }
            | Self::Withdraw { job, .. } => *job = onto,
            // These are never reviewed.
            Self::CreateJob { .. }
            | Self::PlanJob { .. }
            | Self::AssignJob { .. }
            | Self::AnswerOffer { .. }
            | Self::Create { .. }
            | Self::EditCustomer { .. }
            | Self::EditRecord { .. }
            | Self::Unknown => {}
        }
        self
    }

    /// The record that it takes away.
    #[must_use]
    pub fn takes_away(&self) -> Option<RecordKey> {
        match self {
            Self::Withdraw { part, .. } => Some(*part),
            _ => None,
        }
    }

    /// The version of the operations that a server must know to do this one: an older one would take a job
    /// that could not be done for one that is done, or an urgent one for a usual one.
    #[must_use]
    pub fn version(&self) -> u16 {
        match self {
            Self::SetJobStatus { kind, reason, .. } if !kind.is_usual() || !reason.is_empty() => 3,
            Self::CreateJob { priority, .. } if !priority.is_normal() => 3,
            _ => 2,
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

    #[test]
    fn the_usual_priority_of_a_new_job_is_not_written() {
        for (priority, written) in [(Priority::Normal, ""), (Priority::Urgent, "urgent")] {
            let op = Op::CreateJob {
                job: JobId(uuid::Uuid::from_u128(1)),
                title: "Leak".into(),
                description: String::new(),
                customer: None,
                property: None,
                priority,
                starts: Timestamp(1),
                ends: Timestamp(2),
            };
            let json = serde_json::to_value(&op).unwrap();
            let found = json.get("priority").and_then(|name| name.as_str());
            assert_eq!(found.unwrap_or_default(), written);
            let read: Op = serde_json::from_value(json).unwrap();
            assert_eq!(read, op);
            // A server that would lose it refuses.
            assert_eq!(op.version(), if written.is_empty() { 2 } else { 3 });
        }
    }
}

#[cfg(test)]
#[path = "operation/surroundings_tests.rs"]
mod surroundings;

#[cfg(test)]
#[path = "operation/drawn_tests.rs"]
mod drawn;

#[cfg(test)]
#[path = "operation/property_tests.rs"]
mod property_tests;

#[cfg(test)]
#[path = "operation/rights_tests.rs"]
mod rights_tests;
