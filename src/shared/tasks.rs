//! The service tasks of a job as rows, and whether finishing the job is offered. Pure.

use afield_domain::{
    Asset, AssetId, Job, JobId, Module, Record, ServiceTask, Submission, TaskId, TaskStatus,
};
use afield_sync::view::Projection;

/// A task in the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TaskRow {
    /// The task.
    pub id: TaskId,
    /// What to do.
    pub title: String,
    /// What it is done on, by name; may be empty.
    pub asset: String,
    /// Where it stands.
    pub status: TaskStatus,
    /// Whether its form was submitted; none if it has no form.
    pub submitted: Option<bool>,
    /// Whether anything of it has not reached the office.
    pub unsent: bool,
}

/// The tasks of a job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskList {
    /// By their place.
    pub rows: Vec<TaskRow>,
    /// Whether all of them are closed and the job is not: finishing it is offered.
    pub offers_finish: bool,
}

/// The tasks of `job`.
#[must_use]
pub fn task_list(projection: &Projection, job: JobId) -> TaskList {
    let submissions = submissions_of(projection, job);
    let mut tasks: Vec<(ServiceTask, bool)> = tasks_of(projection, job);
    tasks.sort_by_key(|(task, _)| (task.place, task.id));
    let offers_finish = offers_finish(projection, job, &tasks);
    let rows = tasks.into_iter().map(|(task, unsent)| {
        let of_task = |(submission, _): &&(Submission, bool)| submission.task == Some(task.id);
        let form: Vec<_> = submissions.iter().filter(of_task).collect();
        TaskRow {
            id: task.id,
            asset: asset_of(projection, task.asset).map_or_else(String::new, |asset| asset.name),
            submitted: task.template.map(|_| !form.is_empty()),
            unsent: unsent || form.iter().any(|(_, unsent)| *unsent),
            title: task.title,
            status: task.status,
        }
    });
    TaskList {
        rows: rows.collect(),
        offers_finish,
    }
}

/// The tasks of a job, each with whether anything of it is unsent.
#[must_use]
pub fn tasks_of(projection: &Projection, job: JobId) -> Vec<(ServiceTask, bool)> {
    let tasks = projection.views(Module::Task);
    tasks
        .filter_map(|view| match view.record {
            Record::Task(task) if task.job == job => Some((task, view.unsent > 0)),
            _ => None,
        })
        .collect()
}

/// The submitted forms of a job, each with whether it is unsent.
#[must_use]
pub fn submissions_of(projection: &Projection, job: JobId) -> Vec<(Submission, bool)> {
    let submissions = projection.views(Module::Submission);
    submissions
        .filter_map(|view| match view.record {
            Record::Submission(made) if made.job == job => Some((made, view.unsent > 0)),
            _ => None,
        })
        .collect()
}

/// Whether all of `tasks` are closed and their job is not: finishing it is offered.
#[must_use]
pub fn offers_finish(projection: &Projection, job: JobId, tasks: &[(ServiceTask, bool)]) -> bool {
    let is_open = job_of(projection, job).is_some_and(|job| job.status.is_open());
    is_open && !tasks.is_empty() && tasks.iter().all(|(task, _)| task.status.is_closed())
}

/// The job, if it is shown.
#[must_use]
pub fn job_of(projection: &Projection, id: JobId) -> Option<Job> {
    match projection.view(id.into())?.record {
        Record::Job(job) => Some(job),
        _ => None,
    }
}

/// The asset, if it is on this phone.
#[must_use]
pub fn asset_of(projection: &Projection, id: Option<AssetId>) -> Option<Asset> {
    match projection.view(id?.into())?.record {
        Record::Asset(asset) => Some(asset),
        _ => None,
    }
}
