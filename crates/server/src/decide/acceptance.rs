//! A technician's answer to a job that the office asked to be accepted.
//!
//! Owns the rule and its effect. It is asked online only: the office waits for it. Must never show
//! a job to somebody whose it is not.

use super::connected::save_online;
use crate::state::App;
use crate::storage::{SessionRow, Stored, StoredRecord};
use afield_domain::{Acceptance, Job, JobField, JobId, Record, Rejection, UserId, limits, text};
use afield_protocol::{AcceptanceRequest, ActivityKind};

/// Why an answer is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AcceptanceError {
    /// No such job in this company.
    #[error("no such job")]
    NotFound,
    /// It is another's.
    #[error("the job is not yours")]
    Forbidden,
    /// Nobody asks, or it was answered otherwise.
    #[error("the job waits for no such answer")]
    Conflict,
    /// The reason cannot be stored.
    #[error(transparent)]
    Invalid(#[from] Rejection),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] crate::error::StorageError),
}

/// What an answer does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum AcceptancePlan {
    /// It was given already.
    Already,
    /// Write this job, and tell the board with this reason.
    Write {
        /// The job as it shall be.
        job: Box<Job>,
        /// Why not; may be empty.
        reason: String,
    },
}

/// Judges the answer of `user`. `row` is the job as it is.
pub(crate) fn plan_acceptance(
    row: Option<&StoredRecord>,
    user: UserId,
    request: &AcceptanceRequest,
) -> Result<AcceptancePlan, AcceptanceError> {
    let row = row
        .filter(|row| !row.deleted)
        .ok_or(AcceptanceError::NotFound)?;
    let Record::Job(job) = row.record()? else {
        return Err(AcceptanceError::NotFound);
    };
    let reason = text::optional("reason", &request.reason, limits::LINE_CHARS)?;
    if !request.accept && was_rejected_by(row, &job, user)? {
        return Ok(AcceptancePlan::Already);
    }
    if job.assignee != Some(user) {
        return Err(AcceptanceError::Forbidden);
    }
    match (job.acceptance, request.accept) {
        (Acceptance::Accepted, true) => Ok(AcceptancePlan::Already),
        (Acceptance::Asked, accept) if job.status.is_open() => Ok(AcceptancePlan::Write {
            job: Box::new(answered(job, accept)),
            reason,
        }),
        _ => Err(AcceptanceError::Conflict),
    }
}

/// A rejected job is nobody's, so that it leaves the phone of the one who rejected it.
fn answered(job: Job, accept: bool) -> Job {
    if accept {
        Job {
            acceptance: Acceptance::Accepted,
            ..job
        }
    } else {
        Job {
            acceptance: Acceptance::Rejected,
            assignee: None,
            ..job
        }
    }
}

/// Whether `user` has rejected the job and nobody has got it since.
fn was_rejected_by(row: &StoredRecord, job: &Job, user: UserId) -> Stored<bool> {
    if job.acceptance != Acceptance::Rejected || job.assignee.is_some() {
        return Ok(false);
    }
    let stamps = row.stamps()?;
    // Whoever took the assignee away has rejected it.
    Ok(stamps
        .iter()
        .any(|stamp| stamp.field == JobField::Assignee && stamp.by == user))
}

/// Takes an answer.
pub(crate) async fn run_acceptance(
    app: &App,
    session: &SessionRow,
    job: JobId,
    request: &AcceptanceRequest,
) -> Result<(), AcceptanceError> {
    let company = session.company.id;
    let now = app.clock.now();
    let mut tx = app.storage.write().await?;
    let rows = tx.records(company, &[job.into()]).await?;
    let row = rows.first();
    let AcceptancePlan::Write { job, reason } = plan_acceptance(row, session.user.id, request)?
    else {
        return Ok(());
    };
    let what = ActivityKind::Answered {
        accepted: request.accept,
        reason,
    };
    save_online(tx.as_mut(), session, row, *job, what, now).await?;
    tx.commit().await?;
    app.hub.notify(company);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::records::{Fate, Write, plan_write};
    use afield_domain::{Actor, Role, Timestamp, User};
    use uuid::Uuid;

    const ANNA: UserId = UserId(Uuid::from_u128(1));
    const BEN: UserId = UserId(Uuid::from_u128(2));

    fn stored(old: Option<&StoredRecord>, job: Job, by: UserId) -> StoredRecord {
        let user = User {
            id: by,
            name: "Somebody".into(),
            role: Role::Technician,
        };
        let write = Write {
            old,
            record: &Record::Job(job),
            fate: Fate::Present,
            external_key: None,
            by: Actor::from(&user),
            made_at: Timestamp(5),
        };
        plan_write(&write, 1, Timestamp(5)).unwrap().0.stored
    }

    fn job(acceptance: Acceptance) -> Job {
        Job {
            assignee: Some(ANNA),
            acceptance,
            ..Job::BLANK
        }
    }

    fn answer(row: &StoredRecord, user: UserId, accept: bool) -> &'static str {
        let request = AcceptanceRequest {
            accept,
            reason: " no key ".into(),
        };
        match plan_acceptance(Some(row), user, &request) {
            Ok(AcceptancePlan::Already) => "already",
            Ok(AcceptancePlan::Write { job, reason }) => {
                assert_eq!(reason, "no key");
                match (job.acceptance, job.assignee) {
                    (Acceptance::Accepted, Some(ANNA)) => "accepted",
                    (Acceptance::Rejected, None) => "rejected",
                    other => panic!("{other:?}"),
                }
            }
            Err(AcceptanceError::Forbidden) => "forbidden",
            Err(AcceptanceError::Conflict) => "conflict",
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn who_may_answer_what() {
        use Acceptance::{Accepted, Asked, NotAsked, Rejected};
        for (state, user, on_accept, on_reject) in [
            (Asked, ANNA, "accepted", "rejected"),
            (Asked, BEN, "forbidden", "forbidden"),
            (NotAsked, ANNA, "conflict", "conflict"),
            (NotAsked, BEN, "forbidden", "forbidden"),
            (Accepted, ANNA, "already", "conflict"),
            (Rejected, ANNA, "conflict", "conflict"),
        ] {
            let row = stored(None, job(state), ANNA);
            let got = (answer(&row, user, true), answer(&row, user, false));
            assert_eq!(got, (on_accept, on_reject), "{state:?}");
        }
    }

    #[test]
    fn only_who_rejected_a_job_hears_that_it_is_done() {
        let before = stored(None, job(Acceptance::Asked), ANNA);
        let rejected = Job {
            assignee: None,
            ..job(Acceptance::Rejected)
        };
        let row = stored(Some(&before), rejected, ANNA);
        assert_eq!(answer(&row, ANNA, false), "already");
        assert_eq!(answer(&row, ANNA, true), "forbidden");
        assert_eq!(answer(&row, BEN, false), "forbidden");
    }

    #[test]
    fn a_closed_job_waits_for_no_answer_and_a_reason_has_its_limit() {
        let closed = Job {
            status: afield_domain::JobStatus::Cancelled,
            ..job(Acceptance::Asked)
        };
        assert_eq!(answer(&stored(None, closed, ANNA), ANNA, true), "conflict");
        let row = stored(None, job(Acceptance::Asked), ANNA);
        let request = AcceptanceRequest {
            accept: false,
            reason: "x".repeat(limits::LINE_CHARS + 1),
        };
        let refused = plan_acceptance(Some(&row), ANNA, &request);
        assert!(matches!(refused, Err(AcceptanceError::Invalid(_))));
        let missing = plan_acceptance(None, ANNA, &request);
        assert!(matches!(missing, Err(AcceptanceError::NotFound)));
    }
}
