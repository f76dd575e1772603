//! A request that was not answered: what is taken back, and what is waited for.
//!
//! Owns what follows from each [`Disposition`]. Must never park anything, nor take it out of the outbox.

use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::batch::{BatchLimits, bytes_of};
use crate::outbox::entry::{EntryState, OutboxEntry};
use crate::outbox::lookup::Mark;
use crate::pass::aside::SentAlone;
use crate::pass::classify::Disposition;
use crate::pass::lease::check_lease;
use crate::pass::verdicts::Undecided;
use crate::ports::{Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::Timestamp;
use afield_planted::planted;
use afield_protocol::Seq;
use afield_protocol::worker_message::Notice;

/// What follows from a push that was not answered with verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AfterFailure {
    /// What the next push may carry.
    pub limits: BatchLimits,
    /// Whether it may follow at once.
    pub at_once: bool,
    /// The mutation that was sent alone, and not for the first time.
    pub alone: Option<SentAlone>,
}

/// Takes the batch back after a push that was not answered with verdicts, and notes what to wait for.
/// Needs the entries in flight.
///
/// # Errors
/// [`SyncError::Fenced`].
pub fn plan_failure(
    view: &OutboxView,
    lease: u64,
    disposition: Disposition,
    now: Timestamp,
    chance: f64,
) -> Result<OutboxPlan<AfterFailure>, SyncError> {
    check_lease(&view.meta.lease, lease)?;
    let mut meta = view.meta.clone();
    let sent = || view.entries.iter().filter(|entry| entry.is_in_flight());
    let items = sent().count();
    let mut after = AfterFailure {
        limits: meta.push_size.limits(),
        at_once: false,
        alone: None,
    };
    let mut asked = None;
    let mut waits = false;
    let mut unproven = None;
    match disposition {
        Disposition::BackOff { asked_ms } => {
            (asked, waits) = (asked_ms, true);
        }
        Disposition::SendLess {
            status,
            at_once,
            asked_ms,
        } => {
            meta.push_size = meta.push_size.after_failure(items, bytes_of(sent()));
            after.limits = meta.push_size.limits();
            after.at_once = at_once && items > 1;
            after.alone = match (items, sent().next()) {
                (1, Some(entry)) if entry.attempts > 1 => Some(SentAlone {
                    id: entry.mutation.id,
                    seq: entry.seq(),
                    status,
                }),
                _ => None,
            };
            // Whoever asks for time gets it: our server is asked after that.
            if asked_ms.is_some() {
                unproven = after.alone.take();
            }
            // After one that was sent alone a pull follows, which counts once for both.
            (asked, waits) = (asked_ms, !after.at_once && after.alone.is_none());
        }
        Disposition::SignIn => (meta.sign_in_needed, meta.revoked) = (true, false),
        Disposition::Revoked => {
            (meta.sign_in_needed, meta.revoked, meta.shut) = (true, true, true);
        }
        Disposition::Reset => waits = true,
    }
    if waits {
        meta.backoff = meta.backoff.after_failure(now, asked, chance);
    }
    let mut writes = vec![OutboxWrite::Meta(meta)];
    for entry in sent() {
        let mut entry = entry.clone();
        entry.state = planted!(ParkOnFailure: EntryState::Pending => parked_for_no_reason(now));
        if let Some(alone) = unproven {
            let before = entry.stopped.take().unwrap_or_default();
            entry.stopped = Some(before.unproven(alone.status, now));
        }
        writes.push(OutboxWrite::Put(entry));
    }
    Ok(OutboxPlan {
        writes,
        value: after,
    })
}

/// For a planted bug: what no failure on the way may do.
fn parked_for_no_reason(at: Timestamp) -> EntryState {
    let (reason, rev) = (afield_domain::Rejection::Other, None);
    EntryState::Parked { reason, at, rev }
}

impl<O: OutboxStore, C, R, H: Host> Engine<O, C, R, H> {
    pub(crate) async fn run_failure(
        &self,
        lease: u64,
        disposition: Disposition,
    ) -> Result<AfterFailure, SyncError> {
        let (now, chance) = (self.host.now(), self.host.chance());
        let (after, seqs) = self
            .outbox
            .transact(Read::Found(vec![Mark::InFlight]), |view| {
                let OutboxPlan { writes, value } =
                    plan_failure(view, lease, disposition, now, chance)?;
                let value = (value, seqs_of(&view.entries));
                Ok(OutboxPlan { writes, value })
            })
            .await?;
        self.host.announce(Notice::Outbox { seqs: Some(seqs) });
        Ok(after)
    }

    /// Notes that our server could not decide some, and when they may be sent again: ever later, for who
    /// cannot be decided today may not be tomorrow.
    pub(crate) async fn run_undecided(
        &self,
        lease: u64,
        undecided: &Undecided,
    ) -> Result<(), SyncError> {
        let (now, chance) = (self.host.now(), self.host.chance());
        self.outbox
            .transact(Read::Meta, |view| {
                check_lease(&view.meta.lease, lease)?;
                let mut meta = view.meta.clone();
                // The answers to everything else have cleared the failures: these still count.
                meta.backoff.failures = undecided.attempts.saturating_sub(1);
                meta.backoff = meta.backoff.after_failure(now, undecided.asked_ms, chance);
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::Meta(meta)],
                    value: (),
                })
            })
            .await
    }
}

pub(super) fn seqs_of(entries: &[OutboxEntry]) -> Vec<Seq> {
    entries.iter().map(OutboxEntry::seq).collect()
}
