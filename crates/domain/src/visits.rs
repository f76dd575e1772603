//! The visits that a contract has agreed: how often they are due, and the days they come to.
//!
//! Owns [`Interval`], as a contract writes it, and [`Visits`], the rhythm of a series that repeats by contract. Pure. Must
//! never make a job.

use crate::limits;
use crate::record::Contract;
use crate::time::Day;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Steps of a rhythm that are looked at: weeks of a hundred years.
const STEPS: u32 = 5_300;

/// How often visits are due: `P3M` every three months, `P2W` every two weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Interval {
    /// Every so many weeks.
    Weeks(u32),
    /// Every so many months.
    Months(u32),
}

/// A text that is no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an interval is P1W to P52W, or P1M to P24M")]
pub struct NoInterval;

impl FromStr for Interval {
    type Err = NoInterval;

    fn from_str(text: &str) -> Result<Self, NoInterval> {
        let text = text.strip_prefix('P').ok_or(NoInterval)?;
        let number = |count: &str, most: u32| {
            // As it is written: no sign, and no zero before it.
            let is_plain = count.starts_with(|first: char| matches!(first, '1'..='9'));
            let count = count.parse().ok().filter(|_| is_plain);
            count
                .filter(|count| (1..=most).contains(count))
                .ok_or(NoInterval)
        };
        match (text.strip_suffix('W'), text.strip_suffix('M')) {
            (Some(count), _) => number(count, limits::SERIES_WEEKS).map(Self::Weeks),
            (_, Some(count)) => number(count, limits::SERIES_MONTHS).map(Self::Months),
            _ => Err(NoInterval),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weeks(count) => write!(f, "P{count}W"),
            Self::Months(count) => write!(f, "P{count}M"),
        }
    }
}

/// The rhythm of visits: from one of them on, every so often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visits {
    /// How often.
    pub interval: Interval,
    /// A visit from which the others are counted.
    pub anchor: Day,
    /// The day of the month, 1 to 31, where months are counted; the last one where a month is shorter.
    pub on: u32,
}

impl Visits {
    /// From the first visit on.
    #[must_use]
    pub fn begin(interval: Interval, first: Day) -> Self {
        Self {
            interval,
            anchor: first,
            on: first.of_month(),
        }
    }

    /// With another interval, counted from the `last` visit that there was, if it was after where it began.
    #[must_use]
    pub fn changed(self, interval: Interval, last: Option<Day>) -> Self {
        let anchor = last.map_or(self.anchor, |last| last.max(self.anchor));
        // On the 31st stays on the 31st, whatever the month of the last visit.
        let is_kept = anchor.in_month(0, self.on) == anchor;
        Self {
            interval,
            anchor,
            on: if is_kept { self.on } else { anchor.of_month() },
        }
    }

    /// Its days within, in order.
    #[must_use]
    pub fn days(&self, within: &RangeInclusive<Day>) -> Vec<Day> {
        (0..STEPS)
            .map(|n| self.step(n))
            .take_while(|day| day <= within.end())
            .filter(|day| within.contains(day))
            .collect()
    }

    fn step(&self, n: u32) -> Day {
        match self.interval {
            Interval::Weeks(count) => self.anchor.plus(7 * i64::from(n) * i64::from(count)),
            Interval::Months(count) if n > 0 => self.anchor.in_month(n * count, self.on),
            Interval::Months(_) => self.anchor,
        }
    }
}

impl Contract {
    /// How often its visits are due; none if none are agreed, if it is archived, or if another build wrote it.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        self.visits.parse().ok().filter(|_| !self.archived)
    }

    /// Whether a visit may be on `day`: not before its first day, and not after its last.
    #[must_use]
    pub fn covers_day(&self, day: Day) -> bool {
        // Days of this form are in order as texts.
        let day = day.to_string();
        self.from <= day && (self.until.is_empty() || day <= self.until)
    }

    /// The visits of `rhythm` within, as long as it holds.
    #[must_use]
    pub fn visits_of(&self, rhythm: &Visits, within: &RangeInclusive<Day>) -> Vec<Day> {
        let mut days = rhythm.days(within);
        days.retain(|day| self.covers_day(*day));
        days
    }
}

#[cfg(test)]
#[path = "visits_tests.rs"]
mod tests;
