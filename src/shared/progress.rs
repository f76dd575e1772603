//! How far a job is: the steps of its status with those not yet sent, and what is still open on it.
//!
//! Owns [`Step`] and [`JobProgress`], which every tab of a job's page counts by, and what is asked before
//! a finish. Pure.

use afield_domain::answers::{answer_to, is_asked};
use afield_domain::{FieldValue, Job, JobStatus, Op, StatusStep, StepKind, TaskStatus, Timestamp};
use afield_sync::OutboxEntry;
use afield_sync::held_entries;
use afield_sync::view::Projection;

/// A step of a job's status.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Step {
    /// The status it went to.
    pub to: JobStatus,
    /// When it was taken.
    pub at: Timestamp,
    /// Who took it, by name.
    pub by: String,
    /// What it is beside where it goes to.
    pub kind: StepKind,
    /// Why; may be empty.
    pub reason: String,
    /// Whether the office does not know of it yet.
    pub unsent: bool,
}

/// The steps of `job` as the picture has it, oldest first; `entries` are those of the signed-in user.
#[must_use]
pub fn steps_of(job: &Job, entries: &[OutboxEntry]) -> Vec<Step> {
    let is_unsent = |step: &StatusStep| {
        waiting(entries).any(|entry| {
            let is_it = matches!(
                entry.mutation.op,
                Op::SetJobStatus { job: of, to, .. } if (of, to) == (job.id, step.to)
            );
            is_it && entry.mutation.made_at() == step.at
        })
    };
    let step_of = |step: &StatusStep| Step {
        to: step.to,
        at: step.at,
        by: step.by.clone(),
        kind: step.kind,
        reason: step.reason.clone(),
        unsent: is_unsent(step),
    };
    job.steps.iter().map(step_of).collect()
}

/// The entries that are on their way: neither refused nor waiting for a refused one.
pub fn waiting(entries: &[OutboxEntry]) -> impl Iterator<Item = &OutboxEntry> {
    let held = held_entries(entries);
    entries.iter().filter(move |entry| {
        !entry.is_parked() && !entry.is_in_review() && !held.contains(entry.seq())
    })
}

/// How much of a job is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JobProgress {
    /// Questions that are asked.
    pub questions: usize,
    /// Of these, those that were answered.
    pub answered: usize,
    /// Questions that must be answered and are not.
    pub required_open: usize,
    /// Service tasks of the job.
    pub tasks: usize,
    /// Of these, those with nothing left to do.
    pub tasks_closed: usize,
    /// Notes on the job, unsent ones included.
    pub notes: usize,
}

impl JobProgress {
    /// Service tasks with something left to do.
    #[must_use]
    pub fn tasks_open(self) -> usize {
        self.tasks.saturating_sub(self.tasks_closed)
    }

    /// What is still to be done before the job can be finished with a good conscience: required questions
    /// and service tasks.
    #[must_use]
    pub fn left_open(self) -> Option<(usize, usize)> {
        let open = (self.required_open, self.tasks_open());
        (open != (0, 0)).then_some(open)
    }

    /// Whether every service task is done, by the office's word or by what this phone knows.
    #[must_use]
    pub fn offers_finish(self, job: &Job) -> bool {
        let all_closed = job.tasks_closed || self.tasks > 0;
        job.status.is_open() && all_closed && self.tasks_open() == 0
    }
}

/// How far `job` is, unsent changes included.
#[must_use]
pub fn progress(projection: &Projection, job: &Job) -> JobProgress {
    let mut progress = JobProgress::default();
    for question in job
        .checklist
        .iter()
        .filter(|question| question.kind.wants_answer())
    {
        if !is_asked(&job.checklist, question, &job.answers) {
            continue;
        }
        progress.questions += 1;
        if *answer_to(&job.answers, &question.item) != FieldValue::Nothing {
            progress.answered += 1;
        } else if question.required {
            progress.required_open += 1;
        }
    }
    for (task, _) in projection.tasks_of(job.id) {
        progress.tasks += 1;
        progress.tasks_closed += usize::from(TaskStatus::is_closed(task.status));
    }
    progress.notes = projection.notes_of(job.id).count();
    progress
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job, parked, projection, status_entry, versioned, with_outbox};
    use afield_domain::{
        Answer, Module, Question, QuestionKind, Record, Rejection, ServiceTask, TaskId,
    };
    use uuid::Uuid;

    fn question(item: &str, kind: QuestionKind, required: bool) -> Question {
        Question {
            required,
            ..Question::new(item, item, kind)
        }
    }

    fn task(n: u128, status: TaskStatus) -> Record {
        Record::Task(ServiceTask {
            id: TaskId(Uuid::from_u128(700 + n)),
            job: job(1).id,
            place: n as u32,
            title: format!("Task {n}"),
            status,
            asset: None,
            template: None,
        })
    }

    #[test]
    fn a_step_on_its_way_is_told_from_those_of_the_office() {
        let entries = [
            status_entry(2, job(1).id, JobStatus::Started),
            status_entry(3, job(2).id, JobStatus::Started),
            status_entry(4, job(1).id, JobStatus::Paused),
        ];
        let told = |entries: &[OutboxEntry]| -> Vec<(JobStatus, bool)> {
            let picture = with_outbox(entries);
            let mut of = picture.job(job(1).id).unwrap().clone();
            of.steps
                .insert(0, StatusStep::usual(JobStatus::EnRoute, NOON, "Dora"));
            steps_of(&of, entries)
                .into_iter()
                .map(|step| (step.to, step.unsent))
                .collect()
        };
        let office = (JobStatus::EnRoute, false);
        assert_eq!(
            told(&entries),
            [
                office,
                (JobStatus::Started, true),
                (JobStatus::Paused, true)
            ]
        );
        // A refused step is none, and what waits for it is none either.
        let refused = [
            parked(entries[0].clone(), Rejection::Forbidden),
            entries[2].clone(),
        ];
        assert_eq!(told(&refused), [office]);
    }

    #[test]
    fn only_what_is_asked_and_wants_an_answer_counts() {
        let mut of = job(1);
        of.checklist = vec![
            question("head", QuestionKind::Heading, false),
            question("gas", QuestionKind::YesNo, true),
            question("note", QuestionKind::Text, false),
            question("photo", QuestionKind::Photo, true),
        ];
        of.answers = vec![Answer {
            item: "gas".into(),
            value: FieldValue::Text("yes".into()),
        }];
        let found = progress(&projection(), &of);
        let questions = (found.questions, found.answered, found.required_open);
        assert_eq!(questions, (3, 1, 1));
        assert_eq!(found.notes, 1);
    }

    #[test]
    fn finishing_is_offered_when_no_task_is_left() {
        use TaskStatus::{Done, Open, Skipped};
        let offers = |statuses: &[TaskStatus], of: &Job| {
            let mut projection = projection();
            let tasks = (1..)
                .zip(statuses)
                .map(|(n, status)| versioned(task(n, *status)));
            projection.set_module(Module::Task, tasks.collect());
            progress(&projection, of).offers_finish(of)
        };
        assert!(!offers(&[], &job(1)), "a job without tasks");
        assert!(!offers(&[Done, Open], &job(1)));
        assert!(offers(&[Done, Skipped], &job(1)));
        let mut closed = job(1);
        closed.tasks_closed = true;
        // The office says so, and this phone does not know the tasks, or has opened one again.
        assert!(offers(&[], &closed));
        assert!(!offers(&[Done, Open], &closed));
        closed.status = JobStatus::Finished;
        assert!(!offers(&[Done], &closed));
    }
}
