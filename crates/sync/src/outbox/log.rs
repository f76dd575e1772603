//! The log of decided refusals: what was asked, why it was refused, and what became of it.
//!
//! Owns how much of it stays, and how long what was reverted can be brought back. A line is the entry that has left, as it
//! stood, with what became of it ([`Decided`]); a decision and its line are one transaction. Must never hold anything up:
//! nothing is sent from here, and a line that is lost loses no work.

use crate::SignedIn;
use crate::engine::Engine;
use crate::error::{StoreError, SyncError};
use crate::outbox::batch::mutation_bytes;
use crate::outbox::entry::{Decided, Decision, OutboxEntry};
use crate::picture::written::Written;
use crate::ports::{CacheStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::{MutationId, Timestamp};
use afield_planted::planted;

/// So many lines stay, of each user.
pub const LOG_MOST: usize = 200;
/// And so many bytes of what was asked.
pub const LOG_BYTES: usize = 512 * 1024;
/// How long what was reverted can be brought back, in milliseconds.
pub const BACK_MS: i64 = 10 * 60_000;

impl OutboxEntry {
    /// Whether it can be brought back, and what waited for it with it.
    #[must_use]
    pub fn can_come_back(&self, now: Timestamp) -> bool {
        self.decided
            .as_ref()
            .is_some_and(|decided| decided.behind.is_none() && decided.is_fresh(now))
    }
}

impl Decided {
    /// A clock that was set meanwhile, either way, ends it early or late by as much.
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.decision == Decision::Reverted && now.since(self.at).abs() < BACK_MS
    }
}

/// What to write so that `removed`, a refused one and what went with it, stand in the log. The view must hold that. Beyond
/// its room the oldest changes leave it.
#[must_use]
pub fn log_writes(
    view: &OutboxView,
    removed: &[OutboxEntry],
    decision: Decision,
    now: Timestamp,
) -> Vec<OutboxWrite> {
    let mut writes = Vec::new();
    let Some(first) = removed.first().map(|entry| &entry.mutation) else {
        return writes;
    };
    let (mut count, mut bytes) = (0, 0);
    // What was never refused stands there only to be brought back.
    let mut has_room = |entry: &OutboxEntry| {
        if entry.is_parked() {
            count += 1;
            bytes += mutation_bytes(&entry.mutation);
        }
        entry.is_parked() && count <= LOG_MOST && bytes <= LOG_BYTES
    };
    for entry in removed {
        has_room(entry);
        let decided = Decided {
            decision,
            at: now,
            behind: Some(first.id).filter(|id| *id != entry.mutation.id),
        };
        let line = OutboxEntry {
            decided: Some(decided),
            ..entry.clone()
        };
        writes.extend(planted!(RefusalNotLogged: Some(OutboxWrite::Log(line)) => None));
    }
    for line in view.log.iter().rev() {
        let is_new = removed.iter().any(|entry| entry.seq() == line.seq());
        if is_new || line.mutation.user != first.user {
            continue;
        }
        let is_fresh = line.decided.as_ref().is_some_and(|it| it.is_fresh(now));
        if !has_room(line) && !is_fresh {
            writes.push(OutboxWrite::Unlog(line.seq()));
        }
    }
    writes
}

/// Puts what was reverted with the refused entry `id` back, each where it stood: refused ones as refused, and what waited for
/// them behind them. No place is given out twice, so it is free.
///
/// # Errors
/// [`SyncError::NoEntry`] if it is not in the log to be brought back (any more); [`SyncError::SignedOut`] if somebody else is
/// signed in by now; [`SyncError::Changed`] if this is not the outbox that it was taken from, or it is back.
pub fn plan_bring_back(
    view: &OutboxView,
    id: MutationId,
    now: Timestamp,
) -> Result<OutboxPlan<()>, SyncError> {
    let user = view.meta.session.as_ref().map(SignedIn::user);
    let mut writes = Vec::new();
    let mut is_there = false;
    for line in &view.log {
        let is_root = line.mutation.id == id && line.can_come_back(now);
        let behind = line.decided.as_ref().and_then(|it| it.behind);
        if !is_root && behind != Some(id) {
            continue;
        }
        is_there |= is_root;
        if Some(line.mutation.user) != user {
            return Err(SyncError::SignedOut);
        }
        let is_of_this_phone = Some(line.mutation.device) == view.meta.device;
        let was_given_out = line.seq() <= view.meta.last_seq;
        let is_it = |other: &OutboxEntry| {
            other.seq() == line.seq() || other.mutation.id == line.mutation.id
        };
        if !is_of_this_phone || !was_given_out || view.entries.iter().any(is_it) {
            return Err(SyncError::Changed);
        }
        writes.push(OutboxWrite::Put(OutboxEntry {
            decided: None,
            ..line.clone()
        }));
        writes.push(OutboxWrite::Unlog(line.seq()));
    }
    if !is_there {
        return Err(SyncError::NoEntry);
    }
    Ok(OutboxPlan { writes, value: () })
}

impl<O: OutboxStore, C: CacheStore, R, H: Host> Engine<O, C, R, H> {
    /// The signed-in user's log, in the order in which the changes were made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn load_log(&self) -> Result<Vec<OutboxEntry>, StoreError> {
        let mut view = self.outbox.load(Read::Log).await?;
        let user = view.meta.session.as_ref().map(SignedIn::user);
        view.log.retain(|line| Some(line.mutation.user) == user);
        Ok(view.log)
    }

    /// Takes a **Revert changes** back: what went with the refused `id` stands again as it stood. Gives back what was written.
    ///
    /// # Errors
    /// As [`plan_bring_back`].
    pub async fn run_bring_back(&self, id: MutationId) -> Result<Written, SyncError> {
        let now = self.host.now();
        let written = self
            .outbox
            .transact(Read::AllAndLog, |view| {
                Ok(plan_bring_back(view, id, now)?.handing_back())
            })
            .await?;
        self.host.announce(written.notice());
        Ok(written)
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
