//! The state of sync in the words of the screen.
//!
//! Owns what is counted as unsent and what as needing attention, so that every screen and the badge
//! say the same. "All sent" is true only if nothing is unsent and nothing is parked.

use crate::outbox::held::{HeldEntries, held_entries};
use crate::ports::OutboxView;
use crate::{OutboxEntry, OutboxMeta};
use afield_domain::{Timestamp, UserId};
use afield_planted::planted;

/// The signed-in user's sync state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncStatus {
    /// Who is signed in.
    pub user: Option<UserId>,
    /// Changes on this phone that the office does not have, refused and unreadable ones included.
    pub unsent: usize,
    /// Of these: rows that cannot be read, so that nobody knows what they are, or whose.
    pub unreadable: usize,
    /// Changes that came too late: the office has them, and decides. They are not unsent.
    pub in_review: usize,
    /// Of the unsent: refused by the server, waiting for the user.
    pub parked: usize,
    /// Of these: waiting for a refused one.
    pub held: usize,
    /// Of these: waiting by themselves because somebody on the way does not let them through.
    pub aside: usize,
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
    /// Whether the line was found to be so slow that it is left to text.
    pub is_slow: bool,
    /// Whether its user wants photos and files to wait for a Wi-Fi.
    pub wifi_only: bool,
    /// Whether the user must sign in again.
    pub sign_in_needed: bool,
    /// Whether the office has revoked this device: all that is here stays hidden until somebody signs in.
    pub revoked: bool,
    /// The server's clock minus the device's, in milliseconds.
    pub clock_offset_ms: i64,
    /// The app's build that the server serves; empty before the first contact.
    pub server_build: String,
}

impl SyncStatus {
    /// Unsent changes that go out by themselves as soon as there is a way: neither refused, nor waiting for a
    /// refused one, nor damaged. What is asked to be sent is counted by this, or it is asked for ever.
    #[must_use]
    pub fn sendable(&self) -> usize {
        let stuck = self.parked + self.held + self.unreadable;
        self.unsent.saturating_sub(stuck)
    }
}

/// Counts `view`.
#[must_use]
pub fn sync_status(view: &OutboxView) -> SyncStatus {
    let user = view.meta.session.as_ref().map(crate::SignedIn::user);
    let is_own = |entry: &&OutboxEntry| Some(entry.mutation.user) == user;
    let own: Vec<&OutboxEntry> = view.entries.iter().filter(is_own).collect();
    let sealed = view.entries.len() - own.len();
    let held = held_entries(&view.entries);
    count(&view.meta, &own, (sealed, view.unreadable.len()), &held)
}

/// Counts what is known already: the signed-in user's entries, how many of others and how many that
/// cannot be read there are, and which of all are held.
pub(crate) fn count(
    meta: &OutboxMeta,
    own: &[&OutboxEntry],
    (sealed, unreadable): (usize, usize),
    held: &HeldEntries,
) -> SyncStatus {
    let is_held = |entry: &&&OutboxEntry| held.contains(entry.seq());
    let in_review = own.iter().filter(|entry| entry.is_in_review()).count();
    let unsent = own.iter().filter(|entry| !entry.is_in_review());
    SyncStatus {
        user: meta.session.as_ref().map(crate::SignedIn::user),
        in_review,
        unsent: own.len() - in_review + planted!(DamagedNotCounted: unreadable => 0),
        unreadable,
        parked: own.iter().filter(|entry| entry.is_parked()).count(),
        held: own.iter().filter(is_held).count(),
        aside: own.iter().filter(|entry| entry.is_aside()).count(),
        sealed,
        oldest: unsent.map(|entry| entry.mutation.wall).min(),
        last_sync: meta.last_sync,
        last_contact: meta.last_contact,
        next_try: meta.backoff.not_before,
        is_slow: meta.files.speed.is_slow,
        wifi_only: meta.files.wifi_only,
        sign_in_needed: meta.sign_in_needed,
        revoked: meta.shut,
        clock_offset_ms: meta.clock_offset_ms,
        server_build: meta.server_build.clone(),
    }
}
