//! The last records that somebody worked with on this phone.
//!
//! Owns [`Recent`], a stored part of the outbox's meta row. Must never know what a phone does with them.

use afield_domain::wire::FromTree;
use afield_domain::{Op, RecordKey, UserId};
use afield_planted::planted;
use serde::Serialize;

/// The records that stay on a phone that does not hold all: the last ones that its person worked with.
pub const RECENT: usize = 10;

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
