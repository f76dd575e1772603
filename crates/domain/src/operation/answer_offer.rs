//! Accept a job that the office asked its technician to accept, or reject it. Needs a connection.

use super::meaning::{Case, Ends, Judgement, Meaning};
use crate::ids::{JobId, TaskId, UserId};
use crate::limits;
use crate::permission::Right;
use crate::record::{Acceptance, Job, JobField, Record, RecordKey};
use crate::rejection::Rejection;
use crate::text;
use crate::time::Timestamp;
use crate::user::Actor;

/// See [`super::Op::AnswerOffer`].
pub(super) struct AnswerOffer<'o> {
    pub(super) job: JobId,
    pub(super) accept: bool,
    pub(super) reason: &'o str,
}

impl Meaning for AnswerOffer<'_> {
    fn target(&self) -> RecordKey {
        self.job.into()
    }

    fn job(&self) -> Option<JobId> {
        Some(self.job)
    }

    fn task(&self) -> Option<TaskId> {
        None
    }

    fn needs(&self) -> Vec<RecordKey> {
        vec![self.job.into()]
    }

    fn creates(&self) -> bool {
        false
    }

    fn looks_at(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn ends(&self) -> Ends {
        Ends::Nothing
    }

    fn needs_connection(&self) -> bool {
        true
    }

    fn assignees(&self) -> Vec<UserId> {
        Vec::new()
    }

    fn rights(&self) -> Vec<Right> {
        vec![Right::AnswerOffer]
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        text::optional("reason", self.reason, limits::LINE_CHARS)?;
        let job = case.job(self.job)?;
        if !self.accept && was_rejected(case, job) {
            return Ok(Judgement::Already);
        }
        if job.assignee != Some(case.context.actor.id) {
            return Err(Rejection::Forbidden);
        }
        match (job.acceptance, self.accept) {
            (Acceptance::Accepted, true) => Ok(Judgement::Already),
            (Acceptance::Asked, _) if job.status.is_open() => Ok(Judgement::as_asked()),
            _ => Err(Rejection::Outdated),
        }
    }

    fn effect(&self, target: Option<Record>, _: Actor<'_>, _: Timestamp) -> Option<Record> {
        match target {
            Some(Record::Job(job)) => Some(Record::Job(answered(job, self.accept))),
            other => other,
        }
    }
}

/// The job once it was answered. A rejected one is nobody's, so that it leaves the phone of the one who
/// rejected it.
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

/// Whether the actor has rejected the job and nobody has got it since.
fn was_rejected(case: &Case<'_, '_>, job: &Job) -> bool {
    // Whoever took the assignee away has rejected it.
    job.acceptance == Acceptance::Rejected
        && job.assignee.is_none()
        && case
            .context
            .stamps
            .iter()
            .any(|stamp| stamp.field == JobField::Assignee && stamp.by == case.context.actor.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{ApplyContext, Effect, Op};
    use crate::record::FieldStamp;
    use crate::record::JobStatus;
    use crate::user::Role;
    use crate::{apply_op, fold_op};
    use uuid::Uuid;

    const ANNA: UserId = UserId(Uuid::from_u128(1));
    const BEN: UserId = UserId(Uuid::from_u128(2));
    const JOB: JobId = JobId(Uuid::from_u128(7));

    fn actor(id: UserId) -> Actor<'static> {
        Actor {
            id,
            name: "Anna",
            role: Role::Technician,
        }
    }

    fn asked(acceptance: Acceptance) -> Job {
        Job {
            id: JOB,
            assignee: Some(ANNA),
            acceptance,
            ..Job::BLANK
        }
    }

    fn answer(job: &Job, user: UserId, accept: bool, stamps: &[FieldStamp]) -> &'static str {
        let context = ApplyContext {
            saw_target: true,
            stamps,
            ..ApplyContext::local(actor(user), Timestamp(5))
        };
        let op = Op::AnswerOffer {
            job: JOB,
            accept,
            reason: " no key ".into(),
        };
        let before = Record::Job(job.clone());
        match apply_op(context, &op, |_| Some(&before)) {
            Ok(Effect::Already) => "already",
            Ok(Effect::Write(records)) => {
                // What the phone would show is what the server writes.
                let fold = |view| fold_op(JOB.into(), view, &op, actor(user), Timestamp(5));
                let view = fold(Some(before.clone()));
                assert_eq!(view.as_slice(), records);
                assert_eq!(fold(view.clone()), view);
                match view {
                    Some(Record::Job(job)) if job.assignee == Some(ANNA) => "accepted",
                    _ => "rejected",
                }
            }
            Err(Rejection::Forbidden) => "forbidden",
            Err(Rejection::Outdated) => "outdated",
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_may_answer_what() {
        use Acceptance::{Accepted, Asked, NotAsked, Rejected};
        for (state, user, on_accept, on_reject) in [
            (Asked, ANNA, "accepted", "rejected"),
            (Asked, BEN, "forbidden", "forbidden"),
            (NotAsked, ANNA, "outdated", "outdated"),
            (NotAsked, BEN, "forbidden", "forbidden"),
            (Accepted, ANNA, "already", "outdated"),
            (Rejected, ANNA, "outdated", "outdated"),
        ] {
            let job = asked(state);
            let got = (
                answer(&job, user, true, &[]),
                answer(&job, user, false, &[]),
            );
            assert_eq!(got, (on_accept, on_reject), "{state:?}");
        }
    }

    #[test]
    fn only_who_rejected_a_job_hears_that_it_is_done() {
        let stamps = [FieldStamp {
            field: JobField::Assignee,
            item: String::new(),
            by: ANNA,
            name: "Anna".into(),
            office: false,
            at: Timestamp(5),
        }];
        let rejected = answered(asked(Acceptance::Asked), false);
        assert_eq!(answer(&rejected, ANNA, false, &stamps), "already");
        assert_eq!(answer(&rejected, ANNA, true, &stamps), "forbidden");
        assert_eq!(answer(&rejected, BEN, false, &stamps), "forbidden");
    }

    #[test]
    fn a_closed_job_waits_for_no_answer_and_a_reason_has_its_limit() {
        let closed = Job {
            status: JobStatus::Cancelled,
            ..asked(Acceptance::Asked)
        };
        assert_eq!(answer(&closed, ANNA, true, &[]), "outdated");
        let context = ApplyContext::local(actor(ANNA), Timestamp(5));
        let long = "x".repeat(limits::LINE_CHARS + 1);
        let before = Record::Job(asked(Acceptance::Asked));
        let op = Op::AnswerOffer {
            job: JOB,
            accept: false,
            reason: long,
        };
        let refused = apply_op(context, &op, |_| Some(&before));
        assert!(matches!(refused, Err(Rejection::Invalid { .. })));
    }
}
