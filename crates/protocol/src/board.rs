//! The dispatcher's board: the day's jobs and what happens to them.

use afield_domain::wire::FromTree;
use afield_domain::{
    AttachmentId, Job, JobField, JobId, JobStatus, MutationId, Position, Rejection, Rev, StepKind,
    TaskStatus, Timestamp, User, UserId,
};
use serde::{Deserialize, Serialize};

/// What an event of the board's stream holds in place of a [`BoardEvent`] when something was missed that no event
/// holds: the day must be loaded anew.
pub const RELOAD: &str = r#"{"reload":true}"#;

/// The name of the message by which a quiet stream says that it lives. Its data is `{"every_ms":15000}`: how long the
/// stream is silent at most. A page that hears nothing for some of these has a dead line.
pub const ALIVE: &str = "alive";
/// What a phone hears where there is something to pull.
pub const PULL_NOW: &str = r#"{"pull":true}"#;

/// One day of the company, or some in a row.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BoardResponse {
    /// The day, `YYYY-MM-DD`, in the company's zone.
    pub day: String,
    /// How many days after it are shown too.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_days: u64,
    /// The technicians, by name.
    #[wire(each, readable)]
    pub technicians: Vec<User>,
    /// The company's teams, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub teams: Vec<Team>,
    /// The jobs of these days, by planned start.
    #[wire(each)]
    pub jobs: Vec<BoardJob>,
    /// The latest activity of the company, newest first.
    #[wire(each, readable)]
    pub activity: Vec<Activity>,
    /// How many of their jobs the server cannot read: damaged, or written by a newer build.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unreadable: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As serde calls it.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Who works together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Team {
    /// What the office calls it.
    pub name: String,
    /// Who is in it, by name.
    #[wire(each, readable)]
    pub members: Vec<UserId>,
}

/// A job on the board.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BoardJob {
    /// Its revision.
    pub rev: Rev,
    /// The job.
    pub job: Job,
    /// Where, in one line; may be empty.
    #[serde(default)]
    pub address: String,
    /// For whom; may be empty.
    #[serde(default)]
    pub customer: String,
    /// Where its place is on the earth, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub position: Option<Position>,
    /// How many notes it has.
    #[serde(default)]
    pub notes: u64,
    /// When anything about it last reached the server.
    pub updated_at: Timestamp,
}

/// Something that happened to a job, in the company's order.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Activity {
    /// Its place in the company's order; rises with every change.
    pub seq: u64,
    /// Who did it.
    #[wire(readable)]
    pub actor: String,
    /// Who of the office has brought it in for them, out of a rescue file or as accepted; empty for what was done as it
    /// was sent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[wire(readable)]
    pub brought_by: String,
    /// Whether it came too late, and whoever is named in `brought_by` has accepted it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[wire(readable)]
    pub was_accepted: bool,
    /// The job; the nil id if it is about none.
    pub job: JobId,
    /// What people call the job; empty if it is about none.
    #[wire(readable)]
    pub job_number: String,
    /// What the job is called at the moment of reading; empty if it is about none, or one that is gone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[wire(readable)]
    pub job_title: String,
    /// When it was done, by the phone's corrected clock, not later than the receipt.
    pub made_at: Timestamp,
    /// When the server got it.
    pub received_at: Timestamp,
    /// What happened.
    #[wire(readable)]
    pub what: ActivityKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ActivityKind {
    /// Another status.
    Status {
        /// Before.
        from: JobStatus,
        /// Now.
        to: JobStatus,
        /// What the step is beside where it goes to.
        #[serde(default, skip_serializing_if = "StepKind::is_usual")]
        step: StepKind,
        /// Why the job could not be done, or why it ends with required questions open.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// A note was added.
    Note {
        /// Its text.
        text: String,
    },
    /// Another assignee.
    Assigned {
        /// Whose it is now.
        to: Option<UserId>,
        /// Their name.
        to_name: String,
    },
    /// The job was made.
    Created,
    /// Fields were edited.
    Edited {
        /// Which.
        fields: Vec<JobField>,
    },
    /// Two changes of one field met; both values stand in the conflict log.
    Conflict {
        /// Which field.
        field: JobField,
    },
    /// A photo, a signature or a file was taken; its bytes may still be on the phone.
    Attached {
        /// Its file name.
        name: String,
        /// A small picture of it: JPEG, base64; empty if there is none.
        #[wire(default)]
        thumbnail: String,
        /// Whose bytes can be asked for; none in what older servers have written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attachment: Option<AttachmentId>,
    },
    /// A service task went to another status.
    Task {
        /// What there was to do.
        title: String,
        /// Its status now.
        to: TaskStatus,
    },
    /// A form was submitted.
    Submitted {
        /// The form's name.
        form: String,
        /// How many answers say that something is not in order.
        #[wire(default)]
        failures: u64,
    },
    /// The technician has accepted the job, or rejected it.
    Answered {
        /// Whether it was accepted.
        accepted: bool,
        /// Why not; may be empty.
        #[wire(default)]
        reason: String,
    },
    /// A change from a phone was refused; it waits on that phone.
    Refused {
        /// Why.
        reason: Rejection,
    },
    /// Records were imported from another system: one line for the whole import. It is about no single job: its
    /// `job` is all zeros and its `job_number` empty.
    Imported {
        /// How many are new.
        created: u64,
        /// How many were there and have changed.
        updated: u64,
    },
    /// A user's device had work that was nowhere else, and the user has begun on another one, or the browser
    /// has cleared its storage. About no job.
    Left {
        /// Changes that were not sent, or refused.
        unsent: u64,
        /// Photos and files.
        files: u64,
        /// When the device last told of it.
        told_at: Timestamp,
        /// Whether the browser has cleared it, so that it is gone; else it may still be there.
        cleared: bool,
    },
    /// A note, a photo or a file was taken back by whoever wrote or took it.
    Withdrawn {
        /// Its file name; empty for a note.
        #[wire(default)]
        name: String,
    },
    /// Something added after this build.
    #[serde(other)]
    #[default]
    Other,
}

/// One server-sent event: the `id` of the event is [`Activity::seq`].
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BoardEvent {
    /// What happened.
    pub activity: Activity,
    /// The job as it is now.
    pub job: BoardJob,
}

/// A technician's answer to a job that the office asked to be accepted. Online only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AcceptanceRequest {
    /// Whether it is accepted.
    pub accept: bool,
    /// Why not; may be empty.
    #[serde(default)]
    pub reason: String,
    /// The id of this answer, made once: a repeated request gets the stored verdict. None from a page of
    /// the version before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MutationId>,
}

/// Give a job to another technician, or to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AssignRequest {
    /// Whose it shall be.
    pub assignee: Option<UserId>,
    /// The revision that the dispatcher saw; if the job has moved on, the answer is `conflict`.
    pub base_rev: Rev,
    /// The id of this change, made once: a repeated request gets the stored verdict. None from a page of
    /// the version before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MutationId>,
}
