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
use afield_protocol::{MutationVerdict, PushRequest, PushResponse, Verdict};

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
    let told = |entry: &OutboxEntry| told_declined(response, entry);
    let is_declined = |other: &OutboxEntry| other.was_declined() || told(other);
    told(entry) && is_behind(entries, entry, is_declined)
}

fn told_declined(response: &PushResponse, entry: &OutboxEntry) -> bool {
    let mut declined = response.verdicts.iter().filter(|told| is_declined(told));
    declined.any(|told| told.id == entry.mutation.id)
}

/// Whether it comes behind one of `entries` of which `is_first` holds.
fn is_behind(
    entries: &[OutboxEntry],
    entry: &OutboxEntry,
    is_first: impl Fn(&OutboxEntry) -> bool,
) -> bool {
    let lane = |entry: &OutboxEntry| (entry.mutation.user, entry.mutation.lane);
    let is_before = |other: &OutboxEntry| {
        entry.mutation.depends_on.contains(&other.mutation.id)
            || (lane(other) == lane(entry) && other.first_seq() < entry.first_seq())
    };
    let mut entries = entries.iter();
    entries.any(|other| is_before(other) && is_first(other))
}

/// `entry`, of which `response` decides nothing: it asks if that says that it was accepted behind something that was
/// left out. It would else wait behind that one for its user to take both back, though the office has it. Where that one
/// was declined and names no other, it says it for all behind it: who asked there asks no more.
pub(crate) fn asking(
    entries: &[OutboxEntry],
    response: &PushResponse,
    entry: &OutboxEntry,
) -> OutboxEntry {
    let id = entry.mutation.id;
    let mut accepted = response.verdicts.iter().flat_map(|told| &told.accepted);
    // Whoever asks to send it again says nothing of what is behind.
    let is_undecided =
        |told: &MutationVerdict| matches!(told.verdict, Verdict::Retry { .. } | Verdict::Unknown);
    let is_declined = |other: &OutboxEntry| told_declined(response, other);
    let asks_still = || {
        let is_cut = response.verdicts.iter().any(is_undecided);
        is_cut || !is_behind(entries, entry, is_declined)
    };
    OutboxEntry {
        asks: accepted.any(|known| *known == id) || (entry.asks && asks_still()),
        ..entry.clone()
    }
}

/// The rest of `entries`, not in `request`, that begins to ask.
pub(crate) fn begin_to_ask<'a>(
    entries: &'a [OutboxEntry],
    request: &'a PushRequest,
    response: &'a PushResponse,
) -> impl Iterator<Item = OutboxWrite> + 'a {
    let is_sent = |entry: &OutboxEntry| {
        let mut sent = request.mutations.iter();
        sent.any(|sent| sent.id == entry.mutation.id)
    };
    let waits = |entry: &&OutboxEntry| entry.state == EntryState::Pending && !entry.asks;
    let rest = entries.iter().filter(waits);
    let rest = rest.filter(move |entry| !is_sent(entry));
    let asking = rest.map(|entry| asking(entries, response, entry));
    asking.filter(|entry| entry.asks).map(OutboxWrite::Put)
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
