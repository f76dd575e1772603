//! Jobs that repeat: the rule by which a job comes again.
//!
//! Owns [`Repetition`], what is wrong with one, and the days it comes to. Pure: the first day is an argument, and the
//! zone where there is one. Must never make a job.

use crate::ids::{JobId, MutationId, SeriesId};
use crate::limits;
use crate::time::Day;
use crate::wire::FromTree;
use serde::Serialize;
use std::ops::RangeInclusive;
use uuid::Uuid;

/// Every so many weeks, and months.
const WEEKS: RangeInclusive<u32> = 1..=limits::SERIES_WEEKS;
const MONTHS: RangeInclusive<u32> = 1..=limits::SERIES_MONTHS;

/// By which step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[serde(tag = "unit", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Every {
    /// Every `count` weeks, counted from that of the first day, on some weekdays.
    Weeks {
        /// How many.
        count: u32,
        /// 0 for Monday to 6 for Sunday.
        on: Vec<u32>,
    },
    /// Every `count` months on a day of the month, and on the last one where the month is shorter.
    MonthDay {
        /// How many.
        count: u32,
        /// 1 to 31.
        day: u32,
    },
    /// Every `count` months on the nth of a weekday.
    MonthWeekday {
        /// How many.
        count: u32,
        /// 1 to 4; 5 for the last.
        nth: u32,
        /// 0 for Monday to 6 for Sunday.
        weekday: u32,
    },
    /// As often as the contract of the plan has agreed visits, and as long as it holds; without an end of its own.
    Contract,
    /// Something added after this build.
    #[serde(other)]
    #[default]
    Other,
}

/// How a job repeats: until a day, or for so many times; one of both.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Repetition {
    /// By which step.
    pub every: Every,
    /// Its last day, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// How many jobs, the first one too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

/// What is wrong with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RepetitionFlaw {
    /// No weekday, or one that is none; a step of nothing, or one that is too long.
    #[error("this is no step")]
    Step,
    /// Neither a last day nor how many, or both; a day before the first or more than two years after it; too many.
    #[error("a series ends on a day within two years, or after 1 to 500 jobs")]
    End,
    /// It comes to no day.
    #[error("no day fits")]
    Empty,
}

impl Every {
    fn is_step(&self) -> bool {
        let is_weekday = |day: &u32| *day < 7;
        match self {
            Self::Weeks { count, on } => {
                WEEKS.contains(count) && !on.is_empty() && on.iter().all(is_weekday)
            }
            Self::MonthDay { count, day } => MONTHS.contains(count) && (1..=31).contains(day),
            Self::MonthWeekday {
                count,
                nth,
                weekday,
            } => MONTHS.contains(count) && (1..=5).contains(nth) && is_weekday(weekday),
            Self::Contract | Self::Other => false,
        }
    }

    /// The days of its `n`th step from `first` on, in order; some may be before it.
    fn step(&self, first: Day, n: u32) -> Vec<Day> {
        match self {
            Self::Weeks { count, on } => {
                let monday = first.monday().plus(7 * i64::from(n * count));
                let is_on = |weekday: &u32| on.contains(weekday);
                let days = (0..7).filter(is_on);
                days.map(|day| monday.plus(i64::from(day))).collect()
            }
            Self::MonthDay { count, day } => vec![first.in_month(n * count, *day)],
            Self::MonthWeekday {
                count,
                nth,
                weekday,
            } => vec![first.weekday_in_month(n * count, *nth, *weekday)],
            Self::Contract | Self::Other => Vec::new(),
        }
    }
}

impl Repetition {
    /// The days it comes to, from `first` on, in order.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn days(&self, first: Day) -> Result<Vec<Day>, RepetitionFlaw> {
        if !self.every.is_step() {
            return Err(RepetitionFlaw::Step);
        }
        let (last, times) = self.end(first).ok_or(RepetitionFlaw::End)?;
        let is_of_it = |day: &Day| first <= *day;
        // Each step but the first has a day, and each is a week at least.
        let steps = 0..=limits::SERIES_DAYS.unsigned_abs().div_ceil(7);
        let days: Vec<Day> = steps
            .filter_map(|n| u32::try_from(n).ok())
            .flat_map(|n| self.every.step(first, n))
            .filter(is_of_it)
            .take_while(|day| *day <= last)
            .take(times)
            .collect();
        match days.is_empty() {
            true => Err(RepetitionFlaw::Empty),
            false => Ok(days),
        }
    }

    /// Its last day at the latest, and how many it comes to at most.
    fn end(&self, first: Day) -> Option<(Day, usize)> {
        let latest = first.plus(limits::SERIES_DAYS);
        let most = limits::SERIES_JOBS;
        match (&self.until, self.times) {
            (Some(until), None) => {
                let until: Day = until.parse().ok()?;
                (first <= until && until <= latest).then_some((until, most as usize))
            }
            (None, Some(times)) => (1..=most)
                .contains(&times)
                .then_some((latest, times as usize)),
            _ => None,
        }
    }
}

/// The id of the job that a series has on a day: always the same, so that it is made once whatever restarts.
#[must_use]
pub fn job_of(series: SeriesId, day: Day) -> JobId {
    JobId(mixed(series.0, 0x5e1e_0000, since_1970(day)))
}

/// The id of the change that makes that job, asked for on `today`: on another day it is another try.
#[must_use]
pub fn try_of(series: SeriesId, day: Day, today: Day) -> MutationId {
    let job = job_of(series, day);
    MutationId(mixed(job.0, 0x7214_0000, since_1970(today)))
}

fn since_1970(day: Day) -> u64 {
    let epoch = "1970-01-01".parse::<Day>();
    epoch.map_or(0, |epoch| day.days_since(epoch).unsigned_abs())
}

/// One to one for a given salt and number: ids that differ stay different.
fn mixed(id: Uuid, salt: u32, number: u64) -> Uuid {
    let salted = id.as_u128() ^ (u128::from(salt) << 96) ^ u128::from(number);
    let mixed = salted.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645_u128);
    Uuid::from_u128(mixed ^ (mixed >> 64))
}

#[cfg(test)]
#[path = "series_tests.rs"]
mod tests;
