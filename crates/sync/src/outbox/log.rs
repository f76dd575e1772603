//! The log of decided refusals: what was asked, why it was refused, and what became of it.
//!
//! Owns [`LogEntry`], a stored type (fields are only ever added, with a default), how much of it stays, and how long what
//! was reverted can be brought back. A decision and its line are one transaction. Must never hold anything up: nothing is
//! sent from here, and a line that is lost loses no work.

use crate::engine::Engine;
use crate::error::{StoreError, SyncError};
use crate::outbox::batch::mutation_bytes;
use crate::outbox::entry::OutboxEntry;
use crate::picture::written::Written;
use crate::ports::{CacheStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::order::Order;
use afield_domain::wire::FromTree;
use afield_domain::{MutationId, Timestamp, UserId};
use afield_planted::planted;
use afield_protocol::Seq;
use serde::Serialize;
use std::cmp::Reverse;

/// So many lines stay, of each user.
pub const LOG_MOST: usize = 200;
/// And so many bytes of what was asked.
pub const LOG_BYTES: usize = 512 * 1024;
/// How long what was reverted can be brought back, in milliseconds.
pub const BACK_MS: i64 = 10 * 60_000;

/// One line of the log: an entry that has left the outbox by a decision about a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct LogEntry {
    /// The entry as it stood: of a refused one with the reason, and when it was refused.
    pub entry: OutboxEntry,
    /// What became of it.
    pub decision: Decision,
    /// When, by this device's clock.
    pub at: Timestamp,
    /// The refused one that it waited for, and went with when that was reverted; none for one that was decided itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind: Option<MutationId>,
}

/// What became of a refused change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Its user has reverted it.
    Reverted,
    /// Its user has sent it again as it was.
    SentAgain,
    /// Its user has corrected it and sent it again.
    Corrected,
    /// It was sent again by itself: its reason had gone.
    Released,
}

impl LogEntry {
    /// Its place in the log: that which the entry had in the outbox.
    #[must_use]
    pub fn seq(&self) -> Seq {
        self.entry.seq()
    }

    fn user(&self) -> UserId {
        self.entry.mutation.user
    }

    /// Whether it can be brought back by itself, and what waited for it with it.
    #[must_use]
    pub fn can_come_back(&self, now: Timestamp) -> bool {
        self.behind.is_none() && self.is_fresh(now)
    }

    /// A clock that was set meanwhile, either way, ends it early or late by as much.
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.decision == Decision::Reverted && now.since(self.at).abs() < BACK_MS
    }
}

/// What to write so that `removed`, a refused one and what went with it, stand in the log. The view must hold that.
#[must_use]
pub fn log_writes(
    view: &OutboxView,
    removed: &[OutboxEntry],
    decision: Decision,
    now: Timestamp,
) -> Vec<OutboxWrite> {
    let Some(first) = removed.first() else {
        return Vec::new();
    };
    let id = first.mutation.id;
    let line = |entry: &OutboxEntry| LogEntry {
        entry: entry.clone(),
        decision,
        at: now,
        behind: Some(id).filter(|id| *id != entry.mutation.id),
    };
    let fresh: Vec<LogEntry> = removed.iter().map(line).collect();
    let seqs: Vec<Seq> = fresh.iter().map(LogEntry::seq).collect();
    let mut old: Vec<&LogEntry> = view.log.iter().collect();
    old.retain(|line| line.user() == first.mutation.user && !seqs.contains(&line.seq()));
    old.order_by_key(|line| Reverse((line.at, line.seq())));
    let (mut count, mut bytes) = (0, 0);
    let mut writes = Vec::new();
    for line in fresh.iter().chain(old) {
        // What was never refused stands there only to be brought back.
        let is_refusal = line.entry.is_parked();
        if is_refusal {
            count += 1;
            bytes += mutation_bytes(&line.entry.mutation);
        }
        let has_room = is_refusal && count <= LOG_MOST && bytes <= LOG_BYTES;
        if !has_room && !line.is_fresh(now) && !seqs.contains(&line.seq()) {
            writes.push(OutboxWrite::Unlog(line.seq()));
        }
    }
    writes.extend(
        planted!(RefusalNotLogged: fresh => Vec::new())
            .into_iter()
            .map(OutboxWrite::Log),
    );
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
    let session = view.meta.session.as_ref().ok_or(SyncError::SignedOut)?;
    let is_it = |line: &&LogEntry| line.entry.mutation.id == id && line.can_come_back(now);
    let root = view.log.iter().find(is_it).ok_or(SyncError::NoEntry)?;
    if root.user() != session.user() {
        return Err(SyncError::SignedOut);
    }
    let behind = view.log.iter().filter(|line| line.behind == Some(id));
    let mut writes = Vec::new();
    for line in std::iter::once(root).chain(behind) {
        let entry = &line.entry;
        let is_of_this_phone = Some(entry.mutation.device) == view.meta.device;
        let was_given_out = entry.seq() <= view.meta.last_seq;
        let is_it = |other: &OutboxEntry| {
            other.seq() == entry.seq() || other.mutation.id == entry.mutation.id
        };
        if !is_of_this_phone || !was_given_out || view.entries.iter().any(is_it) {
            return Err(SyncError::Changed);
        }
        writes.push(OutboxWrite::Put(entry.clone()));
        writes.push(OutboxWrite::Unlog(entry.seq()));
    }
    Ok(OutboxPlan { writes, value: () })
}

impl<O: OutboxStore, C: CacheStore, R, H: Host> Engine<O, C, R, H> {
    /// The signed-in user's log, in no order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn load_log(&self) -> Result<Vec<LogEntry>, StoreError> {
        let mut view = self.outbox.load(Read::Log).await?;
        let user = view.meta.session.map(|session| session.user());
        view.log.retain(|line| Some(line.user()) == user);
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
