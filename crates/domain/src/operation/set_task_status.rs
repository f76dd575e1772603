//! Take a service task to another status.

use super::meaning::{Case, Ends, Judgement, Meaning};
use crate::ids::{JobId, TaskId, UserId};
use crate::permission::Right;
use crate::record::{Record, RecordKey, TaskStatus};
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::user::Actor;

/// See [`super::Op::SetTaskStatus`].
pub(super) struct SetTaskStatus {
    pub(super) task: TaskId,
    pub(super) job: JobId,
    pub(super) to: TaskStatus,
}

impl Meaning for SetTaskStatus {
    fn target(&self) -> RecordKey {
        self.task.into()
    }

    fn job(&self) -> Option<JobId> {
        Some(self.job)
    }

    fn task(&self) -> Option<TaskId> {
        Some(self.task)
    }

    fn needs(&self) -> Vec<RecordKey> {
        vec![self.job.into(), self.task.into()]
    }

    fn creates(&self) -> bool {
        false
    }

    fn looks_at(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn ends(&self) -> Ends {
        if self.to.is_closed() {
            Ends::Task
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
        vec![Right::SetTaskStatus]
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        let job = case.job(self.job)?;
        let Some(Record::Task(task)) = case.find(self.task) else {
            return Err(Rejection::NotFound);
        };
        if task.job != self.job {
            return Err(Rejection::NotFound);
        }
        case.check_right(job)?;
        // Every step is legal: two people on one job must not park each other's work over a task.
        if task.status == self.to {
            return Ok(Judgement::Already);
        }
        Ok(Judgement::as_asked())
    }

    fn effect(&self, target: Option<Record>, _: Actor<'_>, _: Timestamp) -> Option<Record> {
        let Some(Record::Task(mut task)) = target else {
            return target;
        };
        task.status = self.to;
        Some(Record::Task(task))
    }
}
