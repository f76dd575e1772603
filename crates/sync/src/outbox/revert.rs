//! **Revert changes**: the only way in which a refused entry leaves without being sent again.
//!
//! Owns what goes along with it, and that nothing goes which its user was not shown. The way back is [`super::log`]'s.

use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::entry::{Decision, OutboxEntry};
use crate::outbox::log::log_writes;
use crate::picture::written::Written;
use crate::ports::{CacheStore, Host, OutboxPlan, OutboxStore, OutboxWrite, Read};
use afield_domain::MutationId;
use afield_planted::planted;

/// Removes the parked entry `id`, later unsent entries of its user in its lane, and what depends on any of them.
///
/// # Errors
/// [`SyncError::NoEntry`]; [`SyncError::Changed`] if any of these is not among `shown`.
pub fn plan_revert(
    entries: &[OutboxEntry],
    id: MutationId,
    shown: &[MutationId],
) -> Result<OutboxPlan<Vec<OutboxEntry>>, SyncError> {
    let parked = entries
        .iter()
        .find(|entry| entry.mutation.id == id && entry.is_parked())
        .ok_or(SyncError::NoEntry)?;
    let mut ids = vec![id];
    let lane = (parked.mutation.user, parked.mutation.lane);
    let mut removed = vec![parked.clone()];
    for entry in entries.iter().filter(|entry| entry.seq() > parked.seq()) {
        let mutation = &entry.mutation;
        let is_behind =
            (mutation.user, mutation.lane) == lane && entry.first_seq() > parked.first_seq();
        let waits = is_behind || mutation.depends_on.iter().any(|id| ids.contains(id));
        // What the office has before it, or has decided, is not taken back here.
        if waits && !entry.is_the_offices() {
            ids.push(mutation.id);
            removed.push(entry.clone());
        }
    }
    let is_shown = |entry: &OutboxEntry| shown.contains(&entry.mutation.id);
    if planted!(RevertUnseen: !removed.iter().all(is_shown) => false) {
        return Err(SyncError::Changed);
    }
    let writes = removed
        .iter()
        .map(|entry| OutboxWrite::Remove(entry.seq()))
        .collect();
    Ok(OutboxPlan {
        writes,
        value: removed,
    })
}

impl<O: OutboxStore, C: CacheStore, R, H: Host> Engine<O, C, R, H> {
    /// **Revert changes**: removes a parked entry and the entries that wait for it, by the user's
    /// explicit choice. `shown` is what the user saw when choosing: nothing else goes. Gives back
    /// what was written.
    ///
    /// # Errors
    /// [`SyncError::NoEntry`] if it is not parked (any more); [`SyncError::Changed`] if something
    /// was saved meanwhile that would have to go too.
    pub async fn run_revert(
        &self,
        id: MutationId,
        shown: &[MutationId],
    ) -> Result<Written, SyncError> {
        let now = self.host.now();
        let written = self
            .outbox
            .transact(Read::AllAndLog, |view| {
                let mut plan = plan_revert(&view.entries, id, shown)?;
                let lines = log_writes(view, &plan.value, Decision::Reverted, now);
                plan.writes.extend(lines);
                Ok(plan.handing_back())
            })
            .await?;
        self.host.announce(written.notice());
        Ok(written)
    }
}
