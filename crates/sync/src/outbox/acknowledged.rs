//! Acknowledged mutations, kept for a week, and what for.
//!
//! Owns the way back after the server was restored from an older backup: the device hears of another
//! data set and sends again what it keeps, with the same ids, before anything newer. What the backup
//! did contain is answered with the stored verdict. Must never keep anything longer than a week.

use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::entry::{Acknowledged, EntryState, OutboxEntry};
use crate::pass::lease::check_lease;
use crate::ports::{CacheStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::Timestamp;
use afield_planted::planted;
use afield_protocol::worker_message::Notice;
use afield_protocol::{EpochId, Mutation};

/// How long an acknowledged mutation is kept, in milliseconds of the server's clock.
pub const KEPT_MS: i64 = 7 * 86_400_000;

/// Takes note of another data set: everything that is kept is unsent again, in its old place in the
/// order; what was on the wire is taken back.
///
/// # Errors
/// [`SyncError::Fenced`].
pub fn plan_new_epoch(
    view: &OutboxView,
    lease: u64,
    epoch: &EpochId,
) -> Result<OutboxPlan<()>, SyncError> {
    check_lease(&view.meta.lease, lease)?;
    let mut meta = view.meta.clone();
    meta.epoch = Some(epoch.clone());
    meta.kept_from = None;
    let mut writes = vec![OutboxWrite::Meta(meta)];
    for kept in &view.acknowledged {
        let again = OutboxEntry {
            sent: true,
            ..OutboxEntry::new(kept.mutation.clone())
        };
        writes.extend(planted!(ForgetKept: Some(OutboxWrite::Put(again)) => None));
        writes.push(OutboxWrite::Forget(kept.mutation.seq));
    }
    for entry in &view.entries {
        let mut entry = entry.clone();
        let asked = entry.only_asks();
        (entry.asks, entry.perhaps) = (false, false);
        // The backup may be of before it came, or was declined: the office decides about it anew.
        if entry.is_in_review() || entry.was_declined() {
            entry.state = planted!(ReviewOfOtherData: EntryState::Pending => entry.state);
            writes.push(OutboxWrite::Put(entry));
            continue;
        }
        match &mut entry.state {
            EntryState::Pending if !asked => continue,
            EntryState::Pending => {}
            // Revisions of another data set say nothing here.
            EntryState::Parked { rev, .. } => *rev = None,
            state @ EntryState::InFlight { .. } => *state = EntryState::Pending,
        }
        writes.push(OutboxWrite::Put(entry));
    }
    Ok(OutboxPlan { writes, value: () })
}

/// Whether a later change of the same record was accepted, as far as that is still kept. Where the server
/// then says that the place of `mutation` is used, it came too late: sent anew by itself it would undo what
/// its user did afterwards. Where nothing later was accepted from here, it was another copy of this device
/// that used the place, and all it needs is another one.
pub(crate) fn is_overtaken(mutation: &Mutation, acknowledged: &[Acknowledged]) -> bool {
    acknowledged.iter().any(|kept| {
        let kept = &kept.mutation;
        (kept.device, kept.user, kept.lane) == (mutation.device, mutation.user, mutation.lane)
            && kept.seq > mutation.seq
    })
}

/// Forgets what was kept long enough.
#[must_use]
pub fn plan_sweep(view: &OutboxView, server_now: Timestamp) -> OutboxPlan<()> {
    let is_old = |kept: &&Acknowledged| server_now.since(kept.at) > KEPT_MS;
    let mut meta = view.meta.clone();
    meta.kept_from = view
        .acknowledged
        .iter()
        .filter(|kept| !is_old(kept))
        .map(|kept| kept.at)
        .min();
    let mut writes = vec![OutboxWrite::Meta(meta)];
    let old = view.acknowledged.iter().filter(is_old);
    writes.extend(old.map(|kept| OutboxWrite::Forget(kept.mutation.seq)));
    OutboxPlan { writes, value: () }
}

impl<O: OutboxStore, C: CacheStore, R, H: Host> Engine<O, C, R, H> {
    pub(crate) async fn run_new_epoch(&self, lease: u64, epoch: &EpochId) -> Result<(), SyncError> {
        self.outbox
            .transact(Read::AllAndAcknowledged, |view| {
                plan_new_epoch(view, lease, epoch)
            })
            .await?;
        self.host.announce(Notice::Outbox { seqs: None });
        Ok(())
    }

    /// Forgets what was kept long enough, if there is any.
    pub(crate) async fn run_sweep(&self, lease: u64) -> Result<(), SyncError> {
        let meta = self.outbox.load(Read::Meta).await?.meta;
        let server_now = meta.server_now(&self.host.reading());
        let is_due = |from: Timestamp| server_now.since(from) > KEPT_MS;
        if !meta.kept_from.is_some_and(is_due) {
            return Ok(());
        }
        self.outbox
            .transact(Read::AllAndAcknowledged, |view| {
                check_lease(&view.meta.lease, lease)?;
                Ok(plan_sweep(view, server_now))
            })
            .await
    }
}
