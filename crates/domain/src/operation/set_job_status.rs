//! Take a job to another status.

use super::meaning::{Accepted, Case, Ends, Judgement, Meaning};
use crate::answers::open_required;
use crate::ids::{JobId, TaskId, UserId};
use crate::limits;
use crate::permission::{Right, may_reopen};
use crate::record::{Job, JobStatus, Record, RecordKey, StatusStep, StepKind};
use crate::rejection::Rejection;
use crate::text;
use crate::time::Timestamp;
use crate::user::Actor;

/// See [`super::Op::SetJobStatus`].
pub(super) struct SetJobStatus<'o> {
    pub(super) job: JobId,
    pub(super) to: JobStatus,
    pub(super) kind: StepKind,
    pub(super) reason: &'o str,
}

impl Meaning for SetJobStatus<'_> {
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

    fn rights(&self) -> Vec<Right> {
        let right = match (self.kind, self.to) {
            (StepKind::NotPossible, _) => Right::NotPossible,
            (StepKind::Reopened, _) => Right::Reopen,
            (StepKind::Usual, JobStatus::Finished) => Right::Finish,
            (StepKind::Usual, JobStatus::Cancelled) => Right::Cancel,
            (StepKind::Usual, _) => Right::SetStatus,
        };
        vec![right]
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        let job = case.job(self.job)?;
        case.check_right(job)?;
        self.check_reason()?;
        if job.status == self.to {
            return Ok(self.noted(job, case));
        }
        if !self.is_allowed(job, case) {
            // Whoever stepped back did nothing there; what others have done since stays.
            if case.context.waives && self.to == JobStatus::Scheduled {
                return Ok(Judgement::Already);
            }
            // Somebody else was faster, and who took this step did not know: it is done, what comes after
            // it can still be. Who saw the job as it is wants back, and that there is not.
            let knew = case.context.saw_target || self.kind == StepKind::Reopened;
            if !knew && job.status.is_beyond(self.to) {
                return Ok(self.noted(job, case));
            }
            return Err(Rejection::IllegalStatus {
                from: job.status,
                to: self.to,
            });
        }
        // The office may call it a usual step; it reopens the job all the same.
        if self.kind == StepKind::Usual && job.status == JobStatus::Finished {
            case.context.rights.check(&[Right::Reopen])?;
        }
        let ends = self.kind == StepKind::Usual && self.to == JobStatus::Finished;
        let is_open = || open_required(&job.checklist, &job.answers) > 0;
        if ends && case.context.refuses_open_questions && is_open() {
            return Err(Rejection::OpenQuestions);
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

impl SetJobStatus<'_> {
    /// Nobody ends a job as not possible without a word. A finish needs none here: whether one with open
    /// required questions does is asked on the phone.
    fn check_reason(&self) -> Result<(), Rejection> {
        match self.kind {
            StepKind::NotPossible => text::required("reason", self.reason, limits::LINE_CHARS),
            StepKind::Usual | StepKind::Reopened => {
                text::optional("reason", self.reason, limits::LINE_CHARS)
            }
        }
        .map(drop)
    }

    fn is_allowed(&self, job: &Job, case: &Case<'_, '_>) -> bool {
        let actor = case.context.actor;
        // What was done there was done, wherever the job has come to stand meanwhile.
        if case.context.waives && self.is_work() && !job.status.is_beyond(self.to) {
            return true;
        }
        match self.kind {
            StepKind::Usual => job.status.may_become(self.to, actor.role),
            // Wherever one stands: nobody opens the door, or the customer calls it off on the way.
            StepKind::NotPossible => self.to == JobStatus::Finished && job.status.is_open(),
            StepKind::Reopened => {
                self.to == JobStatus::Started && may_reopen(actor, job, case.context.made_at)
            }
        }
    }

    fn is_work(&self) -> bool {
        !matches!(self.to, JobStatus::Scheduled | JobStatus::Cancelled)
    }

    fn step(&self, by: Actor<'_>, at: Timestamp) -> StatusStep {
        StatusStep {
            kind: self.kind,
            reason: self.reason.trim().to_owned(),
            ..StatusStep::usual(self.to, at, by.name)
        }
    }

    /// The job has passed this step, or stands there by somebody else's hand: whoever took it without
    /// knowing was there all the same, and when is part of the job's history. It is put in by its time, but
    /// before the step that has led to where the job stands now: that one stays the last.
    fn noted(&self, job: &Job, case: &Case<'_, '_>) -> Judgement {
        let step = self.step(case.context.actor, case.context.made_at);
        let is_new = job.steps.len() < limits::STATUS_STEPS && !job.steps.contains(&step);
        let Some((last, earlier)) = job.steps.split_last() else {
            return Judgement::Already;
        };
        let reopens = self.kind == StepKind::Reopened;
        if case.context.saw_target || reopens || !self.is_work() || !is_new || last.to != job.status
        {
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
