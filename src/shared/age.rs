//! How old what the office sees is, for people.
//!
//! Owns the measures of the words. Pure.

use afield_domain::Timestamp;
use afield_protocol::Activity;

/// How long ago something was, in the coarsest fitting unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Less than a minute.
    Now,
    /// Minutes.
    Minutes(i64),
    /// Hours.
    Hours(i64),
    /// Days.
    Days(i64),
}

impl Age {
    /// The age of `at`; what lies in the future is now.
    #[must_use]
    pub fn of(at: Timestamp, now: Timestamp) -> Self {
        match now.since(at) / 60_000 {
            minutes if minutes < 1 => Self::Now,
            minutes if minutes < 60 => Self::Minutes(minutes),
            minutes if minutes < 48 * 60 => Self::Hours(minutes / 60),
            minutes => Self::Days(minutes / (24 * 60)),
        }
    }
}

const LATE_MS: i64 = 60_000;

/// Whether a change reached the server long enough after it was made to say so.
#[must_use]
pub fn came_late(activity: &Activity) -> bool {
    activity.received_at.since(activity.made_at) > LATE_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::NOON;

    #[test]
    fn ages_are_coarse() {
        let ago = |minutes: i64| Age::of(NOON.plus_ms(-minutes * 60_000), NOON);
        assert_eq!(ago(-5), Age::Now);
        assert_eq!(ago(59), Age::Minutes(59));
        assert_eq!(ago(60), Age::Hours(1));
        assert_eq!(ago(47 * 60), Age::Hours(47));
        assert_eq!(ago(49 * 60), Age::Days(2));
    }
}
