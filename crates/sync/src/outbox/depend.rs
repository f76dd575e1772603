//! What an operation waits for, and what it may be joined with.
//!
//! Owns the rules of dependence and of coalescing. Pure. A dependence only ever points to a lower
//! `seq`, so there are no circles. A reference waits for the mutation that makes what it refers to
//! (a file's registration, not its bytes: those are no mutations).

use crate::outbox::entry::{EntryState, OutboxEntry};
use afield_domain::{FieldEdit, FieldValue, MutationId, Op, UserId, limits};
use afield_planted::planted;

/// The unsent mutations of `user` that `op` must wait for, beside those of its own lane. Another user's go
/// when that user is there again, which may be never.
#[must_use]
pub fn dependencies(op: &Op, user: UserId, earlier: &[OutboxEntry]) -> Vec<MutationId> {
    let lane = op.target();
    let needs = op.needs();
    let waits_for = |entry: &OutboxEntry| {
        let other = &entry.mutation.op;
        let makes_it = other.creates().is_some_and(|key| needs.contains(&key));
        let is_done_before =
            planted!(CompleteEarly: op.completes() && other.job() == op.job() => false);
        let is_of_task =
            planted!(TaskDoneEarly: op.completes_task() && other.task() == op.task() => false);
        // What refers to it must arrive while it is still there.
        let is_used = op
            .takes_away()
            .is_some_and(|key| other.needs().contains(&key));
        let is_before = makes_it || is_done_before || is_of_task || is_used;
        let is_own = entry.mutation.user == user;
        is_own && Some(entry.mutation.lane) != lane && is_before
    };
    earlier
        .iter()
        .filter(|entry| waits_for(entry))
        .map(|entry| entry.mutation.id)
        .collect()
}

/// The last entry with `op` joined to it, if the two may be one: both edit fields of one record,
/// nothing stands between them, and the first was never sent.
#[must_use]
pub fn coalesced(last: Option<&OutboxEntry>, op: &Op, user: UserId) -> Option<OutboxEntry> {
    let last = last?;
    let never_sent =
        last.state == EntryState::Pending && planted!(CoalesceInFlight: !last.sent => true);
    if !never_sent || last.mutation.user != user || !last.mutation.replaces.is_empty() {
        return None;
    }
    let (
        Op::EditJob {
            job,
            edits,
            settles: None,
        },
        Op::EditJob {
            job: other,
            edits: later,
            settles: None,
        },
    ) = (&last.mutation.op, op)
    else {
        return None;
    };
    // What is joined must fit in one push.
    let bytes = |edits: &[FieldEdit]| edits.iter().map(edit_bytes).sum::<usize>();
    if bytes(edits) + bytes(later) > limits::JOINED_BYTES {
        return None;
    }
    planted!(CoalesceAcrossJobs: job == other => true).then(|| {
        let mut joined = last.clone();
        joined.mutation.op = Op::EditJob {
            job: *job,
            edits: join_edits(edits, later),
            settles: None,
        };
        joined
    })
}

fn edit_bytes(edit: &FieldEdit) -> usize {
    let bytes = |value: &FieldValue| match value {
        FieldValue::Text(text) => text.len(),
        FieldValue::Files(files) => files.len() * 40,
        _ => 40,
    };
    edit.item.len() + bytes(&edit.base) + bytes(&edit.new)
}

/// The edits as one: of each field the first base and the last value.
fn join_edits(edits: &[FieldEdit], later: &[FieldEdit]) -> Vec<FieldEdit> {
    let mut joined = edits.to_vec();
    for edit in later {
        match joined
            .iter_mut()
            .find(|known| (known.field, &known.item) == (edit.field, &edit.item))
        {
            Some(known) => known.new = edit.new.clone(),
            None => joined.push(edit.clone()),
        }
    }
    joined
}
