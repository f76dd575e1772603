//! Take a job to another status.

use super::meaning::{Case, Ends, Judgement, Meaning};
use crate::ids::{JobId, TaskId, UserId};
use crate::limits;
use crate::record::{JobStatus, Record, RecordKey, StatusStep};
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::user::Actor;

/// See [`super::Op::SetJobStatus`].
pub(super) struct SetJobStatus {
    pub(super) job: JobId,
    pub(super) to: JobStatus,
}

impl Meaning for SetJobStatus {
    fn target(&self) -> RecordKey {
        self.job.into()
    }

    fn job(&self) -> JobId {
        self.job
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

    fn looks_at(&self) -> Option<RecordKey> {
        None
    }

    fn ends(&self) -> Ends {
        if self.to == JobStatus::Finished {
            Ends::Job
        } else {
            Ends::Nothing
        }
    }

    fn needs_connection(&self) -> bool {
        false
    }

    fn assignees(&self) -> Vec<UserId> {
        Vec::new()
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        let job = case.job(self.job)?;
        case.check_right(job)?;
        if job.status == self.to {
            return Ok(Judgement::Already);
        }
        if !job.status.may_become(self.to, case.context.actor.role) {
            // Somebody else was faster, and who took this step did not know: it is done, what comes after
            // it can still be. Who saw the job as it is wants back, and that there is not.
            if !case.context.saw_target && job.status.is_beyond(self.to) {
                return Ok(Judgement::Already);
            }
            return Err(Rejection::IllegalStatus {
                from: job.status,
                to: self.to,
            });
        }
        Ok(Judgement::as_asked())
    }

    fn effect(&self, target: Option<Record>, by: Actor<'_>, at: Timestamp) -> Option<Record> {
        let Some(Record::Job(mut job)) = target else {
            return target;
        };
        if job.status != self.to {
            job.status = self.to;
            let step = StatusStep {
                to: self.to,
                at,
                by: by.name.to_owned(),
            };
            // A copy that has moved on since holds this step already.
            if job.steps.len() < limits::STATUS_STEPS && !job.steps.contains(&step) {
                job.steps.push(step);
            }
        }
        Some(Record::Job(job))
    }
}
