//! Whose turn it is to make a pass.
//!
//! Owns how the lease is taken and given back, and when it is not. Must never send anything.

use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::entry::EntryState;
use crate::outbox::lookup::Mark;
use crate::outbox::meta::OutboxMeta;
use crate::pass::failure::seqs_of;
use crate::pass::lease::check_lease;
use crate::pass::trigger::Trigger;
use crate::ports::{Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::Timestamp;
use afield_planted::planted;
use afield_protocol::worker_message::Notice;

/// Whether this context may make a pass now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Yes, under this lease.
    Taken(u64),
    /// Another context is at it.
    Busy,
    /// Nobody is signed in.
    SignedOut,
    /// The user must sign in again first.
    SignInNeeded,
    /// Not before this time.
    NotBefore(Timestamp),
}

/// Takes the lease if it is this context's turn, and takes back what a dead holder had on the wire. Needs
/// the entries in flight.
#[must_use]
pub fn plan_take_lease(
    view: &OutboxView,
    trigger: Trigger,
    has_lock: bool,
    holder: &str,
    now: Timestamp,
) -> OutboxPlan<Turn> {
    let mut meta = view.meta.clone();
    if let Some(turn) = check_turn(&meta, has_lock, now) {
        // Who has nothing of its own to send keeps nobody from sending files.
        let has_news = trigger.is_person() || trigger == Trigger::Enqueue;
        let mut leaves_word = false;
        if turn == Turn::Busy {
            leaves_word |= has_news && !std::mem::replace(&mut meta.lease.called, true);
            leaves_word |= trigger.is_person() && !std::mem::replace(&mut meta.files.asked, true);
        }
        return OutboxPlan {
            writes: leaves_word
                .then_some(OutboxWrite::Meta(meta))
                .into_iter()
                .collect(),
            value: turn,
        };
    }
    if trigger.is_person() {
        meta.backoff = Default::default();
        meta.files.asked = true;
    } else if trigger.resets_backoff() {
        meta.backoff = meta.backoff.after_news();
    }
    if let (false, Some(at)) = (meta.backoff.allows(now), meta.backoff.not_before) {
        return OutboxPlan::nothing(Turn::NotBefore(at));
    }
    let number = take_lease(&mut meta, has_lock, holder, now);
    let mut writes = vec![OutboxWrite::Meta(meta)];
    for entry in &view.entries {
        if planted!(NoTakeBack: entry.is_in_flight() => false) {
            let mut entry = entry.clone();
            entry.state = EntryState::Pending;
            writes.push(OutboxWrite::Put(entry));
        }
    }
    OutboxPlan {
        writes,
        value: Turn::Taken(number),
    }
}

/// Why nobody may be at it now; none if somebody may.
pub(crate) fn check_turn(meta: &OutboxMeta, has_lock: bool, now: Timestamp) -> Option<Turn> {
    if meta.session.is_none() {
        Some(Turn::SignedOut)
    } else if meta.sign_in_needed && !meta.revoked {
        Some(Turn::SignInNeeded)
    } else if !meta.lease.may_be_taken(has_lock, now) {
        Some(Turn::Busy)
    } else {
        None
    }
}

/// Takes the lease; gives its number.
pub(crate) fn take_lease(
    meta: &mut OutboxMeta,
    has_lock: bool,
    holder: &str,
    now: Timestamp,
) -> u64 {
    meta.lease.number = meta.lease.number.saturating_add(1);
    meta.lease.holder = holder.to_owned();
    meta.lease.heartbeat = Some(now);
    meta.lease.without_lock = !has_lock;
    meta.lease.called = false;
    meta.lease.number
}

impl<O: OutboxStore, C, R, H: Host> Engine<O, C, R, H> {
    pub(crate) async fn run_take_lease(
        &self,
        trigger: Trigger,
        has_lock: bool,
    ) -> Result<Turn, SyncError> {
        let (now, holder) = (self.host.now(), self.host.holder());
        let (turn, taken_back, was_open) = self
            .outbox
            .transact(Read::Found(vec![Mark::InFlight]), |view| {
                let OutboxPlan { writes, value } =
                    plan_take_lease(view, trigger, has_lock, &holder, now);
                let was_open = view.meta.lease.is_open();
                let value = (value, seqs_of(&view.entries), was_open);
                Ok(OutboxPlan { writes, value })
            })
            .await?;
        if matches!(turn, Turn::Taken(_)) {
            self.announce_takeover(was_open);
            if !taken_back.is_empty() {
                let seqs = Some(taken_back);
                self.host.announce(Notice::Outbox { seqs });
            }
        }
        Ok(turn)
    }

    /// A lease was taken that nobody had given back: its holder may have died between what it wrote and what it told
    /// of it, so that everybody looks again.
    pub(crate) fn announce_takeover(&self, was_open: bool) {
        if planted!(SilentTakeover: was_open => false) {
            let keys = Vec::new();
            self.host.announce(Notice::Records { keys });
        }
    }

    /// Gives the lease back; `done`: everything sendable was sent and everything new fetched.
    pub(crate) async fn run_end(&self, lease: u64, done: bool) -> Result<(), SyncError> {
        let now = self.host.now();
        let ended = self
            .outbox
            .transact(Read::Meta, |view| {
                check_lease(&view.meta.lease, lease)?;
                let mut meta = view.meta.clone();
                meta.lease.heartbeat = None;
                if done {
                    meta.last_sync = Some(now);
                }
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::Meta(meta)],
                    value: (),
                })
            })
            .await;
        self.host.announce(Notice::Outbox {
            seqs: Some(Vec::new()),
        });
        ended
    }
}
