//! What is asked before a step of a job's status.
//!
//! Owns [`asks_before`]. Pure. A company that wants a finish with open questions refused instead of
//! explained is asked for by the sheet itself.

use super::progress::progress;
use crate::routes::JobAsk;
use afield_domain::answers::answer_to;
use afield_domain::{
    Answer, FieldValue, Job, JobId, JobStatus, Module, Op, Question, Record, StepKind, UserId,
};
use afield_sync::view::Projection;

/// Whether what was typed as the answer to a question cannot be saved as it stands.
pub type IsFlawed = fn(&Question, &FieldValue) -> bool;

/// Where the job's page is not open, what can be saved has been: what is left of its drafts cannot. The page itself reads
/// them as it would save them, which Today need not be able to.
pub const LEFT_OVER: IsFlawed = |_, typed| *typed != FieldValue::Nothing;

/// What was typed on a job and is not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unsaved {
    /// Answers that cannot be saved as they stand.
    pub answers: usize,
    /// Whether a note was typed and not added.
    pub note: bool,
}

impl Unsaved {
    /// What is unsaved of the drafts `typed` to the questions of `job`, and of the draft of a note. A draft that can
    /// be saved is on its way.
    #[must_use]
    pub fn of(job: &Job, typed: &[Answer], note: &str, is_flawed: IsFlawed) -> Self {
        let is_flawed =
            |question: &&Question| is_flawed(question, answer_to(typed, &question.item));
        Self {
            answers: job.checklist.iter().filter(is_flawed).count(),
            note: !note.trim().is_empty(),
        }
    }
}

/// What the job's page asks before `user` does `op`; nothing for most. `unsaved` is of the job of `op`.
#[must_use]
pub fn asks_before(
    projection: &Projection,
    user: UserId,
    op: &Op,
    unsaved: Unsaved,
) -> Option<JobAsk> {
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
            (open.is_some() || unsaved != Unsaved::default()).then_some(JobAsk::Finish)
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
    use crate::shared::answers::view_model::canonical;
    use afield_domain::{Language, QuestionKind};

    fn asked(projection: &Projection, to: JobStatus) -> Option<JobAsk> {
        asks_before(
            projection,
            signed_in().user(),
            &Op::set_status(job(1).id, to),
            Unsaved::default(),
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
        let user = signed_in().user();
        assert_eq!(
            asks_before(&projection, user, &told, Unsaved::default()),
            None
        );
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

    #[test]
    fn what_is_typed_and_not_saved_is_asked_about_before_a_finish() {
        let mut of = job(1);
        let number = QuestionKind::Number {
            min: None,
            max: None,
            unit: String::new(),
        };
        of.checklist = vec![Question::new("flow", "Flow?", number)];
        let unsaved = |typed: &str, note| {
            let typed = Answer {
                item: "flow".into(),
                value: FieldValue::Text(typed.into()),
            };
            Unsaved::of(&of, &[typed], note, |question, typed| {
                canonical(question, typed, Language::English).is_err()
            })
        };
        assert_eq!(unsaved("21.5", " "), Unsaved::default());
        let two_meanings = Unsaved {
            answers: 1,
            note: false,
        };
        assert_eq!(unsaved("1,000", ""), two_meanings);
        let note = unsaved("", "The gate is");
        assert!(note.note && note.answers == 0);
        for (unsaved, asks) in [
            (two_meanings, Some(JobAsk::Finish)),
            (note, Some(JobAsk::Finish)),
            (Unsaved::default(), None),
        ] {
            let finish = Op::set_status(job(1).id, JobStatus::Finished);
            let user = signed_in().user();
            assert_eq!(asks_before(&projection(), user, &finish, unsaved), asks);
        }
    }
}
