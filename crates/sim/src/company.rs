//! Who and what the simulated world consists of.

use afield_domain::company::CompanySettings;
use afield_domain::{
    FieldEdit, FieldValue, Job, JobField, JobStatus, Op, Question, QuestionKind, Record,
    Requirable, Right, RightsChange, Role, ServiceTask, TaskId, TaskStatus, User, UserId,
};
use afield_sync::Intent;
use afield_sync::testing::fixtures::{add, create, job, job_id, set, technician};
use uuid::Uuid;

mod forms;

pub use forms::{forms, inspect, submit};

const DAY_MS: i64 = 86_400_000;

/// Technicians.
pub const USERS: u8 = 3;
/// Jobs.
pub const JOBS: u8 = 6;
/// Kinds of work.
pub const WORK: u8 = 17;
/// The kind of work that is a photo with a note that shows it.
pub const PHOTO: u8 = 12;
/// The kind of work that is a form, filled in for a while in one tab or two.
pub const FORM: u8 = 15;
/// The first kinds of work are status steps.
pub const STEPS: u64 = 3;
/// Service tasks of each job.
pub const TASKS: u8 = 2;
/// What can be taken from technicians, and what can be wanted filled in.
pub const RIGHTS: u8 = 10;
/// What an admin may set besides mode and offline feature, each as often as it can change what a phone does.
pub const SETTINGS: u8 = 6;
/// The work that is a start; what follows are a pause, a finish, and a job done from note to finish.
pub const STARTED: u8 = 1;
/// The questions of each job's checklist; the first must be answered.
pub const ITEMS: [&str; 2] = ["a", "b"];

/// Technician number `n`.
#[must_use]
pub fn user(n: u8) -> User {
    technician(u128::from(n) + 1)
}

/// The dispatcher.
#[must_use]
pub fn office() -> User {
    User {
        id: UserId(Uuid::from_u128(90)),
        name: "Dora".into(),
        role: Role::Dispatcher,
    }
}

/// Taking right number `what` from technicians, or giving it back; the last one asks for a field.
#[must_use]
pub fn rights_change(what: u8, taken: bool) -> RightsChange {
    let rights = [
        Right::EditTitle,
        Right::EditAnswer,
        Right::SetStatus,
        Right::Finish,
        Right::SetTaskStatus,
        Right::SubmitForm,
        Right::AddNote,
        Right::AddPhoto,
        Right::CreateJob,
    ];
    match rights.get(usize::from(what)) {
        Some(right) => RightsChange::Right {
            role: Role::Technician,
            right: *right,
            given: !taken,
        },
        None => RightsChange::Required {
            field: Requirable::Description,
            required: taken,
        },
    }
}

/// Sets something to something else.
pub fn set_something(settings: &mut CompanySettings, what: u8, to: u8) {
    let one_of = |some: [u32; 3]| some.into_iter().cycle().nth(usize::from(to));
    match what % SETTINGS {
        0 | 1 => settings.window_days = one_of([1, 3, 14]).unwrap_or(3),
        2 | 3 => settings.refuses_open_questions = !to.is_multiple_of(3),
        4 => settings.expiry_hours = one_of([1, 24, 100]).unwrap_or(24),
        _ => settings.files_budget_mb = one_of([0, 1, 200]).unwrap_or(200),
    }
}

/// The jobs at the start: each technician has the same number.
#[must_use]
pub fn jobs() -> Vec<Record> {
    (0..JOBS)
        .map(|n| {
            let job = job(u128::from(n), &user(n % USERS), JobStatus::Scheduled);
            planned(job, days_of(n))
        })
        .chain((0..JOBS).flat_map(tasks))
        .chain(forms())
        .collect()
}

/// How many days after today a job is: all within the days of a company that has set nothing.
fn days_of(job: u8) -> i64 {
    match job % JOBS {
        1 | 5 => 2,
        3 => -2,
        _ => 0,
    }
}

fn question(item: &str) -> Question {
    Question {
        required: item == ITEMS[0],
        ..Question::new(item, item, QuestionKind::Text)
    }
}

fn tasks(job: u8) -> impl Iterator<Item = Record> {
    (0..TASKS).map(move |place| {
        Record::Task(ServiceTask {
            id: task_id(job, place),
            job: id_of(job),
            place: u32::from(place),
            title: format!("Task {place}"),
            status: TaskStatus::Open,
            asset: None,
            template: (place == 0).then(|| forms::form_of(job)),
        })
    })
}

fn task_id(job: u8, place: u8) -> TaskId {
    TaskId(Uuid::from_u128(
        0x4000 + u128::from(job) * 16 + u128::from(place),
    ))
}

/// The steps of a task, again and again.
fn step(job: u8, fresh: u64) -> Intent {
    let place = u8::try_from(fresh % u64::from(TASKS)).unwrap_or(0);
    let to = if fresh.is_multiple_of(5) {
        TaskStatus::Open
    } else {
        TaskStatus::Done
    };
    Intent {
        op: Op::SetTaskStatus {
            task: task_id(job % JOBS, place),
            job: id_of(job),
            to,
        },
        base_rev: None,
    }
}

/// With its questions, and so many days after today.
fn planned(record: Record, days: i64) -> Record {
    let Record::Job(job) = record else {
        return record;
    };
    Record::Job(Job {
        checklist: ITEMS.into_iter().map(question).collect(),
        starts: job.starts.plus_ms(days * DAY_MS),
        ends: job.ends.plus_ms(days * DAY_MS),
        ..job
    })
}

/// One of the questions, by number.
#[must_use]
pub fn item(number: u64) -> &'static str {
    if number.is_multiple_of(2) {
        ITEMS[0]
    } else {
        ITEMS[1]
    }
}

/// What a technician does: `what` chooses, `fresh` makes it unlike anything before, `seen` is the job
/// as it is shown.
#[must_use]
pub fn intents(job: u8, what: u8, fresh: u64, seen: Option<&Job>) -> Vec<Intent> {
    let (task, inspection) = (step(job, fresh), inspect(job, fresh));
    let (job, number) = (u128::from(job % JOBS), u128::from(fresh));
    match what % WORK {
        0 => vec![set(job, JobStatus::EnRoute)],
        1 => vec![set(job, JobStatus::Started)],
        2 => vec![set(job, JobStatus::Paused)],
        3 => vec![set(job, JobStatus::Finished)],
        4 => vec![
            add(number, job),
            set(job, JobStatus::Started),
            set(job, JobStatus::Finished),
        ],
        5 | 6 => edits(seen, JobField::Title, "", &format!("title {fresh}")),
        7 => edits(seen, JobField::Description, "", &format!("text {fresh}")),
        8 => vec![create(number + 100), add(number, number + 100)],
        9 => vec![bad_note(number, job)],
        10 | 11 => edits(
            seen,
            JobField::Answer,
            item(fresh / 2),
            &format!("answer {fresh}"),
        ),
        13 => vec![task],
        16 => inspection,
        _ => vec![add(number, job)],
    }
}

/// A note that the server refuses; corrected, it is [`good_note`].
fn bad_note(n: u128, on: u128) -> Intent {
    let mut intent = add(n, on);
    if let Op::AddNote { text, .. } = &mut intent.op {
        "  ".clone_into(text);
    }
    intent
}

/// A refused operation as its user corrects it, if there is something to correct.
#[must_use]
pub fn corrected(op: &Op) -> Option<Op> {
    match op {
        Op::AddNote {
            note,
            job,
            text,
            files,
        } if text.trim().is_empty() => Some(Op::AddNote {
            note: *note,
            job: *job,
            text: "Corrected".into(),
            files: files.clone(),
        }),
        _ => forms::corrected(op),
    }
}

fn edits(seen: Option<&Job>, field: JobField, item: &str, new: &str) -> Vec<Intent> {
    let edit = |job: &Job| Intent {
        op: Op::EditJob {
            job: job.id,
            edits: vec![edit_of(job, field, item, new)],
            settles: None,
        },
        base_rev: None,
    };
    seen.map(edit).into_iter().collect()
}

/// An edit of what `job` shows.
#[must_use]
pub fn edit_of(job: &Job, field: JobField, item: &str, new: &str) -> FieldEdit {
    FieldEdit {
        item: item.to_owned(),
        field,
        base: job.value(field, item),
        new: FieldValue::Text(new.to_owned()),
    }
}

/// The id of job number `n`.
#[must_use]
pub fn id_of(n: u8) -> afield_domain::JobId {
    job_id(u128::from(n % JOBS))
}
