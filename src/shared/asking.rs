//! What is asked before a step of a job's status.
//!
//! Owns [`asks_before`]. Pure. A company that wants a finish with open questions refused instead of
//! explained is asked for by the sheet itself.

use super::progress::progress;
use crate::routes::JobAsk;
use afield_domain::{Job, JobId, JobStatus, Module, Op, Record, StepKind, UserId};
use afield_sync::view::Projection;

/// What the job's page asks before `user` does `op`; nothing for most.
#[must_use]
pub fn asks_before(projection: &Projection, user: UserId, op: &Op) -> Option<JobAsk> {
    let Op::SetJobStatus {
        job,
        to,
        kind: StepKind::Usual,
        ..
    } = op
    else {
        return None;
    };
    match to {
        JobStatus::Finished => {
            let open = progress(projection, projection.job(*job)?).left_open();
            open.map(|_| JobAsk::Finish)
        }
        JobStatus::Started => other_started(projection, user, *job).map(|_| JobAsk::Start),
        _ => None,
    }
}

/// Another job of `user` that is started beside `job`.
#[must_use]
pub fn other_started(projection: &Projection, user: UserId, job: JobId) -> Option<&Job> {
    let is_other = |other: &&Job| {
        let is_own = other.assignee == Some(user);
        is_own && other.id != job && other.status == JobStatus::Started
    };
    let jobs = projection.views(Module::Job);
    let mut jobs = jobs.filter_map(|view| match view.record {
        Record::Job(job) => Some(job),
        _ => None,
    });
    jobs.find(is_other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{job, projection, signed_in, status_entry, versioned, with_outbox};
    use afield_domain::{Question, QuestionKind};

    fn asked(projection: &Projection, to: JobStatus) -> Option<JobAsk> {
        asks_before(
            projection,
            signed_in().user(),
            &Op::set_status(job(1).id, to),
        )
    }

    #[test]
    fn a_finish_with_a_required_question_open_is_asked_about_and_others_are_not() {
        let mut projection = projection();
        assert_eq!(asked(&projection, JobStatus::Finished), None);
        let mut of = job(1);
        of.checklist = vec![Question {
            required: true,
            ..Question::new("safe", "Is it safe?", QuestionKind::YesNo)
        }];
        projection.set_record(of.id.into(), Some(versioned(Record::Job(of))));
        assert_eq!(
            asked(&projection, JobStatus::Finished),
            Some(JobAsk::Finish)
        );
        assert_eq!(asked(&projection, JobStatus::Paused), None);
        let told = Op::SetJobStatus {
            job: job(1).id,
            to: JobStatus::Finished,
            kind: StepKind::NotPossible,
            reason: "Locked".into(),
        };
        assert_eq!(asks_before(&projection, signed_in().user(), &told), None);
    }

    #[test]
    fn a_second_job_that_is_started_is_noticed() {
        let other = status_entry(1, job(2).id, JobStatus::Started);
        let projection = with_outbox(&[other]);
        assert_eq!(asked(&projection, JobStatus::Started), Some(JobAsk::Start));
        assert_eq!(asked(&projection, JobStatus::EnRoute), None);
        let paused = status_entry(2, job(2).id, JobStatus::Paused);
        let first = status_entry(1, job(2).id, JobStatus::Started);
        assert_eq!(
            asked(&with_outbox(&[first, paused]), JobStatus::Started),
            None
        );
    }
}
