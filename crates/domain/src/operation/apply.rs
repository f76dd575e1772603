//! What an operation does to the records, judged with the rights and the state of this moment.
//!
//! Owns the one judgement that the server makes inside its transaction and that the phone makes
//! before it offers or saves a change. Must never load, save, or know the time by itself.

mod files;
mod tasks;

use crate::ids::{MutationId, UserId};
use crate::limits;
use crate::merge::{Author, FieldStamp, merge_edits};
use crate::merge::{FieldEdit, FieldValue, JobField};
use crate::operation::Op;
use crate::permission::may_work_on;
use crate::record::Job;
use crate::record::JobStatus;
use crate::record::Note;
use crate::record::StatusStep;
use crate::record::{Conflict, Settlement};
use crate::record::{Record, RecordKey};
use crate::rejection::{Problem, Rejection};
use crate::text;
use crate::time::Timestamp;
use crate::user::Actor;
use files::{add_attachment, find_files};
use tasks::{set_task_status, submit_form};

pub(crate) use files::new_attachment;

/// Who asks, and when it was done.
#[derive(Debug, Clone, Copy)]
pub struct ApplyContext<'a> {
    /// The user, with the rights of this moment.
    pub actor: Actor<'a>,
    /// When the user did it: the phone's corrected time, not later than the receipt.
    pub made_at: Timestamp,
    /// When the server got it.
    pub received_at: Timestamp,
    /// The mutation that asks.
    pub mutation: MutationId,
    /// Who gave the target's fields the values they have.
    pub stamps: &'a [FieldStamp],
}

impl<'a> ApplyContext<'a> {
    /// What a phone knows before there is a mutation: enough to tell whether the change can be saved.
    #[must_use]
    pub fn local(actor: Actor<'a>, now: Timestamp) -> Self {
        Self {
            actor,
            made_at: now,
            received_at: now,
            mutation: MutationId(uuid::Uuid::nil()),
            stamps: &[],
        }
    }
}

/// What to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Write these records, each with its revision raised by one.
    Write(Vec<Record>),
    /// The same, and it has met another's change: the conflicts are among the records.
    Merged(Vec<Record>),
    /// The state already is as asked for; nothing to write.
    Already,
}

/// Judges `op` against the records it [`Op::reads`], as `lookup` gives them.
///
/// # Errors
/// A [`Rejection`]; nothing is to be written then.
pub fn apply_op<'r>(
    context: ApplyContext<'_>,
    op: &Op,
    lookup: impl Fn(RecordKey) -> Option<&'r Record>,
) -> Result<Effect, Rejection> {
    let find_job = |id| match lookup(RecordKey::from(id)) {
        Some(Record::Job(job)) => Ok(job),
        _ => Err(Rejection::NotFound),
    };
    match op {
        Op::SetJobStatus { job, to } => set_job_status(context, find_job(*job)?, *to),
        Op::AddNote {
            note,
            job,
            text,
            files,
        } => {
            find_files(*job, files, &lookup)?;
            let existing = lookup((*note).into());
            let candidate = Note {
                id: *note,
                job: *job,
                author: context.actor.id,
                author_name: context.actor.name.to_owned(),
                text: text.clone(),
                files: files.clone(),
                made_at: context.made_at,
            };
            add_note(context, find_job(*job)?, existing, candidate)
        }
        Op::EditJob {
            job,
            edits,
            settles,
        } => {
            let settled = match settles.and_then(|id| lookup(id.into())) {
                Some(Record::Conflict(conflict)) if conflict.job == *job => Some(conflict),
                _ => None,
            };
            let job = find_job(*job)?;
            find_edited(job, op, edits, &lookup)?;
            edit_job(context, job, edits, settled)
        }
        Op::CreateJob { job, .. } => {
            for key in op.needs() {
                lookup(key).ok_or(Rejection::NotFound)?;
            }
            create_job(context, op, lookup((*job).into()))
        }
        Op::AddAttachment {
            attachment, job, ..
        } => {
            let existing = lookup((*attachment).into());
            add_attachment(context, find_job(*job)?, existing, op)
        }
        Op::SetTaskStatus { task, job, to } => {
            let job = find_job(*job)?;
            match lookup((*task).into()) {
                Some(Record::Task(task)) if task.job == job.id => {
                    set_task_status(context, job, task, *to)
                }
                _ => Err(Rejection::NotFound),
            }
        }
        Op::SubmitForm {
            submission, job, ..
        } => {
            let existing = lookup((*submission).into());
            submit_form(context, find_job(*job)?, existing, op, &lookup)
        }
        Op::Unknown => Err(Rejection::UnknownOp),
    }
}

/// Whether all that the edits refer to is there.
fn find_edited<'r>(
    job: &Job,
    op: &Op,
    edits: &[FieldEdit],
    lookup: &impl Fn(RecordKey) -> Option<&'r Record>,
) -> Result<(), Rejection> {
    for key in op.needs() {
        lookup(key).ok_or(Rejection::NotFound)?;
    }
    for edit in edits {
        if let FieldValue::Files(files) = &edit.new {
            find_files(job.id, files, lookup)?;
        }
    }
    Ok(())
}

fn edit_job(
    context: ApplyContext<'_>,
    job: &Job,
    edits: &[FieldEdit],
    settled: Option<&Conflict>,
) -> Result<Effect, Rejection> {
    if !may_work_on(context.actor, job) {
        return Err(Rejection::Forbidden);
    }
    let author = Author {
        actor: context.actor,
        made_at: context.made_at,
        received_at: context.received_at,
        mutation: context.mutation,
    };
    let mut merged = merge_edits(job, edits, context.stamps, author)?;
    if merged.job.assignee != job.assignee {
        merged.job.acceptance = job.acceptance.asked_anew();
    }
    let met = !merged.conflicts.is_empty();
    let mut records: Vec<Record> = Vec::new();
    if merged.job != *job {
        records.push(Record::Job(merged.job.clone()));
    }
    records.extend(merged.conflicts.into_iter().map(Record::Conflict));
    if let Some(conflict) = settled.filter(|conflict| conflict.settled.is_none()) {
        records.push(Record::Conflict(Conflict {
            settled: Some(Settlement {
                by: context.actor.name.to_owned(),
                at: context.made_at,
                value: merged.job.value(conflict.field, &conflict.item),
            }),
            ..conflict.clone()
        }));
    }
    Ok(match (records.is_empty(), met) {
        (true, _) => Effect::Already,
        (false, true) => Effect::Merged(records),
        (false, false) => Effect::Write(records),
    })
}

/// The job that a [`Op::CreateJob`] asks for, checked; its number is the server's to give.
///
/// # Errors
/// [`Rejection::Invalid`] naming the field; [`Rejection::UnknownOp`] for any other operation.
pub(crate) fn new_job(op: &Op, assignee: UserId) -> Result<Job, Rejection> {
    let Op::CreateJob {
        job,
        title,
        description,
        customer,
        property,
        starts,
        ends,
    } = op
    else {
        return Err(Rejection::UnknownOp);
    };
    let mut made = Job {
        id: *job,
        assignee: Some(assignee),
        starts: *starts,
        ends: *ends,
        customer: *customer,
        property: *property,
        ..Job::BLANK
    };
    made.set_field(JobField::Title, &FieldValue::Text(title.clone()))?;
    let description = FieldValue::Text(description.clone());
    made.set_field(JobField::Description, &description)?;
    let span = FieldValue::Span {
        from: *starts,
        until: *ends,
    };
    made.set_field(JobField::Schedule, &span)?;
    Ok(made)
}

fn create_job(
    context: ApplyContext<'_>,
    op: &Op,
    existing: Option<&Record>,
) -> Result<Effect, Rejection> {
    let made = new_job(op, context.actor.id)?;
    match existing {
        Some(Record::Job(job)) if may_work_on(context.actor, job) => Ok(Effect::Already),
        // Ids are 122 random bits: a job of this id that is another's is a forged request.
        Some(_) => Err(Rejection::Forbidden),
        None => Ok(Effect::Write(vec![Record::Job(made)])),
    }
}

fn set_job_status(
    context: ApplyContext<'_>,
    job: &Job,
    to: JobStatus,
) -> Result<Effect, Rejection> {
    if !may_work_on(context.actor, job) {
        return Err(Rejection::Forbidden);
    }
    if job.status == to {
        return Ok(Effect::Already);
    }
    if !job.status.may_become(to, context.actor.role) {
        return Err(Rejection::IllegalStatus {
            from: job.status,
            to,
        });
    }
    let mut changed = Job {
        status: to,
        ..job.clone()
    };
    if changed.steps.len() < limits::STATUS_STEPS {
        changed.steps.push(StatusStep {
            to,
            at: context.made_at,
            by: context.actor.name.to_owned(),
        });
    }
    Ok(Effect::Write(vec![Record::Job(changed)]))
}

fn add_note(
    context: ApplyContext<'_>,
    job: &Job,
    existing: Option<&Record>,
    mut candidate: Note,
) -> Result<Effect, Rejection> {
    if !may_work_on(context.actor, job) {
        return Err(Rejection::Forbidden);
    }
    candidate.text = if candidate.files.is_empty() {
        text::required("text", &candidate.text, limits::NOTE_CHARS)?
    } else {
        text::optional("text", &candidate.text, limits::NOTE_CHARS)?
    };
    if candidate.files.len() > limits::NOTE_FILES {
        return Err(Rejection::Invalid {
            field: "files".to_owned(),
            problem: Problem::TooLong {
                max: limits::NOTE_FILES,
            },
        });
    }
    match existing {
        Some(Record::Note(note))
            if note.job == candidate.job
                && note.author == candidate.author
                && note.text == candidate.text
                && note.files == candidate.files =>
        {
            Ok(Effect::Already)
        }
        // Ids are 122 random bits: a note of this id that says something else is a forged request.
        Some(_) => Err(Rejection::Forbidden),
        None => Ok(Effect::Write(vec![Record::Note(candidate)])),
    }
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
