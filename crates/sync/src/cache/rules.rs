//! What one change does to one cached record: the rules that every cache obeys.
//!
//! Owns "revisions never go back", pins, and what a verdict may bring. Must never load or save.

use crate::cache::state::CacheState;
use crate::ports::{CacheBatch, Source};
use afield_domain::{RecordKey, Rev, Versioned};
use afield_planted::planted;
use afield_protocol::Change;
use std::borrow::Cow;

/// What to do with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheAction {
    /// Insert or replace it.
    Put,
    /// Remove it.
    Remove,
    /// Leave it as it is.
    Nothing,
}

/// Which record a change is about; none for one that cannot be read.
#[must_use]
pub fn key_of_change(change: &Change) -> Option<RecordKey> {
    match change {
        Change::Upsert(versioned) => versioned.record.key(),
        Change::Tombstone { key } | Change::ScopeOut { key } => Some(*key),
        Change::Unread(_) => None,
    }
}

/// What `change` does, given the revision that is stored and whether the parent is.
#[must_use]
pub fn plan_change(
    batch: &CacheBatch,
    change: &Change,
    stored: Option<Rev>,
    parent_stored: bool,
) -> CacheAction {
    match change {
        Change::Upsert(versioned) => {
            let newer =
                planted!(RevGoesBack: stored.is_none_or(|stored| stored < versioned.rev) => true);
            // A verdict may be a stored one, older than a tombstone: it must not bring back what has gone.
            let welcome = match batch.source {
                Source::Pull => true,
                Source::Verdict => {
                    planted!(VerdictResurrects: stored.is_some() || parent_stored => true)
                }
            };
            if newer && welcome {
                CacheAction::Put
            } else {
                CacheAction::Nothing
            }
        }
        Change::ScopeOut { key } if planted!(PinsIgnored: batch.pinned.contains(key) => false) => {
            CacheAction::Nothing
        }
        Change::Tombstone { .. } | Change::ScopeOut { .. } if stored.is_some() => {
            CacheAction::Remove
        }
        Change::Tombstone { .. } | Change::ScopeOut { .. } | Change::Unread(_) => {
            CacheAction::Nothing
        }
    }
}

/// Whether the changes of `batch` are of another data set than the cache's.
#[must_use]
pub fn is_of_other_epoch(state: &CacheState, batch: &CacheBatch) -> bool {
    match (&state.epoch, &batch.epoch) {
        (Some(known), Some(epoch)) => known != epoch,
        _ => false,
    }
}

/// The batch without what the cache must not take: a verdict may bring a part of a record (a note of a
/// job), but not of one that is about to leave. The part would stay behind, for the server knows
/// nothing of it to take back.
#[must_use]
pub fn welcome<'a>(state: &CacheState, batch: &'a CacheBatch) -> Cow<'a, CacheBatch> {
    let is_unwelcome = |change: &Change| match change {
        Change::Upsert(copy) => {
            let parent = copy.record.parent();
            // One that stays because its newer copy cannot be read is in scope, and so are its parts.
            let is_going = |key| state.leaving.contains(&key) && !state.unread.holds(key);
            parent.is_some_and(is_going)
        }
        Change::Tombstone { .. } | Change::ScopeOut { .. } | Change::Unread(_) => false,
    };
    let unwelcome = batch.changes.iter().any(is_unwelcome);
    if batch.source == Source::Pull || !unwelcome {
        return Cow::Borrowed(batch);
    }
    let mut batch = batch.clone();
    batch.changes.retain(|change| !is_unwelcome(change));
    Cow::Owned(batch)
}

/// Whether a batch ends the filling of a new generation, which then takes over.
#[must_use]
pub fn takes_over(state: &CacheState, batch: &CacheBatch) -> bool {
    planted!(NeverTakesOver: state.staging => false)
        && batch.state.as_ref().is_some_and(|next| !next.staging)
}

/// A copy as the new generation takes it over. It may be of another data set, where its revision says
/// nothing: any copy that comes is newer.
#[must_use]
pub fn carried_copy(copy: Versioned) -> Versioned {
    Versioned {
        rev: planted!(CarriedKeepsRevision: Rev(0) => copy.rev),
        ..copy
    }
}

/// What the new generation takes over from the old one: what unsent work refers to and is only there.
#[must_use]
pub fn carried_over(
    pinned: &[RecordKey],
    is_in_old: impl Fn(RecordKey) -> bool,
    is_in_new: impl Fn(RecordKey) -> bool,
) -> Vec<RecordKey> {
    let carried = pinned.iter().copied();
    let is_carried = |key: RecordKey| is_in_old(key) && !is_in_new(key);
    carried
        .filter(|key| planted!(CarryNothing: is_carried(*key) => false))
        .collect()
}
