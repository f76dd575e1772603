//! A day of the calendar, as far as an import takes it.
//!
//! Owns which years are taken: never the year 26.

use jiff::civil::Date;

/// Years that a spreadsheet of jobs or assets can mean.
pub(super) const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// `20261231`.
pub(super) fn basic_date(text: &str) -> Option<Date> {
    let part = |from, to| text.get(from..to)?.parse::<i16>().ok();
    day_of(part(0, 4)?, part(4, 6)?, part(6, 8)?)
}

pub(super) fn day_of(year: i16, month: i16, day: i16) -> Option<Date> {
    if !YEARS.contains(&year) {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
