//! Tasks and submitted forms as the screens show them.

use super::*;
use crate::samples::{NOON, entry, job, projection, signed_in, user};
use crate::shared::tasks::{TaskList, task_list};
use afield_domain::answers::Test;
use afield_domain::{Answer, FieldValue, JobStatus, Op, Question, QuestionKind, Rev, Versioned};
use afield_domain::{AssetId, Module, TemplateId};
use afield_sync::{OutboxEntry, OutboxMeta, OutboxView};
use uuid::Uuid;

fn task(n: u128, place: u32, status: TaskStatus) -> ServiceTask {
    ServiceTask {
        id: TaskId(Uuid::from_u128(7000 + n)),
        job: job(1).id,
        place,
        title: format!("Task {n}"),
        status,
        asset: (n == 1).then_some(AssetId(Uuid::from_u128(60))),
        template: (n == 1).then_some(template().id),
    }
}

fn template() -> FormTemplate {
    let leak = Question {
        fails: Some(Test::any_of(&["yes"])),
        ..Question::new("leak", "Any leak?", QuestionKind::YesNo)
    };
    FormTemplate {
        id: TemplateId(Uuid::from_u128(61)),
        name: "Inspection".into(),
        questions: vec![leak],
    }
}

fn boiler() -> Asset {
    Asset {
        archived: false,
        id: AssetId(Uuid::from_u128(60)),
        name: "Boiler 7".into(),
        model: String::new(),
        serial: String::new(),
        code: String::new(),
        location: String::new(),
        installed: String::new(),
        customer: None,
        property: None,
    }
}

fn answers(leak: &str) -> Vec<Answer> {
    vec![Answer {
        item: "leak".into(),
        value: FieldValue::Text(leak.into()),
    }]
}

fn submission(n: u128, leak: &str) -> Submission {
    Submission {
        id: SubmissionId(Uuid::from_u128(7500 + n)),
        job: job(1).id,
        task: Some(task(1, 0, TaskStatus::Open).id),
        template: template().id,
        answers: answers(leak),
        author: user().id,
        author_name: "Anna".into(),
        made_at: NOON.plus_ms(n as i64),
    }
}

fn with(tasks: &[ServiceTask], submissions: &[Submission], entries: &[OutboxEntry]) -> Projection {
    let rev = Rev(1);
    let all = |records: Vec<Record>| -> Vec<Versioned> {
        let versioned = |record| Versioned { rev, record };
        records.into_iter().map(versioned).collect()
    };
    let mut projection = projection();
    projection.set_module(
        Module::Task,
        all(tasks.iter().cloned().map(Record::Task).collect()),
    );
    let made = submissions.iter().cloned().map(Record::Submission);
    projection.set_module(Module::Submission, all(made.collect()));
    projection.set_module(Module::Form, all(vec![Record::Form(template())]));
    projection.set_module(Module::Asset, all(vec![Record::Asset(boiler())]));
    projection.set_outbox(&OutboxView {
        meta: OutboxMeta {
            session: Some(signed_in()),
            ..OutboxMeta::default()
        },
        entries: entries.to_vec(),
        ..OutboxView::default()
    });
    projection
}

fn submit(seq: u64) -> OutboxEntry {
    let Submission {
        id,
        job,
        task,
        template,
        answers,
        ..
    } = submission(9, "no");
    entry(
        seq,
        Op::SubmitForm {
            submission: id,
            job,
            task,
            template,
            answers,
        },
    )
}

#[test]
fn tasks_stand_in_their_place_with_what_they_are_done_on() {
    let tasks = [task(1, 2, TaskStatus::Open), task(2, 1, TaskStatus::Done)];
    let list = task_list(&with(&tasks, &[], &[]), job(1).id);
    let titles: Vec<_> = list.rows.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(titles, ["Task 2", "Task 1"]);
    let shown: Vec<_> = list
        .rows
        .iter()
        .map(|row| (row.asset.as_str(), row.submitted))
        .collect();
    assert_eq!(shown, [("", None), ("Boiler 7", Some(false))]);
    assert!(!list.offers_finish);
    assert_eq!(
        task_list(&with(&tasks, &[], &[]), job(2).id),
        TaskList::default()
    );
}

#[test]
fn a_form_that_waits_on_this_phone_is_submitted_and_unsent() {
    let projection = with(&[task(1, 1, TaskStatus::Open)], &[], &[submit(1)]);
    let list = task_list(&projection, job(1).id);
    let row = list.rows.first().unwrap();
    assert_eq!((row.submitted, row.unsent), (Some(true), true));
}

/// A second window of the same user, or somebody else, is noticed before a second form is submitted.
#[test]
fn what_was_submitted_for_a_task_counts_whoever_did_it_and_wherever_it_waits() {
    let tasks = [task(1, 1, TaskStatus::Open), task(2, 2, TaskStatus::Open)];
    let stored = submission(3, "yes");
    let (of_job, of_task) = (job(1).id, stored.task.unwrap());
    let all = |submissions: &[Submission], entries: &[OutboxEntry]| {
        submitted_for(&with(&tasks, submissions, entries), of_job, of_task).len()
    };
    assert_eq!(all(&[], &[]), 0);
    assert_eq!(all(&[], &[submit(1)]), 1);
    assert_eq!(all(&[stored], &[submit(1)]), 2);
    let other = tasks.iter().find(|task| task.id != of_task).unwrap().id;
    let projection = with(&tasks, &[], &[submit(1)]);
    assert_eq!(submitted_for(&projection, of_job, other), []);
}

#[test]
fn finishing_is_offered_when_the_last_task_is_closed() {
    let closed = [
        task(1, 1, TaskStatus::Done),
        task(2, 2, TaskStatus::Skipped),
    ];
    let offers = |tasks: &[ServiceTask], entries: &[OutboxEntry]| {
        task_list(&with(tasks, &[], entries), job(1).id).offers_finish
    };
    assert!(offers(&closed, &[]));
    assert!(!offers(&[], &[]));
    let open = [
        task(1, 1, TaskStatus::Done),
        task(2, 2, TaskStatus::InProgress),
    ];
    assert!(!offers(&open, &[]));
    let close = Op::SetTaskStatus {
        task: task(2, 2, TaskStatus::Open).id,
        job: job(1).id,
        to: TaskStatus::Done,
    };
    assert!(offers(&open, &[entry(1, close)]));
    let step = |to| Op::set_status(job(1).id, to);
    let finish = [
        entry(1, step(JobStatus::Started)),
        entry(2, step(JobStatus::Finished)),
    ];
    assert!(!offers(&closed, &finish));
}

#[test]
fn a_task_shows_its_form_and_what_was_submitted_last_first() {
    let made = [submission(1, "yes"), submission(2, "no")];
    let projection = with(&[task(1, 1, TaskStatus::Open)], &made, &[]);
    let id = task(1, 1, TaskStatus::Open).id;
    let page = task_page(&projection, &signed_in(), &Zone::utc(), job(1).id, id).unwrap();
    assert_eq!((page.form, page.asset), (Some(template()), Some(boiler())));
    assert!(page.may_write && !page.unsent);
    assert_eq!(page.steps.first(), Some(&TaskStatus::Done));
    let shown: Vec<_> = page
        .submissions
        .iter()
        .map(|row| (row.id, row.failed))
        .collect();
    assert_eq!(shown, [(made[1].id, 0), (made[0].id, 1)]);
    // A task is only found on its own job.
    assert_eq!(
        task_page(&projection, &signed_in(), &Zone::utc(), job(2).id, id),
        None
    );
}

#[test]
fn a_submission_reads_as_it_was_asked() {
    let projection = with(
        &[task(1, 1, TaskStatus::Open)],
        &[submission(1, "yes")],
        &[submit(1)],
    );
    let page = |job_id, id| submission_page(&projection, &Zone::utc(), job_id, id);
    let sent = page(job(1).id, submission(1, "").id).unwrap();
    assert_eq!(
        (sent.task.as_str(), sent.row.failed, sent.row.unsent),
        ("Task 1", 1, false)
    );
    assert_eq!(sent.form, Some(template()));
    let unsent = page(job(1).id, submission(9, "").id).unwrap();
    assert_eq!(
        (unsent.row.author.as_str(), unsent.row.unsent),
        ("Anna", true)
    );
    assert_eq!(page(job(2).id, submission(1, "").id), None);
}

#[test]
fn a_form_with_a_required_question_is_needed_until_it_is_submitted() {
    let needs = |required, submissions: &[Submission]| {
        let mut projection = with(&[task(1, 1, TaskStatus::Open)], submissions, &[]);
        let mut form = template();
        form.questions[0].required = required;
        projection.set_record(
            form.id.into(),
            Some(crate::samples::versioned(Record::Form(form))),
        );
        let id = task(1, 1, TaskStatus::Open).id;
        let page = task_page(&projection, &signed_in(), &Zone::utc(), job(1).id, id);
        page.unwrap().needs_form
    };
    assert!(needs(true, &[]));
    assert!(!needs(true, &[submission(1, "no")]));
    assert!(!needs(false, &[]));
}
