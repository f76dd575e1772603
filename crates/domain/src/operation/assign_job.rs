//! Give a job to somebody else, or to nobody. Needs a connection.

use super::meaning::{Case, Ends, Judgement, Meaning};
use crate::ids::{JobId, TaskId, UserId};
use crate::permission::Right;
use crate::record::{Job, JobField, Record, RecordKey};
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::user::Actor;

/// See [`super::Op::AssignJob`].
pub(super) struct AssignJob {
    pub(super) job: JobId,
    pub(super) assignee: Option<UserId>,
}

impl Meaning for AssignJob {
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
        self.assignee.into_iter().collect()
    }

    fn rights(&self) -> Vec<Right> {
        vec![Right::EditAssignee]
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        let job = case.job(self.job)?;
        if !JobField::Assignee.may_be_edited_by(case.context.actor.role) {
            return Err(Rejection::Forbidden);
        }
        if job.assignee == self.assignee {
            return Ok(Judgement::Already);
        }
        Ok(Judgement::as_asked())
    }

    fn effect(&self, target: Option<Record>, _: Actor<'_>, _: Timestamp) -> Option<Record> {
        match target {
            Some(Record::Job(job)) => Some(Record::Job(assigned(job, self.assignee))),
            other => other,
        }
    }
}

/// The job in other hands. Where the office asks for an answer, it asks anew.
pub(super) fn assigned(job: Job, assignee: Option<UserId>) -> Job {
    if job.assignee == assignee {
        return job;
    }
    Job {
        assignee,
        acceptance: job.acceptance.asked_anew(),
        ..job
    }
}
