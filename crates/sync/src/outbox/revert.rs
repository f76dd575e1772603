//! **Revert changes**: the only way in which a refused entry leaves without being sent again, and the way back.
//!
//! Owns what goes along with it, and that nothing goes which its user was not shown.

use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::entry::OutboxEntry;
use crate::picture::written::Written;
use crate::ports::{CacheStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
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
        if waits {
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

/// Puts `removed` back, each where it stood: refused ones as refused, and what waited for them behind them. No place is
/// given out twice, so it is free, unless they are back already.
///
/// # Errors
/// [`SyncError::SignedOut`] if somebody else is signed in by now; [`SyncError::Changed`] if this is not the outbox that they were
/// taken from, or they are back.
pub fn plan_bring_back(
    view: &OutboxView,
    removed: &[OutboxEntry],
) -> Result<OutboxPlan<()>, SyncError> {
    let session = view.meta.session.as_ref().ok_or(SyncError::SignedOut)?;
    let is_own = |entry: &OutboxEntry| entry.mutation.user == session.user();
    if !removed.iter().all(is_own) {
        return Err(SyncError::SignedOut);
    }
    let is_free = |entry: &OutboxEntry| {
        let is_of_this_phone = Some(entry.mutation.device) == view.meta.device;
        let was_given_out = entry.seq() <= view.meta.last_seq;
        let is_it = |other: &OutboxEntry| {
            other.seq() == entry.seq() || other.mutation.id == entry.mutation.id
        };
        is_of_this_phone && was_given_out && !view.entries.iter().any(is_it)
    };
    if !removed.iter().all(is_free) {
        return Err(SyncError::Changed);
    }
    Ok(OutboxPlan {
        writes: removed.iter().cloned().map(OutboxWrite::Put).collect(),
        value: (),
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
        let (written, _) = self.run_revert_kept(id, shown).await?;
        Ok(written)
    }

    /// The same, and gives what was removed, for [`Self::run_bring_back`].
    ///
    /// # Errors
    /// As [`Self::run_revert`].
    pub async fn run_revert_kept(
        &self,
        id: MutationId,
        shown: &[MutationId],
    ) -> Result<(Written, Vec<OutboxEntry>), SyncError> {
        let (written, removed) = self
            .outbox
            .transact(Read::All, |view| {
                let plan = plan_revert(&view.entries, id, shown)?;
                Ok(OutboxPlan {
                    value: (Written::of(&plan.writes), plan.value),
                    writes: plan.writes,
                })
            })
            .await?;
        self.host.announce(written.notice());
        Ok((written, removed))
    }

    /// Takes a **Revert changes** back: what it removed stands again as it stood. Gives back what was written.
    ///
    /// # Errors
    /// As [`plan_bring_back`].
    pub async fn run_bring_back(&self, removed: &[OutboxEntry]) -> Result<Written, SyncError> {
        let written = self
            .outbox
            .transact(Read::All, |view| {
                Ok(plan_bring_back(view, removed)?.handing_back())
            })
            .await?;
        self.host.announce(written.notice());
        Ok(written)
    }
}
