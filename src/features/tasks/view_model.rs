//! Service tasks and submitted forms, as the screens show them.
//!
//! Owns what a row, a task's page and a submission's page show. Pure: the zone is an argument.

use crate::shared::tasks::offers_finish;
use afield_domain::order::Order;
use afield_domain::permission::may_work_on;
use afield_domain::{
    Asset, FormTemplate, JobId, Record, ServiceTask, Submission, SubmissionId, TaskId, TaskStatus,
    Zone,
};
use afield_sync::SignedIn;
use afield_sync::view::Projection;

/// What the page of one task shows.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskPage {
    /// The task, unsent changes included.
    pub task: ServiceTask,
    /// The number and title of its job.
    pub job: String,
    /// What it is done on.
    pub asset: Option<Asset>,
    /// Its form; none if it has none, or if it is not on this phone.
    pub form: Option<FormTemplate>,
    /// What was submitted for it, the last one first.
    pub submissions: Vec<SubmissionRow>,
    /// Whether its form has questions that must be answered and was never submitted.
    pub needs_form: bool,
    /// Whether the user may write on it.
    pub may_write: bool,
    /// The next steps, the most likely first.
    pub steps: Vec<TaskStatus>,
    /// Whether anything of the task itself has not reached the office.
    pub unsent: bool,
    /// Whether every task of the job is closed and the job is not.
    pub offers_finish: bool,
}

/// A submission in a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SubmissionRow {
    /// The submission that the row leads to.
    pub id: SubmissionId,
    /// The form's name; empty if the form is not on this phone.
    pub form: String,
    /// Who filled it in.
    pub author: String,
    /// When, on the company's clock.
    pub when: String,
    /// How many answers say that something is not in order.
    pub failed: usize,
    /// Whether it has not reached the office.
    pub unsent: bool,
}

/// What the page of a submission shows.
#[derive(Debug, Clone, PartialEq)]
pub struct SubmissionPage {
    /// The submitted form.
    pub submission: Submission,
    /// The same as a row of a list.
    pub row: SubmissionRow,
    /// The form; none if it is not on this phone.
    pub form: Option<FormTemplate>,
    /// The title of its task; may be empty.
    pub task: String,
}

/// The page of `id`; none if the task is not on this phone, or not of this job.
#[must_use]
pub fn task_page(
    projection: &Projection,
    session: &SignedIn,
    zone: &Zone,
    job: JobId,
    id: TaskId,
) -> Option<TaskPage> {
    let task = projection.task(id)?;
    let job = projection.job(job).filter(|job| job.id == task.job)?;
    let mut submissions: Vec<(&Submission, bool)> = projection.submissions_of(job.id).collect();
    submissions.retain(|(submission, _)| submission.task == Some(id));
    submissions.order_by_key(|(made, _)| std::cmp::Reverse((made.made_at, made.id)));
    let row = |(submission, unsent): &(&Submission, bool)| {
        submission_row(projection, zone, submission, *unsent)
    };
    let may_write = may_work_on(session.actor(), job);
    let steps = if may_write {
        steps_of(task.status, !submissions.is_empty())
    } else {
        Vec::new()
    };
    let form = task.template.and_then(|id| projection.form(id)).cloned();
    let requires = |form: &FormTemplate| form.questions.iter().any(|question| question.required);
    Some(TaskPage {
        steps,
        needs_form: submissions.is_empty() && form.as_ref().is_some_and(requires),
        asset: task.asset.and_then(|id| projection.asset(id)).cloned(),
        form,
        submissions: submissions.iter().map(row).collect(),
        may_write,
        unsent: projection
            .view(id.into())
            .is_some_and(|view| view.unsent > 0),
        offers_finish: offers_finish(projection, job.id),
        job: format!("{} {}", job.number, job.title).trim().to_owned(),
        task: task.clone(),
    })
}

/// The forms that were submitted for `task` of `job`, as far as this phone knows.
#[must_use]
pub fn submitted_for(projection: &Projection, job: JobId, task: TaskId) -> Vec<SubmissionId> {
    let of_job = projection.submissions_of(job);
    let of_task = of_job.filter(|(submission, _)| submission.task == Some(task));
    of_task.map(|(submission, _)| submission.id).collect()
}

/// The page of the submission `id`; none if it is not on this phone, or not of this job.
#[must_use]
pub fn submission_page(
    projection: &Projection,
    zone: &Zone,
    job: JobId,
    id: SubmissionId,
) -> Option<SubmissionPage> {
    let view = projection.view(id.into())?;
    let Record::Submission(submission) = view.record else {
        return None;
    };
    if submission.job != job {
        return None;
    }
    let task = submission.task.and_then(|task| projection.task(task));
    Some(SubmissionPage {
        row: submission_row(projection, zone, submission, view.unsent > 0),
        form: projection.form(submission.template).cloned(),
        task: task.map_or_else(String::new, |task| task.title.clone()),
        submission: submission.clone(),
    })
}

/// The next steps; with a submitted form the most likely one is to be done.
fn steps_of(status: TaskStatus, is_submitted: bool) -> Vec<TaskStatus> {
    let mut steps = status.next_steps().to_vec();
    if is_submitted {
        steps.order_by_key(|step| *step != TaskStatus::Done);
    }
    steps
}

fn submission_row(
    projection: &Projection,
    zone: &Zone,
    submission: &Submission,
    unsent: bool,
) -> SubmissionRow {
    let form = projection.form(submission.template);
    let failed = form.map_or(0, |form| {
        afield_domain::answers::failures(&form.questions, &submission.answers).len()
    });
    SubmissionRow {
        id: submission.id,
        form: form.map_or_else(String::new, |form| form.name.clone()),
        author: submission.author_name.clone(),
        when: zone.date_and_time(submission.made_at),
        failed,
        unsent,
    }
}

#[cfg(test)]
#[path = "view_model_tests.rs"]
mod tests;
