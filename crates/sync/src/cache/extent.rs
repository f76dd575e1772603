//! How much of its user's scope a phone holds: all of it, or the schedule and what hangs on the last records that the
//! person worked with.
//!
//! Owns [`Holding`], which company and user decide, [`Recent`], the last records, and when a generation of the cache is
//! begun anew because it is to hold more or less: nothing is ever taken out of one. So whatever keeps unsent work and
//! what it refers to across generations keeps it here. Pure. Must never know who sends what is asked for.

use crate::cache::state::CacheState;
use crate::engine::Engine;
use crate::error::SyncError;
use crate::outbox::meta::{OutboxMeta, SignedIn};
use crate::ports::{OutboxPlan, OutboxStore, OutboxWrite, Read};
use afield_domain::wire::FromTree;
use afield_domain::{Op, OperationMode, RecordKey, UserId};
use afield_planted::planted;
use afield_protocol::{Change, Extent};
use serde::Serialize;

/// The records that stay on a phone that does not hold all: the last ones that its person worked with.
pub const RECENT: usize = 10;

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

/// The last records that somebody worked with on this phone, the last one first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct Recent {
    /// Who.
    #[serde(default)]
    pub user: Option<UserId>,
    /// Which.
    #[serde(default)]
    pub keys: Vec<RecordKey>,
}

impl Recent {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Those of `user`.
    #[must_use]
    pub fn of(&self, user: UserId) -> &[RecordKey] {
        match self.user {
            Some(known) if known == user => &self.keys,
            _ => &[],
        }
    }

    /// `user` works with `key`.
    pub fn note(&mut self, user: UserId, key: RecordKey) {
        if self.user != Some(user) {
            self.user = Some(user);
            self.keys.clear();
        }
        if self.keys.first() == Some(&key) {
            return;
        }
        self.keys.retain(|known| *known != key);
        self.keys.insert(0, key);
        self.keys
            .truncate(planted!(HybridForgetsRecent: RECENT => 1));
    }
}

/// The record that somebody works with who does `op`.
#[must_use]
pub fn worked_with(op: &Op) -> Option<RecordKey> {
    let job = op.job().map(RecordKey::from);
    job.or_else(|| op.target())
}

/// Of a cache that does not hold all: what hangs on which records is here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct Partial {
    /// On these.
    #[serde(default)]
    pub kept: Vec<RecordKey>,
    /// On these it comes with the pages until one says that no more waits.
    #[serde(default)]
    pub asked: Vec<RecordKey>,
    /// Those of them that have come.
    #[serde(default)]
    pub come: Vec<RecordKey>,
    /// Whether pages wait: what is asked for must not change between them.
    #[serde(default)]
    pub under_way: bool,
}

impl Partial {
    /// What to tell the server.
    #[must_use]
    pub fn extent(&self) -> Extent {
        Extent {
            kept: self.kept.clone(),
            asked: self.asked.clone(),
        }
    }

    /// A page has brought `changes`; whether `more` wait.
    pub fn note_page(&mut self, changes: &[Change], more: bool) {
        for change in changes {
            match change {
                Change::Upsert(copy) => {
                    let key = copy.record.key();
                    self.come.extend(
                        key.filter(|key| self.asked.contains(key) && !self.come.contains(key)),
                    );
                }
                Change::ScopeOut { key } | Change::Tombstone { key } => {
                    self.kept.retain(|kept| kept != key);
                    self.come.retain(|come| come != key);
                }
                Change::Unread(_) => {}
            }
        }
        self.under_way = more;
        if !more {
            self.kept.append(&mut self.come);
            self.asked.clear();
        }
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
