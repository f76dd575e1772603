//! What an operation does to the records, judged with the rights and the state of this moment.
//!
//! Owns the one judgement that the server makes inside its transaction and that the phone makes
//! before it offers or saves a change. Must never load, save, or know the time by itself.

use super::Op;
use super::meaning::{Case, Judgement};
use crate::ids::MutationId;
use crate::record::{FieldStamp, Record, RecordKey};
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::user::Actor;

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
    let op = accepted.instead.as_ref().unwrap_or(op);
    let before = case.find(target);
    let after = op.effect(before.cloned(), context.actor, context.made_at);
    let mut records = Vec::with_capacity(accepted.besides.len() + 1);
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
