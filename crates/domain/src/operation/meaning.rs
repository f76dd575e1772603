//! What every operation must say about itself.
//!
//! Owns [`Meaning`], which each operation implements in its own file, [`Case`] (what it is judged on) and
//! [`Judgement`]. Must never know a particular operation.

use super::Op;
use super::context::ApplyContext;
use crate::ids::{AttachmentId, JobId, TaskId, UserId};
use crate::permission::{Right, may_work_on};
use crate::record::{Job, Record, RecordKey};
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::user::Actor;

/// The one meaning of an operation, on server and phone. Nothing here has a default: whoever adds an
/// operation answers every question.
pub(super) trait Meaning {
    /// The record whose lane it runs in, and that it changes.
    fn target(&self) -> RecordKey;

    /// The job it is about, if it is about one.
    fn job(&self) -> Option<JobId>;

    /// The service task it is about.
    fn task(&self) -> Option<TaskId>;

    /// The records that must be there before it can be applied.
    fn needs(&self) -> Vec<RecordKey>;

    /// Whether it makes its target.
    fn creates(&self) -> bool;

    /// What the judge looks at besides: any of it may be missing.
    fn looks_at(&self) -> Vec<RecordKey>;

    /// What it brings to an end, and so waits for everything done there before.
    fn ends(&self) -> Ends;

    /// Whether somebody waits for what becomes of it: then it is never queued, and judged only on the very
    /// copy that its user saw.
    fn needs_connection(&self) -> bool;

    /// The users whose a job shall be. Only the server knows whether they are active users of the company.
    fn assignees(&self) -> Vec<UserId>;

    /// The rights that it takes, each of which a company may have taken from the actor's role.
    fn rights(&self) -> Vec<Right>;

    /// Whether the actor may do it, whether it is valid, and whether anything is left to do.
    ///
    /// # Errors
    /// The [`Rejection`] that goes into the verdict.
    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection>;

    /// The target after it, given the target before. Total, and done twice it is done once: a copy
    /// that already holds the effect comes out as it went in.
    fn effect(&self, target: Option<Record>, by: Actor<'_>, at: Timestamp) -> Option<Record>;
}

/// What an operation brings to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// Nothing.
    Nothing,
    /// The work on its service task.
    Task,
    /// The work on its job.
    Job,
}

/// What a judge says of what it did not refuse.
#[derive(Debug)]
pub(super) enum Judgement {
    /// The state already is as asked for.
    Already,
    /// It is to be done, in this form.
    Accepted(Accepted),
}

/// What is to be done, and to be written with it.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    /// What is done in the place of what was asked for: the edits that win, the answers calculated anew.
    pub(super) instead: Option<Box<Op>>,
    /// The target after it, where what was asked for is noted and not done.
    pub(super) noted: Option<Box<Record>>,
    /// What is written before the target: the target refers to it.
    pub(super) ahead: Vec<Record>,
    /// What is written besides the target.
    pub(super) besides: Vec<Record>,
    /// Whether it has met another's change: then `besides` holds the conflicts.
    pub(super) has_conflicts: bool,
}

impl Judgement {
    /// It is to be done as asked for.
    pub(super) fn as_asked() -> Self {
        Self::Accepted(Accepted::default())
    }
}

/// What an operation is judged on: who asks, and the records of this moment.
pub(super) struct Case<'a, 'r> {
    /// Who asks, and when it was done.
    pub(super) context: ApplyContext<'a>,
    /// The records that [`Op::reads`] names.
    pub(super) lookup: &'a dyn Fn(RecordKey) -> Option<&'r Record>,
}

impl<'r> Case<'_, 'r> {
    /// The record, if it is there.
    pub(super) fn find(&self, key: impl Into<RecordKey>) -> Option<&'r Record> {
        (self.lookup)(key.into())
    }

    /// The job.
    pub(super) fn job(&self, id: JobId) -> Result<&'r Job, Rejection> {
        match self.find(id) {
            Some(Record::Job(job)) => Ok(job),
            _ => Err(Rejection::NotFound),
        }
    }

    /// Whether the actor may work on `job`.
    pub(super) fn check_right(&self, job: &Job) -> Result<(), Rejection> {
        if self.context.waives || may_work_on(self.context.actor, job) {
            Ok(())
        } else {
            Err(Rejection::Forbidden)
        }
    }

    /// Whether all of `keys` are there.
    pub(super) fn check_all(&self, keys: &[RecordKey]) -> Result<(), Rejection> {
        if keys.iter().all(|key| self.find(*key).is_some()) {
            Ok(())
        } else {
            Err(Rejection::NotFound)
        }
    }

    /// Whether every one of `files` is an attachment of `job`.
    pub(super) fn check_files(&self, job: JobId, files: &[AttachmentId]) -> Result<(), Rejection> {
        let is_of_job = |file: &AttachmentId| matches!(self.find(*file), Some(Record::Attachment(found)) if found.job == job);
        if files.iter().all(is_of_job) {
            Ok(())
        } else {
            Err(Rejection::NotFound)
        }
    }
}

/// The keys of `files`.
pub(super) fn keys_of(files: &[AttachmentId]) -> impl Iterator<Item = RecordKey> + '_ {
    files.iter().map(|file| RecordKey::from(*file))
}
