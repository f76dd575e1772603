//! When primed data is too old to be shown.
//!
//! Owns the rule. It hides and never removes: unsent work, what it refers to and the conflict log
//! stay readable, and the next contact with the server brings everything back.

use crate::outbox::meta::OutboxMeta;
use afield_domain::Timestamp;

const HOUR_MS: i64 = 3_600_000;

/// Whether the server was last heard of longer ago than the company allows. A clock that was set
/// back hides nothing: by it, the last contact is still to come.
#[must_use]
pub fn is_expired(meta: &OutboxMeta, now: Timestamp) -> bool {
    let (Some(session), Some(contact)) = (&meta.session, meta.last_contact) else {
        return false;
    };
    let hours = i64::from(session.info.company.expiry_hours);
    // Signing in is hearing of the server as well.
    now.since(contact.max(session.at)) > hours.saturating_mul(HOUR_MS)
}
