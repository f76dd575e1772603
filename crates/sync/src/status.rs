//! The state of sync in the words of the screen.
//!
//! Owns what is counted as unsent and what as needing attention, so that every screen and the badge
//! say the same. "All sent" is true only if nothing is unsent and nothing is parked.

use crate::batch::held_entries;
use crate::ports::OutboxView;
use afield_domain::Timestamp;

/// The signed-in user's sync state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncStatus {
    /// Changes on this phone that the office does not have, refused ones included.
    pub unsent: usize,
    /// Of these: refused by the server, waiting for the user.
    pub parked: usize,
    /// Of these: waiting for a refused one.
    pub held: usize,
    /// Changes of other users on this device, sealed until they sign in.
    pub sealed: usize,
    /// When the oldest unsent change was made.
    pub oldest: Option<Timestamp>,
    /// When a whole pass last ended well.
    pub last_sync: Option<Timestamp>,
    /// When the server last answered.
    pub last_contact: Option<Timestamp>,
    /// When the next automatic try may start, after failures.
    pub next_try: Option<Timestamp>,
    /// Whether the user must sign in again.
    pub sign_in_needed: bool,
    /// The server's clock minus the device's, in milliseconds.
    pub clock_offset_ms: i64,
    /// The app's build that the server serves; empty before the first contact.
    pub server_build: String,
}

/// Counts `view`.
#[must_use]
pub fn sync_status(view: &OutboxView) -> SyncStatus {
    let meta = &view.meta;
    let user = meta.session.as_ref().map(super::meta::SignedIn::user);
    let (own, sealed): (Vec<_>, Vec<_>) = view
        .entries
        .iter()
        .partition(|entry| Some(entry.mutation.user) == user);
    let held = held_entries(&view.entries);
    SyncStatus {
        unsent: own.len(),
        parked: own.iter().filter(|entry| entry.is_parked()).count(),
        held: own
            .iter()
            .filter(|entry| held.contains_key(&entry.seq()))
            .count(),
        sealed: sealed.len(),
        oldest: own.iter().map(|entry| entry.mutation.wall).min(),
        last_sync: meta.last_sync,
        last_contact: meta.last_contact,
        next_try: meta.backoff.not_before,
        sign_in_needed: meta.sign_in_needed,
        clock_offset_ms: meta.clock_offset_ms,
        server_build: meta.server_build.clone(),
    }
}
