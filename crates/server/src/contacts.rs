//! When the phones of users last spoke with the server.
//!
//! Owns these times, from the server's start on: a hint for whoever is about to change what a phone holds. Must never
//! decide anything.

use afield_domain::{Timestamp, UserId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The last contact of each user. As many as there are users who have signed in since the start.
#[derive(Debug, Default)]
pub(crate) struct Contacts {
    seen: Mutex<HashMap<UserId, Timestamp>>,
}

impl Contacts {
    /// Notes that a phone of `user` has spoken at `now`.
    pub(crate) fn see(&self, user: UserId, now: Timestamp) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(user, now);
    }

    /// When a phone of `user` last spoke; none if it has not since the start.
    pub(crate) fn last(&self, user: UserId) -> Option<Timestamp> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&user).copied()
    }
}
