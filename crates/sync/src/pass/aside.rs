//! One change is stopped on the way, and the rest goes on.
//!
//! Owns what is written when that is seen ([`Stopped`] holds the evidence), and when it is tried again.
//! Must never take anything out of the outbox.

use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::entry::{EntryState, OutboxEntry};
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

/// Those of the signed-in user's whose wait by themselves is over, to be written back.
pub(crate) fn due_again(
    view: &OutboxView,
    trigger: Trigger,
    now: Timestamp,
) -> impl Iterator<Item = OutboxEntry> + '_ {
    let user = view.meta.session.as_ref().map(crate::SignedIn::user);
    view.entries.iter().filter_map(move |entry| {
        let stopped = entry.stopped.as_ref()?;
        let is_own = Some(entry.mutation.user) == user;
        if !stopped.aside
            || !is_own
            || planted!(StoppedForEver: !stopped.is_due(trigger, now) => true)
        {
            return None;
        }
        let mut entry = entry.clone();
        entry.stopped = Some(Stopped {
            aside: false,
            ..stopped.clone()
        });
        Some(entry)
    })
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
}
