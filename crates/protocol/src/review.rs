//! What the office decides because it came too late: work on a job that was given away, called off or closed meanwhile.

use afield_domain::wire::FromTree;
use afield_domain::{
    CustomerId, JobId, JobStatus, MutationId, Op, Rejection, Rev, Timestamp, UserId, Versioned,
};
use serde::Serialize;

/// What waits for the office, the oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReviewPage {
    /// Each decided at once.
    #[wire(each, readable)]
    pub groups: Vec<ReviewGroup>,
    /// How many more changes wait.
    #[wire(readable)]
    pub more: u64,
}

/// What one author did on one job.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReviewGroup {
    /// The job.
    pub job: JobId,
    /// Who did it.
    pub author: UserId,
    /// Their name.
    #[wire(readable)]
    pub author_name: String,
    /// The job as it is now; none of one that was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub now: Option<ReviewedJob>,
    /// A job that was deleted, as it was then; none of one that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub was: Option<ReviewedJob>,
    /// What the changes name and the office needs to read them: the job, service tasks, forms, notes, photos and files,
    /// assets and parts; those that are left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub records: Vec<Versioned>,
    /// In the order in which it came.
    #[wire(each)]
    pub entries: Vec<ReviewEntry>,
}

/// A job of which something is in review, as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReviewedJob {
    /// What people call it.
    #[wire(readable)]
    pub number: String,
    /// Its title.
    #[wire(readable)]
    pub title: String,
    /// Where it stands.
    pub status: JobStatus,
    /// The name of whoever has it; empty if nobody has.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[wire(readable)]
    pub has_it: String,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub customer: Option<CustomerId>,
}

/// One change that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReviewEntry {
    /// Its id.
    pub mutation: MutationId,
    /// When its author did it.
    pub made_at: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
    /// The revision that its author saw, where that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub base_rev: Option<Rev>,
    /// What was asked for.
    pub op: Op,
    /// Why it was not done.
    pub reason: Rejection,
    /// Of a file: when all its bytes had come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub file_at: Option<Timestamp>,
    /// Whether it came from a device that had been revoked: nothing else need speak against it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[wire(readable)]
    pub revoked: bool,
    /// Those of its group that it needs: what is left out takes it along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(readable)]
    pub needs: Vec<MutationId>,
}

/// What the office decides about one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReviewDecision {
    /// The job that it is about.
    pub job: JobId,
    /// Whose changes they are.
    pub author: UserId,
    /// All that were seen: if others wait, nothing is decided.
    pub mutations: Vec<MutationId>,
    /// What becomes of them.
    pub decide: Decide,
}

/// What becomes of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[serde(tag = "decide", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Decide {
    /// They are done after all.
    Accept {
        /// On another job; none: on their own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        onto: Option<JobId>,
    },
    /// They are done after all, but for some.
    // A word of its own: a server that does not know it must not take it for the one above.
    AcceptRest {
        /// On another job; none: on their own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        onto: Option<JobId>,
        /// Those that are not done, with all that need them.
        left_out: Vec<MutationId>,
        /// Why not; the author reads it.
        reason: String,
    },
    /// They are not.
    Decline {
        /// Why; the author reads it.
        reason: String,
    },
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ReviewOutcome {
    /// It is decided so, now or before.
    Done,
    /// Others wait than were seen, or it was decided otherwise: nothing was done.
    Changed,
    /// One of them cannot be done: nothing was done.
    Refused {
        /// Which.
        mutation: MutationId,
        /// Why.
        reason: Rejection,
    },
    /// One that is to be done needs one that is left out: nothing was done.
    Needs {
        /// Which.
        mutation: MutationId,
        /// What it needs.
        left_out: MutationId,
    },
    /// One of a newer server: what waits now says what came of it.
    #[serde(other)]
    Unknown,
}
