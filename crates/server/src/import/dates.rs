//! Dates as they stand in spreadsheets: one text, and every way in which it can be read.
//!
//! Owns the accepted forms. Which of several readings holds is decided for a column (`date_columns`),
//! never for one cell. A time without an offset is the company's local time; a date without a time is
//! eight in the morning there. A year has four digits, or two that stand for 1969 to 2068; the year 26
//! is nobody's.

use super::calendar_day::{YEARS, basic_date, day_of};
use super::date_words::Word;
use super::times::split_time;
use afield_domain::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

/// The longest text that is looked at.
const LONGEST: usize = 64;
/// Two digits below this are of this century.
const PIVOT: i16 = 69;
const DAY_SECONDS: f64 = 86_400.0;
/// A number below this is no day that anybody plans on: `4.7` and `31.12` are days without a year.
const FIRST_DAY_NUMBER: f64 = 1_000.0;
const MORNING: Time = Time::constant(8, 0, 0, 0);

/// In which order day, month and year stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateOrder {
    /// 31/12/2026.
    DayFirst,
    /// 12/31/2026.
    MonthFirst,
    /// 26-12-31.
    YearFirst,
}

impl DateOrder {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DayFirst, Self::MonthFirst, Self::YearFirst];

    /// As it is written on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DayFirst => "day-first",
            Self::MonthFirst => "month-first",
            Self::YearFirst => "year-first",
        }
    }
}

/// From which day a spreadsheet counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayNumbers {
    /// 1 is the first of January 1900, and 60 is a day that never was.
    From1900,
    /// 0 is the first of January 1904.
    From1904,
}

/// A point in time as written: on the wall where the offset holds, or on the company's without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    wall: DateTime,
    offset: Option<Offset>,
}

/// What the clocks did at a local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clocks {
    /// Nothing.
    Usual,
    /// They skipped it; it is taken as much later as they skipped.
    Skipped,
    /// They showed it twice; the first is taken.
    Repeated,
}

impl Moment {
    /// A moment on the company's wall.
    #[must_use]
    pub fn local(wall: DateTime) -> Self {
        Self { wall, offset: None }
    }

    /// The day as it is written.
    #[must_use]
    pub fn written_day(self) -> Date {
        self.wall.date()
    }

    /// As text that is the same for the same moment however it was written.
    #[must_use]
    pub fn text(self) -> String {
        match self.offset {
            None => self.wall.to_string(),
            Some(offset) => format!("{}{offset}", self.wall),
        }
    }

    /// The time on the company's wall.
    #[must_use]
    pub fn wall(self, zone: &TimeZone) -> Option<DateTime> {
        match self.offset {
            None => Some(self.wall),
            Some(offset) => Some(zone.to_datetime(offset.to_timestamp(self.wall).ok()?)),
        }
    }

    /// The instant `days` later at the same time on the company's wall; none off the ends of the calendar.
    #[must_use]
    pub fn at(self, zone: &TimeZone, days: i64) -> Option<(Timestamp, Clocks)> {
        if days == 0
            && let Some(offset) = self.offset
        {
            let at = offset.to_timestamp(self.wall).ok()?;
            return Some((Timestamp(at.as_millisecond()), Clocks::Usual));
        }
        let span = jiff::Span::new().try_days(days).ok()?;
        let wall = self.wall(zone)?.checked_add(span).ok()?;
        let ambiguous = zone.to_ambiguous_timestamp(wall);
        let clocks = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => Clocks::Usual,
            AmbiguousOffset::Gap { .. } => Clocks::Skipped,
            AmbiguousOffset::Fold { .. } => Clocks::Repeated,
        };
        let at = ambiguous.compatible().ok()?;
        Some((Timestamp(at.as_millisecond()), clocks))
    }
}

/// A date as it can be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DateText {
    /// In one way only.
    Sure(Moment),
    /// Three numbers between slashes or dashes: by their order.
    Numbers {
        /// What stands between them.
        mark: char,
        /// The moment by each order that the numbers allow.
        readings: [Option<Moment>; 3],
    },
    /// A number alone, which a spreadsheet may count days with.
    DayNumber(f64),
}

impl DateText {
    /// Reads a text; none if it is no date, whatever is asked for.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        if text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
            && text.matches(['.', ',']).count() <= 1
        {
            return read_number(text);
        }
        let (date, time) = split_time(text)?;
        let parts = DateParts::read(date)?;
        let moment = |date: Date| match time {
            None => Moment::local(date.to_datetime(MORNING)),
            Some((time, offset)) => Moment {
                wall: date.to_datetime(time),
                offset,
            },
        };
        Some(match parts {
            DateParts::Sure(date) => Self::Sure(moment(date)),
            DateParts::Numbers { mark, dates } => Self::Numbers {
                mark,
                readings: dates.map(|date| date.map(moment)),
            },
        })
    }

    /// The moment in that order.
    #[must_use]
    pub fn by_order(&self, order: DateOrder) -> Option<Moment> {
        match self {
            Self::Sure(moment) => Some(*moment),
            Self::Numbers { readings, .. } => {
                let all = DateOrder::ALL.iter().zip(readings);
                all.filter(|(each, _)| **each == order)
                    .find_map(|(_, moment)| *moment)
            }
            Self::DayNumber(_) => None,
        }
    }
}

/// Digits alone, or with a fraction: `20261231`, or the number of a day.
fn read_number(text: &str) -> Option<DateText> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return basic_date(text)
            .map(|date| DateText::Sure(Moment::local(date.to_datetime(MORNING))));
    }
    // No spreadsheet writes a number so: `04.07` is a day of July.
    let is_padded = text.len() > 1 && text.starts_with('0');
    let number: f64 = text.replace(',', ".").parse().ok()?;
    // A year alone is no day.
    let is_year = number.fract() == 0.0 && (1900.0..=2199.0).contains(&number);
    let is_day = from_day_number(number, DayNumbers::From1900).is_some();
    (is_day && !is_year && !is_padded && number >= FIRST_DAY_NUMBER)
        .then_some(DateText::DayNumber(number))
}

/// What a spreadsheet shows for a number in a cell of dates, to the second.
#[must_use]
pub fn from_day_number(number: f64, count: DayNumbers) -> Option<DateTime> {
    // No date in the years of a spreadsheet is beyond this.
    if !(0.0..200_000.0).contains(&number) {
        return None;
    }
    let seconds = (number * DAY_SECONDS).round();
    let days = (seconds / DAY_SECONDS).floor();
    // The program's 29 February 1900 never was; what stands before it counts from a day later.
    let first = match count {
        DayNumbers::From1904 => Date::constant(1904, 1, 1),
        DayNumbers::From1900 if (60.0..61.0).contains(&days) => return None,
        DayNumbers::From1900 if days < 60.0 => Date::constant(1899, 12, 31),
        DayNumbers::From1900 => Date::constant(1899, 12, 30),
    };
    // Both are whole and far below 2^53.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole numbers below 200,000 × 86,400"
    )]
    let (days, of_day) = (days as i64, (seconds - days * DAY_SECONDS) as i64);
    let date = first
        .checked_add(jiff::Span::new().try_days(days).ok()?)
        .ok()?;
    let time = Time::midnight()
        .checked_add(jiff::Span::new().try_seconds(of_day).ok()?)
        .ok()?;
    YEARS.contains(&date.year()).then(|| date.to_datetime(time))
}

enum DateParts {
    Sure(Date),
    Numbers {
        mark: char,
        dates: [Option<Date>; 3],
    },
}

impl DateParts {
    fn read(text: &str) -> Option<Self> {
        if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return basic_date(text).map(Self::Sure);
        }
        let (weekday, words) = Word::all(text)?;
        let holds = |date: &Date| weekday.is_none_or(|weekday| date.weekday() == weekday);
        let parts = match words.as_slice() {
            [
                Word::Number(first),
                mark_one,
                Word::Number(second),
                mark_two,
                Word::Number(third),
            ] if mark_one == mark_two => by_numbers([first, second, third], mark_one)?,
            _ => Self::Sure(by_month_name(&words)?),
        };
        match parts {
            Self::Sure(date) => holds(&date).then_some(Self::Sure(date)),
            Self::Numbers { mark, dates } => {
                let dates = dates.map(|date| date.filter(holds));
                dates
                    .iter()
                    .any(Option::is_some)
                    .then_some(Self::Numbers { mark, dates })
            }
        }
    }
}

/// Three numbers. Dots stand in dates that begin with the day, wherever they are used; four digits in
/// front are a year that the month follows.
fn by_numbers(numbers: [&str; 3], mark: &Word) -> Option<DateParts> {
    let Word::Mark(mark) = mark else {
        return None;
    };
    let short = |text: &str| {
        (text.len() <= 2)
            .then(|| text.parse::<i16>().ok())
            .flatten()
    };
    let day =
        |year: &str, month: &str, day: &str| day_of(read_year(year)?, short(month)?, short(day)?);
    let [first, second, third] = numbers;
    match (mark, first.len()) {
        ('.' | '/' | '-', 4) => day(first, second, third).map(DateParts::Sure),
        ('.', _) => day(third, second, first).map(DateParts::Sure),
        ('/' | '-', _) => Some(DateParts::Numbers {
            mark: *mark,
            dates: [
                day(third, second, first),
                day(third, first, second),
                day(first, second, third),
            ],
        }),
        _ => None,
    }
}

/// `5 Jul 2026`, `Juli 5, 2026`, `2026-Jul-05`. Two digits behind a month and its day are the year.
fn by_month_name(words: &[Word]) -> Option<Date> {
    let words: Vec<&Word> = words
        .iter()
        .filter(|word| !matches!(word, Word::Mark(_)))
        .collect();
    let short = |text: &str| {
        (text.len() <= 2)
            .then(|| text.parse::<i16>().ok())
            .flatten()
    };
    match words.as_slice() {
        [Word::Number(year), Word::Month(month), Word::Number(day)] if year.len() == 4 => {
            day_of(read_year(year)?, *month, short(day)?)
        }
        [Word::Number(day), Word::Month(month), Word::Number(year)]
        | [Word::Month(month), Word::Number(day), Word::Number(year)] => {
            day_of(read_year(year)?, *month, short(day)?)
        }
        _ => None,
    }
}

/// Four digits, or two.
fn read_year(text: &str) -> Option<i16> {
    let year: i16 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 if year < PIVOT => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}
