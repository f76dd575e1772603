//! The service tasks of a job as rows, and whether finishing the job is offered. Pure.

use afield_domain::order::Order;
use afield_domain::{JobId, ServiceTask, Submission, TaskId, TaskStatus};
use afield_sync::view::Projection;

/// A task in the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TaskRow {
    /// The service task that the row leads to.
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
    let submissions: Vec<(&Submission, bool)> = projection.submissions_of(job).collect();
    let mut tasks: Vec<(&ServiceTask, bool)> = projection.tasks_of(job).collect();
    tasks.order_by_key(|(task, _)| (task.place, task.id));
    let offers_finish = offers_finish(projection, job);
    let rows = tasks.into_iter().map(|(task, unsent)| {
        let of_task = |(submission, _): &&(&Submission, bool)| submission.task == Some(task.id);
        let form: Vec<_> = submissions.iter().filter(of_task).collect();
        let asset = task.asset.and_then(|id| projection.asset(id));
        TaskRow {
            id: task.id,
            asset: asset.map_or_else(String::new, |asset| asset.name.clone()),
            submitted: task.template.map(|_| !form.is_empty()),
            unsent: unsent || form.iter().any(|(_, unsent)| *unsent),
            title: task.title.clone(),
            status: task.status,
        }
    });
    TaskList {
        rows: rows.collect(),
        offers_finish,
    }
}

/// Whether all service tasks of `job` are closed and it is not: finishing it is offered.
#[must_use]
pub fn offers_finish(projection: &Projection, job: JobId) -> bool {
    let is_open = projection.job(job).is_some_and(|job| job.status.is_open());
    let mut tasks = projection.tasks_of(job).peekable();
    is_open && tasks.peek().is_some() && tasks.all(|(task, _)| task.status.is_closed())
}
