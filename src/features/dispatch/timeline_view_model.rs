//! The day on a time axis: a row for each technician, a block for each job.
//!
//! Owns where a block stands, which of them overlap, and which are late. Pure. Places are thousandths of the axis.

use afield_domain::time::Day;
use afield_domain::{JobStatus, Timestamp, User, Zone};
use afield_protocol::BoardJob;
use afield_sync::board::Lane;

/// The hours that are shown at least, on the company's clock.
const HOURS: (i8, i8) = (7, 18);
const HOUR_MS: i64 = 3_600_000;
/// A block is no narrower than this time.
const NARROWEST_MS: i64 = 15 * 60_000;
/// How long after its start a job that nobody has begun is late.
const GRACE_MS: i64 = 10 * 60_000;

/// From when to when the axis goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axis {
    /// Its left end.
    pub from: Timestamp,
    /// Its right end, later than `from`.
    pub until: Timestamp,
}

/// A job on the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The job.
    pub job: BoardJob,
    /// Where it begins; on the sheet of a week its day.
    pub left: i64,
    /// How wide it is.
    pub width: i64,
    /// In which line of its row, from 0.
    pub line: usize,
    /// Whether its technician has another open job at the same time.
    pub overlaps: bool,
    /// Whether it should have begun, or ended, by now.
    pub late: bool,
}

/// A technician's day, or what nobody has.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Whose; none for unassigned jobs.
    pub technician: Option<User>,
    /// How many lines it takes, at least 1.
    pub lines: usize,
    /// How many of its jobs are open.
    pub open: usize,
    /// The jobs, by planned start.
    pub blocks: Vec<Block>,
}

impl Axis {
    /// The axis of `day`: the usual hours, and as far as its jobs go.
    #[must_use]
    pub fn of(day: Day, zone: &Zone, lanes: &[Lane]) -> Self {
        let (start, end) = (zone.start_of(day), zone.start_of(day.plus(1)));
        let jobs = || lanes.iter().flat_map(|lane| &lane.jobs);
        let first = jobs().map(|job| job.job.starts).min();
        let last = jobs().map(|job| job.job.ends).max();
        // By the hours since midnight: a day of 23 or 25 hours has its own.
        let hour = |at: Timestamp| at.since(start).div_euclid(HOUR_MS);
        let floor = |at: Timestamp| start.plus_ms(hour(at) * HOUR_MS);
        let ceil = |at: Timestamp| start.plus_ms(hour(at.plus_ms(HOUR_MS - 1)) * HOUR_MS);
        let from = first.map(floor).into_iter();
        let until = last.map(ceil).into_iter();
        Self {
            from: from
                .chain([zone.at(day, HOURS.0, 0)])
                .min()
                .unwrap_or(start)
                .max(start),
            until: until
                .chain([zone.at(day, HOURS.1, 0)])
                .max()
                .unwrap_or(end)
                .min(end),
        }
    }

    /// Where `at` stands, between 0 and 1000.
    #[must_use]
    pub fn place(self, at: Timestamp) -> i64 {
        let length = self.until.since(self.from).max(1);
        (at.since(self.from) * 1000 / length).clamp(0, 1000)
    }

    /// Where `at` stands; none if that is not on the axis.
    #[must_use]
    pub fn now(self, at: Timestamp) -> Option<i64> {
        (self.from <= at && at < self.until).then(|| self.place(at))
    }

    /// The full hours on it, each with its place.
    #[must_use]
    pub fn hours(self) -> Vec<(Timestamp, i64)> {
        let count = self.until.since(self.from) / HOUR_MS;
        let hours = (0..count).map(|n| self.from.plus_ms(n * HOUR_MS));
        hours.map(|at| (at, self.place(at))).collect()
    }
}

/// The rows of `lanes` on `axis` at `now`.
#[must_use]
pub fn rows(lanes: &[Lane], axis: Axis, now: Timestamp) -> Vec<Row> {
    lanes.iter().map(|lane| row(lane, axis, now)).collect()
}

fn row(lane: &Lane, axis: Axis, now: Timestamp) -> Row {
    // When each line is free again.
    let mut free: Vec<Timestamp> = Vec::new();
    let blocks: Vec<Block> = lane
        .jobs
        .iter()
        .map(|job| {
            let (starts, ends) = span(job);
            let line = free.iter().position(|free| *free <= starts);
            let line = line.unwrap_or(free.len());
            match free.get_mut(line) {
                Some(free) => *free = ends,
                None => free.push(ends),
            }
            let left = axis.place(starts);
            Block {
                left,
                width: axis.place(ends) - left,
                line,
                overlaps: lane.technician.is_some() && overlaps(job, &lane.jobs),
                late: is_late(job, now),
                job: job.clone(),
            }
        })
        .collect();
    Row {
        technician: lane.technician.clone(),
        lines: free.len().max(1),
        open: lane
            .jobs
            .iter()
            .filter(|job| job.job.status.is_open())
            .count(),
        blocks,
    }
}

/// From when to when a job is drawn.
fn span(job: &BoardJob) -> (Timestamp, Timestamp) {
    let starts = job.job.starts;
    (starts, job.job.ends.max(starts.plus_ms(NARROWEST_MS)))
}

/// Whether `job` meets another open one of `all`.
#[must_use]
pub fn overlaps(job: &BoardJob, all: &[BoardJob]) -> bool {
    let meets = |other: &&BoardJob| {
        other.job.id != job.job.id
            && other.job.status.is_open()
            && other.job.starts < job.job.ends
            && job.job.starts < other.job.ends
    };
    job.job.status.is_open() && all.iter().any(|other| meets(&other))
}

/// Whether `job` should have begun, or ended, by `now`.
#[must_use]
pub fn is_late(job: &BoardJob, now: Timestamp) -> bool {
    let job = &job.job;
    let has_begun = !matches!(job.status, JobStatus::Scheduled | JobStatus::EnRoute);
    let begins_late = !has_begun && now.since(job.starts) > GRACE_MS;
    job.status.is_open() && (begins_late || job.ends < now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job};
    use afield_domain::{Rev, Role, UserId};
    use uuid::Uuid;

    /// A job from so many minutes after noon on, for so long.
    fn at(n: u128, from: i64, minutes: i64) -> BoardJob {
        let mut job = job(n);
        job.starts = NOON.plus_ms(from * 60_000);
        job.ends = job.starts.plus_ms(minutes * 60_000);
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

    fn lane(jobs: Vec<BoardJob>) -> Lane {
        let technician = User {
            id: UserId(Uuid::from_u128(1)),
            name: "Anna".into(),
            role: Role::Technician,
        };
        Lane {
            technician: Some(technician),
            jobs,
        }
    }

    #[test]
    fn the_axis_has_the_usual_hours_and_reaches_as_far_as_the_jobs() {
        let zone = Zone::utc();
        let day = zone.day(NOON);
        let hours = |lanes: &[Lane]| {
            let axis = Axis::of(day, &zone, lanes);
            let at = |at: Timestamp| at.since(zone.start_of(day)) / HOUR_MS;
            (at(axis.from), at(axis.until))
        };
        assert_eq!(hours(&[]), (7, 18));
        assert_eq!(hours(&[lane(vec![at(1, 0, 60)])]), (7, 18));
        let long = lane(vec![at(1, -390, 20), at(2, 400, 30)]);
        assert_eq!(hours(&[long]), (5, 20));
        // What goes on after midnight ends with the day.
        assert_eq!(hours(&[lane(vec![at(1, 600, 600)])]), (7, 24));
    }

    #[test]
    fn blocks_stand_where_their_time_is_and_beside_what_they_overlap() {
        let zone = Zone::utc();
        let lanes = [lane(vec![at(1, 0, 60), at(2, 30, 60), at(3, 90, 60)])];
        let axis = Axis::of(zone.day(NOON), &zone, &lanes);
        let row = rows(&lanes, axis, NOON).remove(0);
        let lines: Vec<usize> = row.blocks.iter().map(|block| block.line).collect();
        assert_eq!((lines, row.lines), (vec![0, 1, 0], 2));
        let overlaps: Vec<bool> = row.blocks.iter().map(|block| block.overlaps).collect();
        assert_eq!(overlaps, [true, true, false]);
        // Noon is the fifth of eleven hours.
        assert_eq!((row.blocks[0].left, row.blocks[0].width), (454, 91));
        assert_eq!(axis.now(NOON), Some(454));
        assert_eq!(axis.now(NOON.plus_ms(12 * HOUR_MS)), None);
        assert_eq!(axis.hours().len(), 11);
    }

    #[test]
    fn late_is_what_should_have_begun_or_ended() {
        let with = |status, from, minutes| {
            let mut job = at(1, from, minutes);
            job.job.status = status;
            is_late(&job, NOON)
        };
        use JobStatus::{EnRoute, Finished, Scheduled, Started};
        for (status, from, minutes, late) in [
            (Scheduled, -5, 60, false),
            (Scheduled, -15, 60, true),
            (EnRoute, -15, 60, true),
            (Started, -15, 60, false),
            (Started, -90, 60, true),
            (Finished, -90, 60, false),
        ] {
            assert_eq!(with(status, from, minutes), late, "{status:?} {from}");
        }
    }
}
