//! What waits for what: notes for their photos, closed tasks for their forms, finished jobs for all.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // These are tests.

use afield_domain::{
    FieldEdit, FieldValue, JobField, JobStatus, Op, SubmissionId, TaskId, TaskStatus, TemplateId,
};
use afield_sync::outbox::depend::dependencies;
use afield_sync::testing::ModelServer;
use afield_sync::testing::fixtures::{
    add, add_with_file, attach, attachment_id, device, job, job_id, session, set, technician,
};
use afield_sync::{Intent, OutboxEntry};
use futures::executor::block_on;
use uuid::Uuid;

fn task(n: u128, to: TaskStatus) -> Intent {
    Intent {
        op: Op::SetTaskStatus {
            task: TaskId(Uuid::from_u128(n)),
            job: job_id(1),
            to,
        },
        base_rev: None,
    }
}

fn form(n: u128, of: u128) -> Intent {
    Intent {
        op: Op::SubmitForm {
            submission: SubmissionId(Uuid::from_u128(n)),
            job: job_id(1),
            task: Some(TaskId(Uuid::from_u128(of))),
            template: TemplateId(Uuid::from_u128(70)),
            answers: Vec::new(),
        },
        base_rev: None,
    }
}

fn saved(intents: &[Intent]) -> Vec<OutboxEntry> {
    let anna = technician(1);
    let server = ModelServer::new(anna.clone(), vec![job(1, &anna, JobStatus::Started)]);
    let engine = device(1, &server);
    block_on(engine.run_signed_in(&session(&anna))).unwrap();
    block_on(engine.run_enqueue(intents)).unwrap().put
}

/// The places of the earlier intents for which the last one waits.
#[track_caller]
fn check(intents: &[Intent], expected: &[usize]) {
    let entries = saved(intents);
    let (last, earlier) = entries.split_last().unwrap();
    let waits: Vec<usize> = earlier
        .iter()
        .enumerate()
        .filter(|(_, entry)| last.mutation.depends_on.contains(&entry.mutation.id))
        .map(|(place, _)| place)
        .collect();
    assert_eq!(waits, expected, "{:?}", last.mutation.op);
    assert_eq!(
        dependencies(&last.mutation.op, last.mutation.user, earlier),
        last.mutation.depends_on
    );
}

#[test]
fn a_note_waits_for_its_photos_and_for_no_others() {
    check(&[attach(1, 1), attach(2, 1), add_with_file(3, 1, 2)], &[1]);
    check(&[attach(1, 1), add(3, 1)], &[]);
}

#[test]
fn a_closed_task_waits_for_its_forms_and_not_for_those_of_another() {
    let done = task(5, TaskStatus::Done);
    check(&[form(1, 5), form(2, 6), done], &[0]);
    check(&[form(1, 5), task(5, TaskStatus::InProgress)], &[]);
}

#[test]
fn a_finished_job_waits_for_everything_done_on_it() {
    let all = [attach(1, 1), form(2, 5), task(5, TaskStatus::Done)];
    let all: Vec<Intent> = all
        .into_iter()
        .chain([set(1, JobStatus::Finished)])
        .collect();
    check(&all, &[0, 1, 2]);
}

#[test]
fn an_edit_that_waits_is_not_joined_with_one_that_does_not() {
    let edit = |field, item: &str, new| Intent {
        op: Op::EditJob {
            job: job_id(1),
            edits: vec![FieldEdit {
                field,
                item: item.into(),
                base: FieldValue::Nothing,
                new,
            }],
            settles: None,
        },
        base_rev: None,
    };
    let text = |text: &str| FieldValue::Text(text.into());
    let title = edit(JobField::Title, "", text("Pump"));
    let also = edit(JobField::Answer, "tight", text("yes"));
    let photo = edit(
        JobField::Answer,
        "burner",
        FieldValue::Files(vec![attachment_id(1)]),
    );
    let entries = saved(&[attach(1, 1), title, also, photo]);
    let kinds: Vec<usize> = entries
        .iter()
        .map(|entry| entry.mutation.depends_on.len())
        .collect();
    // The photo's registration, the two answers as one, and the one that waits for the photo.
    assert_eq!(kinds, [0, 0, 1]);
}
