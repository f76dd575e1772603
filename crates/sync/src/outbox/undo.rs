//! Taking back a change that never left this device.
//!
//! Owns when that is still possible: nobody else may have heard of the change, and nothing may build
//! on it. What was sent once is never taken back here, for the server may have applied it.

use crate::engine::Engine;
use crate::error::{NoUndo, SyncError};
use crate::outbox::entry::{EntryState, OutboxEntry};
use crate::outbox::lookup::Mark;
use crate::picture::written::Written;
use crate::ports::{CacheStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::{FieldEdit, MutationId, Op};
use afield_planted::planted;
use afield_protocol::Mutation;

/// What a change needs to be taken back: it may have been joined with an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// The mutation that holds it.
    pub id: MutationId,
    /// What was asked for.
    pub op: Op,
}

/// Whether `undo` is still possible. Entries rise by `seq`.
///
/// # Errors
/// [`NoUndo`].
pub fn check_undo(entries: &[OutboxEntry], undo: &Undo) -> Result<(), NoUndo> {
    plan(entries, undo).map(|_| ())
}

/// Needs its lane and what waits for it. Takes the change back: its entry goes, or the entry that it was joined with is as it was before.
///
/// # Errors
/// [`NoUndo`]; [`SyncError::SignedOut`].
pub fn plan_undo(view: &OutboxView, undo: &Undo) -> Result<OutboxPlan<()>, SyncError> {
    let session = view.meta.session.as_ref().ok_or(SyncError::SignedOut)?;
    let entry = find(&view.entries, undo.id)?;
    if entry.mutation.user != session.user() {
        return Err(NoUndo::Gone.into());
    }
    let write = plan(&view.entries, undo)?;
    Ok(OutboxPlan {
        writes: vec![write],
        value: (),
    })
}

fn find(entries: &[OutboxEntry], id: MutationId) -> Result<&OutboxEntry, NoUndo> {
    let found = entries.iter().find(|entry| entry.mutation.id == id);
    found.ok_or(NoUndo::Gone)
}

fn plan(entries: &[OutboxEntry], undo: &Undo) -> Result<OutboxWrite, NoUndo> {
    let entry = find(entries, undo.id)?;
    let mutation = &entry.mutation;
    match entry.state {
        EntryState::Parked { .. } => return Err(NoUndo::Refused),
        EntryState::Pending if !entry.sent && mutation.replaces.is_empty() => {}
        EntryState::Pending | EntryState::InFlight { .. } if planted!(UndoAfterSend: false => true) =>
            {}
        EntryState::Pending | EntryState::InFlight { .. } => return Err(NoUndo::Sent),
    }
    if matches!(undo.op, Op::AddAttachment { .. }) {
        return Err(NoUndo::File);
    }
    let builds_on_it = |other: &OutboxEntry| {
        let lane = |mutation: &Mutation| (mutation.user, mutation.lane);
        let is_behind = lane(&other.mutation) == lane(mutation) && other.seq() > entry.seq();
        is_behind || other.mutation.depends_on.contains(&mutation.id)
    };
    if entries.iter().any(builds_on_it) {
        return Err(NoUndo::Followed);
    }
    match (&mutation.op, &undo.op) {
        (held, asked) if held == asked => Ok(OutboxWrite::Remove(entry.seq())),
        (
            Op::EditJob {
                job,
                edits,
                settles,
            },
            Op::EditJob { edits: asked, .. },
        ) => {
            let left = taken_out(edits, asked)?;
            if left.is_empty() {
                return Ok(OutboxWrite::Remove(entry.seq()));
            }
            let mut before = entry.clone();
            before.mutation.op = Op::EditJob {
                job: *job,
                edits: left,
                settles: *settles,
            };
            Ok(OutboxWrite::Put(before))
        }
        _ => Err(NoUndo::Followed),
    }
}

/// `edits` as they were before `asked` was joined to them.
fn taken_out(edits: &[FieldEdit], asked: &[FieldEdit]) -> Result<Vec<FieldEdit>, NoUndo> {
    let mut left = edits.to_vec();
    for edit in asked {
        let is_it = |known: &&mut FieldEdit| {
            (known.field, &known.item) == (edit.field, &edit.item) && known.new == edit.new
        };
        // Another value in its place was set later.
        let known = left.iter_mut().find(is_it).ok_or(NoUndo::Followed)?;
        known.new = edit.base.clone();
    }
    left.retain(|edit| edit.new != edit.base);
    Ok(left)
}

impl<O: OutboxStore, C: CacheStore, R, H: Host> Engine<O, C, R, H> {
    /// Takes back a change that was never sent, by the user's explicit choice. Gives back what was
    /// written.
    ///
    /// # Errors
    /// As [`plan_undo`], or [`SyncError::Store`]: then everything stands as before.
    pub async fn run_undo(&self, undo: &Undo) -> Result<Written, SyncError> {
        let mut marks = vec![Mark::WaitsFor(undo.id)];
        marks.extend(undo.op.target().map(Mark::Lane));
        let written = self
            .outbox
            .transact(Read::Found(marks), |view| {
                Ok(plan_undo(view, undo)?.handing_back())
            })
            .await?;
        self.host.announce(written.notice());
        Ok(written)
    }
}

#[cfg(test)]
#[path = "undo_tests.rs"]
mod tests;
