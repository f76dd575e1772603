//! Changes that came too late, and what the office has decided of them.
//!
//! Owns how this phone hears of a decision: what does not wait any more is sent again under its id, and its verdict is
//! the decision. Must never take an entry out of the outbox, nor send what the server still keeps for the office.

use crate::SignedIn;
use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::entry::{EntryState, OutboxEntry};
use crate::outbox::lookup::Mark;
use crate::pass::lease::check_lease;
use crate::ports::{Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::{MutationId, Rejection};
use afield_planted::planted;
use afield_protocol::worker_message::Notice;
use afield_protocol::{MutationVerdict, PushResponse, Verdict};

/// Has those of the signed-in user ask again that are not among the `waiting` ones. How many.
///
/// # Errors
/// [`SyncError::Fenced`].
pub fn plan_reviewed(
    view: &OutboxView,
    lease: u64,
    waiting: &[MutationId],
) -> Result<OutboxPlan<usize>, SyncError> {
    check_lease(&view.meta.lease, lease)?;
    let user = view.meta.session.as_ref().map(SignedIn::user);
    let mut meta = view.meta.clone();
    meta.reviews = false;
    let mut writes = Vec::new();
    for entry in view.entries.iter().filter(|entry| entry.is_in_review()) {
        let mutation = &entry.mutation;
        let waits = Some(mutation.user) != user || waiting.contains(&mutation.id);
        meta.reviews |= waits;
        if planted!(DecisionUnheard: !waits => false) {
            writes.push(OutboxWrite::Put(OutboxEntry {
                state: EntryState::Pending,
                asks: true,
                ..entry.clone()
            }));
        }
    }
    let value = writes.len();
    writes.push(OutboxWrite::Meta(meta));
    Ok(OutboxPlan { writes, value })
}

/// Whether a verdict says that the office has declined.
pub(crate) fn is_declined(told: &MutationVerdict) -> bool {
    matches!(
        told.verdict,
        Verdict::Rejected {
            reason: Rejection::Declined { .. }
        }
    )
}

/// Whether `entry`, which `response` says is declined, comes behind another of `entries` that is declined, or was. It
/// waits for that one then, and goes with it.
pub(crate) fn is_said(
    entries: &[OutboxEntry],
    response: &PushResponse,
    entry: &OutboxEntry,
) -> bool {
    let was_declined =
        |other: &&OutboxEntry| other.was_declined() || told_declined(response, other);
    let mut declined = entries.iter().filter(was_declined);
    told_declined(response, entry) && declined.any(|other| is_before(other, entry))
}

fn told_declined(response: &PushResponse, entry: &OutboxEntry) -> bool {
    let mut declined = response.verdicts.iter().filter(|told| is_declined(told));
    declined.any(|told| told.id == entry.mutation.id)
}

/// Whether `other`, if refused, holds `entry`: as [`super::held`] has it, one that was sent again holds nothing that
/// stands in front of it.
fn is_before(other: &OutboxEntry, entry: &OutboxEntry) -> bool {
    let lane = |entry: &OutboxEntry| (entry.mutation.user, entry.mutation.lane);
    let is_behind = entry.mutation.depends_on.contains(&other.mutation.id)
        || (lane(other) == lane(entry) && other.first_seq() < entry.first_seq());
    is_behind && other.seq() < entry.seq()
}

/// Those of `entries` that were sent, of which `response` says nothing, and which come behind one that it says was
/// declined: [`OutboxEntry::perhaps`]. The office may have had them and accepted them all the same, and their phone never have heard that
/// they were in review: they would wait for their user to take them back. What the server never decided it says so of.
pub(crate) fn begin_to_ask(entries: &[OutboxEntry], response: &PushResponse) -> Vec<OutboxWrite> {
    let mut behind: Vec<&OutboxEntry> = Vec::new();
    let mut writes = Vec::new();
    for entry in entries {
        let told = |told: &MutationVerdict| told.id == entry.mutation.id;
        if told_declined(response, entry) {
            behind.push(entry);
        } else if behind.iter().any(|other| is_before(other, entry)) {
            behind.push(entry);
            let waits = !matches!(entry.state, EntryState::Parked { .. })
                && entry.sent
                && !entry.only_asks()
                && !response.verdicts.iter().any(told)
                && !response.undecided.contains(&entry.mutation.id);
            if planted!(BehindDeclinedUnasked: waits => false) {
                writes.push(OutboxWrite::Put(OutboxEntry {
                    state: EntryState::Pending,
                    perhaps: true,
                    ..entry.clone()
                }));
            }
        }
    }
    writes
}

impl<O: OutboxStore, C, R, H: Host> Engine<O, C, R, H> {
    /// The server has said which changes still wait for the office; how many others ask again.
    pub(crate) async fn run_reviewed(
        &self,
        lease: u64,
        waiting: &[MutationId],
    ) -> Result<usize, SyncError> {
        let decided = self
            .outbox
            .transact(Read::Found(vec![Mark::Parked]), |view| {
                plan_reviewed(view, lease, waiting)
            })
            .await?;
        if decided > 0 {
            self.host.announce(Notice::Outbox { seqs: None });
        }
        Ok(decided)
    }
}
