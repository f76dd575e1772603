//! The lease that fences a stale replayer.
//!
//! Owns its rules. The Web Lock keeps two from being at it at once; the lease's number, checked in every
//! transaction of a replay, keeps a holder that slept through its end from writing.

use crate::error::SyncError;
use afield_domain::Timestamp;
use afield_domain::wire::FromTree;
use afield_planted::planted;
use serde::Serialize;

/// A heartbeat older than this is a holder that died or was frozen, in milliseconds.
pub const STALE_MS: i64 = 30_000;

/// Who replays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct Lease {
    /// Rises by one whenever the lease is taken.
    pub number: u64,
    /// Who has it, for people who read diagnostics.
    #[serde(default)]
    pub holder: String,
    /// The holder's last sign of life; none when it was given back.
    #[serde(default)]
    pub heartbeat: Option<Timestamp>,
    /// Whether the holder did without the lock, so that whoever gets that must not take it for dead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_lock: bool,
    /// Whether somebody was turned away since it was taken: files make way for them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub called: bool,
}

impl Lease {
    /// Whether somebody else may take it now, with or without the lock.
    ///
    /// A holder that had the lock and has died has let it go, so that whoever gets it need not ask. One
    /// that does without it is asked for its sign of life by everybody: it goes without because a browser may leak a
    /// lock, and because a lock may be let go some time after the lease.
    #[must_use]
    pub fn may_be_taken(&self, with_lock: bool, now: Timestamp) -> bool {
        if with_lock {
            planted!(TakenFromLockless: !self.without_lock || self.is_stale(now) => true)
        } else {
            planted!(NeverStealLease: self.is_stale(now) => false)
        }
    }

    /// Whether its holder has yet to give it back, be it alive or dead.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.heartbeat.is_some()
    }

    /// Whether its holder has given no sign of life for too long, or has given it back.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.heartbeat
            .is_none_or(|heartbeat| now.since(heartbeat).unsigned_abs() > STALE_MS.unsigned_abs())
    }
}

/// Fails if the lease of that `number` is no longer the current one, `lease`.
///
/// # Errors
/// [`SyncError::Fenced`].
pub fn check_lease(lease: &Lease, number: u64) -> Result<(), SyncError> {
    if planted!(StaleLeaseWrites: lease.number == number => true) {
        Ok(())
    } else {
        Err(SyncError::Fenced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heartbeat_from_anywhere_in_time_is_stale() {
        for (heartbeat, now, stale) in [
            (1_000, 1_000 + STALE_MS, false),
            (1_000, 1_001 + STALE_MS, true),
            (1_001 + STALE_MS, 1_000, true),
            (i64::MAX, i64::MIN, true),
            (i64::MIN, i64::MAX, true),
        ] {
            let lease = Lease {
                heartbeat: Some(Timestamp(heartbeat)),
                ..Lease::default()
            };
            assert_eq!(lease.is_stale(Timestamp(now)), stale, "{heartbeat} {now}");
        }
        assert!(Lease::default().is_stale(Timestamp(0)), "given back");
    }
}
