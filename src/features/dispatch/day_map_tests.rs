//! Tests of the day on a map.

use super::*;
use crate::samples::{NOON, job};
use JobStatus::{Cancelled, EnRoute, Finished, Paused, Scheduled, Started};
use afield_domain::Rev;
use uuid::Uuid;

const FRAME: Frame = Frame {
    width: 800,
    height: 500,
    padding: 40,
};
const ANNA: UserId = UserId(Uuid::from_u128(1));
const BEN: UserId = UserId(Uuid::from_u128(2));

/// The n-th job of the day, at so many thousandths of a degree to the east.
fn at(n: u128, whose: Option<UserId>, status: JobStatus, east: Option<i32>) -> BoardJob {
    let mut job = job(n);
    job.starts = NOON.plus_ms(n as i64 * 60_000);
    job.assignee = whose;
    job.status = status;
    let position = east.and_then(|east| Position::new(48.0, 11.0 + f64::from(east) / 1_000.0));
    BoardJob {
        rev: Rev(1),
        job,
        address: String::new(),
        customer: String::new(),
        position,
        notes: 0,
        updated_at: NOON,
    }
}

fn drawn(jobs: &[BoardJob], technician: Option<UserId>) -> DayMap {
    day_map(jobs, fit(jobs, FRAME).as_ref(), FRAME, technician)
}

#[test]
fn each_job_is_drawn_once_or_named_as_without_a_place() {
    let jobs = [
        at(3, Some(ANNA), Scheduled, Some(0)),
        at(1, Some(BEN), Scheduled, Some(50)),
        at(2, None, Scheduled, None),
        at(4, Some(ANNA), Scheduled, Some(0)),
    ];
    let map = drawn(&jobs, None);
    let numbers = |jobs: &[BoardJob]| -> Vec<String> {
        jobs.iter().map(|job| job.job.number.clone()).collect()
    };
    let marks: Vec<_> = map.marks.iter().map(|mark| numbers(&mark.jobs)).collect();
    assert_eq!(marks, [vec!["J-1"], vec!["J-3", "J-4"]]);
    assert_eq!(numbers(&map.unplaced), ["J-2"]);
    assert!(map.way.is_empty());
    let signs: Vec<_> = map.marks.iter().map(Mark::sign).collect();
    assert_eq!(signs, [None, Some("2".to_owned())]);
}

#[test]
fn the_way_goes_from_stop_to_stop_and_leaves_out_what_was_called_off() {
    let jobs = [
        at(1, Some(ANNA), Finished, Some(0)),
        at(2, Some(BEN), Scheduled, Some(100)),
        at(3, Some(ANNA), Cancelled, Some(200)),
        at(4, Some(ANNA), Scheduled, Some(300)),
        at(5, Some(ANNA), Scheduled, Some(300)),
    ];
    let map = drawn(&jobs, Some(ANNA));
    assert_eq!(map.way, [map.marks[0].at, map.marks[3].at]);
    let signs: Vec<_> = map.marks.iter().map(Mark::sign).collect();
    let some = |sign: &str| Some(sign.to_owned());
    assert_eq!(signs, [some("1"), None, None, some("2–3")]);
    let again = [
        at(1, Some(ANNA), Scheduled, Some(0)),
        at(2, Some(ANNA), Scheduled, Some(90)),
        at(3, Some(ANNA), Scheduled, Some(0)),
    ];
    let map = drawn(&again, Some(ANNA));
    assert_eq!(map.way.len(), 3);
    assert_eq!(map.marks[0].sign(), some("1 …"));
}

#[test]
fn looked_at_nearer_near_places_part_and_far_ones_are_not_drawn() {
    let jobs = [
        at(1, None, Scheduled, Some(0)),
        at(2, None, Scheduled, Some(2)),
        at(3, None, Scheduled, Some(300)),
    ];
    let all = fit(&jobs, FRAME).unwrap();
    let map = day_map(&jobs, Some(&all), FRAME, None);
    assert_eq!(map.marks.len(), 2);
    let near = all.closer(40.0, map.marks[0].at);
    let map = day_map(&jobs, Some(&near), FRAME, None);
    let counts: Vec<usize> = map.marks.iter().map(|mark| mark.jobs.len()).collect();
    assert_eq!(counts, [1, 1]);
}

#[test]
fn a_mark_shows_what_is_furthest_from_done_and_who_lacks_somebody() {
    for (statuses, shown) in [
        ([Finished, Started], Started),
        ([Cancelled, Finished], Finished),
        ([Scheduled, Paused], Paused),
        ([EnRoute, Scheduled], EnRoute),
    ] {
        let jobs = [(1, statuses[0]), (2, statuses[1])]
            .map(|(n, status)| at(n, Some(ANNA), status, Some(0)));
        let map = drawn(&jobs, None);
        assert_eq!(map.marks[0].status(), shown);
        assert!(!map.marks[0].is_nobodys());
    }
    for (status, lacks) in [(Scheduled, true), (Cancelled, false)] {
        assert_eq!(
            drawn(&[at(1, None, status, Some(0))], None).marks[0].is_nobodys(),
            lacks
        );
    }
}

#[test]
fn a_day_without_a_place_has_no_marks() {
    let jobs = [at(1, None, Scheduled, None)];
    let map = drawn(&jobs, Some(ANNA));
    assert!(map.marks.is_empty() && map.unplaced.len() == 1);
    assert!(drawn(&[], None).unplaced.is_empty());
}

#[test]
fn initials_are_of_the_first_and_the_last_word() {
    for (name, short) in [
        ("Anna Berg", "AB"),
        ("émile de la tour", "ÉT"),
        ("Cher", "C"),
        ("李 小龙", "李小"),
        ("", ""),
    ] {
        assert_eq!(initials(name), short);
    }
}
