//! A repetition in words.

use super::labels::jobs;
use crate::texts::language;
use crate::tr;
use afield_domain::time::Day;
use afield_domain::{Every, Interval, Repetition};

/// Any Monday.
fn monday() -> Option<Day> {
    "2024-01-01".parse().ok()
}

fn weekday(number: u32) -> Option<Day> {
    Some(monday()?.plus(i64::from(number)))
}

/// On that day of the month; where some months are shorter, on their last.
#[must_use]
pub fn day_text(day: u32) -> String {
    match day > 28 {
        true => tr!(series.on_day_or_last, day = day),
        false => tr!(series.on_day, day = day),
    }
}

/// On the nth of that weekday, or the last from the fifth on.
#[must_use]
pub fn nth_text(nth: u32, weekday: &str) -> String {
    match nth {
        1 => tr!(series.first, day = weekday),
        2 => tr!(series.second, day = weekday),
        3 => tr!(series.third, day = weekday),
        4 => tr!(series.fourth, day = weekday),
        _ => tr!(series.last, day = weekday),
    }
}

/// How often, on which days, and until when.
#[must_use]
pub fn repetition_text(repetition: &Repetition) -> String {
    let every = every_text(&repetition.every);
    let until = repetition.until.as_deref();
    let until: Option<Day> = until.and_then(|day| day.parse().ok());
    match (until, repetition.times) {
        (Some(day), _) => tr!(series.until, every = every, day = day.date(language())),
        (None, Some(times)) => tr!(series.times, every = every, jobs = jobs(times as usize)),
        (None, None) => every,
    }
}

/// How often visits are due.
#[must_use]
pub fn interval_text(interval: Interval) -> String {
    match interval {
        Interval::Weeks(1) => tr!(series.each_week).to_owned(),
        Interval::Weeks(count) => tr!(series.each_weeks, count = count),
        Interval::Months(1) => tr!(series.each_month).to_owned(),
        Interval::Months(12) => tr!(series.each_year).to_owned(),
        Interval::Months(count) => tr!(series.each_months, count = count),
    }
}

fn every_text(every: &Every) -> String {
    let by_months = |count: u32, when: String| match count {
        1 => tr!(series.monthly, when = when),
        count => tr!(series.months, count = count, when = when),
    };
    match every {
        Every::Weeks { count, on } => {
            let days = on.iter().filter_map(|day| weekday(*day));
            let days: Vec<String> = days.map(|day| day.short_weekday(language())).collect();
            let days = days.join(", ");
            match count {
                1 => tr!(series.weekly, days = days),
                count => tr!(series.weeks, count = count, days = days),
            }
        }
        Every::MonthDay { count, day } => by_months(*count, day_text(*day)),
        Every::MonthWeekday {
            count,
            nth,
            weekday: number,
        } => {
            let name = weekday(*number).map(|day| day.weekday_name(language()));
            by_months(*count, nth_text(*nth, &name.unwrap_or_default()))
        }
        Every::Contract => tr!(series.by_contract).to_owned(),
        Every::Other => String::new(),
    }
}
