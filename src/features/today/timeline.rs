//! The day as a line: work, the ways between, what is free, what is late, and where the day stands now.
//!
//! Owns the pieces of the line and their order. Pure: the time is an argument; ways are estimates.

use crate::shared::job_rows::JobRow;
use crate::shared::travel::{road_m, travel_min};
use afield_domain::{JobStatus, Position, Timestamp};

const MINUTE_MS: i64 = 60_000;
/// A start this many minutes after the plan is still in time.
const LATE_AFTER_MIN: u32 = 5;
/// A shorter pause is not worth a line.
const LEAST_FREE_MIN: u32 = 15;

/// A job of the day, with what the line needs to know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DayJob {
    /// The job as a row.
    pub row: JobRow,
    /// When work is planned to end.
    pub ends: Timestamp,
    /// Where it is, if known.
    pub position: Option<Position>,
}

/// A piece of the day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    /// A job.
    Job {
        /// The job as a row.
        row: JobRow,
        /// What is late about it.
        late: Option<Late>,
    },
    /// A way of so many metres by road.
    Way {
        /// How far it is by road, in metres.
        road_m: u32,
    },
    /// So many minutes with nothing to do.
    Free {
        /// How long it is, in minutes.
        minutes: u32,
    },
    /// The plan has so many minutes less than the way to the next job takes, or than the job before.
    Tight {
        /// How long it is, in minutes.
        minutes: u32,
    },
    /// Here the day stands.
    Now,
}

/// What is late about a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Late {
    /// It should have begun so many minutes ago.
    NotStarted(u32),
    /// It should have ended before now. How much longer than planned the work takes nobody can say from that: it may
    /// have begun late.
    PastItsEnd,
}

/// The line of a day. `jobs` are by start, `begin` is where the day begins.
#[must_use]
pub fn timeline(jobs: &[DayJob], begin: Option<Position>, now: Timestamp) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(jobs.len() * 2 + 1);
    let mut before: Option<&DayJob> = None;
    let mut place = begin;
    let mut now_is_said = false;
    for job in jobs {
        if !now_is_said && job.row.starts > now {
            pieces.push(Piece::Now);
            now_is_said = true;
        }
        // Nobody drives to a job that was called off, or waits for it.
        let is_on_way = job.row.status != JobStatus::Cancelled;
        if is_on_way {
            let way = match (place, job.position) {
                (Some(from), Some(to)) => Some(road_m(from, to)).filter(|way| travel_min(*way) > 0),
                _ => None,
            };
            pieces.extend(between(before, job, way));
            before = Some(job);
            place = job.position.or(place);
        }
        pieces.push(Piece::Job {
            row: job.row.clone(),
            late: late(job, now),
        });
    }
    if !now_is_said && !jobs.is_empty() {
        pieces.push(Piece::Now);
    }
    pieces
}

/// What lies between two jobs: first what is free, then the way.
fn between(before: Option<&DayJob>, job: &DayJob, way: Option<u32>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if let Some(before) = before {
        let gap = job.row.starts.since(before.ends).div_euclid(MINUTE_MS);
        let spare = gap - i64::from(way.map_or(0, travel_min));
        // A job that is closed keeps nobody from the next one.
        let is_bound = before.row.status.is_open() && job.row.status == JobStatus::Scheduled;
        if spare >= i64::from(LEAST_FREE_MIN) {
            pieces.push(Piece::Free {
                minutes: whole(spare),
            });
        } else if spare < 0 && is_bound {
            pieces.push(Piece::Tight {
                minutes: whole(-spare),
            });
        }
    }
    pieces.extend(way.map(|road_m| Piece::Way { road_m }));
    pieces
}

/// What is late about `job`.
#[must_use]
pub fn late(job: &DayJob, now: Timestamp) -> Option<Late> {
    let minutes_after = |planned: Timestamp| whole(now.since(planned).div_euclid(MINUTE_MS));
    match job.row.status {
        JobStatus::Scheduled | JobStatus::EnRoute => {
            let minutes = minutes_after(job.row.starts);
            (minutes > LATE_AFTER_MIN).then_some(Late::NotStarted(minutes))
        }
        JobStatus::Started | JobStatus::Paused => {
            (minutes_after(job.ends) > 0).then_some(Late::PastItsEnd)
        }
        JobStatus::Finished | JobStatus::Cancelled => None,
    }
}

/// Nothing for what is before its time.
fn whole(minutes: i64) -> u32 {
    u32::try_from(minutes.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
