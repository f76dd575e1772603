//! Handing a job over, from the board.
//!
//! Owns the rule and its effect. Must never be reached by a technician.

use super::connected::save_online;
use crate::board::jobs::load_board_jobs;
use crate::state::App;
use crate::storage::{SessionRow, StoredRecord};
use afield_domain::{Job, JobId, Record, User};
use afield_protocol::{ActivityKind, AssignRequest, BoardJob};

/// Why a job was not handed over.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AssignError {
    /// No such job, or no such user, in this company.
    #[error("no such job or user")]
    NotFound,
    /// The job is another one than the dispatcher saw.
    #[error("the job has changed")]
    Conflict,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] crate::error::StorageError),
}

/// What an assignment does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum AssignPlan {
    /// The job is theirs already.
    Already,
    /// Write this.
    Write(Box<Job>),
}

/// Judges an assignment. `row` is the job as it is, `assignee` the user it shall go to, if there is one.
pub(crate) fn plan_assign(
    row: Option<&StoredRecord>,
    assignee: Option<&User>,
    request: AssignRequest,
) -> Result<AssignPlan, AssignError> {
    let row = row
        .filter(|row| !row.deleted)
        .ok_or(AssignError::NotFound)?;
    let Record::Job(job) = row.record()? else {
        return Err(AssignError::NotFound);
    };
    if assignee.map(|user| user.id) != request.assignee {
        return Err(AssignError::NotFound);
    }
    if row.rev != request.base_rev {
        return Err(AssignError::Conflict);
    }
    if job.assignee == request.assignee {
        return Ok(AssignPlan::Already);
    }
    Ok(AssignPlan::Write(Box::new(Job {
        assignee: request.assignee,
        acceptance: job.acceptance.asked_anew(),
        ..job
    })))
}

/// Hands a job over; gives the job as it is then.
pub(crate) async fn run_assign(
    app: &App,
    session: &SessionRow,
    job: JobId,
    request: AssignRequest,
) -> Result<BoardJob, AssignError> {
    let company = session.company.id;
    let now = app.clock.now();
    let mut tx = app.storage.write().await?;
    let rows = tx.records(company, &[job.into()]).await?;
    let row = rows.first();
    let assignee = match request.assignee {
        Some(user) => tx.user(company, user).await?,
        None => None,
    };
    if let AssignPlan::Write(job) = plan_assign(row, assignee.as_ref(), request)? {
        let what = ActivityKind::Assigned {
            to: request.assignee,
            to_name: assignee.map(|user| user.name).unwrap_or_default(),
        };
        save_online(tx.as_mut(), session, row, *job, what, now).await?;
    }
    let rows = tx.records(company, &[job.into()]).await?;
    let shown = load_board_jobs(tx.as_mut(), company, &rows).await?;
    tx.commit().await?;
    app.hub.notify(company);
    shown.jobs.into_iter().next().ok_or(AssignError::NotFound)
}
