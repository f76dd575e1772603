//! What an operation does to the records, judged with the rights and the state of this moment.
//!
//! Owns the one judgement that the server makes inside its transaction and that the phone makes
//! before it offers or saves a change. Must never load, save, or know the time by itself.

use crate::job::Job;
use crate::limits;
use crate::note::Note;
use crate::op::Op;
use crate::permission::may_work_on;
use crate::record::{Record, RecordKey};
use crate::rejection::Rejection;
use crate::status::JobStatus;
use crate::text;
use crate::time::Timestamp;
use crate::user::Actor;

/// Who asks, and when it was done.
#[derive(Debug, Clone, Copy)]
pub struct ApplyContext<'a> {
    /// The user, with the rights of this moment.
    pub actor: Actor<'a>,
    /// When the user did it: the phone's corrected time, not later than the receipt.
    pub made_at: Timestamp,
}

/// What to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Write these records, each with its revision raised by one.
    Write(Vec<Record>),
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
        Op::AddNote { note, job, text } => {
            let existing = lookup((*note).into());
            let candidate = Note {
                id: *note,
                job: *job,
                author: context.actor.id,
                author_name: context.actor.name.to_owned(),
                text: text.clone(),
                made_at: context.made_at,
            };
            add_note(context, find_job(*job)?, existing, candidate)
        }
        Op::Unknown => Err(Rejection::UnknownOp),
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
    Ok(Effect::Write(vec![Record::Job(Job {
        status: to,
        ..job.clone()
    })]))
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
    candidate.text = text::required("text", &candidate.text, limits::NOTE_CHARS)?;
    match existing {
        Some(Record::Note(note))
            if note.job == candidate.job
                && note.author == candidate.author
                && note.text == candidate.text =>
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
