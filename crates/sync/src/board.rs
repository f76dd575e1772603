//! The office's picture: one day of the company or a week, and how an event changes it.
//!
//! Owns [`BoardState`], and what is heard while the day is fetched ([`Loading`]). Pure: events and time are
//! arguments. It stands here and not in the app, so that the server's tests hold it against a day that is fetched
//! anew. Must never be stored: the server is the truth here, and the page says of when the picture is.

use afield_domain::order::Order;
use afield_domain::time::Day;
use afield_domain::{Rev, Timestamp, User, UserId, Zone};
use afield_planted::planted;
use afield_protocol::{Activity, BoardEvent, BoardJob, BoardResponse, Team};

const FEED_LENGTH: usize = 100;
/// Events kept during a fetch; what is older than so many is in the answer.
const HEARD: usize = 1_000;

/// The board as it was fetched and changed since.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardState {
    /// The day that is shown, or the first of them.
    pub day: Day,
    /// How many days after it are shown too.
    pub more_days: i64,
    /// The technicians, by name.
    pub technicians: Vec<User>,
    /// The company's teams, by name.
    pub teams: Vec<Team>,
    /// The day's jobs, by planned start.
    pub jobs: Vec<BoardJob>,
    /// The latest activity, newest first.
    pub activity: Vec<Activity>,
    /// How many of the day's jobs the server could not read when it was fetched.
    pub unreadable: u64,
    /// When it was fetched or last changed, by this device's clock.
    pub as_of: Timestamp,
}

/// One technician's day, or what nobody has.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// Whose; none for unassigned jobs.
    pub technician: Option<User>,
    /// The jobs, by planned start.
    pub jobs: Vec<BoardJob>,
}

/// Of two copies of a job the one with more here is the newer.
fn age_of(job: &BoardJob) -> (Rev, u64, Timestamp) {
    (job.rev, job.notes, job.updated_at)
}

/// The fetches of the day under way, and what was heard meanwhile: the answer may be older than that.
#[derive(Debug, Default)]
pub struct Loading {
    begun: u64,
    under_way: bool,
    heard: Vec<BoardEvent>,
}

impl Loading {
    /// Begins a fetch; gives its number.
    pub fn begin(&mut self) -> u64 {
        if !self.under_way {
            self.heard.clear();
        }
        self.under_way = true;
        self.begun += 1;
        self.begun
    }

    /// The stream has opened anew, and a fetch follows. What was heard before is in its answer, or of another data
    /// set, in which it never happened.
    pub fn forget(&mut self) {
        self.heard.clear();
    }

    /// Keeps an event for the answer that is still to come.
    pub fn hear(&mut self, event: &BoardEvent) {
        if self.under_way {
            let surplus = (self.heard.len() + 1).saturating_sub(HEARD);
            self.heard.drain(..surplus);
            self.heard.push(event.clone());
        }
    }

    /// Ends the fetch of that number: what was heard since it began. None if a later one is under way, whose
    /// answer counts.
    pub fn end(&mut self, number: u64) -> Option<Vec<BoardEvent>> {
        if !self.is_last(number) {
            return None;
        }
        self.under_way = false;
        let heard = std::mem::take(&mut self.heard);
        Some(planted!(HeardOverwritten: heard => Vec::new()))
    }

    /// Whether no later fetch has begun than the one of that number.
    #[must_use]
    pub fn is_last(&self, number: u64) -> bool {
        self.begun == number
    }
}

impl BoardState {
    /// The picture of `response` with what was `heard` while it was fetched; none if its day is not a day.
    #[must_use]
    pub fn with(
        response: BoardResponse,
        heard: Vec<BoardEvent>,
        zone: &Zone,
        now: Timestamp,
    ) -> Option<Self> {
        let mut state = Self::new(response, now)?;
        for event in heard {
            state.apply(event, zone, now);
        }
        Some(state)
    }

    /// The picture of `response`; none if its day is not a day.
    #[must_use]
    pub fn new(response: BoardResponse, now: Timestamp) -> Option<Self> {
        let mut state = Self {
            day: response.day.parse().ok()?,
            more_days: i64::try_from(response.more_days).ok()?,
            technicians: response.technicians,
            teams: response.teams,
            jobs: response.jobs,
            activity: response.activity,
            unreadable: response.unreadable,
            as_of: now,
        };
        state.sort();
        Some(state)
    }

    /// Takes in what happened. An event that is already in the picture changes nothing.
    pub fn apply(&mut self, event: BoardEvent, zone: &Zone, now: Timestamp) {
        self.as_of = now;
        let is_newer = self
            .activity
            .iter()
            .all(|activity| activity.seq != event.activity.seq);
        if is_newer {
            self.activity.push(event.activity);
            self.activity
                .order_by_key(|activity| std::cmp::Reverse(activity.seq));
            self.activity.truncate(FEED_LENGTH);
        }
        for activity in &mut self.activity {
            if activity.job == event.job.job.id {
                activity.job_title.clone_from(&event.job.job.title);
            }
        }
        self.put(event.job, zone);
    }

    /// Takes in one job as it is now, unless a newer copy is there.
    pub fn put(&mut self, job: BoardJob, zone: &Zone) {
        let known = self
            .jobs
            .iter()
            .position(|known| known.job.id == job.job.id);
        if let Some(known) = known.and_then(|index| self.jobs.get(index))
            && age_of(known) > age_of(&job)
        {
            return;
        }
        if let Some(index) = known {
            self.jobs.remove(index);
        }
        if self.shows(zone.day(job.job.starts)) {
            self.jobs.push(job);
        }
        self.sort();
    }

    /// Whether `day` is one of those that are shown.
    #[must_use]
    pub fn shows(&self, day: Day) -> bool {
        (0..=self.more_days).contains(&day.days_since(self.day))
    }

    /// The same picture of `day` and `more_days` after it alone; none if some of these are not in it.
    #[must_use]
    pub fn only(&self, day: Day, more_days: i64, zone: &Zone) -> Option<Self> {
        if !(self.shows(day) && self.shows(day.plus(more_days))) {
            return None;
        }
        let mut only = Self {
            day,
            more_days,
            ..self.clone()
        };
        let is_within = |job: &BoardJob| {
            let after = zone.day(job.job.starts).days_since(day);
            (0..=more_days).contains(&after)
        };
        only.jobs.retain(is_within);
        Some(only)
    }

    fn sort(&mut self) {
        self.jobs
            .order_by(|a, b| (a.job.starts, &a.job.number).cmp(&(b.job.starts, &b.job.number)));
    }

    /// The day by technician, first what nobody has, if there is any. A technician the list does not know
    /// (made a moment ago) shows among the unassigned rather than not at all.
    #[must_use]
    pub fn lanes(&self) -> Vec<Lane> {
        let known = |id: UserId| self.technicians.iter().any(|user| user.id == id);
        let unassigned = Lane {
            technician: None,
            jobs: self
                .jobs
                .iter()
                .filter(|job| job.job.assignee.is_none_or(|id| !known(id)))
                .cloned()
                .collect(),
        };
        let own = self.technicians.iter().map(|user| Lane {
            technician: Some(user.clone()),
            jobs: self
                .jobs
                .iter()
                .filter(|job| job.job.assignee == Some(user.id))
                .cloned()
                .collect(),
        });
        std::iter::once(unassigned)
            .filter(|lane| !lane.jobs.is_empty())
            .chain(own)
            .collect()
    }
}

#[cfg(test)]
#[path = "board_tests.rs"]
mod tests;
