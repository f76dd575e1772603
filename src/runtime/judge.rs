//! What the server will say to a change, as far as this phone can know.
//!
//! Owns the one way from the picture in memory to the rules of the domain, so that nothing is
//! offered or saved that cannot succeed. Pure.

use afield_domain::{ApplyContext, Effect, Op, RecordKey, Rejection, Timestamp, apply_op};
use afield_sync::SignedIn;
use afield_sync::view::Projection;

/// `op` judged on what the user of `session` sees, with the rights that this phone knows.
///
/// # Errors
/// The reason for which it would be refused.
pub fn judge(projection: &Projection, op: &Op, session: &SignedIn) -> Result<Effect, Rejection> {
    judge_after(projection, &[], op, session)
}

/// `op` judged on what the user of `session` sees once `before` is done, which goes with it.
///
/// # Errors
/// The reason for which it would be refused.
pub fn judge_after(
    projection: &Projection,
    before: &[Op],
    op: &Op,
    session: &SignedIn,
) -> Result<Effect, Rejection> {
    let made = |key: RecordKey| {
        let mut records = before.iter().filter_map(|op| match op {
            Op::Create { record } => Some(&**record),
            _ => None,
        });
        records.find(|record| record.key() == Some(key))
    };
    let find = |key: RecordKey| made(key).or_else(|| projection.record(key));
    apply_op(
        ApplyContext {
            rights: &session.info.rights,
            ..ApplyContext::local(session.actor(), time_for(projection, op))
        },
        op,
        find,
    )
}

/// A time that no rule objects to: of those that look at it the page has asked its clock, and the server has
/// the last word.
fn time_for(projection: &Projection, op: &Op) -> Timestamp {
    let job = match op {
        Op::SetJobStatus { job, .. } => projection.job(*job),
        _ => None,
    };
    let last = job.and_then(|job| job.steps.last());
    last.map_or(Timestamp(0), |step| step.at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{edit_entry, job, signed_in, status_entry, title_edit, with_outbox};
    use afield_domain::{JobStatus, StepKind, UserId};

    #[test]
    fn what_was_finished_by_mistake_is_reopened_whatever_the_time_is_here() {
        let steps = [JobStatus::Started, JobStatus::Finished];
        let entries: Vec<_> = (1..)
            .zip(steps)
            .map(|(seq, to)| status_entry(seq, job(1).id, to))
            .collect();
        let reopen = Op::SetJobStatus {
            job: job(1).id,
            to: JobStatus::Started,
            kind: StepKind::Reopened,
            reason: String::new(),
        };
        let judged = judge(&with_outbox(&entries), &reopen, &signed_in());
        assert!(matches!(judged, Ok(Effect::Write(_))));
    }

    #[test]
    fn a_change_is_judged_on_what_the_user_sees() {
        let unsent = edit_entry(1, job(1).id, &[title_edit("Boiler", "Pump")]);
        let projection = with_outbox(&[unsent]);
        let edit = |base: &str, new: &str| Op::EditJob {
            job: job(1).id,
            edits: vec![title_edit(base, new)],
            settles: None,
        };
        let session = signed_in();
        let judged = |op: &Op| judge(&projection, op, &session);
        assert_eq!(judged(&edit("Boiler", "Pump")), Ok(Effect::Already));
        assert!(matches!(
            judged(&edit("Pump", "Valve")),
            Ok(Effect::Write(_))
        ));
        let step = |to| Op::set_status(job(1).id, to);
        assert!(judged(&step(JobStatus::Started)).is_ok());
        assert!(judged(&step(JobStatus::Finished)).is_err());
        let mut other = signed_in();
        other.info.user.id = UserId(uuid::Uuid::from_u128(77));
        let refused = judge(&projection, &step(JobStatus::Started), &other);
        assert_eq!(refused, Err(Rejection::Forbidden));
    }
}
