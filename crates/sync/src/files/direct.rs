//! A file that goes to the office while somebody waits: straight from where it is, past the outbox.
//!
//! Owns [`DirectSending`]: which bytes go next, and what an answer means. The server alone knows how far it is: it is
//! asked first, and after every failure. Pure. Must never take a file for received on anything but the server's word
//! that it has all of it.

use super::sizes::{FIRST_PIECE, LEAST_PIECE, MOST_PIECE, scaled};
use crate::pass::classify::TransportError;

/// So often in a row an answer may bring it no further.
const TRIES: u32 = 5;
/// How long is waited after the first of them, in milliseconds; twice as long after each further one.
const FIRST_PAUSE_MS: u64 = 1_000;
/// Nobody who waits waits longer than this for the next try.
const LONGEST_PAUSE_MS: u64 = 30_000;

/// What is done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectStep {
    /// Ask the server how far it is, after so many milliseconds.
    Ask {
        /// To be waited before.
        after_ms: u64,
    },
    /// Send these bytes.
    Send {
        /// Where they begin.
        at: u64,
        /// How many.
        length: u64,
    },
    /// Nothing more.
    End(DirectEnd),
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectEnd {
    /// The server has all of it.
    Received,
    /// The server does not take it, or somebody on the way.
    NotTaken {
        /// The HTTP status that says so.
        status: u16,
    },
    /// No answer came, again and again.
    NoAnswer,
}

/// One file on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectSending {
    bytes: u64,
    stored: u64,
    piece: u64,
    fruitless: u32,
    begun_again: bool,
    step: DirectStep,
}

impl DirectSending {
    /// A file of so many bytes, of which nobody knows how many are there.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        Self {
            bytes,
            stored: 0,
            piece: scaled(FIRST_PIECE),
            fruitless: 0,
            begun_again: false,
            step: DirectStep::Ask { after_ms: 0 },
        }
    }

    /// What is done next.
    #[must_use]
    pub fn step(&self) -> DirectStep {
        self.step
    }

    /// How many bytes the server has, as far as it has said.
    #[must_use]
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// Takes the answer to the step: how many bytes the server has, or why it did not say.
    pub fn heard(&mut self, answer: &Result<u64, TransportError>) {
        let sent = matches!(self.step, DirectStep::Send { .. });
        self.step = match *answer {
            Ok(stored) if stored <= self.bytes => self.stands_at(stored, sent),
            Ok(_) => DirectStep::End(DirectEnd::NotTaken { status: 460 }),
            Err(TransportError::NoAnswer) => self.pause(None, DirectEnd::NoAnswer),
            Err(TransportError::NotOurs {
                status,
                retry_after_ms,
            }) => self.answered(status, retry_after_ms, sent),
        };
    }

    fn stands_at(&mut self, stored: u64, sent: bool) -> DirectStep {
        let is_further = stored > self.stored;
        self.stored = stored;
        if stored == self.bytes {
            return DirectStep::End(DirectEnd::Received);
        }
        if is_further {
            self.fruitless = 0;
            if sent {
                self.piece = self.piece.saturating_mul(2).min(scaled(MOST_PIECE));
            }
        } else if sent {
            return self.pause(None, DirectEnd::NoAnswer);
        }
        DirectStep::Send {
            at: stored,
            length: self.piece.min(self.bytes - stored),
        }
    }

    fn answered(&mut self, status: u16, asked_ms: Option<u64>, sent: bool) -> DirectStep {
        let end = DirectEnd::NotTaken { status };
        match status {
            // Too large for somebody on the way.
            413 if sent && self.piece > scaled(LEAST_PIECE) => {
                self.piece = (self.piece / 4).max(scaled(LEAST_PIECE));
                DirectStep::Ask { after_ms: 0 }
            }
            // All of it arrived, and not as it was registered: once more from its begin.
            460 if !self.begun_again => {
                (self.begun_again, self.stored) = (true, 0);
                DirectStep::Ask { after_ms: 0 }
            }
            // It stands elsewhere than was thought, or somebody asks for time.
            408 | 409 | 425 | 429 => self.pause(asked_ms, end),
            400..500 => DirectStep::End(end),
            _ => self.pause(asked_ms, end),
        }
    }

    fn pause(&mut self, asked_ms: Option<u64>, end: DirectEnd) -> DirectStep {
        // What is known may be wrong: what a line has swallowed may have arrived.
        self.fruitless += 1;
        self.piece = (self.piece / 2).max(scaled(LEAST_PIECE));
        if self.fruitless >= TRIES {
            return DirectStep::End(end);
        }
        let usual = FIRST_PAUSE_MS << (self.fruitless - 1);
        let after_ms = usual.max(asked_ms.unwrap_or(0)).min(LONGEST_PAUSE_MS);
        DirectStep::Ask { after_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_ANSWER: Result<u64, TransportError> = Err(TransportError::NoAnswer);

    fn status(status: u16) -> Result<u64, TransportError> {
        Err(TransportError::NotOurs {
            status,
            retry_after_ms: None,
        })
    }

    fn ask(after_ms: u64) -> DirectStep {
        DirectStep::Ask { after_ms }
    }

    fn send(at: u64, length: u64) -> DirectStep {
        DirectStep::Send { at, length }
    }

    fn ended(status: u16) -> DirectStep {
        DirectStep::End(DirectEnd::NotTaken { status })
    }

    /// What follows each of these answers, one after the other.
    #[track_caller]
    fn check(bytes: u64, answers: &[(Result<u64, TransportError>, DirectStep)]) {
        let mut sending = DirectSending::new(bytes);
        assert_eq!(sending.step(), ask(0), "the server is asked first");
        for (place, (answer, expected)) in answers.iter().enumerate() {
            sending.heard(answer);
            assert_eq!(sending.step(), *expected, "{place}: {answer:?}");
        }
    }

    #[test]
    fn a_file_goes_in_pieces_that_grow_and_ends_with_the_servers_word() {
        let (one, two) = (FIRST_PIECE, FIRST_PIECE * 2);
        let received = DirectStep::End(DirectEnd::Received);
        check(
            one + two + 1,
            &[
                (Ok(0), send(0, one)),
                (Ok(one), send(one, two)),
                (Ok(one + two), send(one + two, 1)),
                (Ok(one + two + 1), received),
            ],
        );
        check(5, &[(Ok(5), received)]);
        check(5, &[(Ok(3), send(3, 2)), (Ok(5), received)]);
    }

    #[test]
    fn after_a_failure_the_server_is_asked_and_tells_where_it_goes_on() {
        let half = FIRST_PIECE / 2;
        check(
            FIRST_PIECE * 3,
            &[
                (Ok(0), send(0, FIRST_PIECE)),
                (NO_ANSWER, ask(1_000)),
                // A part of the piece had arrived.
                (Ok(7), send(7, half)),
                (status(503), ask(1_000)),
                (status(502), ask(2_000)),
                (Ok(7), send(7, LEAST_PIECE)),
                (status(409), ask(4_000)),
                (Ok(9), send(9, LEAST_PIECE)),
                (NO_ANSWER, ask(1_000)),
            ],
        );
    }

    #[test]
    fn who_waits_hears_in_the_end_that_it_does_not_go() {
        let pauses = [ask(1_000), ask(2_000), ask(4_000), ask(8_000)];
        for (answer, end) in [
            (NO_ANSWER, DirectStep::End(DirectEnd::NoAnswer)),
            (status(503), ended(503)),
        ] {
            let mut answers: Vec<_> = pauses.map(|pause| (answer.clone(), pause)).into();
            answers.push((answer, end));
            check(5, &answers);
        }
        // A piece that changes nothing does not go on for ever either.
        let mut sending = DirectSending::new(5);
        let mut steps = 0;
        while !matches!(sending.step(), DirectStep::End(_)) {
            sending.heard(&Ok(0));
            steps += 1;
            assert!(steps < 20);
        }
    }

    #[test]
    fn what_is_not_taken_ends_at_once() {
        for code in [401, 403, 404, 422] {
            check(5, &[(status(code), ended(code))]);
        }
        check(5, &[(Ok(6), ended(460))]);
    }

    #[test]
    fn other_bytes_begin_again_once_and_a_large_piece_gets_smaller() {
        let whole = send(0, 5);
        check(
            5,
            &[
                (Ok(0), whole),
                (status(460), ask(0)),
                (Ok(0), whole),
                (status(460), ended(460)),
            ],
        );
        check(
            FIRST_PIECE,
            &[
                (Ok(0), send(0, FIRST_PIECE)),
                (status(413), ask(0)),
                (Ok(0), send(0, LEAST_PIECE)),
                (status(413), ended(413)),
            ],
        );
    }

    #[test]
    fn a_server_that_asks_for_time_gets_it_within_reason() {
        for (asked, waited) in [(5_000, 5_000), (10, 1_000), (3_600_000, 30_000)] {
            let answer = Err(TransportError::NotOurs {
                status: 429,
                retry_after_ms: Some(asked),
            });
            check(5, &[(answer, ask(waited))]);
        }
    }
}
