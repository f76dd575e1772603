//! Who and what the simulated world consists of.

use afield_domain::{
    FieldEdit, FieldValue, Job, JobField, JobStatus, Op, Record, Role, User, UserId,
};
use afield_sync::Draft;
use afield_sync::testing::fixtures::{add, create, job, job_id, set, technician};
use uuid::Uuid;

/// Technicians.
pub const USERS: u8 = 3;
/// Jobs.
pub const JOBS: u8 = 6;
/// Kinds of work.
pub const WORK: u8 = 12;

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

/// The jobs at the start: each technician has the same number.
#[must_use]
pub fn jobs() -> Vec<Record> {
    (0..JOBS)
        .map(|n| job(u128::from(n), &user(n % USERS), JobStatus::Scheduled))
        .collect()
}

/// What a technician does: `what` chooses, `fresh` makes it unlike anything before, `seen` is the job
/// as it is shown.
#[must_use]
pub fn drafts(job: u8, what: u8, fresh: u64, seen: Option<&Job>) -> Vec<Draft> {
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
        5 | 6 => edits(seen, JobField::Title, &format!("title {fresh}")),
        7 => edits(seen, JobField::Description, &format!("text {fresh}")),
        8 => vec![create(number + 100), add(number, number + 100)],
        9 => vec![bad_note(number, job)],
        _ => vec![add(number, job)],
    }
}

/// A note that the server refuses; corrected, it is [`good_note`].
fn bad_note(n: u128, on: u128) -> Draft {
    let mut draft = add(n, on);
    if let Op::AddNote { text, .. } = &mut draft.op {
        "  ".clone_into(text);
    }
    draft
}

/// A refused operation as its user corrects it, if there is something to correct.
#[must_use]
pub fn corrected(op: &Op) -> Option<Op> {
    match op {
        Op::AddNote { note, job, text } if text.trim().is_empty() => Some(Op::AddNote {
            note: *note,
            job: *job,
            text: "Corrected".into(),
        }),
        _ => None,
    }
}

fn edits(seen: Option<&Job>, field: JobField, new: &str) -> Vec<Draft> {
    let edit = |job: &Job| Draft {
        op: Op::EditJob {
            job: job.id,
            edits: vec![edit_of(job, field, new)],
            settles: None,
        },
        base_rev: None,
    };
    seen.map(edit).into_iter().collect()
}

/// An edit of what `job` shows.
#[must_use]
pub fn edit_of(job: &Job, field: JobField, new: &str) -> FieldEdit {
    FieldEdit {
        field,
        base: job.field(field),
        new: FieldValue::Text(new.to_owned()),
    }
}

/// The id of job number `n`.
#[must_use]
pub fn id_of(n: u8) -> afield_domain::JobId {
    job_id(u128::from(n % JOBS))
}
