//! What an operation does to the records, judged with the rights and the state of this moment.
//!
//! Owns the one judgement that the server makes inside its transaction and that the phone makes
//! before it offers or saves a change. Must never load, save, or know the time by itself.

use super::Op;
use super::context::ApplyContext;
use super::meaning::{Case, Judgement};
use crate::record::{Record, RecordKey};
use crate::rejection::Rejection;

/// What to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Write these records, each with its revision raised by one.
    Write(Vec<Record>),
    /// The same, and it has met another's change: the conflicts are among the records.
    Merged(Vec<Record>),
    /// Take this record away.
    Remove(RecordKey),
    /// The state already is as asked for; nothing to write.
    Already,
}

/// Judges `op` against the records it [`Op::reads`], as `lookup` gives them, and does it to its target.
///
/// # Errors
/// A [`Rejection`]; nothing is to be written then.
pub fn apply_op<'r>(
    context: ApplyContext<'_>,
    op: &Op,
    lookup: impl Fn(RecordKey) -> Option<&'r Record>,
) -> Result<Effect, Rejection> {
    let case = Case {
        context,
        lookup: &lookup,
    };
    let target = op.target().ok_or(Rejection::UnknownOp)?;
    let Judgement::Accepted(accepted) = op.judge(&case)? else {
        return Ok(Effect::Already);
    };
    context.rights.check(&op.rights())?;
    let op = accepted.instead.as_deref().unwrap_or(op);
    // What is done needs its rights too, whatever was asked for.
    context.rights.check(&op.rights())?;
    let before = case.find(target);
    let done = || op.effect(before.cloned(), context.actor, context.made_at);
    let noted = accepted.noted.map(|noted| *noted);
    let after = noted.or_else(done);
    if let Some(Record::Job(after)) = &after {
        let before = match before {
            Some(Record::Job(before)) => Some(before),
            _ => None,
        };
        context.rights.check_required(before, after)?;
    }
    if before.is_some() && after.is_none() {
        return Ok(Effect::Remove(target));
    }
    let mut records = accepted.ahead;
    records.extend(after.filter(|after| Some(after) != before));
    records.extend(accepted.besides);
    Ok(match (records.is_empty(), accepted.has_conflicts) {
        (true, _) => Effect::Already,
        (false, true) => Effect::Merged(records),
        (false, false) => Effect::Write(records),
    })
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
