//! What time it is by the server's clock, on a phone whose own clock may be wrong, and may be set.
//!
//! Owns the account: the server's time at the last contact, and what has gone by since. In the page or
//! worker that heard the server a steady clock tells that, whatever is done to the wall clock. Others
//! have the wall clock alone up to their own beginning, and choose among what it may mean. Must never
//! read a clock, nor give a time before the last contact.

use afield_domain::Timestamp;
use afield_domain::wire::FromTree;
use afield_planted::planted;
use serde::Serialize;

const HOUR_MS: i64 = 3_600_000;

/// What is less may be a zone or a summer time, and is left as it is told, in milliseconds. What is more
/// is a mistake that somebody has made, or mended.
pub const STEP_MS: i64 = 16 * HOUR_MS;

/// No phone is away for longer, in milliseconds (400 days).
pub const AWAY_MOST_MS: i64 = 400 * 24 * HOUR_MS;

/// The clocks of one page or worker at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct Reading {
    /// The device's clock on the wall: people and networks set it.
    pub wall: Timestamp,
    /// What that clock said when this page or worker began.
    pub began: Timestamp,
    /// How long this page or worker has been there, by a clock that nobody sets, in milliseconds. It
    /// compares with nothing that another one read.
    pub ran_ms: i64,
    /// Which page or worker.
    pub context: String,
}

impl Reading {
    /// Of the clock on the wall alone, read by nobody who has another.
    #[must_use]
    pub fn of_wall(wall: Timestamp) -> Self {
        Self {
            wall,
            ..Self::default()
        }
    }

    /// What the clock on the wall would say had nobody set it since this page or worker began.
    fn unmoved(&self) -> Timestamp {
        self.began.plus_ms(self.ran_ms)
    }

    fn is_of_same(&self, other: &Self) -> bool {
        (&self.context, self.began) == (&other.context, other.began)
    }
}

/// The server was heard of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct Contact {
    /// The server's clock when it answered.
    pub server: Timestamp,
    /// The clocks of who heard it.
    pub by: Reading,
}

impl Contact {
    /// The time by the server's clock, as far as `now` tells; never before the contact.
    #[must_use]
    pub fn server_now(&self, now: &Reading) -> Timestamp {
        let by_wall = now.wall.since(self.by.wall);
        let gone = planted!(DatedByWall: self.gone(now, STEP_MS) => by_wall);
        self.server.plus_ms(gone)
    }

    /// How long ago the contact was at least, in milliseconds: a clock that was set right makes nothing
    /// older.
    #[must_use]
    pub fn age_ms(&self, now: &Reading) -> i64 {
        let by_wall = now.wall.since(self.by.wall);
        planted!(ExpiryByWall: self.gone(now, 0) => by_wall)
    }

    /// What has gone by since, in milliseconds. Of several accounts the first that can be stands, but
    /// that one which is shorter by more than `step_ms` is believed instead.
    fn gone(&self, now: &Reading, step_ms: i64) -> i64 {
        let gone = if now.is_of_same(&self.by) {
            now.ran_ms.saturating_sub(self.by.ran_ms)
        } else {
            self.gone_elsewhere(now, step_ms)
        };
        gone.clamp(0, AWAY_MOST_MS)
    }

    /// As `gone`, where another page or worker had the contact.
    fn gone_elsewhere(&self, now: &Reading, step_ms: i64) -> i64 {
        // The clock was not set since the contact; or not but since this page or worker began; or it was
        // set right.
        let by_wall = now.wall.since(self.by.wall);
        let unmoved = now.unmoved().since(self.by.wall);
        let set_right = now.wall.since(self.server);
        let began_after = self.by.wall <= now.began;
        let first = if began_after { unmoved } else { by_wall };
        let can_be = [by_wall, unmoved, set_right]
            .into_iter()
            .filter(|gone| *gone >= 0);
        match can_be.min() {
            Some(shortest) if first < 0 || first.saturating_sub(shortest) > step_ms => shortest,
            _ => first,
        }
    }
}

/// How long the phone has slept while a page was out of sight, in milliseconds: in some browsers the steady
/// clock stands still then. `wall_ms` and `steady_ms` have gone by on the two clocks. A page in sight does
/// not sleep, and none sleeps for more than [`STEP_MS`]: what the clock on the wall is ahead by then, it
/// was set by.
#[must_use]
pub fn slept_ms(wall_ms: i64, steady_ms: i64) -> i64 {
    let ahead = wall_ms.saturating_sub(steady_ms);
    if (0..=STEP_MS).contains(&ahead) {
        ahead
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const DAY: i64 = 24 * HOUR_MS;
    const YEAR: i64 = 365 * DAY;
    /// When the page that hears the server began, in true time.
    const BEGAN: i64 = 1_795_248_000_000;

    fn reading(context: &str, began: i64, ran_ms: i64, wall: i64) -> Reading {
        Reading {
            wall: Timestamp(wall),
            began: Timestamp(began),
            ran_ms,
            context: context.to_owned(),
        }
    }

    /// A minute after the page began, on a phone whose clock is off by `skew`.
    fn contact(skew: i64) -> Contact {
        let at = BEGAN + MINUTE;
        Contact {
            server: Timestamp(at),
            by: reading("page", BEGAN + skew, MINUTE, at + skew),
        }
    }

    /// In the page that heard the server nothing that is done to the clock on the wall counts.
    #[test]
    fn one_page_follows_its_steady_clock() {
        for skew in [0, -2 * DAY, 3 * HOUR_MS, YEAR] {
            let contact = contact(skew);
            for jump in [0, HOUR_MS, -HOUR_MS, DAY, -DAY, YEAR, -YEAR, -skew] {
                for gone in [0, 10 * MINUTE, 7 * HOUR_MS, 100 * DAY] {
                    let wall = BEGAN + MINUTE + gone + skew + jump;
                    let now = reading("page", BEGAN + skew, MINUTE + gone, wall);
                    let shown = (
                        contact.server_now(&now).since(contact.server),
                        contact.age_ms(&now),
                    );
                    assert_eq!(shown, (gone, gone), "{skew} {jump} {gone}");
                }
            }
        }
    }

    /// What another page or the worker, or the same page after a reload or a restart of the phone, makes
    /// of the contact: (what happens, the clock's error at the contact, its error when the other one begins,
    /// its error by now, how long after the contact that begins, how long it has been there; what the
    /// engine takes for gone by, and for the least).
    #[test]
    fn another_page_follows_the_wall_clock_within_bounds() {
        let (h, d) = (HOUR_MS, DAY);
        for (what, skews, times, expected) in [
            ("nothing", (0, 0, 0), (h, h), (2 * h, 2 * h)),
            (
                "100 days offline",
                (0, 0, 0),
                (100 * d, h),
                (100 * d + h, 100 * d + h),
            ),
            (
                "a clock that stays wrong",
                (3 * h, 3 * h, 3 * h),
                (h, h),
                (2 * h, 2 * h),
            ),
            (
                "one that stays wrong by days",
                (-2 * d, -2 * d, -2 * d),
                (h, h),
                (2 * h, 2 * h),
            ),
            (
                "a year ahead in mid work",
                (0, 0, YEAR),
                (h, h),
                (2 * h, 2 * h),
            ),
            (
                "a year back in mid work",
                (0, 0, -YEAR),
                (h, h),
                (2 * h, 2 * h),
            ),
            (
                "an hour ahead in mid work",
                (0, 0, h),
                (h, h),
                (2 * h, 2 * h),
            ),
            ("an hour back in mid work", (0, 0, -h), (h, h), (2 * h, h)),
            (
                "set right in mid work",
                (-2 * d, -2 * d, 0),
                (h, h),
                (2 * h, 2 * h),
            ),
            (
                "set right from ahead in mid work",
                (2 * d, 2 * d, 0),
                (h, h),
                (2 * h, 2 * h),
            ),
            ("set right before", (-2 * d, 0, 0), (h, h), (2 * h, 2 * h)),
            (
                "set right from ahead before",
                (2 * d, 0, 0),
                (h, h),
                (2 * h, 2 * h),
            ),
            (
                "restarted with a clock of 1970",
                (0, -BEGAN, -BEGAN),
                (h, h),
                (0, 0),
            ),
            ("and then set right", (0, -BEGAN, 0), (h, h), (2 * h, 2 * h)),
            ("restarted a year back", (0, -YEAR, -YEAR), (h, h), (0, 0)),
            (
                "restarted a year ahead, and then set right",
                (0, YEAR, 0),
                (h, h),
                (2 * h, 2 * h),
            ),
            (
                "restarted a year ahead: nobody can tell",
                (0, YEAR, YEAR),
                (h, h),
                (YEAR + 2 * h, YEAR + 2 * h),
            ),
            (
                "by no more than bounded",
                (0, 9 * YEAR, 9 * YEAR),
                (h, h),
                (AWAY_MOST_MS, AWAY_MOST_MS),
            ),
            (
                "set right by a few hours before",
                (-3 * h, 0, 0),
                (h, h),
                (5 * h, 2 * h),
            ),
        ] {
            let (at_contact, at_begin, by_now) = skews;
            let (until_begin, ran) = times;
            let contact = contact(at_contact);
            let begin = BEGAN + MINUTE + until_begin;
            let now = reading("other", begin + at_begin, ran, begin + ran + by_now);
            let shown = (
                contact.server_now(&now).since(contact.server),
                contact.age_ms(&now),
            );
            assert_eq!(shown, expected, "{what}");
        }
    }

    /// The worker, or another tab, has heard the server while this page was there.
    #[test]
    fn a_page_takes_what_another_has_heard_meanwhile() {
        let h = HOUR_MS;
        for (what, before, after, expected) in [
            ("nothing", 0, 0, h),
            ("a day ahead before the contact", DAY, 0, h),
            ("a day back before the contact", -DAY, 0, h),
            ("a year ahead after it", 0, YEAR, h),
            ("a year back after it", 0, -YEAR, h),
        ] {
            // This page began an hour before the contact of the worker.
            let contact = Contact {
                server: Timestamp(BEGAN + h),
                by: reading("worker", BEGAN + h + before, 5, BEGAN + h + before),
            };
            let now = reading("page", BEGAN, 2 * h, BEGAN + 2 * h + before + after);
            let gone = contact.server_now(&now).since(contact.server);
            assert_eq!(gone, expected, "{what}");
        }
    }

    #[test]
    fn nobody_sleeps_for_days() {
        let h = HOUR_MS;
        for (wall, steady, slept) in [
            (9 * h, h, 8 * h),
            (h, h, 0),
            (-3 * h, h, 0),
            (40 * h, h, 0),
            (i64::MIN, i64::MAX, 0),
            (i64::MAX, i64::MIN, 0),
        ] {
            assert_eq!(slept_ms(wall, steady), slept, "{wall} {steady}");
        }
    }

    #[test]
    fn readings_from_anywhere_in_time_stay_within_bounds() {
        let ends = [i64::MIN, -1, 0, BEGAN, i64::MAX];
        for (one, other) in ends.iter().flat_map(|one| ends.map(|other| (*one, other))) {
            let contact = Contact {
                server: Timestamp(BEGAN),
                by: reading("page", one, other, one),
            };
            for context in ["page", "other"] {
                for began in ends {
                    let age = contact.age_ms(&reading(context, began, one, other));
                    assert!((0..=AWAY_MOST_MS).contains(&age), "{age}");
                }
            }
        }
    }
}
