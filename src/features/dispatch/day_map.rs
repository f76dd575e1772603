//! The board's day on a map: a mark for each place with work, and the way of one technician.
//!
//! Owns what is drawn where, and what a mark stands for. Pure. It draws the jobs that it is given: what the day is, and
//! what of it is asked for, the board decides.

use crate::shared::sketch::{Fit, Frame, Spot};
use afield_domain::order::Order;
use afield_domain::{JobStatus, Position, UserId};
use afield_protocol::BoardJob;

/// Marks nearer than this to each other are one, in CSS pixels: a finger must tell them apart.
const APART: i32 = 44;
/// How far over the edge of the drawing marks are still drawn.
const BEYOND: i32 = -22;

/// A place with work, or some that are too near to each other to be two marks.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Where it is.
    pub at: Spot,
    /// The jobs there, by planned start; at least one.
    pub jobs: Vec<BoardJob>,
    /// Which stops of the technician's way are there, if one is drawn.
    pub stops: Vec<usize>,
}

impl Mark {
    /// What stands on it: the stop of the way, or how many jobs there are, if it is more than one.
    #[must_use]
    pub fn sign(&self) -> Option<String> {
        match (self.stops.as_slice(), self.jobs.len()) {
            ([], 1) => None,
            ([], count) => Some(count.to_string()),
            ([one], _) => Some(one.to_string()),
            ([first, .., last], _) if last - first + 1 == self.stops.len() => {
                Some(format!("{first}–{last}"))
            }
            ([first, ..], _) => Some(format!("{first} …")),
        }
    }

    /// The status that the mark shows: of its jobs the one that is furthest from done.
    #[must_use]
    pub fn status(&self) -> JobStatus {
        let rank = |status: &JobStatus| match status {
            JobStatus::Started => 0,
            JobStatus::EnRoute => 1,
            JobStatus::Paused => 2,
            JobStatus::Scheduled => 3,
            JobStatus::Finished => 4,
            JobStatus::Cancelled => 5,
        };
        let statuses = self.jobs.iter().map(|job| job.job.status);
        statuses.min_by_key(rank).unwrap_or(JobStatus::Scheduled)
    }

    /// Whether somebody must still be found for one of its jobs.
    #[must_use]
    pub fn is_nobodys(&self) -> bool {
        let is_nobodys = |job: &BoardJob| job.job.assignee.is_none() && job.job.status.is_open();
        self.jobs.iter().any(is_nobodys)
    }
}

/// What is drawn of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct DayMap {
    /// The marks that are seen.
    pub marks: Vec<Mark>,
    /// The technician's way from place to place, as the points of a line; empty without one.
    pub way: Vec<Spot>,
    /// The jobs whose place is not known, by planned start.
    pub unplaced: Vec<BoardJob>,
}

/// Where the jobs are; none if that is known of none.
#[must_use]
pub fn fit(jobs: &[BoardJob], frame: Frame) -> Option<Fit> {
    let places: Vec<Position> = jobs.iter().filter_map(|job| job.position).collect();
    Fit::of(&places, frame)
}

/// The map of `jobs`, looked at as `fit` says, with the way of `technician`.
#[must_use]
pub fn day_map(
    jobs: &[BoardJob],
    fit: Option<&Fit>,
    frame: Frame,
    technician: Option<UserId>,
) -> DayMap {
    let mut jobs = jobs.to_vec();
    jobs.order_by(|a, b| (a.job.starts, &a.job.number).cmp(&(b.job.starts, &b.job.number)));
    let mut map = DayMap {
        marks: Vec::new(),
        way: Vec::new(),
        unplaced: Vec::new(),
    };
    let mut stop = 0;
    for job in jobs {
        let (Some(position), Some(fit)) = (job.position, fit) else {
            map.unplaced.push(job);
            continue;
        };
        let spot = fit.spot(position);
        // What was called off is nowhere on the way.
        let is_on_way = technician.is_some_and(|user| job.job.assignee == Some(user))
            && job.job.status != JobStatus::Cancelled;
        stop += usize::from(is_on_way);
        if is_on_way && map.way.last() != Some(&spot) {
            map.way.push(spot);
        }
        if frame.holds(spot, BEYOND) {
            put(&mut map.marks, spot, job, is_on_way.then_some(stop));
        }
    }
    if map.way.len() < 2 {
        map.way.clear();
    }
    map
}

/// The first letters of the first and the last word of a name.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// Adds a job to the mark that is there, or makes one.
fn put(marks: &mut Vec<Mark>, at: Spot, job: BoardJob, stop: Option<usize>) {
    let near = |mark: &&mut Mark| {
        let (x, y) = (mark.at.x - at.x, mark.at.y - at.y);
        x.abs() < APART && y.abs() < APART
    };
    match marks.iter_mut().find(near) {
        Some(mark) => {
            mark.jobs.push(job);
            mark.stops.extend(stop);
        }
        None => marks.push(Mark {
            at,
            jobs: vec![job],
            stops: stop.into_iter().collect(),
        }),
    }
}

#[cfg(test)]
#[path = "day_map_tests.rs"]
mod tests;
