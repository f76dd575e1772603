//! Whether a line is so slow that it is left to text, where the browser does not tell.
//!
//! Owns [`Speed`], a stored type, and [`classify_speed`]: what the pieces of files took tells, and two in a row must
//! say the same before anything changes, so that a line that flaps does not. Pure. Must never be asked where the browser
//! has a word of its own.

use crate::files::sizes::{LEAST_PIECE, scaled};
use afield_domain::Timestamp;
use afield_domain::wire::FromTree;
use serde::Serialize;

/// Fewer bytes a second are slow: 70 kbit/s, up to which browsers that tell call a line one of the second generation.
const SLOW: u64 = 8_750;
/// Only more bytes a second than this are quick again.
const QUICK: u64 = 2 * SLOW;
/// So many pieces in a row must say otherwise.
const PIECES: u32 = 2;
/// So long a slow line is left alone before a piece tries it again, in milliseconds.
const REST_MS: u64 = 5 * 60_000;

/// What pieces of files have told of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct Speed {
    /// Whether it is slow.
    #[serde(default)]
    pub is_slow: bool,
    /// How many pieces in a row have said otherwise.
    #[serde(default)]
    pub against: u32,
    /// When a piece was last on it, by this device's clock; none: it is to be tried anew.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

impl Speed {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the line is left to text at `now`: not for ever, for only a piece can tell that it is quick again.
    #[must_use]
    pub fn rests(&self, now: Timestamp) -> bool {
        let just_tried = |at: Timestamp| now.since(at).unsigned_abs() < REST_MS;
        self.is_slow && self.against == 0 && self.at.is_some_and(just_tried)
    }
}

/// What is known of the line after a piece of `length` bytes has taken `ms` milliseconds.
#[must_use]
pub fn classify_speed(before: Speed, length: u64, ms: u64, now: Timestamp) -> Speed {
    // Of a short rest of a file the way there and back is most of the time.
    if length < scaled(LEAST_PIECE) {
        return before;
    }
    let a_second = length.saturating_mul(1_000) / ms.max(1);
    let says_otherwise = match before.is_slow {
        true => a_second > scaled(QUICK),
        false => a_second < scaled(SLOW),
    };
    let against = if says_otherwise {
        before.against.saturating_add(1)
    } else {
        0
    };
    let changes = against >= PIECES;
    Speed {
        is_slow: before.is_slow != changes,
        against: if changes { 0 } else { against },
        at: Some(now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces of 64 KiB at so many bytes a second, and how many times the class changed.
    fn after(speeds: &[u64]) -> (bool, usize) {
        let (mut speed, mut changes) = (Speed::default(), 0);
        for a_second in speeds {
            let before = speed;
            speed = classify_speed(
                before,
                LEAST_PIECE,
                LEAST_PIECE * 1_000 / a_second,
                Timestamp(1),
            );
            changes += usize::from(before.is_slow != speed.is_slow);
        }
        (speed.is_slow, changes)
    }

    #[test]
    fn two_pieces_in_a_row_decide_and_a_line_that_flaps_does_not() {
        let flapping: Vec<u64> = (0..100)
            .map(|n| if n % 2 == 0 { 2_000 } else { 90_000 })
            .collect();
        let slow_and_flapping = [&[3_000, 3_000], &flapping[1..]].concat();
        let at_the_edge: Vec<u64> = (0..100).map(|n| 8_000 + n % 3 * 4_000).collect();
        let cases: [(&[u64], (bool, usize)); 11] = [
            (&[], (false, 0)),
            (&[3_000], (false, 0)),
            (&[3_000, 3_000], (true, 1)),
            (&[3_000, 90_000, 3_000], (false, 0)),
            (&[3_000, 3_000, 90_000], (true, 1)),
            (&[3_000, 3_000, 90_000, 90_000], (false, 2)),
            (&[3_000, 3_000, 90_000, 3_000, 90_000], (true, 1)),
            // Between the two bounds a line is what it was.
            (&[12_000; 9], (false, 0)),
            (&[3_000, 3_000, 12_000, 12_000, 12_000], (true, 1)),
            (&flapping, (false, 0)),
            (&slow_and_flapping, (true, 1)),
        ];
        for (speeds, expected) in cases {
            assert_eq!(after(speeds), expected, "{speeds:?}");
        }
        assert!(after(&at_the_edge).1 <= 1);
    }

    #[test]
    fn a_short_rest_of_a_file_says_nothing() {
        let slow = Speed {
            is_slow: true,
            against: 1,
            at: Some(Timestamp(7)),
        };
        for before in [Speed::default(), slow] {
            for ms in [0, 1, 60_000] {
                let after = classify_speed(before, LEAST_PIECE - 1, ms, Timestamp(9));
                assert_eq!(after, before);
            }
        }
        // Nor does a clock that was set back make a piece infinitely quick.
        let after = classify_speed(slow, LEAST_PIECE, 0, Timestamp(9));
        assert!(!after.is_slow);
    }

    #[test]
    fn a_slow_line_rests_and_is_tried_again() {
        let rest = i64::try_from(REST_MS).unwrap();
        let speed = |against, at: Option<i64>| Speed {
            is_slow: true,
            against,
            at: at.map(Timestamp),
        };
        for (speed, now, expected) in [
            (Speed::default(), 0, false),
            (speed(0, Some(0)), 0, true),
            (speed(0, Some(0)), rest - 1, true),
            (speed(0, Some(0)), rest, false),
            // The first quick piece is followed at once by the one that decides.
            (speed(1, Some(0)), 1, false),
            (speed(0, None), 0, false),
            // A clock that was set back does not make it rest for years.
            (speed(0, Some(rest * 9)), 0, false),
        ] {
            assert_eq!(speed.rests(Timestamp(now)), expected, "{speed:?} at {now}");
        }
    }
}
