//! When to try again after a failure: full jitter, 2 s doubling to 5 min.
//!
//! Owns the arithmetic. Chance is an argument. No count of attempts ever deletes anything.

use afield_domain::Timestamp;
use afield_domain::wire::FromTree;
use afield_planted::planted;
use serde::Serialize;

/// The first wait's upper bound, in milliseconds.
pub const FIRST_BACKOFF_MS: u64 = 2_000;
/// The longest wait's upper bound, in milliseconds.
pub const LONGEST_BACKOFF_MS: u64 = 300_000;

/// Failures since the last success, and when the next try may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct Backoff {
    /// Failures in a row.
    pub failures: u32,
    /// Not before this time, by this device's clock.
    pub not_before: Option<Timestamp>,
    /// The part of that which the server asked for (Retry-After).
    #[serde(default)]
    pub asked_until: Option<Timestamp>,
}

impl Backoff {
    /// Whether a try may start at `now`. A wait longer than the longest possible (the clock was
    /// set back) does not count.
    #[must_use]
    pub fn allows(self, now: Timestamp) -> bool {
        self.not_before.is_none_or(|at| {
            let wait = at.since(now);
            wait <= 0 || wait.unsigned_abs() > LONGEST_BACKOFF_MS.max(ASKED_LONGEST_MS)
        })
    }

    /// The state after one more failure. `asked_ms` is what the server asked for (Retry-After);
    /// `chance` is drawn from 0 up to 1.
    #[must_use]
    pub fn after_failure(self, now: Timestamp, asked_ms: Option<u64>, chance: f64) -> Self {
        let bound = FIRST_BACKOFF_MS
            .saturating_mul(1 << self.failures.min(16))
            .min(LONGEST_BACKOFF_MS);
        let jittered = (bound as f64 * chance.clamp(0.0, 1.0)) as u64;
        let asked = asked_ms.map(|asked| asked.min(ASKED_LONGEST_MS));
        let asked = planted!(RetryAfterIgnored: asked => None);
        Self {
            failures: self.failures.saturating_add(1),
            not_before: Some(now.plus_ms(jittered.max(asked.unwrap_or(0)) as i64)),
            asked_until: asked.map(|asked| now.plus_ms(asked as i64)),
        }
    }

    /// The state after news that the network is back: only what the server asked for still counts.
    #[must_use]
    pub fn after_news(self) -> Self {
        Self {
            failures: 0,
            not_before: self.asked_until,
            ..self
        }
    }
}

/// The longest wait a server may ask for, in milliseconds (an hour).
pub const ASKED_LONGEST_MS: u64 = 3_600_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_five_minutes_and_chance_spreads_them() {
        let mut backoff = Backoff::default();
        let mut bounds = Vec::new();
        for _ in 0..10 {
            backoff = backoff.after_failure(Timestamp(0), None, 1.0);
            bounds.push(backoff.not_before.unwrap().0 / 1000);
        }
        assert_eq!(bounds, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        let half = Backoff::default().after_failure(Timestamp(0), None, 0.5);
        assert_eq!(half.not_before, Some(Timestamp(1_000)));
    }

    #[test]
    fn what_the_server_asks_for_is_the_least_wait() {
        let backoff = Backoff::default().after_failure(Timestamp(0), Some(7_000), 0.9);
        assert!(!backoff.allows(Timestamp(6_999)));
        assert!(backoff.allows(Timestamp(7_000)));
    }

    #[test]
    fn news_forgets_the_doubling_and_never_what_the_server_asked_for() {
        let failed = Backoff::default().after_failure(Timestamp(0), None, 1.0);
        assert_eq!(failed.after_news(), Backoff::default());
        let asked = failed.after_failure(Timestamp(0), Some(1_000), 1.0);
        assert_eq!(asked.not_before, Some(Timestamp(4_000)));
        assert_eq!(asked.after_news().not_before, Some(Timestamp(1_000)));
    }

    #[test]
    fn a_clock_set_back_by_days_does_not_stop_the_outbox_for_days() {
        let backoff = Backoff::default().after_failure(Timestamp(10 * 86_400_000), None, 1.0);
        assert!(backoff.allows(Timestamp(0)));
    }
}
