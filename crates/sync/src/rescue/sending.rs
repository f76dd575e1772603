//! What of a rescue file goes on the wire next.
//!
//! Owns the order: that of its phone, what was refused with what waits for it, and what is left. Nothing is stored:
//! whoever is interrupted opens the file again, and the server tells what it has. Must never send a change otherwise
//! than its phone would.

use super::format::{RescueIndex, RescuedFile};
use crate::outbox::batch::{BatchLimits, BatchScan, PassedOver, batch_of};
use crate::outbox::entry::{EntryState, OutboxEntry};
use afield_domain::{MutationId, Rejection, Timestamp, UserId};
use afield_planted::planted;
use afield_protocol::{EpochId, Mutation, PushRequest, PushResponse, Seq, Verdict};
use uuid::Uuid;

/// The changes of a rescue file on their way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RescueSending {
    user: UserId,
    epoch: Option<EpochId>,
    /// What has no accepting verdict yet.
    entries: Vec<OutboxEntry>,
    passed_over: PassedOver,
    limits: BatchLimits,
    /// How many the server has accepted, now or before.
    accepted: usize,
}

impl RescueSending {
    /// Nothing was sent yet. What stood as refused on the phone is asked about again: the server answers as before,
    /// unless its reason was not for ever.
    #[must_use]
    pub fn new(index: &RescueIndex) -> Self {
        let fresh = |entry: &OutboxEntry| {
            let mutation = entry.mutation.clone();
            OutboxEntry::new(planted!(RescueRenewsIds: mutation => renewed(mutation)))
        };
        let entries: Vec<OutboxEntry> = index.entries.iter().map(fresh).collect();
        Self {
            user: index.user,
            epoch: index.epoch.clone(),
            entries: planted!(RescueOutOfOrder: entries => backwards(entries)),
            passed_over: PassedOver::default(),
            limits: BatchLimits::USUAL,
            accepted: 0,
        }
    }

    /// The next request; none if nothing is left that can go.
    #[must_use]
    pub fn next_request(&self) -> Option<PushRequest> {
        let scan = BatchScan::new(Some(self.user), self.limits).passing_over(&self.passed_over);
        let batch = batch_of(&self.entries, scan);
        let device = batch.first()?.mutation.device;
        let mutations = batch.into_iter().map(|entry| entry.mutation);
        Some(PushRequest {
            device,
            // What the phone has heard of, it tells itself.
            ack_below: Seq(0),
            epoch: self.epoch.clone(),
            asks: Vec::new(),
            review: true,
            mutations: mutations
                .take_while(|mutation| mutation.device == device)
                .collect(),
        })
    }

    /// Takes note of what the server has said to `request`.
    pub fn heard(&mut self, request: &PushRequest, response: &PushResponse, now: Timestamp) {
        let mut decided = 0;
        let verdict = |id: MutationId| {
            let mut verdicts = response.verdicts.iter();
            verdicts.find(|verdict| verdict.id == id)
        };
        for sent in &request.mutations {
            let id = sent.id;
            let told = verdict(id);
            match told.map(|verdict| &verdict.verdict) {
                Some(
                    Verdict::Applied { .. }
                    | Verdict::Merged { .. }
                    | Verdict::AlreadyApplied { .. },
                ) => {
                    self.entries.retain(|entry| entry.mutation.id != id);
                    self.accepted += 1;
                    decided += 1;
                }
                // The server has it; its phone, or whoever signs in there, hears what the office decides.
                Some(Verdict::Rejected { reason }) if *reason == Rejection::InReview => {
                    self.entries.retain(|entry| entry.mutation.id != id);
                    self.accepted += 1;
                    decided += 1;
                }
                Some(Verdict::Rejected { reason }) => {
                    let mut entries = self.entries.iter_mut();
                    if let Some(entry) = entries.find(|entry| entry.mutation.id == id) {
                        entry.state = EntryState::Parked {
                            reason: reason.clone(),
                            at: now,
                            rev: None,
                        };
                        entry.message = told.map(|told| told.message.clone()).unwrap_or_default();
                    }
                    decided += 1;
                }
                Some(Verdict::Retry { .. } | Verdict::Unknown) => {
                    planted!(RescueTakesForDone: self.passed_over.ids.push(id) => {
                        self.entries.retain(|entry| entry.mutation.id != id);
                    });
                    decided += 1;
                }
                None => {}
            }
        }
        // A server that says nothing at all of what it was asked is not asked the same for ever.
        if decided == 0 {
            self.pass_over(request);
        }
    }

    /// Somebody on the way finds a request too large; whether a smaller one can be tried.
    pub fn shrink(&mut self) -> bool {
        self.limits.items /= 2;
        self.limits.bytes /= 2;
        self.limits.items > 0
    }

    /// Sends to whatever data set the server has: its user has been told that it is another one.
    pub fn take_any_epoch(&mut self) {
        self.epoch = None;
    }

    /// What was left is tried once more, in requests as small as they have become.
    pub fn try_again(&mut self) {
        self.passed_over = PassedOver::default();
    }

    /// Somebody on the way does not let `request` through, which is as small as it gets: the rest goes on without it.
    pub(super) fn pass_over(&mut self, request: &PushRequest) {
        let stopped = request.mutations.iter().map(|sent| sent.id);
        self.passed_over.ids.extend(stopped);
    }

    /// What the server has not accepted: refused or not decided, rising by `seq`.
    #[must_use]
    pub fn left(&self) -> &[OutboxEntry] {
        &self.entries
    }

    /// How many changes the server has accepted, now or before.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.accepted
    }

    /// What was refused.
    pub fn refused(&self) -> impl Iterator<Item = &OutboxEntry> {
        self.entries.iter().filter(|entry| entry.is_parked())
    }

    /// How many changes are neither accepted nor refused.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.entries.len() - self.refused().count()
    }

    /// Whether the server has refused to know of `file`: its bytes cannot go then.
    #[must_use]
    pub fn has_refused(&self, file: &RescuedFile) -> bool {
        let made = Some(file.row.id.into());
        let mut refused = self.refused();
        refused.any(|entry| entry.mutation.op.creates() == made)
    }

    /// Whether the server knows of `file`, so that its bytes can go.
    #[must_use]
    pub fn knows(&self, file: &RescuedFile) -> bool {
        let made = Some(file.row.id.into());
        let mut left = self.entries.iter();
        !left.any(|entry| entry.mutation.op.creates() == made)
    }
}

/// For a planted bug: what must never be done with a change.
fn renewed(mut mutation: Mutation) -> Mutation {
    mutation.id = MutationId(Uuid::from_u128(mutation.id.0.as_u128() ^ 1));
    mutation
}

/// For a planted bug: nor this.
fn backwards(mut entries: Vec<OutboxEntry>) -> Vec<OutboxEntry> {
    entries.reverse();
    entries
}
