//! Tests of the day's line.

use super::*;
use crate::samples::{NOON, job, projection};
use crate::shared::job_rows::job_rows;
use JobStatus::{Cancelled, EnRoute, Finished, Paused, Scheduled, Started};
use afield_domain::Zone;

fn at(minutes: i64) -> Timestamp {
    NOON.plus_ms(minutes * MINUTE_MS)
}

/// A job from `starts` to `ends`, in minutes after noon, so many kilometres to the north.
fn day_job(starts: i64, ends: i64, status: JobStatus, north_km: Option<u32>) -> DayJob {
    let rows = job_rows(&projection(), &[], &Zone::utc());
    let mut row = rows.into_iter().find(|row| row.id == job(1).id).unwrap();
    row.starts = at(starts);
    row.status = status;
    let north = |km: u32| Position::new(48.0 + f64::from(km) / 111.195, 11.0).unwrap();
    DayJob {
        row,
        ends: at(ends),
        position: north_km.map(north),
    }
}

/// The line, in short: `J` a job, `L` a late one, `W8` a way of 8 minutes, `F45`, `T5`, and `|` for now.
fn short(jobs: &[DayJob], now: i64) -> String {
    let begin = Position::new(48.0, 11.0);
    let pieces = timeline(jobs, begin, at(now));
    let piece = |piece: &Piece| match piece {
        Piece::Job { late: None, .. } => "J".to_owned(),
        Piece::Job { late: Some(_), .. } => "L".to_owned(),
        Piece::Way { road_m } => format!("W{}", travel_min(*road_m)),
        Piece::Free { minutes } => format!("F{minutes}"),
        Piece::Tight { minutes } => format!("T{minutes}"),
        Piece::Now => "|".to_owned(),
    };
    pieces.iter().map(piece).collect::<Vec<_>>().join(" ")
}

#[test]
fn ways_and_pauses_stand_between_the_jobs() {
    let job = |starts, ends, km| day_job(starts, ends, Scheduled, km);
    let far = [job(60, 90, Some(5)), job(150, 180, Some(10))];
    assert_eq!(short(&far, 0), "| W13 J F47 W13 J");
    let near = [job(60, 90, Some(5)), job(100, 120, Some(5))];
    assert_eq!(short(&near, 0), "| W13 J J");
    let tight = [job(60, 90, Some(5)), job(95, 120, Some(10))];
    assert_eq!(short(&tight, 0), "| W13 J T8 W13 J");
    let over = [job(60, 90, None), job(80, 120, None)];
    assert_eq!(short(&over, 0), "| J T10 J");
    let closed = [day_job(60, 90, Finished, None), job(80, 120, None)];
    assert_eq!(short(&closed, 0), "| J J");
}

#[test]
fn a_place_that_is_not_known_is_passed_over() {
    let job = |starts, km| day_job(starts, starts + 30, Scheduled, km);
    let jobs = [job(60, Some(5)), job(120, None), job(180, Some(10))];
    assert_eq!(short(&jobs, 0), "| W13 J F30 J F17 W13 J");
}

#[test]
fn nobody_drives_to_a_job_that_was_called_off() {
    let jobs = [
        day_job(60, 90, Cancelled, Some(50)),
        day_job(120, 150, Scheduled, Some(5)),
    ];
    assert_eq!(short(&jobs, 0), "| J W13 J");
}

#[test]
fn now_stands_before_what_is_still_to_begin() {
    let jobs = |first, second| [day_job(0, 30, first, None), day_job(60, 90, second, None)];
    assert_eq!(short(&jobs(Scheduled, Scheduled), -10), "| J F30 J");
    assert_eq!(short(&jobs(Started, Scheduled), 20), "J | F30 J");
    assert_eq!(short(&jobs(Finished, Scheduled), 45), "J | F30 J");
    assert_eq!(short(&jobs(Finished, Finished), 120), "J F30 J |");
    assert_eq!(short(&[], 0), "");
}

#[test]
fn late_is_what_should_have_begun_or_ended() {
    for (status, now, expected) in [
        (Scheduled, 5, None),
        (Scheduled, 6, Some(Late::NotStarted(6))),
        (EnRoute, 20, Some(Late::NotStarted(20))),
        (Started, 20, None),
        (Started, 30, None),
        (Started, 42, Some(Late::PastItsEnd)),
        (Paused, 42, Some(Late::PastItsEnd)),
        (Finished, 500, None),
        (Cancelled, 500, None),
        (Scheduled, -60, None),
    ] {
        let job = day_job(0, 30, status, None);
        assert_eq!(late(&job, at(now)), expected, "{status:?} {now}");
    }
}
