//! How much of its user's scope a phone holds: all of it, or the schedule and what hangs on the last records that the
//! person worked with.
//!
//! Owns [`Holding`], which company and user decide, what is asked for with a page, and when a generation of the cache is
//! begun anew because it is to hold more or less: nothing is ever taken out of one. So whatever keeps unsent work and
//! what it refers to across generations keeps it here. Pure. Must never know who sends what is asked for.

use crate::cache::partial::Partial;
use crate::cache::recent::RECENT;
use crate::cache::state::CacheState;
use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::meta::{OutboxMeta, SignedIn};
use crate::ports::{OutboxPlan, OutboxStore, OutboxWrite, Read};
use afield_domain::{OperationMode, RecordKey};

/// When all that hangs on more records than this is here, a generation with the last ones begins.
const MOST_KEPT: usize = 2 * RECENT;

/// What a phone is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// All that is its user's.
    All,
    /// The schedule and the last records: what hybrid needs.
    Recent,
    /// The same while there is a connection; without one it is hidden, and what stands on unsent work is not.
    WhileConnected,
}

impl Holding {
    /// What the phone of whoever is signed in is to hold.
    #[must_use]
    pub fn of(meta: &OutboxMeta) -> Self {
        let Some(session) = &meta.session else {
            return Self::All;
        };
        let company = &session.info.company;
        match company.mode {
            _ if !company.offers_offline || meta.without_offline.contains(&session.user()) => {
                Self::WhileConnected
            }
            OperationMode::Online => Self::Recent,
            OperationMode::Offline => Self::All,
        }
    }

    /// Whether it is all.
    #[must_use]
    pub fn is_all(self) -> bool {
        self == Self::All
    }
}

/// Whether a generation must begin that holds more or less than the one that is here. Not while one is being filled.
#[must_use]
pub fn must_begin_anew(state: &CacheState, holding: Holding) -> bool {
    if state.cursor.is_none() || state.staging || !state.priming.is_done() {
        return false;
    }
    match &state.partial {
        None => !holding.is_all(),
        Some(partial) => holding.is_all() || partial.kept.len() > MOST_KEPT,
    }
}

impl CacheState {
    /// Whether what is shown is all that a phone with `holding` is to show without a network. Not while more is on its
    /// way.
    #[must_use]
    pub fn is_ready_for(&self, holding: Holding) -> bool {
        let is_less = self.widens || self.partial.is_some();
        self.is_ready() && !(holding.is_all() && is_less)
    }
}

/// What is asked for with the next page. `recent` are the last records, of which `is_here` is here.
#[must_use]
pub fn plan_extent(
    state: &CacheState,
    holding: Holding,
    recent: &[RecordKey],
    is_here: impl Fn(RecordKey) -> bool,
) -> Option<Partial> {
    if state.cursor.is_none() {
        return (!holding.is_all()).then(|| Partial {
            asked: recent.to_vec(),
            ..Partial::default()
        });
    }
    let mut partial = state.partial.clone()?;
    if !partial.under_way && !state.staging {
        let is_new = |key: &RecordKey| !partial.kept.contains(key) && is_here(*key);
        partial.asked = recent.iter().copied().filter(is_new).collect();
    }
    Some(partial)
}

/// Whether a page that leads to `next` was asked for before what is stored now.
#[must_use]
pub fn is_overtaken(stored: &CacheState, next: Option<&CacheState>) -> bool {
    let pages = |state: &CacheState| state.partial.as_ref().map(|partial| partial.pages);
    match (pages(stored), next.and_then(pages)) {
        (Some(stored), Some(next)) => next != stored.saturating_add(1),
        _ => false,
    }
}

impl<O: OutboxStore, C, R, H> Engine<O, C, R, H> {
    /// Whoever is signed in works with that record now. Whether that is another one than before.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_work_with(&self, key: RecordKey) -> Result<bool, SyncError> {
        self.run_meta(|meta| {
            if let Some(user) = meta.session.as_ref().map(SignedIn::user) {
                meta.recent.note(user, key);
            }
        })
        .await
    }

    /// Switches the offline feature on or off for whoever is signed in. Whether it was otherwise.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_work_without_offline(&self, without: bool) -> Result<bool, SyncError> {
        self.run_meta(|meta| {
            if let Some(user) = meta.session.as_ref().map(SignedIn::user) {
                meta.without_offline.retain(|known| *known != user);
                meta.without_offline.extend(without.then_some(user));
            }
        })
        .await
    }

    async fn run_meta(&self, change: impl Fn(&mut OutboxMeta)) -> Result<bool, SyncError> {
        self.outbox
            .transact(Read::Meta, |view| {
                let mut meta = view.meta.clone();
                change(&mut meta);
                if meta == view.meta {
                    return Ok(OutboxPlan::nothing(false));
                }
                let writes = vec![OutboxWrite::Meta(meta)];
                Ok(OutboxPlan {
                    writes,
                    value: true,
                })
            })
            .await
    }
}

#[cfg(test)]
#[path = "extent_tests.rs"]
mod tests;
