//! A submitted form. It is never changed.
//!
//! Owns [`Submission`]. What may be answered is in `answers`.

use super::RecordKey;
use super::kind::Kind;
use crate::answers::Answer;
use crate::ids::{JobId, SubmissionId, TaskId, TemplateId, UserId};
use crate::time::Timestamp;
use crate::wire::FromTree;
use serde::Serialize;

/// A form as it was filled in. It is never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Submission {
    /// Made by the phone that submitted it.
    pub id: SubmissionId,
    /// The job it was filled in on.
    pub job: JobId,
    /// The service task it was filled in for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// The form.
    pub template: TemplateId,
    /// What was answered, in the order of the questions.
    pub answers: Vec<Answer>,
    /// Who filled it in.
    pub author: UserId,
    /// Their name at that time.
    pub author_name: String,
    /// When, by the phone's corrected clock.
    pub made_at: Timestamp,
}

impl Kind for Submission {
    const IS_PART_OF_JOB: bool = true;

    fn links(&self) -> Vec<RecordKey> {
        vec![self.template.into()]
    }

    fn owner(&self) -> Option<RecordKey> {
        Some(self.job.into())
    }
}
