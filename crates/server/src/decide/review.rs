//! What goes to the office instead of being refused.
//!
//! Owns the rule: work on a job that was taken from its author, called off, finished or deleted meanwhile, and what comes
//! behind such work, and whatever a revoked device sends. Must never review what was refused for any other reason, nor anything for a phone that has not
//! asked for it.

use super::judge::Decision;
use super::waiting::waits_for_office;
use crate::storage::{MutationRow, SessionRow, Stored, StoredRecord, WriteTx};
use afield_domain::{JobStatus, Op, Record, RecordKey, Rejection, StepKind, User, limits};
use afield_planted::planted;
use afield_protocol::Mutation;

/// Turns `decision` into a review where that is due. `decided`: what was decided of those that the mutation names.
pub(crate) async fn reviewed(
    tx: &mut dyn WriteTx,
    (session, revoked): (&SessionRow, bool),
    user: Option<&User>,
    mutation: &Mutation,
    decided: &[MutationRow],
    decision: Decision,
) -> Stored<Decision> {
    let may_be = |user: &&User| session.reviews && (revoked || !user.role.is_office());
    let Some(user) = user.filter(may_be) else {
        return Ok(decision);
    };
    let company = session.company.id;
    let is_due = match &decision {
        Decision::Repeat(_)
        | Decision::Wait
        | Decision::RefuseForNow(_)
        | Decision::Replaced
        | Decision::Review(_) => return Ok(decision),
        // Whoever holds a revoked device need not be its user.
        _ if planted!(RevokedApplied: revoked => false) => {
            mutation.op.job().is_some() && !mutation.op.needs_connection()
        }
        // What would have its effect, or be refused for something else, is looked at when what is in front of it was.
        _ if is_behind(tx, session, mutation, decided).await? => true,
        Decision::Refuse(reason) => is_too_late(tx, session, user, mutation, reason).await?,
        _ => false,
    };
    let has_room = |waiting: usize| waiting < limits::REVIEWS;
    if !is_due || !has_room(tx.reviews_of(company, user.id).await?.len()) {
        return Ok(decision);
    }
    Ok(Decision::Review(match decision {
        Decision::Refuse(reason) => reason,
        // It would have been done.
        _ => Rejection::Outdated,
    }))
}

/// Whether something that it comes after still waits for the office.
async fn is_behind(
    tx: &mut dyn WriteTx,
    session: &SessionRow,
    mutation: &Mutation,
    decided: &[MutationRow],
) -> Stored<bool> {
    let depends = |row: &MutationRow| mutation.depends_on.contains(&row.id);
    if decided
        .iter()
        .any(|row| depends(row) && waits_for_office(row))
    {
        return Ok(mutation.op.job().is_some());
    }
    let (user, device, lane) = (mutation.user, mutation.device, mutation.lane);
    let waits = tx.waits_in_lane(session.company.id, user, device, lane);
    Ok(mutation.op.job().is_some() && planted!(ReviewOvertaken: waits.await? => false))
}

/// Whether the refusal is for what has become of the job meanwhile.
async fn is_too_late(
    tx: &mut dyn WriteTx,
    session: &SessionRow,
    user: &User,
    mutation: &Mutation,
    reason: &Rejection,
) -> Stored<bool> {
    let op = &mutation.op;
    let Some(job) = op.job().filter(|_| !op.needs_connection()) else {
        return Ok(false);
    };
    let may_be = matches!(
        reason,
        Rejection::Forbidden
            | Rejection::NotFound
            | Rejection::Deleted
            | Rejection::IllegalStatus { .. }
    );
    if !may_be {
        return Ok(false);
    }
    let company = session.company.id;
    let rows = tx.records(company, &[RecordKey::from(job)]).await?;
    let Some(row) = rows.first() else {
        return Ok(false);
    };
    if is_theirs(row, user)? {
        let seen = mutation.base_rev == Some(row.rev);
        let is_closed = matches!(
            reason,
            Rejection::IllegalStatus {
                from: JobStatus::Finished | JobStatus::Cancelled,
                ..
            }
        );
        return Ok(is_closed && !seen && !reopens(op));
    }
    tx.had_job(company, user.id, job).await
}

fn is_theirs(row: &StoredRecord, user: &User) -> Stored<bool> {
    let record = row.record()?;
    let theirs = matches!(record, Record::Job(job) if job.assignee == Some(user.id));
    Ok(theirs && !row.deleted)
}

/// Whoever opens a job again has seen that it is finished.
fn reopens(op: &Op) -> bool {
    matches!(op, Op::SetJobStatus { kind, .. } if *kind == StepKind::Reopened)
}
