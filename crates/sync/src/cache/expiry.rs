//! When primed data is too old to be shown.
//!
//! Owns the rule. It hides and never removes: unsent work, what it refers to and the conflict log
//! stay readable, and the next contact with the server brings everything back.

use crate::clock::Reading;
use crate::outbox::meta::OutboxMeta;

const HOUR_MS: i64 = 3_600_000;

/// Whether the server was last heard of longer ago than the company allows, by the shortest account
/// that the clocks allow: setting one, right or wrong, hides nothing.
#[must_use]
pub fn is_expired(meta: &OutboxMeta, now: &Reading) -> bool {
    let (Some(session), Some(contact)) = (&meta.session, meta.contact()) else {
        return false;
    };
    let hours = i64::from(session.info.company.expiry_hours);
    let most = hours.saturating_mul(HOUR_MS);
    // Signing in is hearing of the server as well.
    let has_signed_in_since = session.at > contact.by.wall;
    contact.age_ms(now) > most && !(has_signed_in_since && now.wall.since(session.at) <= most)
}
