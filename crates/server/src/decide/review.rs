//! What goes to the office instead of being refused.
//!
//! Owns the rule: work on a job that was taken from its author, called off, finished or deleted meanwhile, and what comes
//! behind such work, and whatever a revoked device sends. Must never review what was refused for any other reason, nor
//! anything for a phone that has not asked for it; and never let anything overtake what waits, whoever sends it.

use super::judge::Decision;
use super::waiting::waits_for_office;
use crate::storage::{MutationRow, ReviewRow, SessionRow, Stored, StoredRecord, WriteTx};
use afield_domain::{
    CompanyId, JobStatus, Op, Record, RecordKey, Rejection, StepKind, Timestamp, User, limits,
};
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
    let Some(user) = user else {
        return Ok(decision);
    };
    if matches!(
        decision,
        Decision::Repeat(_)
            | Decision::Wait
            | Decision::RefuseForNow(_)
            | Decision::Replaced
            | Decision::Review(_)
    ) {
        return Ok(decision);
    }
    // What would have its effect, or be refused for something else, is looked at when what is in front of it was.
    let is_behind = is_behind(tx, session, mutation, decided).await?;
    let is_due = match &decision {
        // Whoever holds a revoked device need not be its user.
        _ if planted!(RevokedApplied: revoked => false) => {
            mutation.op.job().is_some() && !mutation.op.needs_connection()
        }
        _ if is_behind => true,
        Decision::Refuse(reason) => is_too_late(tx, session, user, mutation, reason).await?,
        _ => false,
    };
    if !is_due {
        return Ok(decision);
    }
    let is_heard = session.reviews && (revoked || !user.role.is_office());
    let waiting = tx.reviews_of(session.company.id, user.id).await?.len();
    if !is_heard || waiting >= limits::REVIEWS {
        // Whoever cannot hear of a review, or has too many: its order stands all the same. Sent again later it is judged
        // anew; left unanswered it would slow down all that this phone sends.
        return Ok(
            if planted!(ReviewOvertaken: is_behind && !revoked => false) {
                Decision::RefuseForNow(Rejection::Outdated)
            } else {
                decision
            },
        );
    }
    Ok(Decision::Review(match decision {
        Decision::Refuse(reason) => reason,
        // It would have been done.
        _ => Rejection::Outdated,
    }))
}

/// When the bytes of a file came whose registration is `op`, should they have come while an earlier registration of
/// the same one waited for the office.
pub(crate) async fn came_before(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    op: &Op,
) -> Stored<Option<Timestamp>> {
    let Op::AddAttachment {
        attachment,
        sha256: hash,
        bytes: size,
        ..
    } = op
    else {
        return Ok(None);
    };
    let rows = tx.reviews_in(company, (*attachment).into()).await?;
    let is_of = |row: &ReviewRow| {
        let of = &row.mutation.op;
        matches!(of, Op::AddAttachment { sha256, bytes, .. } if sha256 == hash && bytes == size)
    };
    Ok(rows.into_iter().filter(is_of).find_map(|row| row.file_at))
}

/// Has a new attachment say when its bytes came, before its record.
pub(crate) fn note_received(record: &mut Record, at: Timestamp) {
    if let Record::Attachment(file) = record {
        file.received_at.get_or_insert(at);
    }
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
