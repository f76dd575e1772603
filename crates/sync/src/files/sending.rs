//! How far the sending of a file is, and what the line carries. Stored types: fields are only ever added, with
//! a default.
//!
//! Owns [`Sending`] in the file's row and [`FileLine`] in the meta row. The server alone knows how many bytes it
//! has: what stands here of it is shown, and never gone on from.

use crate::files::sizes::{FIRST_PIECE, LEAST_PIECE, MOST_PIECE, scaled};
use crate::files::speed::{Speed, classify_speed};
use crate::pass::backoff::Backoff;
use afield_domain::Timestamp;
use afield_domain::wire::FromTree;
use afield_protocol::EpochId;
use serde::Serialize;

/// How long a piece shall be on its way, in milliseconds: text waits for it.
const PIECE_MS: u64 = 10_000;

/// How the sending of a file stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct Sending {
    /// How many of its bytes the server was last heard to have.
    #[serde(default)]
    pub sent: u64,
    /// Failures in a row since a byte of it last arrived: who has fewer goes first.
    #[serde(default)]
    pub failures: u32,
    /// How often all of it arrived and was not what had been registered.
    #[serde(default)]
    pub mismatches: u32,
    /// Why it is not sent for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refusal>,
    /// That the server has all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Receipt>,
}

impl Sending {
    /// Whether nothing of it was tried.
    #[must_use]
    pub fn is_new(&self) -> bool {
        *self == Self::default()
    }
}

/// Why a file is not sent for now. It is kept, and tried again after a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
pub struct Refusal {
    /// The HTTP status; none if its bytes cannot be read on this phone.
    #[serde(default)]
    pub status: Option<u16>,
    /// When, by this device's clock.
    pub at: Timestamp,
}

/// That the server has all bytes of a file, durably, and that they are those that were registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct Receipt {
    /// When, by the server's clock as this device knows it.
    pub at: Timestamp,
    /// The server's data set: another one, as of a restored backup, may not have it.
    #[serde(default)]
    pub epoch: Option<EpochId>,
}

/// What the line carries of files, as learned, and when to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct FileLine {
    /// Bytes of the next piece; zero: nothing was learned.
    #[serde(default)]
    pub piece: u64,
    /// When to try again after failures. Text has its own.
    #[serde(default)]
    pub backoff: Backoff,
    /// Whether its user wants what waits sent on a slow network too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_once: bool,
    /// Whether a person wants what was refused to be tried again, and that has not been done yet: the pass that they
    /// asked for may have failed on its way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// Bytes of received files that stay here at most, as its user wishes; none: as many as usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u64>,
    /// Whether the line is slow, where the browser does not tell.
    #[serde(default, skip_serializing_if = "Speed::is_usual")]
    pub speed: Speed,
    /// Bytes a second with which files came from the office; zero: none has come yet.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub fetched: u64,
    /// Whether photos and files wait for a Wi-Fi where the browser tells of one, as its user wishes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wifi_only: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As serde calls it.
fn is_zero(bytes: &u64) -> bool {
    *bytes == 0
}

impl FileLine {
    /// Whether nothing was learned or asked for.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Bytes of the next piece.
    #[must_use]
    pub fn piece(&self) -> u64 {
        match self.piece {
            0 => scaled(FIRST_PIECE),
            piece => piece.clamp(scaled(LEAST_PIECE), scaled(MOST_PIECE)),
        }
    }

    /// A piece of so many bytes came through in `ms` milliseconds, at `now`.
    pub fn carried(&mut self, length: u64, ms: u64, now: Timestamp) {
        self.speed = classify_speed(self.speed, length, ms, now);
        let fits = length.saturating_mul(PIECE_MS) / ms.max(1);
        let piece = self.piece();
        // The short rest of a file says nothing of a larger piece.
        if length >= piece || fits < piece {
            self.piece = fits
                .clamp(piece / 2, piece * 2)
                .clamp(scaled(LEAST_PIECE), scaled(MOST_PIECE));
        }
    }

    /// A file of so many bytes came from the office in `ms` milliseconds. Of a small one, the way there and back is most
    /// of the time.
    pub fn came(&mut self, length: u64, ms: u64) {
        if length >= scaled(LEAST_PIECE) {
            let a_second = length.saturating_mul(1_000) / ms.max(1);
            self.fetched = match self.fetched {
                0 => a_second,
                before => before / 2 + a_second / 2,
            };
        }
    }

    /// Bytes a second that the line carries of files, as far as that is known: as they came, else as they were sent.
    #[must_use]
    pub fn bytes_a_second(&self) -> Option<u64> {
        match (self.fetched, self.piece) {
            (0, 0) => None,
            (0, piece) => Some(piece * 1_000 / PIECE_MS),
            (fetched, _) => Some(fetched),
        }
    }

    /// A piece did not come through.
    pub fn failed(&mut self) {
        self.piece = (self.piece() / 2).max(scaled(LEAST_PIECE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_as_large_as_the_line_carries_in_ten_seconds() {
        // The line's bytes a second, and where it settles.
        for (speed, expected) in [
            (1_000, LEAST_PIECE),
            (8_000, 80_000),
            (62_500, 625_000),
            (10_000_000, MOST_PIECE),
        ] {
            let mut line = FileLine::default();
            for _ in 0..12 {
                let length = line.piece();
                line.carried(length, length * 1_000 / speed, Timestamp(1));
            }
            let piece = line.piece();
            assert!(
                piece.abs_diff(expected) * 100 <= expected,
                "{speed}: {piece}"
            );
            // A cut line: smaller, and never nothing.
            for _ in 0..12 {
                line.failed();
            }
            assert_eq!(line.piece(), LEAST_PIECE);
        }
    }

    #[test]
    fn how_fast_files_come_is_known_by_those_that_came_else_by_those_that_were_sent() {
        let mut line = FileLine::default();
        assert_eq!(line.bytes_a_second(), None);
        line.came(LEAST_PIECE - 1, 1);
        assert_eq!(line.bytes_a_second(), None, "too small to tell");
        line.piece = 500_000;
        assert_eq!(line.bytes_a_second(), Some(50_000));
        line.came(1_000_000, 10_000);
        assert_eq!(line.bytes_a_second(), Some(100_000));
        line.came(1_000_000, 5_000);
        assert_eq!(line.bytes_a_second(), Some(150_000));
        // A clock that was set back makes it no division by zero.
        line.came(1_000_000, 0);
        assert!(line.bytes_a_second() > Some(150_000));
    }

    #[test]
    fn a_short_rest_makes_no_piece_larger_and_a_slow_one_makes_it_smaller() {
        let mut line = FileLine::default();
        line.carried(1_000, 1, Timestamp(1));
        assert_eq!(line.piece(), FIRST_PIECE);
        line.carried(10_000, 10_000, Timestamp(1));
        assert_eq!(line.piece(), FIRST_PIECE / 2);
        // A clock that was set back in between.
        line.carried(FIRST_PIECE, 0, Timestamp(1));
        assert_eq!(line.piece(), FIRST_PIECE);
    }
}
