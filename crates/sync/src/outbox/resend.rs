//! Sending a refused mutation again: corrected by its user, or as it was.
//!
//! Owns how the new one takes the old one's place: a verdict is for ever, so it gets an id and a
//! place in the order of its own, and names the one it replaces. What waited for the old one follows
//! it in the old order, anew as well: it was never decided, for the server holds a refused one's lane.

use crate::clock::Reading;
use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::entry::{Decision, EntryState, OutboxEntry};
use crate::outbox::held::held_entries;
use crate::outbox::log::log_writes;
use crate::picture::written::Written;
use crate::ports::{CacheStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::{MutationId, Op, Rejection, limits};
use afield_planted::planted;
use afield_protocol::{Mutation, Replaced, Seq};
use std::slice;

/// So often a change gets another place by itself; then its user is asked.
pub(crate) const RENUMBERED_MOST: u32 = 24;

/// What the world gives to a resend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResendContext {
    /// The device's clocks.
    pub now: Reading,
    /// New ids, one for each mutation that may have to follow.
    pub ids: Vec<MutationId>,
    /// Whether nobody has asked for it: the reason has gone.
    pub by_itself: bool,
}

/// Replaces the parked entry `id`, and what waits for it, by new entries at the end of the order. The view must hold
/// the log.
/// With `op` the first of them asks for that; without, for the same as before.
///
/// # Errors
/// [`SyncError::NoEntry`] if it is not parked (any more); [`SyncError::Changed`] if more waits for it
/// than there are ids; [`Rejection::UnknownOp`] for an operation of another build.
pub fn plan_resend(
    view: &OutboxView,
    id: MutationId,
    op: Option<&Op>,
    context: &ResendContext,
) -> Result<OutboxPlan<Vec<OutboxEntry>>, SyncError> {
    let parked = view
        .entries
        .iter()
        .find(|entry| entry.mutation.id == id && entry.is_parked())
        .ok_or(SyncError::NoEntry)?;
    let followers = followers_of(&view.entries, parked);
    let mut meta = view.meta.clone();
    let mut renamed: Vec<(MutationId, MutationId)> = Vec::new();
    let mut ids = context.ids.iter();
    let mut writes = Vec::new();
    let mut entries = Vec::new();
    for old in std::iter::once(parked).chain(followers) {
        let fresh = *ids.next().ok_or(SyncError::Changed)?;
        renamed.push((old.mutation.id, fresh));
        meta.last_seq = Seq(meta.last_seq.0.saturating_add(step_after(old)));
        let mutation = Mutation {
            id: planted!(ResendSameId: fresh => old.mutation.id),
            seq: meta.last_seq,
            depends_on: waits_for(old, view, &renamed),
            replaces: replaced_by(old),
            ..old.mutation.clone()
        };
        let mut entry = OutboxEntry::new(mutation);
        entry.renumbered = old
            .renumbered
            .saturating_add(u32::from(lost_its_place(old)));
        if let (true, Some(op)) = (entries.is_empty(), op) {
            entry.mutation.op = op.clone();
            entry.mutation.lane = op.target().ok_or(Rejection::UnknownOp)?;
            entry.mutation.wall = context.now.wall;
            entry.mutation.clock_offset_ms = view.meta.offset_ms(&context.now);
        }
        writes.push(OutboxWrite::Remove(old.seq()));
        if planted!(LoseFollowers: true => entries.is_empty()) {
            entries.push(entry);
        }
    }
    // A place that was given away is no refusal that anybody would look up.
    if !(context.by_itself && lost_its_place(parked)) {
        let decision = match (context.by_itself, op) {
            (true, _) => Decision::Released,
            (false, None) => Decision::SentAgain,
            (false, Some(_)) => Decision::Corrected,
        };
        let now = context.now.wall;
        writes.extend(log_writes(view, slice::from_ref(parked), decision, now));
    }
    writes.push(OutboxWrite::Meta(meta));
    writes.extend(entries.iter().cloned().map(OutboxWrite::Put));
    // Other refused ones that depend on it wait for the new one when their turn comes.
    for other in view.entries.iter().filter(|entry| entry.is_parked()) {
        let depends_on = renamed_ids(&other.mutation.depends_on, &renamed);
        if other.mutation.id != id && depends_on != other.mutation.depends_on {
            let mut other = other.clone();
            other.mutation.depends_on = depends_on;
            writes.push(OutboxWrite::Put(other));
        }
    }
    Ok(OutboxPlan {
        writes,
        value: entries,
    })
}

/// What waits for the `parked` entry: held by it, or depending on it or on one that follows it, or behind
/// one of these in its lane. An entry that another refused one holds as well must follow too: what it
/// depends on gets another id, and what it comes after another place.
fn followers_of<'a>(entries: &'a [OutboxEntry], parked: &OutboxEntry) -> Vec<&'a OutboxEntry> {
    let held = held_entries(entries);
    let lane_of = |entry: &OutboxEntry| (entry.mutation.user, entry.mutation.lane);
    let mut ids = vec![parked.mutation.id];
    let mut lanes = vec![lane_of(parked)];
    let mut followers = Vec::new();
    let is_later = |entry: &&OutboxEntry| {
        entry.seq() > parked.seq() && !entry.is_parked() && !entry.is_in_review()
    };
    for entry in entries.iter().filter(is_later) {
        let depends = entry.mutation.depends_on.iter().any(|id| ids.contains(id));
        let depends = planted!(FollowOneRoot: depends => false);
        let is_behind = lanes.contains(&lane_of(entry));
        let is_behind = planted!(FollowOneRoot: is_behind => false);
        let is_behind = planted!(FollowersOvertaken: is_behind => false);
        if held.root_of(entry.seq()) == Some(parked.mutation.id) || depends || is_behind {
            ids.push(entry.mutation.id);
            lanes.push(lane_of(entry));
            followers.push(entry);
        }
    }
    followers
}

/// How far the place of what is sent instead of `old` is from the last one. Where the server has given the
/// places away already (a device that was restored from an older copy), nobody knows how many: each try
/// goes twice as far. Gaps are normal.
fn step_after(old: &OutboxEntry) -> u64 {
    if lost_its_place(old) {
        1 << old.renumbered.min(RENUMBERED_MOST)
    } else {
        1
    }
}

fn lost_its_place(old: &OutboxEntry) -> bool {
    let reason = Rejection::SequenceReused;
    matches!(&old.state, EntryState::Parked { reason: known, .. } if *known == reason)
}

/// What is sent instead of `old` is sent instead of all that `old` was sent instead of: a server that
/// knew none of them kept no trace, and a late copy of any may still come.
fn replaced_by(old: &OutboxEntry) -> Vec<Replaced> {
    let mut replaced = old.mutation.replaces.clone();
    replaced.push(Replaced {
        id: old.mutation.id,
        seq: old.seq(),
    });
    // More the server does not take. The first one's place says where it belongs; of the others the oldest
    // are the least likely to come still.
    let surplus = replaced.len().saturating_sub(limits::REPLACES);
    replaced.drain(1..=surplus);
    replaced
}

/// What it waits for, under the ids of now. Of more than the server takes, those that have left the outbox
/// are left out: they were accepted.
fn waits_for(
    old: &OutboxEntry,
    view: &OutboxView,
    renamed: &[(MutationId, MutationId)],
) -> Vec<MutationId> {
    let mut depends_on = old.mutation.depends_on.clone();
    if depends_on.len() > limits::DEPENDS_ON {
        depends_on.retain(|id| view.entries.iter().any(|entry| entry.mutation.id == *id));
    }
    renamed_ids(&depends_on, renamed)
}

fn renamed_ids(depends_on: &[MutationId], renamed: &[(MutationId, MutationId)]) -> Vec<MutationId> {
    let fresh = |id: &MutationId| {
        let pair = renamed.iter().find(|(old, _)| old == id);
        pair.map_or(*id, |(_, fresh)| *fresh)
    };
    depends_on.iter().map(fresh).collect()
}

impl<O: OutboxStore, C: CacheStore, R, H: Host> Engine<O, C, R, H> {
    /// Sends the parked mutation `id` again, as `op` if its user has corrected it, and what waits for it.
    /// Gives back what was written, the new entries first.
    ///
    /// # Errors
    /// As [`plan_resend`], or [`SyncError::Store`]: then everything stands as before.
    pub async fn run_resend(&self, id: MutationId, op: Option<&Op>) -> Result<Written, SyncError> {
        let context = self.load_resend_context().await?;
        let written = self
            .outbox
            .transact(Read::AllAndLog, |view| {
                Ok(plan_resend(view, id, op, &context)?.handing_back())
            })
            .await?;
        self.host.announce(written.notice());
        Ok(written)
    }

    pub(crate) async fn load_resend_context(&self) -> Result<ResendContext, SyncError> {
        let most = self.outbox.load(Read::All).await?.entries.len();
        Ok(ResendContext {
            now: self.host.reading(),
            ids: (0..most).map(|_| MutationId(self.host.new_id())).collect(),
            by_itself: false,
        })
    }
}

#[cfg(test)]
#[path = "resend_tests.rs"]
mod tests;
