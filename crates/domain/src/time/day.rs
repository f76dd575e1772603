//! A day of the calendar, whatever the zone.
//!
//! Owns [`Day`]: its arithmetic and the forms in which it is written and read. Must never know which day it is.

use crate::language::Language;
use crate::time::pattern::{self, Form};
use jiff::SignedDuration;
use jiff::civil::{Date, Time};

/// A calendar day, without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub(super) Date);

impl Day {
    /// The day `days` later (negative: earlier); stays in range at the ends of the calendar.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        let days = days.clamp(-100_000, 100_000);
        Self(self.0.saturating_add(SignedDuration::from_hours(days * 24)))
    }

    /// Days from `earlier` to this day.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        earlier.0.duration_until(self.0).as_secs() / 86_400
    }

    /// The Monday of its week.
    #[must_use]
    pub fn monday(self) -> Self {
        self.plus(-i64::from(self.weekday()))
    }

    /// How many days after Monday it is: 0 to 6.
    #[must_use]
    pub fn weekday(self) -> u8 {
        u8::try_from(self.0.weekday().to_monday_zero_offset()).unwrap_or(0)
    }

    /// The day of that number in the month that is `months` after its own, and the last one where that is shorter.
    #[must_use]
    pub fn in_month(self, months: u32, day: u32) -> Self {
        let first = self.month_later(months);
        let last = first.days_in_month();
        let day = i8::try_from(day).unwrap_or(last).clamp(1, last);
        Date::new(first.year(), first.month(), day).map_or(self, Self)
    }

    /// The `nth` of these weekdays (0 for Monday) in the month that is `months` after its own; the last one from the
    /// fifth on.
    #[must_use]
    pub fn weekday_in_month(self, months: u32, nth: u32, weekday: u32) -> Self {
        let first = Self(self.month_later(months));
        let after = (i64::from(weekday) - i64::from(first.weekday())).rem_euclid(7);
        let one = first.plus(after + 7 * (i64::from(nth.clamp(1, 5)) - 1));
        match one.0.month() == first.0.month() {
            true => one,
            false => one.plus(-7),
        }
    }

    /// The first of the month that is so many after its own.
    fn month_later(self, months: u32) -> Date {
        let all = i64::from(self.0.year()) * 12 + i64::from(self.0.month()) - 1 + i64::from(months);
        let year = i16::try_from(all.div_euclid(12)).unwrap_or(i16::MAX);
        let month = i8::try_from(all.rem_euclid(12) + 1).unwrap_or(1);
        Date::new(year, month, 1).unwrap_or(self.0)
    }

    /// The number of the day in its month, from 1.
    #[must_use]
    pub fn of_month(self) -> u32 {
        u32::try_from(self.0.day()).unwrap_or(1)
    }

    /// Whether it is a day from Monday to Friday.
    #[must_use]
    pub fn is_working_day(self) -> bool {
        self.0.weekday().to_monday_zero_offset() < 5
    }

    /// Weekday and date, written out: `Saturday, 21 November`.
    #[must_use]
    pub fn long(self, language: Language) -> String {
        self.write(pattern::LONG_DAY, language)
    }

    /// Its weekday: `Saturday`.
    #[must_use]
    pub fn weekday_name(self, language: Language) -> String {
        self.write(pattern::WEEKDAY, language)
    }

    /// Its weekday in short: `Sat`.
    #[must_use]
    pub fn short_weekday(self, language: Language) -> String {
        self.write(pattern::SHORT_WEEKDAY, language)
    }

    /// Weekday and date: `Sat 21 Nov`.
    #[must_use]
    pub fn short(self, language: Language) -> String {
        self.write(pattern::SHORT_DAY, language)
    }

    /// The date with its year: `21 Nov 2026`.
    #[must_use]
    pub fn date(self, language: Language) -> String {
        self.write(pattern::DATE, language)
    }

    /// The date, with its year where that is not the year of `today`: `21 Nov`.
    #[must_use]
    pub fn date_seen_on(self, today: Self, language: Language) -> String {
        let is_same_year = self.0.year() == today.0.year();
        let form = if is_same_year {
            pattern::DATE_OF_YEAR
        } else {
            pattern::DATE
        };
        self.write(form, language)
    }

    fn write(self, form: Form, language: Language) -> String {
        pattern::write(self.0.to_datetime(Time::midnight()), form, language)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = (self.0.year(), self.0.month(), self.0.day());
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// The text is no day of the form `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the form YYYY-MM-DD")]
pub struct DayError;

impl std::str::FromStr for Day {
    type Err = DayError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        fn number<T: std::str::FromStr>(text: &str, digits: usize) -> Result<T, DayError> {
            let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse().ok()).flatten().ok_or(DayError)
        }
        let (year, rest) = text.split_once('-').ok_or(DayError)?;
        let (month, day) = rest.split_once('-').ok_or(DayError)?;
        let date = Date::new(number(year, 4)?, number(month, 2)?, number(day, 2)?);
        date.map(Self).map_err(|_| DayError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_says_its_year_only_if_it_is_another_one() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let (today, new_year) = (day("2026-11-21"), day("2027-01-01"));
        let seen = |day: Day, language| day.date_seen_on(today, language);
        assert_eq!(seen(today, Language::English), "21 Nov");
        assert_eq!(seen(today, Language::German), "21. Nov");
        assert_eq!(seen(new_year, Language::English), "1 Jan 2027");
    }

    #[test]
    fn a_week_begins_on_monday() {
        for (day, monday, weekday) in [
            ("2026-11-30", "2026-11-30", 0),
            ("2026-12-06", "2026-11-30", 6),
            ("2027-01-01", "2026-12-28", 4),
        ] {
            let day: Day = day.parse().unwrap();
            assert_eq!(
                (day.monday().to_string(), day.weekday()),
                (monday.to_owned(), weekday)
            );
        }
        assert_eq!(
            "2026-11-21".parse::<Day>().unwrap().short(Language::German),
            "Sa 21. Nov"
        );
    }
}
