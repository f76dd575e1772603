//! How long a session lasts: 14 days from the last use, 30 from the sign-in.
//!
//! Owns the two spans. Pure.

use afield_domain::Timestamp;

const DAY_MS: i64 = 86_400_000;
/// From the last use.
pub const SLIDING_MS: i64 = 14 * DAY_MS;
/// From the sign-in.
pub const ABSOLUTE_MS: i64 = 30 * DAY_MS;
/// A use within this span of the last noted one is not noted again.
const NOTE_EVERY_MS: i64 = 3_600_000;

/// When a session that began at `created` ends if it is used at `now` and never again.
#[must_use]
pub fn end_after_use(created: Timestamp, now: Timestamp) -> Timestamp {
    now.plus_ms(SLIDING_MS).min(created.plus_ms(ABSOLUTE_MS))
}

/// The new end of a session used at `now`, if it is worth a write.
#[must_use]
pub fn plan_touch(created: Timestamp, last_seen: Timestamp, now: Timestamp) -> Option<Timestamp> {
    (now.since(last_seen) >= NOTE_EVERY_MS).then(|| end_after_use(created, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(last_seen: i64, now: i64, expected_days: Option<i64>) {
        let end = plan_touch(
            Timestamp(0),
            Timestamp(last_seen * DAY_MS),
            Timestamp(now * DAY_MS),
        );
        assert_eq!(end, expected_days.map(|days| Timestamp(days * DAY_MS)));
    }

    #[test]
    fn a_session_slides_but_never_beyond_thirty_days() {
        assert_eq!(
            end_after_use(Timestamp(0), Timestamp(0)),
            Timestamp(SLIDING_MS)
        );
        check(0, 0, None);
        check(0, 1, Some(15));
        check(13, 14, Some(28));
        check(20, 21, Some(30));
    }
}
