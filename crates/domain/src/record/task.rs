//! A service task: one thing to do on a job.
//!
//! Owns [`ServiceTask`] and the steps of its status.

use super::RecordKey;
use super::kind::{Kind, keys};
use crate::ids::{AssetId, JobId, TaskId, TemplateId};
use crate::wire::FromTree;
use serde::Serialize;

/// Where a service task stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, FromTree,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum TaskStatus {
    /// Not begun.
    #[default]
    Open,
    /// Begun.
    InProgress,
    /// Done.
    Done,
    /// Will not be done this time.
    Skipped,
}

impl TaskStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Open, Self::InProgress, Self::Done, Self::Skipped];

    /// The next steps, the most likely first. A technician may come back to a task at any time.
    #[must_use]
    pub fn next_steps(self) -> &'static [Self] {
        match self {
            Self::Open => &[Self::InProgress, Self::Done, Self::Skipped],
            Self::InProgress => &[Self::Done, Self::Open, Self::Skipped],
            Self::Done | Self::Skipped => &[Self::Open],
        }
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Done | Self::Skipped)
    }
}

/// One thing to do on a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ServiceTask {
    /// Its id.
    pub id: TaskId,
    /// The job it is a part of.
    pub job: JobId,
    /// Its place in the list, from 1.
    #[serde(default)]
    pub place: u32,
    /// What to do.
    pub title: String,
    /// Where it stands.
    #[serde(default)]
    pub status: TaskStatus,
    /// What it is done on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// The form to fill in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateId>,
}

impl Kind for ServiceTask {
    const IS_PART_OF_JOB: bool = true;

    fn links(&self) -> Vec<RecordKey> {
        keys([self.asset.map(Into::into), self.template.map(Into::into)])
    }

    fn owner(&self) -> Option<RecordKey> {
        Some(self.job.into())
    }
}
