//! Saving a change: the moment after which it cannot be lost.
//!
//! Owns how an intent becomes a mutation. The app says **Saved on this phone** when
//! [`Engine::run_enqueue`] has returned, and not before. Never waits for the network.

use crate::cache::recent::worked_with;
use crate::clock::Reading;
use crate::engine::Engine;
use crate::error::SyncError;
use crate::files::local_file::LocalFile;
use crate::outbox::depend::{coalesced, dependencies};
use crate::outbox::entry::OutboxEntry;
use crate::outbox::lookup::marks_before;
use crate::picture::written::Written;
use crate::ports::{CacheStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::{DeviceId, MutationId, Op, Rejection, Rev};
use afield_planted::planted;
use afield_protocol::{Mutation, Seq};

/// An intent that is not yet a mutation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// What is wanted.
    pub op: Op,
    /// The revision of the record that the user saw.
    pub base_rev: Option<Rev>,
}

/// What the world gives to an enqueue: ids and the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnqueueContext {
    /// The device's clocks.
    pub now: Reading,
    /// One new id for each intent.
    pub ids: Vec<MutationId>,
    /// The device's id, if it has none yet.
    pub fresh_device: DeviceId,
}

/// Needs the last entry and those that the intents may have to wait for ([`marks_before`]).
/// The entries that `intents` become, with the next sequence numbers, for the user who is signed in.
/// An intent that may be joined with the entry before it takes that entry's place.
///
/// # Errors
/// [`SyncError::SignedOut`]; [`Rejection::UnknownOp`] for an operation of another build, and for one that needs
/// a connection: it is never queued.
pub fn plan_enqueue(
    view: &OutboxView,
    intents: &[Intent],
    context: &EnqueueContext,
) -> Result<OutboxPlan<Vec<OutboxEntry>>, SyncError> {
    let mut meta = view.meta.clone();
    let user = meta
        .session
        .as_ref()
        .map(crate::SignedIn::user)
        .ok_or(SyncError::SignedOut)?;
    let device = *meta.device.get_or_insert(context.fresh_device);
    let (wall, offset_ms) = (context.now.wall, meta.offset_ms(&context.now));
    let mut entries = view.entries.clone();
    let mut saved: Vec<OutboxEntry> = Vec::with_capacity(intents.len());
    // Nothing is joined across a change of which nobody knows what it is about.
    let is_last = |entry: &&OutboxEntry| view.unreadable.iter().all(|seq| *seq < entry.seq());
    for (intent, id) in intents.iter().zip(&context.ids) {
        let queued = Some(&intent.op).filter(|op| !op.needs_connection());
        let lane = queued.and_then(Op::target).ok_or(Rejection::UnknownOp)?;
        let needs = dependencies(&intent.op, user, &entries);
        // A part that waits for something must not go out with one that does not.
        let waits = |joined: &OutboxEntry| {
            let known = &joined.mutation.depends_on;
            needs.iter().all(|id| known.contains(id))
        };
        if let Some(key) = worked_with(&intent.op) {
            meta.recent.note(user, key);
        }
        let last = entries.last().filter(is_last);
        if let Some(mut joined) = coalesced(last, &intent.op, user).filter(waits) {
            (joined.mutation.wall, joined.mutation.clock_offset_ms) = (wall, offset_ms);
            entries.pop();
            entries.push(joined.clone());
            saved.retain(|entry| entry.seq() != joined.seq());
            saved.push(joined);
            continue;
        }
        meta.last_seq = Seq(meta.last_seq.0.saturating_add(planted!(ReuseSeq: 1 => 0)));
        let entry = OutboxEntry::new(Mutation {
            id: *id,
            device,
            seq: meta.last_seq,
            user,
            lane,
            depends_on: needs,
            replaces: Vec::new(),
            op_version: intent.op.version(),
            op: intent.op.clone(),
            base_rev: intent.base_rev,
            wall,
            clock_offset_ms: offset_ms,
        });
        entries.push(entry.clone());
        saved.push(entry);
    }
    let mut writes = vec![OutboxWrite::Meta(meta)];
    writes.extend(saved.iter().cloned().map(OutboxWrite::Put));
    Ok(OutboxPlan {
        writes,
        value: saved,
    })
}

/// As [`plan_enqueue`], together with the rows of the files that the intents register.
///
/// # Errors
/// As [`plan_enqueue`]; [`SyncError::SignedOut`] too if a file is of somebody else, who was signed in
/// when it was picked.
pub fn plan_attach(
    view: &OutboxView,
    intents: &[Intent],
    files: &[LocalFile],
    context: &EnqueueContext,
) -> Result<OutboxPlan<Vec<OutboxEntry>>, SyncError> {
    let user = view.meta.session.as_ref().map(crate::SignedIn::user);
    if files.iter().any(|file| Some(file.user) != user) {
        return Err(SyncError::SignedOut);
    }
    let mut plan = plan_enqueue(view, intents, context)?;
    let rows = files.iter().cloned().map(OutboxWrite::File);
    plan.writes.extend(rows);
    Ok(plan)
}

impl<O: OutboxStore, C: CacheStore, R, H: Host> Engine<O, C, R, H> {
    /// Saves `intents` in order, in one strict-durability transaction; page and worker both come here.
    /// Gives back what was written: the entries that hold them.
    ///
    /// # Errors
    /// As [`plan_enqueue`], or [`SyncError::Store`]: then nothing was saved.
    pub async fn run_enqueue(&self, intents: &[Intent]) -> Result<Written, SyncError> {
        self.run_attach(intents, &[]).await
    }

    /// Saves `intents` in order and makes `files` known, whose chunks are written already, in one
    /// strict-durability transaction.
    ///
    /// # Errors
    /// As [`plan_attach`], or [`SyncError::Store`]: then nothing was saved.
    pub async fn run_attach(
        &self,
        intents: &[Intent],
        files: &[LocalFile],
    ) -> Result<Written, SyncError> {
        let context = EnqueueContext {
            now: self.host.reading(),
            ids: intents
                .iter()
                .map(|_| MutationId(self.host.new_id()))
                .collect(),
            fresh_device: DeviceId(self.host.new_id()),
        };
        let marks = intents.iter().flat_map(|intent| marks_before(&intent.op));
        let read = Read::FoundAndLast(marks.collect());
        let written = self
            .outbox
            .transact(read, |view| {
                let plan = plan_attach(view, intents, files, &context)?;
                Ok(plan.handing_back())
            })
            .await?;
        self.host.announce(written.notice());
        Ok(written)
    }
}
