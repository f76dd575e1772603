//! Take a job to another status.

use super::meaning::{Accepted, Case, Ends, Judgement, Meaning};
use crate::ids::{JobId, TaskId, UserId};
use crate::limits;
use crate::record::{Job, JobStatus, Record, RecordKey, StatusStep};
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
            return Ok(self.noted(job, case));
        }
        if !job.status.may_become(self.to, case.context.actor.role) {
            // Somebody else was faster, and who took this step did not know: it is done, what comes after
            // it can still be. Who saw the job as it is wants back, and that there is not.
            if !case.context.saw_target && job.status.is_beyond(self.to) {
                return Ok(self.noted(job, case));
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
            let step = self.step(by, at);
            // A copy that has moved on since holds this step already.
            if job.steps.len() < limits::STATUS_STEPS && !job.steps.contains(&step) {
                job.steps.push(step);
            }
        }
        Some(Record::Job(job))
    }
}

impl SetJobStatus {
    fn step(&self, by: Actor<'_>, at: Timestamp) -> StatusStep {
        StatusStep {
            to: self.to,
            at,
            by: by.name.to_owned(),
        }
    }

    /// The job has passed this step, or stands there by somebody else's hand: whoever took it without
    /// knowing was there all the same, and when is part of the job's history. It is put in by its time, but
    /// before the step that has led to where the job stands now: that one stays the last.
    fn noted(&self, job: &Job, case: &Case<'_, '_>) -> Judgement {
        let step = self.step(case.context.actor, case.context.made_at);
        let is_work = !matches!(self.to, JobStatus::Scheduled | JobStatus::Cancelled);
        let is_new = job.steps.len() < limits::STATUS_STEPS && !job.steps.contains(&step);
        let Some((last, earlier)) = job.steps.split_last() else {
            return Judgement::Already;
        };
        if case.context.saw_target || !is_work || !is_new || last.to != job.status {
            return Judgement::Already;
        }
        let is_before = |earlier: &StatusStep| earlier.at <= step.at;
        let place = earlier
            .iter()
            .rposition(is_before)
            .map_or(0, |last| last + 1);
        let mut noted = job.clone();
        noted.steps.insert(place, step);
        Judgement::Accepted(Accepted {
            noted: Some(Box::new(Record::Job(noted))),
            ..Accepted::default()
        })
    }
}

#[cfg(test)]
#[path = "set_job_status_tests.rs"]
mod tests;
