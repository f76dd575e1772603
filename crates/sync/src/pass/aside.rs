//! One change is stopped on the way, and the rest goes on.
//!
//! Owns what is written when that is seen ([`Stopped`] holds the evidence), and when it is tried again:
//! after all the rest, so that any number of them keeps up nothing but themselves.
//! Must never take anything out of the outbox.

use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::entry::{EntryState, OutboxEntry};
use crate::outbox::lookup::Mark;
use crate::outbox::stopped::Stopped;
use crate::pass::lease::check_lease;
use crate::pass::trigger::Trigger;
use crate::ports::{Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::{MutationId, Timestamp};
use afield_planted::planted;
use afield_protocol::Seq;
use afield_protocol::worker_message::Notice;

/// The mutation that was sent alone and did not come through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentAlone {
    /// Which.
    pub id: MutationId,
    /// Its place.
    pub seq: Seq,
    /// The HTTP status of whoever answered in the place of our server.
    pub status: Option<u16>,
}

/// Notes that it was stopped once more, and that our server has answered right after. With enough of
/// that it waits by itself; whether it does.
///
/// # Errors
/// [`SyncError::Fenced`].
pub fn plan_stopped(
    view: &OutboxView,
    lease: u64,
    alone: SentAlone,
    now: Timestamp,
    chance: f64,
) -> Result<OutboxPlan<bool>, SyncError> {
    check_lease(&view.meta.lease, lease)?;
    let is_it =
        |entry: &&OutboxEntry| entry.mutation.id == alone.id && entry.state == EntryState::Pending;
    let Some(entry) = view.entries.iter().find(is_it) else {
        return Ok(OutboxPlan::nothing(true));
    };
    let before = entry.stopped.clone().unwrap_or_default();
    let after = before.again(alone.status, now);
    let aside = after.aside;
    let mut entry = entry.clone();
    entry.stopped = Some(after);
    let mut meta = view.meta.clone();
    if !aside {
        // The answer of our server to something else has cleared the failures: this one's still count.
        meta.backoff.failures = before.times;
        meta.backoff = meta.backoff.after_failure(now, None, chance);
    }
    Ok(OutboxPlan {
        writes: vec![OutboxWrite::Meta(meta), OutboxWrite::Put(entry)],
        value: aside,
    })
}

/// Notes that our server has not answered either: it was the line.
///
/// # Errors
/// [`SyncError::Fenced`].
pub fn plan_disproved(
    view: &OutboxView,
    lease: u64,
    alone: SentAlone,
) -> Result<OutboxPlan<()>, SyncError> {
    check_lease(&view.meta.lease, lease)?;
    let is_it =
        |entry: &&OutboxEntry| entry.mutation.id == alone.id && entry.state == EntryState::Pending;
    let mut plan = OutboxPlan::nothing(());
    if let Some(entry) = view.entries.iter().find(is_it) {
        let mut entry = entry.clone();
        entry.stopped = entry.stopped.as_ref().and_then(Stopped::disproved);
        plan.writes.push(OutboxWrite::Put(entry));
    }
    Ok(plan)
}

/// Of the signed-in user's whose wait by themselves is over the one that was tried longest ago, but for
/// those that were `tried` in this pass, to be written back.
pub(crate) fn next_due(
    view: &OutboxView,
    trigger: Trigger,
    tried: &[Seq],
    now: Timestamp,
) -> Option<OutboxEntry> {
    let user = view.meta.session.as_ref().map(crate::SignedIn::user);
    let due = view.entries.iter().filter_map(|entry| {
        let stopped = entry.stopped.as_ref()?;
        let is_own = Some(entry.mutation.user) == user;
        let is_due = planted!(StoppedForEver: stopped.is_due(trigger, now) => false);
        let is_next = stopped.aside && is_own && is_due && !tried.contains(&entry.seq());
        is_next.then_some((stopped, entry))
    });
    let (stopped, entry) = due.min_by_key(|(stopped, entry)| (stopped.at, entry.seq()))?;
    let mut entry = entry.clone();
    entry.stopped = Some(Stopped {
        aside: false,
        ..stopped.clone()
    });
    Some(entry)
}

impl<O: OutboxStore, C, R, H: Host> Engine<O, C, R, H> {
    /// Our server has answered right after `alone` did not come through. Whether the rest goes on.
    pub(crate) async fn run_stopped(
        &self,
        lease: u64,
        alone: SentAlone,
    ) -> Result<bool, SyncError> {
        let (now, chance) = (self.host.now(), self.host.chance());
        let goes_on = self
            .outbox
            .transact(Read::Entries(vec![alone.seq]), |view| {
                plan_stopped(view, lease, alone, now, chance)
            })
            .await?;
        let seqs = Some(vec![alone.seq]);
        self.host.announce(Notice::Outbox { seqs });
        Ok(goes_on)
    }

    /// Our server has not answered right after `alone` did not come through.
    pub(crate) async fn run_disproved(
        &self,
        lease: u64,
        alone: SentAlone,
    ) -> Result<(), SyncError> {
        self.outbox
            .transact(Read::Entries(vec![alone.seq]), |view| {
                plan_disproved(view, lease, alone)
            })
            .await?;
        let seqs = Some(vec![alone.seq]);
        self.host.announce(Notice::Outbox { seqs });
        Ok(())
    }

    /// Lets the next one try whose wait by itself is over, if there is any, now that the rest has gone.
    /// Which.
    pub(crate) async fn run_next_due(
        &self,
        lease: u64,
        trigger: Trigger,
        tried: &[Seq],
    ) -> Result<Option<Seq>, SyncError> {
        let now = self.host.now();
        let next = self
            .outbox
            .transact(Read::Found(vec![Mark::Aside]), |view| {
                check_lease(&view.meta.lease, lease)?;
                let next = next_due(view, trigger, tried, now);
                Ok(OutboxPlan {
                    value: next.as_ref().map(OutboxEntry::seq),
                    writes: next.map(OutboxWrite::Put).into_iter().collect(),
                })
            })
            .await?;
        if let Some(seq) = next {
            let seqs = Some(vec![seq]);
            self.host.announce(Notice::Outbox { seqs });
        }
        Ok(next)
    }
}
