//! The lease that fences a stale replayer.
//!
//! Owns its rules. The Web Lock is for efficiency; the lease's number, checked in every
//! transaction of a replay, keeps a holder that slept through its end from writing.

use crate::error::SyncError;
use crate::meta::OutboxMeta;
use afield_domain::Timestamp;
use afield_domain::from_tree;
use afield_planted::planted;
use serde::Serialize;

/// A heartbeat older than this is a holder that died or was frozen, in milliseconds.
pub const STALE_MS: i64 = 30_000;

/// Who replays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Lease {
    /// Rises by one whenever the lease is taken.
    pub number: u64,
    /// Who has it, for people who read diagnostics.
    #[serde(default)]
    pub holder: String,
    /// The holder's last sign of life; none when it was given back.
    #[serde(default)]
    pub heartbeat: Option<Timestamp>,
}

from_tree! {
    struct Lease { number, holder = String::new(), heartbeat }
}

impl Lease {
    /// Whether somebody else may take it without the lock.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.heartbeat
            .is_none_or(|heartbeat| now.since(heartbeat).abs() > STALE_MS)
    }
}

/// Fails if the lease `number` is not the current one.
///
/// # Errors
/// [`SyncError::Fenced`].
pub fn check_lease(meta: &OutboxMeta, number: u64) -> Result<(), SyncError> {
    if planted!(StaleLeaseWrites: meta.lease.number == number => true) {
        Ok(())
    } else {
        Err(SyncError::Fenced)
    }
}
