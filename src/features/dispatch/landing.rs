//! Where a job comes to stand when its block is moved on the time axis.
//!
//! Owns the way from a point or a key to a technician and a time, what of that is an edit, how a day looks with moves that
//! the server has not answered, and when the office is asked first. Pure: places are pixels of the axis. Must never change a job.

use super::timeline_view_model::Axis;
use crate::shared::phone_warning::{Warning, warnings};
use afield_domain::{
    FieldEdit, FieldValue, Job, JobField, JobId, JobStatus, Rev, Timestamp, UserId, Zone,
};
use afield_protocol::{BoardJob, Holder};
use afield_sync::board::BoardState;

/// A block that is moved begins at a quarter of an hour. The axis begins at a full hour of the company's clock, and no
/// zone puts its clocks forward or back by less than a quarter.
pub const STEP_MS: i64 = 15 * 60_000;
/// The larger step of the keyboard.
pub const HOUR_MS: i64 = 4 * STEP_MS;

/// Whose a job is, and from when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Whose; none for nobody's.
    pub assignee: Option<UserId>,
    /// Planned start.
    pub starts: Timestamp,
    /// Planned end.
    pub ends: Timestamp,
}

impl Spot {
    /// Where `job` stands.
    #[must_use]
    pub fn of(job: &Job) -> Self {
        Self {
            assignee: job.assignee,
            starts: job.starts,
            ends: job.ends,
        }
    }

    /// The same, begun at `starts` and as long as before.
    #[must_use]
    pub fn begun(self, starts: Timestamp) -> Self {
        Self {
            starts,
            ends: starts.plus_ms(self.length()),
            ..self
        }
    }

    fn length(self) -> i64 {
        self.ends.since(self.starts).max(0)
    }

    /// What is edited when a job is moved from here to `to`.
    #[must_use]
    pub fn edits(self, to: Self) -> Vec<FieldEdit> {
        let whose = |user: Option<UserId>| {
            user.map_or(FieldValue::Nothing, |user| {
                FieldValue::Text(user.to_string())
            })
        };
        let span = |spot: Self| FieldValue::Span {
            from: spot.starts,
            until: spot.ends,
        };
        let edit = |field, base: FieldValue, new: FieldValue| {
            (base != new).then_some(FieldEdit {
                field,
                item: String::new(),
                base,
                new,
            })
        };
        let schedule = edit(JobField::Schedule, span(self), span(to));
        let assignee = edit(JobField::Assignee, whose(self.assignee), whose(to.assignee));
        schedule.into_iter().chain(assignee).collect()
    }
}

/// The axis as it lies on the page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ground {
    /// Where the axis begins.
    pub left: f64,
    /// How wide it is.
    pub width: f64,
    /// Each row with its upper edge, from above.
    pub rows: Vec<(Option<UserId>, f64)>,
}

impl Ground {
    pub(super) fn row_at(&self, y: f64) -> Option<Option<UserId>> {
        let above = self.rows.iter().take_while(|(_, top)| *top <= y);
        above.last().or(self.rows.first()).map(|(row, _)| *row)
    }

    /// The row of whoever has a job: what nobody in a row has stands with what nobody has.
    pub(super) fn row_of(&self, assignee: Option<UserId>) -> Option<UserId> {
        assignee.filter(|_| self.rows.iter().any(|(row, _)| *row == assignee))
    }

    /// Where a block at `spot` is drawn: its left and upper edge, and its width.
    #[must_use]
    pub fn place(&self, axis: Axis, spot: Spot) -> (f64, f64, f64) {
        let length = axis.until.since(axis.from).max(1) as f64;
        let at = |time: Timestamp| {
            let share = (time.since(axis.from) as f64 / length).clamp(0.0, 1.0);
            self.left + share * self.width
        };
        let row = self.row_of(spot.assignee);
        let top = self.rows.iter().find(|(one, _)| *one == row);
        let (left, right) = (at(spot.starts), at(spot.ends));
        (left, top.map_or(0.0, |(_, top)| *top), right - left)
    }

    /// Where the job comes to stand whose block is carried from `from` to `to`.
    #[must_use]
    pub fn land(&self, axis: Axis, spot: Spot, from: (f64, f64), to: (f64, f64)) -> Spot {
        let length = axis.until.since(axis.from) as f64;
        let carried = ((to.0 - from.0) / self.width.max(1.0) * length) as i64;
        let row = self.row_at(to.1).unwrap_or(spot.assignee);
        self.in_row(shifted(axis, spot, carried), row)
    }

    /// Where a job at `spot` comes to stand by a key.
    #[must_use]
    pub fn nudge(&self, axis: Axis, spot: Spot, by: Nudge) -> Spot {
        let row = self.row_of(spot.assignee);
        let place = self.rows.iter().position(|(one, _)| *one == row);
        let place = place.unwrap_or(0);
        let to_row = |place: usize| {
            let row = self.rows.get(place).map_or(row, |(row, _)| *row);
            self.in_row(spot, row)
        };
        match by {
            Nudge::Earlier(ms) => stepped(axis, spot, -ms),
            Nudge::Later(ms) => stepped(axis, spot, ms),
            Nudge::Up => to_row(place.saturating_sub(1)),
            Nudge::Down => to_row(place + 1),
        }
    }

    /// In its own row a job stays with whoever has it, also where that is nobody of the rows.
    pub(super) fn in_row(&self, spot: Spot, row: Option<UserId>) -> Spot {
        match self.row_of(spot.assignee) == row {
            true => spot,
            false => Spot {
                assignee: row,
                ..spot
            },
        }
    }
}

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nudge {
    /// So much earlier.
    Earlier(i64),
    /// So much later.
    Later(i64),
    /// The row above.
    Up,
    /// The row below.
    Down,
}

/// Carried by `ms`. Less than half a step is none: whoever carries a block straight down means the same time.
fn shifted(axis: Axis, spot: Spot, ms: i64) -> Spot {
    if ms.abs() * 2 < STEP_MS {
        return spot;
    }
    let at = spot.starts.plus_ms(ms).since(axis.from);
    kept(axis, spot, (at + STEP_MS / 2).div_euclid(STEP_MS))
}

/// A step to the next quarter, from wherever it stands.
fn stepped(axis: Axis, spot: Spot, ms: i64) -> Spot {
    let at = spot.starts.since(axis.from);
    let steps = match ms < 0 {
        true => (at + STEP_MS - 1).div_euclid(STEP_MS),
        false => at.div_euclid(STEP_MS),
    };
    kept(axis, spot, steps + ms / STEP_MS)
}

/// Begun so many steps after the axis, and kept on it as a whole. What reaches over its end may stay, not go further.
fn kept(axis: Axis, spot: Spot, steps: i64) -> Spot {
    let room = axis.until.since(axis.from) - spot.length();
    let latest = room.div_euclid(STEP_MS).max(0);
    let at = |steps: i64| axis.from.plus_ms(steps * STEP_MS);
    let is_over = spot.starts.since(axis.from) > room;
    match is_over && at(steps) >= spot.starts {
        true => spot,
        false => spot.begun(at(steps.clamp(0, latest))),
    }
}

/// A move that the server has not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The job.
    pub job: JobId,
    /// As it was when it was moved: of a later copy the move says nothing.
    pub rev: Rev,
    /// Where it is to stand.
    pub to: Spot,
}

/// The day with `moves` in it.
#[must_use]
pub fn with_moves(state: &BoardState, moves: &[Move], zone: &Zone) -> BoardState {
    let mut state = state.clone();
    for one in moves {
        let is_it = |job: &&BoardJob| job.job.id == one.job && job.rev == one.rev;
        if let Some(mut job) = state.jobs.iter().find(is_it).cloned() {
            job.job.assignee = one.to.assignee;
            job.job.starts = one.to.starts;
            job.job.ends = one.to.ends;
            state.put(job, zone);
        }
    }
    state
}

/// A move that waits for a yes.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The job as it was when it was moved.
    pub job: BoardJob,
    /// Where it is to stand.
    pub to: Spot,
    /// Which way that is.
    pub way: Way,
    /// What there is to know.
    pub warnings: Vec<Warning>,
}

/// Whether a move can be taken back, or takes one back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It can be taken back.
    There,
    /// It takes one back.
    Back,
}

/// Why a block stays where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stays {
    /// Its work is done.
    Finished,
    /// It was called off.
    Cancelled,
    /// Its last move has no answer yet.
    UnderWay,
}

/// Whether `job` may be moved while `moves` are under way.
#[must_use]
pub fn stays(job: &Job, moves: &[Move]) -> Option<Stays> {
    match job.status {
        JobStatus::Finished => Some(Stays::Finished),
        JobStatus::Cancelled => Some(Stays::Cancelled),
        JobStatus::Scheduled | JobStatus::EnRoute | JobStatus::Started | JobStatus::Paused => {
            let under_way = moves.iter().any(|one| one.job == job.id);
            under_way.then_some(Stays::UnderWay)
        }
    }
}

/// Whether what a phone holds must be known before `job` goes to `to`: it is taken from somebody.
#[must_use]
pub fn takes_away(job: &Job, to: Spot) -> bool {
    job.assignee.is_some() && job.assignee != to.assignee && job.status.is_open()
}

/// What is said, and asked about, before `job` goes to `to` at `now`; nothing where it just goes. A phone that is merely
/// silent is not asked about before the job's time has come: most phones are, in a pocket.
#[must_use]
pub fn to_ask(job: &Job, to: Spot, holder: Option<Holder>, now: Timestamp) -> Vec<Warning> {
    if !takes_away(job, to) {
        return Vec::new();
    }
    let edits = Spot::of(job).edits(to);
    let fields: Vec<JobField> = edits.iter().map(|edit| edit.field).collect();
    let found = warnings(job, holder, &fields, now);
    let asks = found.iter().any(|warning| match warning {
        Warning::InHand(_) | Warning::Owes => true,
        Warning::Silent(_) => job.starts <= now,
        Warning::Reassigning | Warning::TimeIsSafe | Warning::BothKept => false,
    });
    if asks { found } else { Vec::new() }
}

#[cfg(test)]
#[path = "landing_tests.rs"]
mod tests;
