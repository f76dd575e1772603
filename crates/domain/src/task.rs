//! Service tasks of a job, the forms that are filled in for them, and the route of a day.
//!
//! Owns [`ServiceTask`], [`FormTemplate`], [`Submission`] and [`Route`]. Form templates never change:
//! a new version is a new record, so that what was submitted reads as it was asked.

use crate::from_tree;
use crate::ids::{AssetId, JobId, RouteId, SubmissionId, TaskId, TemplateId, UserId};
use crate::party::Position;
use crate::question::Question;
use crate::time::Timestamp;
use crate::work::Answer;
use serde::Serialize;

/// Where a service task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
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

from_tree! {
    names TaskStatus {
        "open" => Open,
        "in_progress" => InProgress,
        "done" => Done,
        "skipped" => Skipped,
    }
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

from_tree! {
    struct ServiceTask {
        id,
        job,
        place = 0,
        title,
        status = TaskStatus::Open,
        asset,
        template,
    }
}

/// A form as it is made in the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FormTemplate {
    /// Its id; another version has another.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// What it asks, in order.
    pub questions: Vec<Question>,
}

from_tree! {
    struct FormTemplate { id, name, questions }
}

/// A form as it was filled in. It is never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

from_tree! {
    struct Submission { id, job, task, template, answers, author, author_name, made_at }
}

/// The route of one technician's day. Its stops are the jobs that refer to it, by planned start.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Route {
    /// Its id.
    pub id: RouteId,
    /// What people call it.
    pub name: String,
    /// Its day, `YYYY-MM-DD`, in the company's zone.
    pub day: String,
    /// Where it begins, in words; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub start: String,
    /// Where it begins, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

from_tree! {
    struct Route { id, name, day, start = String::new(), position }
}
