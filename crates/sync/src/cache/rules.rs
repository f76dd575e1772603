//! What one change does to one cached record: the rules that every cache obeys.
//!
//! Owns "revisions never go back", pins, and what a verdict may bring and for how long. Must never load or save.

use crate::cache::state::CacheState;
use crate::ports::{CacheBatch, Source};
use afield_domain::{RecordKey, Rev, Versioned};
use afield_planted::planted;
use afield_protocol::Change;
use std::borrow::Cow;

/// The records that a batch has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// All of them.
    pub keys: Vec<RecordKey>,
    /// Those that were not there before.
    pub added: Vec<RecordKey>,
}

impl Changed {
    /// Takes note of one; `stored` is what was there.
    pub fn note(&mut self, key: RecordKey, stored: Option<Rev>) {
        self.keys.push(key);
        if stored.is_none() {
            self.added.push(key);
        }
    }
}

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
            // What was made here was on the screen until this moment.
            let is_made = || {
                let key = versioned.record.key();
                planted!(MadeLeavesWithEntry: key.is_some_and(|key| batch.made.contains(&key)) => false)
            };
            let welcome = match batch.source {
                Source::Pull => true,
                Source::Verdict => {
                    planted!(VerdictResurrects: stored.is_some() || parent_stored || is_made() => true)
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
/// nothing of it to take back. What the verdict says was made again stays, with its parts.
#[must_use]
pub fn welcome<'a>(state: &CacheState, batch: &'a CacheBatch) -> Cow<'a, CacheBatch> {
    let again = match batch.source {
        Source::Pull => Vec::new(),
        Source::Verdict => made_again(state, batch),
    };
    let is_unwelcome = |change: &Change| match change {
        Change::Upsert(copy) => {
            let parent = copy.record.parent();
            // One that stays because its newer copy cannot be read is in scope, and so are its parts.
            let is_going = |key| {
                state.leaving.contains(&key) && !state.unread.holds(key) && !again.contains(&key)
            };
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

/// What is left of `unconfirmed` after a page: what it names it has decided.
#[must_use]
pub fn left_unconfirmed(unconfirmed: &[RecordKey], page: &[Change]) -> Vec<RecordKey> {
    let is_named = |key: &RecordKey| {
        page.iter()
            .any(|change| key_of_change(change) == Some(*key))
    };
    let left = unconfirmed.iter().copied();
    left.filter(|key| !is_named(key)).collect()
}

/// What was carried over into a new data set for the sake of its unsent change alone, and was to leave with it: the
/// verdict says that it is there now too, and the pages to come name it.
#[must_use]
pub fn made_again(state: &CacheState, verdict: &CacheBatch) -> Vec<RecordKey> {
    let is_there = |key: &RecordKey| {
        verdict.made.contains(key)
            && verdict.changes.iter().any(
                |change| matches!(change, Change::Upsert(copy) if copy.record.key() == Some(*key)),
            )
    };
    state.leaving.iter().copied().filter(is_there).collect()
}

/// What a verdict of another data set may bring: what was made here, until the pull that finds the new data
/// set has filled a generation with it. Its revision says nothing here.
#[must_use]
pub fn made_elsewhere(batch: &CacheBatch) -> Option<CacheBatch> {
    let made = |change: &Change| match change {
        Change::Upsert(copy) => {
            let key = copy.record.key().filter(|key| batch.made.contains(key));
            key.map(|_| Change::Upsert(carried_copy(copy.clone())))
        }
        _ => None,
    };
    let changes: Vec<Change> = batch.changes.iter().filter_map(made).collect();
    (!changes.is_empty()).then(|| CacheBatch {
        changes,
        ..batch.clone()
    })
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
