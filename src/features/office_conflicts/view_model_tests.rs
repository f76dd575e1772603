//! Tests of what the office reads before it decides.

use super::*;
use crate::samples::{NOON, job, signed_in, versioned};
use afield_domain::{
    FieldValue, FormTemplate, JobStatus, Note, NoteId, Question, QuestionKind, Rejection,
    ServiceTask, StepKind, SubmissionId, TaskId, TaskStatus, Versioned,
};
use afield_protocol::ReviewedJob;

fn note_id(n: u128) -> NoteId {
    NoteId(Uuid::from_u128(n))
}

fn group(ops: Vec<Op>, records: Vec<Record>) -> ReviewGroup {
    let entry = |(n, op)| ReviewEntry {
        mutation: MutationId(Uuid::from_u128(n)),
        made_at: NOON,
        received_at: NOON,
        base_rev: None,
        op,
        reason: Rejection::Forbidden,
        file_at: None,
        revoked: false,
        needs: Vec::new(),
    };
    let records: Vec<Versioned> = records.into_iter().map(versioned).collect();
    ReviewGroup {
        job: job(1).id,
        author: UserId(Uuid::from_u128(9)),
        author_name: "Anna".into(),
        now: None,
        was: None,
        records,
        entries: (1..).zip(ops).map(entry).collect(),
    }
}

fn add_note(n: u128, text: &str) -> Op {
    Op::AddNote {
        note: note_id(n),
        job: job(1).id,
        text: text.into(),
        files: Vec::new(),
    }
}

fn rows(ops: Vec<Op>, records: Vec<Record>) -> Vec<Refused> {
    let group = group(ops, records);
    let rows = late_rows(&group, &signed_in(), &Zone::utc(), Language::English);
    rows.into_iter().map(|row| row.change).collect()
}

#[test]
fn a_change_of_another_version_stands_in_its_place_and_nobody_accepts_it() {
    let ops = vec![add_note(1, "first"), Op::Unknown, add_note(2, "last")];
    let all = group(ops.clone(), Vec::new());
    let ids: Vec<MutationId> = all.entries.iter().map(|entry| entry.mutation).collect();
    let seen = rows(ops, Vec::new());
    let said: Vec<_> = seen.iter().map(|row| (row.id, row.what.clone())).collect();
    let expected = [
        (ids[0], ChangeSummary::Note("first".into())),
        (ids[1], ChangeSummary::Unknown),
        (ids[2], ChangeSummary::Note("last".into())),
    ];
    assert_eq!(said, expected);
    assert!(!is_known(&all));
    assert!(is_known(&group(vec![add_note(1, "x")], Vec::new())));
}

#[test]
fn what_needs_what_is_left_out_is_left_out_too_however_far_and_comes_back_with_it() {
    let ops = (1..=4).map(|n| add_note(n, "x")).collect();
    let mut all = group(ops, Vec::new());
    let ids: Vec<MutationId> = all.entries.iter().map(|entry| entry.mutation).collect();
    // The third one came before what it needs: a copy that somebody brought later.
    all.entries[3].needs = vec![ids[0]];
    all.entries[2].needs = vec![ids[3]];
    assert_eq!(left_out(&all, &[]), []);
    assert_eq!(left_out(&all, &[ids[1]]), [ids[1]]);
    let mut left = left_out(&all, &[ids[0]]);
    left.sort_unstable();
    assert_eq!(left, [ids[0], ids[2], ids[3]]);
    // One that was ticked of a group that is another one by now.
    assert_eq!(left_out(&all, &[MutationId(Uuid::from_u128(404))]), []);
}

#[test]
fn a_step_says_its_kind_and_its_reason() {
    let step = Op::SetJobStatus {
        job: job(1).id,
        to: JobStatus::Finished,
        kind: StepKind::NotPossible,
        reason: "Nobody home".into(),
    };
    let seen = rows(vec![step], Vec::new());
    let what = ChangeSummary::Status(JobStatus::Finished, StepKind::NotPossible);
    assert_eq!(seen[0].what, what);
    assert_eq!(seen[0].text, "Nobody home");
}

#[test]
fn a_form_says_its_name_its_questions_and_what_was_answered() {
    let template = TemplateId(Uuid::from_u128(70));
    let form = FormTemplate {
        id: template,
        name: "Gas check".into(),
        questions: vec![
            Question::new("tight", "Is it tight?", QuestionKind::YesNo),
            Question::new("why", "What was seen?", QuestionKind::Text),
        ],
    };
    let submit = Op::SubmitForm {
        submission: SubmissionId(Uuid::from_u128(71)),
        job: job(1).id,
        task: None,
        template,
        answers: vec![Answer {
            item: "tight".into(),
            value: FieldValue::Text("yes".into()),
        }],
    };
    let seen = rows(vec![submit.clone()], vec![Record::Form(form)]);
    assert_eq!(seen[0].what, ChangeSummary::Submission("Gas check".into()));
    let values: Vec<_> = seen[0]
        .values
        .iter()
        .map(|(name, value)| (name.about.as_str(), value.clone()))
        .collect();
    let expected = [
        ("Is it tight?", ShownValue::Yes),
        ("What was seen?", ShownValue::Empty),
    ];
    assert_eq!(values, expected);
    // Without its form no answer is left out.
    let seen = rows(vec![submit], Vec::new());
    assert_eq!(seen[0].what, ChangeSummary::Submission(String::new()));
    assert_eq!(seen[0].values.len(), 1);
    assert_eq!(seen[0].values[0].1, ShownValue::Yes);
}

#[test]
fn a_task_and_what_is_taken_back_have_names() {
    let task = ServiceTask {
        id: TaskId(Uuid::from_u128(60)),
        job: job(1).id,
        place: 1,
        title: "Clean the burner".into(),
        status: TaskStatus::Open,
        asset: None,
        template: None,
    };
    let stands = Note {
        id: note_id(5),
        job: job(1).id,
        author: UserId(Uuid::from_u128(9)),
        author_name: "Anna".into(),
        text: "Valve ordered".into(),
        files: Vec::new(),
        made_at: NOON,
    };
    let withdraw = |n| Op::Withdraw {
        part: note_id(n).into(),
        job: job(1).id,
    };
    let ops = vec![
        Op::SetTaskStatus {
            task: task.id,
            job: job(1).id,
            to: TaskStatus::Done,
        },
        withdraw(5),
        add_note(6, "Wrong job"),
        withdraw(6),
        withdraw(7),
    ];
    let title = task.title.clone();
    let seen = rows(ops, vec![Record::Task(task), Record::Note(stands)]);
    assert_eq!(seen[0].what, ChangeSummary::Task(title, TaskStatus::Done));
    let gone = |n: usize| seen[n].what.clone();
    let named = |name: &str| ChangeSummary::Withdraw(name.into());
    let expected = [named("Valve ordered"), named("Wrong job"), named("")];
    assert_eq!([gone(1), gone(3), gone(4)], expected);
}

#[test]
fn other_jobs_are_the_customer_s_or_its_author_s_of_that_day() {
    let zone = Zone::utc();
    let known = |customer| ReviewedJob {
        number: "J-1".into(),
        title: "Boiler".into(),
        status: JobStatus::Scheduled,
        has_it: String::new(),
        customer,
    };
    let customer = CustomerId(Uuid::from_u128(20));
    let mut all = group(vec![add_note(1, "x")], Vec::new());
    assert_eq!(whose(&all, &zone), None);
    all.was = Some(known(Some(customer)));
    assert_eq!(whose(&all, &zone), Some(Whose::Customer(customer)));
    all.now = Some(known(None));
    let expected = Whose::Author(all.author, zone.day(NOON));
    assert_eq!(whose(&all, &zone), Some(expected));
}
