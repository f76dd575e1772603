//! The forms of service tasks, and how technicians fill them in.
//!
//! Owns both. Each job's first task has one, so that a form reaches a phone with the jobs that refer to it
//! and leaves with the last of them.

use super::{id_of, task_id};
use afield_domain::answers::{NO, Test, YES};
use afield_domain::{
    Answer, FieldValue, FormTemplate, JobStatus, Op, Question, QuestionKind, Record, SubmissionId,
    TaskStatus, TemplateId,
};
use afield_sync::Intent;
use afield_sync::testing::fixtures::set;
use uuid::Uuid;

/// Forms; each technician's jobs at the start have one of their own.
const FORMS: u8 = 3;
/// The answer that is calculated, and that no phone is believed.
const SUM: &str = "sum";

/// The forms.
pub fn forms() -> impl Iterator<Item = Record> {
    (0..FORMS).map(|n| {
        let number = QuestionKind::Number {
            min: Some("0".into()),
            max: Some("9".into()),
            unit: "bar".into(),
        };
        let sum = QuestionKind::Calculation {
            formula: "pressure + 1".into(),
            decimals: 0,
            unit: String::new(),
        };
        Record::Form(FormTemplate {
            id: form_id(n),
            name: format!("Form {n}"),
            questions: vec![
                Question {
                    required: true,
                    fails: Some(Test::any_of(&[NO])),
                    ..Question::new("tight", "Is it tight?", QuestionKind::YesNo)
                },
                Question::new("pressure", "Pressure", number),
                Question::new(SUM, "Sum", sum),
            ],
        })
    })
}

fn form_id(n: u8) -> TemplateId {
    TemplateId(Uuid::from_u128(0x5000 + u128::from(n % FORMS)))
}

/// The form of a job's first task.
pub(super) fn form_of(job: u8) -> TemplateId {
    form_id(job % super::JOBS)
}

/// A form of the job, filled in: now and then not as it must be, or another job's.
#[must_use]
pub fn submit(job: u8, fresh: u64) -> Intent {
    let template = match fresh % 11 {
        0 => form_id(job + 1),
        _ => form_of(job),
    };
    let answers = match fresh % 7 {
        0 => answered(&[("pressure", "3")]),
        1 => answered(&[("tight", YES), ("pressure", "12")]),
        2..=4 => answered(&[("tight", NO), ("pressure", "2"), (SUM, "40")]),
        _ => answered(&[("tight", YES)]),
    };
    Intent {
        op: Op::SubmitForm {
            submission: SubmissionId(Uuid::from_u128(0x6000_0000 + u128::from(fresh))),
            job: id_of(job),
            task: Some(task_id(job % super::JOBS, 0)),
            template,
            answers,
        },
        base_rev: None,
    }
}

/// A form, its task closed, and the job finished: what fails is followed up by another job.
#[must_use]
pub fn inspect(job: u8, fresh: u64) -> Vec<Intent> {
    let number = u128::from(job % super::JOBS);
    let close = Op::SetTaskStatus {
        task: task_id(job % super::JOBS, 0),
        job: id_of(job),
        to: TaskStatus::Done,
    };
    vec![
        submit(job, fresh),
        Intent {
            op: close,
            base_rev: None,
        },
        set(number, JobStatus::Started),
        set(number, JobStatus::Finished),
    ]
}

fn answered(answers: &[(&str, &str)]) -> Vec<Answer> {
    let answer = |(item, text): &(&str, &str)| Answer {
        item: (*item).to_owned(),
        value: FieldValue::Text((*text).to_owned()),
    };
    answers.iter().map(answer).collect()
}

/// A refused form as its user corrects it.
pub(super) fn corrected(op: &Op) -> Option<Op> {
    let Op::SubmitForm {
        submission,
        job,
        task,
        template,
        ..
    } = op
    else {
        return None;
    };
    Some(Op::SubmitForm {
        submission: *submission,
        job: *job,
        task: *task,
        template: *template,
        answers: answered(&[("tight", NO), ("pressure", "9")]),
    })
}
