//! The week of the board: a row for each technician, a cell for each day.
//!
//! Owns which job stands in which cell, how much is planned there, and when that is too much. Pure. Days are those of
//! the company's zone: one of them may have 23 or 25 hours.

use super::board_query::Asked;
use super::timeline_view_model::{Block, Row, is_late, overlaps};
use afield_domain::{JobStatus, Timestamp, Zone};
use afield_sync::board::Lane;

/// A technician for whom more is planned on a day has too much.
pub const FULL_DAY_MS: i64 = 8 * 3_600_000;
/// Jobs of a cell that are seen; the rest is on its day.
pub const SEEN: usize = 4;

/// What is planned for a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// How many jobs, but for cancelled ones.
    pub jobs: usize,
    /// How long they take as planned.
    pub ms: i64,
}

impl Load {
    /// Of these.
    #[must_use]
    pub fn of<'b>(blocks: impl Iterator<Item = &'b Block>) -> Self {
        let counts = blocks
            .map(|block| &block.job.job)
            .filter(|job| job.status != JobStatus::Cancelled);
        counts.fold(Self::default(), |load, job| Self {
            jobs: load.jobs + 1,
            ms: load.ms + job.ends.since(job.starts).max(0),
        })
    }

    /// Whether that is more than somebody works on a day.
    #[must_use]
    pub fn is_too_much(self) -> bool {
        self.ms > FULL_DAY_MS
    }
}

/// The rows of `lanes` on the sheet of `days` at `now`. A block's `left` is its day, from 0, and its `line` its place
/// in the cell.
#[must_use]
pub fn week_rows(lanes: &[Lane], days: Asked, zone: &Zone, now: Timestamp) -> Vec<Row> {
    lanes
        .iter()
        .map(|lane| row(lane, days, zone, now))
        .collect()
}

fn row(lane: &Lane, days: Asked, zone: &Zone, now: Timestamp) -> Row {
    let mut blocks: Vec<Block> = Vec::with_capacity(lane.jobs.len());
    for job in &lane.jobs {
        let left = zone.day(job.job.starts).days_since(days.day);
        let line = match blocks.last() {
            Some(before) if before.left == left => before.line + 1,
            _ => 0,
        };
        blocks.push(Block {
            left,
            width: 1,
            line,
            overlaps: lane.technician.is_some() && overlaps(job, &lane.jobs),
            late: is_late(job, now),
            job: job.clone(),
        });
    }
    Row {
        technician: lane.technician.clone(),
        lines: 1,
        open: lane
            .jobs
            .iter()
            .filter(|job| job.job.status.is_open())
            .count(),
        blocks,
    }
}

/// The blocks of `row` on that day.
pub fn cell(row: &Row, day: i64) -> impl Iterator<Item = &Block> {
    row.blocks.iter().filter(move |block| block.left == day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, berlin, job};
    use afield_domain::time::Day;
    use afield_domain::{Rev, Role, User, UserId};
    use afield_protocol::BoardJob;
    use uuid::Uuid;

    fn at(n: u128, starts: Timestamp, minutes: i64) -> BoardJob {
        let mut job = job(n);
        job.starts = starts;
        job.ends = starts.plus_ms(minutes * 60_000);
        job.status = JobStatus::Scheduled;
        BoardJob {
            rev: Rev(1),
            job,
            address: String::new(),
            customer: String::new(),
            position: None,
            notes: 0,
            updated_at: NOON,
        }
    }

    fn annas(jobs: Vec<BoardJob>) -> Lane {
        Lane {
            technician: Some(User {
                id: UserId(Uuid::from_u128(1)),
                name: "Anna".into(),
                role: Role::Technician,
            }),
            jobs,
        }
    }

    #[test]
    fn every_job_stands_in_the_cell_of_its_day_also_when_a_day_has_23_or_25_hours() {
        let zone = berlin();
        for (monday, hours) in [("2026-03-23", 23), ("2026-10-19", 25), ("2026-11-30", 24)] {
            let monday: Day = monday.parse().unwrap();
            let days = Asked {
                day: monday,
                more_days: 6,
            };
            let sunday = zone.start_of(monday.plus(6));
            let end = zone.start_of(monday.plus(7));
            assert_eq!(end.since(sunday), hours * 3_600_000);
            let jobs = vec![
                at(1, zone.start_of(monday), 60),
                at(2, sunday.plus_ms(-60_000), 30),
                at(3, sunday, 30),
                at(4, end.plus_ms(-60_000), 30),
            ];
            let row = week_rows(&[annas(jobs)], days, &zone, monday_noon(&zone, monday)).remove(0);
            let places: Vec<_> = row.blocks.iter().map(|one| (one.left, one.line)).collect();
            assert_eq!(places, [(0, 0), (5, 0), (6, 0), (6, 1)], "{monday}");
            assert_eq!(cell(&row, 6).count(), 2);
        }
    }

    fn monday_noon(zone: &Zone, monday: Day) -> Timestamp {
        zone.at(monday, 12, 0)
    }

    #[test]
    fn a_load_counts_what_is_planned_and_is_too_much_over_eight_hours() {
        let zone = Zone::utc();
        let days = Asked {
            day: zone.day(NOON),
            more_days: 6,
        };
        let mut off = at(3, NOON.plus_ms(1), 600);
        off.job.status = JobStatus::Cancelled;
        let jobs = vec![at(1, NOON, 240), at(2, NOON, 240), off];
        let load = |jobs: Vec<BoardJob>| {
            let row = week_rows(&[annas(jobs)], days, &zone, NOON).remove(0);
            Load::of(cell(&row, 0))
        };
        let full = load(jobs.clone());
        assert_eq!((full.jobs, full.ms), (2, FULL_DAY_MS));
        assert!(!full.is_too_much());
        let more = load([jobs, vec![at(4, NOON, 1)]].concat());
        assert!(more.is_too_much());
        assert_eq!(load(Vec::new()), Load::default());
    }
}
