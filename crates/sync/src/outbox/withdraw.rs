//! Taking back one's own notes, photos and files.
//!
//! Owns which way that goes. What nobody else can have heard of leaves the outbox, and a file's bytes with it.
//! What was once put on the wire may have been applied, answered or not: of that the server is told, by an
//! operation that follows it in its lane and waits for whatever refers to it. Nobody has to wait for an answer
//! to decide. What is refused, or waits for what is, goes by **Revert changes** alone.

use crate::engine::Engine;
use crate::error::{NoUndo, SyncError};
use crate::outbox::enqueue::{EnqueueContext, Intent, plan_enqueue};
use crate::outbox::entry::{EntryState, OutboxEntry};
use crate::outbox::held::held_entries;
use crate::picture::written::Written;
use crate::ports::{CacheStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::{AttachmentId, DeviceId, JobId, Module, MutationId, Op, RecordKey};

/// Takes back `parts` of `job`, in this order: a note before its photos, so that nothing refers to these any
/// more. Needs the whole outbox.
///
/// # Errors
/// [`SyncError::SignedOut`]; [`NoUndo::Refused`] if one of them is refused or waits for what is: nothing is
/// written then.
pub fn plan_withdraw(
    view: &OutboxView,
    job: JobId,
    parts: &[RecordKey],
    context: &EnqueueContext,
) -> Result<OutboxPlan<Written>, SyncError> {
    let session = view.meta.session.as_ref().ok_or(SyncError::SignedOut)?;
    let held = held_entries(&view.entries);
    let mut left = view.clone();
    let mut writes = Vec::new();
    let mut intents = Vec::new();
    for part in parts {
        let makes_it = |entry: &&OutboxEntry| {
            let mutation = &entry.mutation;
            mutation.user == session.user() && mutation.op.creates() == Some(*part)
        };
        let maker = left.entries.iter().find(makes_it);
        match maker.map(|entry| (entry, entry.seq())) {
            Some((entry, seq)) if entry.is_parked() || held.contains(seq) => {
                return Err(NoUndo::Refused.into());
            }
            Some((entry, seq)) if never_left(entry) && is_free(&left, entry) => {
                writes.push(OutboxWrite::Remove(seq));
                writes.extend(file_of(*part).map(OutboxWrite::DropFile));
                left.entries.retain(|entry| entry.seq() != seq);
            }
            _ => intents.push(Intent {
                op: Op::Withdraw { part: *part, job },
                base_rev: None,
            }),
        }
    }
    if !intents.is_empty() {
        writes.extend(plan_enqueue(&left, &intents, context)?.writes);
    }
    let plan = OutboxPlan { writes, value: () };
    Ok(plan.handing_back())
}

/// Whether nobody but this device can have heard of it.
fn never_left(entry: &OutboxEntry) -> bool {
    entry.state == EntryState::Pending && !entry.sent && entry.mutation.replaces.is_empty()
}

/// Whether nothing builds on it; of a row that cannot be read nobody knows.
fn is_free(view: &OutboxView, entry: &OutboxEntry) -> bool {
    let mutation = &entry.mutation;
    let builds_on_it = |other: &OutboxEntry| {
        let is_behind = other.mutation.lane == mutation.lane && other.seq() > entry.seq();
        is_behind || other.mutation.depends_on.contains(&mutation.id)
    };
    !view.entries.iter().any(builds_on_it) && view.unreadable.iter().all(|seq| *seq < entry.seq())
}

/// The file whose bytes go with it, if it is one.
pub(crate) fn file_of(part: RecordKey) -> Option<AttachmentId> {
    (part.module == Module::Attachment).then_some(AttachmentId(part.id))
}

impl<O: OutboxStore, C: CacheStore, R, H: Host> Engine<O, C, R, H> {
    /// Takes back `parts` of `job`, by the user's explicit choice. Gives back what was written.
    ///
    /// # Errors
    /// As [`plan_withdraw`], or [`SyncError::Store`]: then everything stands as before.
    pub async fn run_withdraw(
        &self,
        job: JobId,
        parts: &[RecordKey],
    ) -> Result<Written, SyncError> {
        let fresh = |_: &RecordKey| MutationId(self.host.new_id());
        let context = EnqueueContext {
            now: self.host.reading(),
            ids: parts.iter().map(fresh).collect(),
            fresh_device: DeviceId(self.host.new_id()),
        };
        let written = self
            .outbox
            .transact(Read::All, |view| plan_withdraw(view, job, parts, &context))
            .await?;
        self.host.announce(written.notice());
        Ok(written)
    }
}
