//! A change that somebody on the way does not let through when it is sent alone.
//!
//! Owns the evidence: our server has answered right after, several passes in a row, so it is this one that
//! is stopped and not the line that is down. Then it waits by itself, with its lane and its dependants, and
//! the rest goes on. It is no refusal: only a verdict parks. Pure.

use crate::pass::trigger::Trigger;
use afield_domain::Timestamp;
use afield_domain::wire::FromTree;
use afield_planted::planted;
use serde::Serialize;

/// So often it must have been stopped while our server answered.
pub(crate) const TIMES: u32 = 3;
/// How long it waits by itself at first, in milliseconds; doubled each time, up to [`LONGEST_ASIDE_MS`].
const FIRST_ASIDE_MS: u64 = 300_000;
/// The longest wait by itself, in milliseconds.
const LONGEST_ASIDE_MS: u64 = 3_600_000;

/// What is known of one that was stopped. Stored: fields are only ever added, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct Stopped {
    /// The HTTP status of whoever answered in the place of our server; none if nobody did.
    #[serde(default)]
    pub status: Option<u16>,
    /// How often it was stopped while our server answered.
    #[serde(default)]
    pub times: u32,
    /// When it was last, by this device's clock.
    #[serde(default)]
    pub at: Timestamp,
    /// Whether it waits by itself, and the rest goes on.
    #[serde(default)]
    pub aside: bool,
    /// Whether whoever stopped it asked to wait, so that our server could not be asked right after: it is,
    /// before this one is sent again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unproven: bool,
}

impl Stopped {
    /// After it was stopped once more at `now`, by whoever answered with `status`.
    #[must_use]
    pub fn again(&self, status: Option<u16>, now: Timestamp) -> Self {
        let times = self.times.saturating_add(1);
        Self {
            status,
            times,
            at: now,
            aside: planted!(StoppedStopsAll: times >= TIMES => false),
            unproven: false,
        }
    }

    /// After it was stopped at `now` by somebody who asked to wait: whether our server answers is not known.
    #[must_use]
    pub fn unproven(&self, status: Option<u16>, now: Timestamp) -> Self {
        Self {
            status,
            at: now,
            aside: false,
            unproven: true,
            ..self.clone()
        }
    }

    /// After our server did not answer either: it was the line, and nothing is known of this one. Of one
    /// that has waited by itself before that stays known.
    #[must_use]
    pub fn disproved(&self) -> Option<Self> {
        (self.times >= TIMES).then(|| Self {
            aside: true,
            unproven: false,
            ..self.clone()
        })
    }

    /// Whether one that waits by itself is to be tried again.
    #[must_use]
    pub fn is_due(&self, trigger: Trigger, now: Timestamp) -> bool {
        let doublings = self.times.saturating_sub(TIMES).min(16);
        let wait = FIRST_ASIDE_MS
            .saturating_mul(1 << doublings)
            .min(LONGEST_ASIDE_MS);
        // Another network may let it through; a clock that was set back must not keep it for days.
        trigger.is_person()
            || trigger == Trigger::Online
            || now.since(self.at).unsigned_abs() >= wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stopped(times: u32) -> Stopped {
        let again = |stopped: Stopped, _| stopped.again(Some(403), Timestamp(1_000));
        (0..times).fold(Stopped::default(), again)
    }

    #[test]
    fn it_waits_by_itself_only_after_a_few_times() {
        let asides: Vec<bool> = (1..=4).map(|times| stopped(times).aside).collect();
        assert_eq!(asides, [false, false, true, true]);
    }

    #[test]
    fn a_line_that_is_down_proves_nothing_and_takes_back_nothing_that_is_known() {
        assert_eq!(stopped(2).disproved(), None);
        assert_eq!(stopped(2).unproven(None, Timestamp(5)).disproved(), None);
        let known = stopped(3);
        let tried = Stopped {
            aside: false,
            ..known.clone()
        };
        assert_eq!(tried.disproved(), Some(known));
    }

    #[test]
    fn its_waits_double_up_to_an_hour_and_no_clock_makes_them_longer() {
        let minutes = |times| {
            let due = |minute: &i64| {
                let now = Timestamp(1_000 + minute * 60_000);
                stopped(times).is_due(Trigger::Timer, now)
            };
            (0..200).find(due)
        };
        let waits: Vec<_> = [3, 4, 5, 6, 7, 80].map(minutes).into();
        assert_eq!(waits, [5, 10, 20, 40, 60, 60].map(Some));
        assert!(stopped(3).is_due(Trigger::Timer, Timestamp(i64::MIN)));
        assert!(stopped(3).is_due(Trigger::Asked, Timestamp(1_000)));
        assert!(stopped(3).is_due(Trigger::Online, Timestamp(1_000)));
        assert!(!stopped(3).is_due(Trigger::Visible, Timestamp(1_000)));
    }
}
