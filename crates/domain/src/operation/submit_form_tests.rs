//! Tests of submitted forms: which form, of what size, and what a repeat means.

use super::*;
use crate::answers::{Question, QuestionKind};
use crate::ids::{JobId, SubmissionId, TaskId, TemplateId, UserId};
use crate::operation::{ApplyContext, Effect, apply_op};
use crate::record::{FormTemplate, Job, ServiceTask, TaskStatus};
use crate::time::Timestamp;
use crate::user::{Actor, Role};
use uuid::Uuid;

const JOB: JobId = JobId(Uuid::from_u128(7));
const TASK: TaskId = TaskId(Uuid::from_u128(8));
const FORM: TemplateId = TemplateId(Uuid::from_u128(50));
const OTHER: TemplateId = TemplateId(Uuid::from_u128(51));
const ANNA: UserId = UserId(Uuid::from_u128(1));

fn form(id: TemplateId) -> Record {
    let question = |n: usize| Question::new(&format!("q{n}"), "What?", QuestionKind::Text);
    Record::Form(FormTemplate {
        id,
        name: "Form".into(),
        questions: (0..12).map(question).collect(),
    })
}

fn world() -> Vec<Record> {
    let job = Job {
        id: JOB,
        assignee: Some(ANNA),
        ..Job::BLANK
    };
    let task = ServiceTask {
        id: TASK,
        job: JOB,
        place: 1,
        title: "Check".into(),
        status: TaskStatus::Open,
        asset: None,
        template: Some(FORM),
    };
    vec![
        Record::Job(job),
        Record::Task(task),
        form(FORM),
        form(OTHER),
    ]
}

fn submit(template: TemplateId, answers: usize, chars: usize) -> Op {
    Op::SubmitForm {
        submission: SubmissionId(Uuid::from_u128(9)),
        job: JOB,
        task: Some(TASK),
        template,
        answers: (0..answers)
            .map(|n| Answer {
                item: format!("q{n}"),
                value: FieldValue::Text("x".repeat(chars)),
            })
            .collect(),
    }
}

fn judge(op: &Op, records: &[Record]) -> Result<Effect, Rejection> {
    let anna = Actor {
        id: ANNA,
        name: "Anna",
        role: Role::Technician,
    };
    let context = ApplyContext::local(anna, Timestamp(5));
    apply_op(context, op, |key| {
        records.iter().find(|record| record.key() == Some(key))
    })
}

#[test]
fn a_form_of_another_template_is_not_the_task_s_form() {
    assert!(judge(&submit(FORM, 1, 3), &world()).is_ok());
    let other = judge(&submit(OTHER, 1, 3), &world());
    assert_eq!(other, Err(Rejection::NotFound));
}

#[test]
fn a_form_that_would_fit_in_no_push_is_refused_before_it_is_saved() {
    let too_long = |max| {
        Err(Rejection::Invalid {
            field: "answers".into(),
            problem: Problem::TooLong { max },
        })
    };
    assert!(judge(&submit(FORM, 9, limits::NOTE_CHARS), &world()).is_ok());
    let large = judge(&submit(FORM, 12, limits::NOTE_CHARS), &world());
    assert_eq!(large, too_long(limits::FORM_BYTES));
    let many = judge(&submit(FORM, limits::QUESTIONS + 1, 1), &world());
    assert_eq!(many, too_long(limits::QUESTIONS));
}

#[test]
fn the_same_submission_again_is_done_and_another_under_its_id_is_forged() {
    let mut records = world();
    let Ok(Effect::Write(written)) = judge(&submit(FORM, 1, 3), &records) else {
        panic!("a good form is written");
    };
    records.extend(written);
    assert_eq!(judge(&submit(FORM, 1, 3), &records), Ok(Effect::Already));
    let forged = judge(&submit(FORM, 1, 4), &records);
    assert_eq!(forged, Err(Rejection::Forbidden));
}
