//! What the board's address asks for: the day, which jobs of it, and how they are drawn.
//!
//! Owns [`BoardQuery`] in both directions, and which jobs it finds. Pure.

use afield_domain::search::normalize;
use afield_domain::time::Day;
use afield_domain::{JobStatus, Priority, UserId};
use afield_protocol::{BoardJob, Team};
use afield_sync::board::BoardState;

/// Whose jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whose {
    /// Everybody's.
    #[default]
    All,
    /// Those that nobody has.
    Nobody,
    /// One technician's.
    User(UserId),
}

/// How the board is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// A day: on the time axis where there is room for it, else as a list.
    #[default]
    Day,
    /// A day as a list by technician, also where there is room for the axis.
    List,
    /// A day on the map.
    Map,
    /// A week: a cell for each technician and day where there is room for that, else as a list by day.
    Week,
}

impl View {
    /// Its name in the address.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "",
            Self::List => "list",
            Self::Map => "map",
            Self::Week => "week",
        }
    }

    /// Of that name; the day for any other.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match name {
            "list" => Self::List,
            "map" => Self::Map,
            "week" => Self::Week,
            _ => Self::Day,
        }
    }
}

/// Which days are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The first.
    pub day: Day,
    /// How many after it.
    pub more_days: i64,
}

impl Asked {
    /// What of `state` is drawn: what is asked for, if that is in it; else, until the answer is there, as it is if it
    /// is as long; else nothing.
    #[must_use]
    pub fn of(self, state: &BoardState) -> Option<Self> {
        if state.shows(self.day) && state.shows(self.day.plus(self.more_days)) {
            return Some(self);
        }
        let before = Self {
            day: state.day,
            more_days: state.more_days,
        };
        (before.more_days == self.more_days).then_some(before)
    }
}

/// What the address says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BoardQuery {
    /// The day; none for today.
    pub day: Option<Day>,
    /// How it is drawn.
    pub view: View,
    /// Words of the number, the title, the customer or the place.
    pub words: String,
    /// Of this status alone.
    pub status: Option<JobStatus>,
    /// Of this priority alone.
    pub priority: Option<Priority>,
    /// Whose.
    pub whose: Whose,
    /// Of this team alone; empty for any.
    pub team: String,
}

const STATUSES: [(JobStatus, &str); 6] = [
    (JobStatus::Scheduled, "scheduled"),
    (JobStatus::EnRoute, "en_route"),
    (JobStatus::Started, "started"),
    (JobStatus::Paused, "paused"),
    (JobStatus::Finished, "finished"),
    (JobStatus::Cancelled, "cancelled"),
];

/// The name of a status in the address.
#[must_use]
pub fn status_name(status: JobStatus) -> &'static str {
    let is_it = |(one, _): &&(JobStatus, &str)| *one == status;
    STATUSES.iter().find(is_it).map_or("", |(_, name)| name)
}

/// The status of that name.
#[must_use]
pub fn status_of(name: &str) -> Option<JobStatus> {
    let is_it = |(_, one): &&(JobStatus, &str)| *one == name;
    STATUSES.iter().find(is_it).map(|(status, _)| *status)
}

impl Whose {
    /// Its name in the address.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::All => String::new(),
            Self::Nobody => "nobody".to_owned(),
            Self::User(id) => id.to_string(),
        }
    }

    /// Of that name; everybody's for any other.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match name {
            "nobody" => Self::Nobody,
            name => name.parse().map_or(Self::All, Self::User),
        }
    }
}

impl BoardQuery {
    /// What the address says; `get` gives a value of its query. What is not understood asks for nothing.
    #[must_use]
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let of = |name: &str| get(name).unwrap_or_default();
        Self {
            day: of("day").parse().ok(),
            view: View::parse(&of("view")),
            words: of("q"),
            status: status_of(&of("status")),
            priority: Priority::from_name(&of("priority")),
            whose: Whose::parse(&of("whose")),
            team: of("team"),
        }
    }

    /// The address; `escape` makes words fit for it.
    #[must_use]
    pub fn href(&self, escape: impl Fn(&str) -> String) -> String {
        let day = self.day.map(|day| day.to_string()).unwrap_or_default();
        let parts = [
            ("day", day),
            ("view", self.view.name().to_owned()),
            ("q", escape(&self.words)),
            (
                "status",
                self.status.map(status_name).unwrap_or_default().to_owned(),
            ),
            (
                "priority",
                self.priority
                    .map(Priority::name)
                    .unwrap_or_default()
                    .to_owned(),
            ),
            ("whose", self.whose.name()),
            ("team", escape(&self.team)),
        ];
        let mut href = "/board".to_owned();
        let given = parts.iter().filter(|(_, value)| !value.is_empty());
        for (place, (name, value)) in given.enumerate() {
            href.push(if place == 0 { '?' } else { '&' });
            href.push_str(name);
            href.push('=');
            href.push_str(value);
        }
        href
    }

    /// Which days it asks for on `today`: a week is that of its day.
    #[must_use]
    pub fn days(&self, today: Day) -> Asked {
        let day = self.day.unwrap_or(today);
        match self.view {
            View::Day | View::List | View::Map => Asked { day, more_days: 0 },
            View::Week => Asked {
                day: day.monday(),
                more_days: 6,
            },
        }
    }

    /// Whether it asks for some of the day's jobs alone.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        !self.words.trim().is_empty()
            || self.status.is_some()
            || self.priority.is_some()
            || self.whose != Whose::All
            || !self.team.is_empty()
    }

    /// Whether it asks for the jobs of somebody of a team, or of any.
    fn is_of_team(&self, assignee: Option<UserId>, teams: &[Team]) -> bool {
        let of = |team: &&Team| team.name == self.team;
        let is_in = |team: &Team| assignee.is_some_and(|user| team.members.contains(&user));
        self.team.is_empty() || teams.iter().find(of).is_some_and(is_in)
    }

    /// Whether it asks for `job`, where these are the teams.
    #[must_use]
    pub fn finds(&self, job: &BoardJob, teams: &[Team]) -> bool {
        let of = &job.job;
        let is_whose = match self.whose {
            Whose::All => true,
            Whose::Nobody => of.assignee.is_none(),
            Whose::User(id) => of.assignee == Some(id),
        };
        let text = [&of.number, &of.title, &job.customer, &job.address];
        let text = normalize(&text.map(String::as_str).join(" "));
        let words = normalize(&self.words);
        is_whose
            && self.is_of_team(of.assignee, teams)
            && self.status.is_none_or(|status| status == of.status)
            && self.priority.is_none_or(|priority| priority == of.priority)
            && words.split_whitespace().all(|word| text.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job};
    use afield_domain::Rev;
    use uuid::Uuid;

    fn board_job(n: u128) -> BoardJob {
        BoardJob {
            rev: Rev(1),
            job: job(n),
            address: "Hafenstraße 8, Berlin".into(),
            customer: "Bäckerei Sommer".into(),
            position: None,
            notes: 0,
            updated_at: NOON,
        }
    }

    #[test]
    fn an_address_is_read_as_it_is_written() {
        let all = BoardQuery {
            day: "2027-01-15".parse().ok(),
            view: View::Map,
            words: "sommer hafen".into(),
            status: Some(JobStatus::EnRoute),
            priority: Some(Priority::Urgent),
            whose: Whose::User(UserId(Uuid::from_u128(7))),
            team: "North and south".into(),
        };
        let nobody = BoardQuery {
            whose: Whose::Nobody,
            ..BoardQuery::default()
        };
        let week = BoardQuery {
            view: View::Week,
            ..BoardQuery::default()
        };
        for query in [all, nobody, week, BoardQuery::default()] {
            let href = query.href(|words| words.replace(' ', "+"));
            let get = |name: &str| {
                let (_, query) = href.split_once('?')?;
                let mut parts = query.split('&').filter_map(|part| part.split_once('='));
                parts
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| value.replace('+', " "))
            };
            assert_eq!(BoardQuery::read(get), query, "{href}");
        }
        let strange = |_: &str| Some("strange".to_owned());
        let read = BoardQuery::read(strange);
        assert_eq!(
            (read.day, read.status, read.whose),
            (None, None, Whose::All)
        );
    }

    #[test]
    fn a_team_is_whoever_is_in_it() {
        let job = board_job(1);
        let team = |name: &str, members: Vec<UserId>| Team {
            name: name.into(),
            members,
        };
        let of = |team: &str| BoardQuery {
            team: team.into(),
            ..BoardQuery::default()
        };
        let own: Vec<UserId> = job.job.assignee.into_iter().collect();
        let teams = [team("North", own), team("South", Vec::new())];
        assert!(of("").finds(&job, &teams) && of("North").finds(&job, &teams));
        assert!(!of("South").finds(&job, &teams) && !of("West").finds(&job, &teams));
        let mut nobodys = job;
        nobodys.job.assignee = None;
        assert!(!of("North").finds(&nobodys, &teams));
        assert!(of("North").is_narrow());
    }

    #[test]
    fn a_week_is_that_of_its_day_and_a_day_is_drawn_out_of_it() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let query = |view, day| BoardQuery {
            view,
            day,
            ..BoardQuery::default()
        };
        let today = day("2026-11-29");
        let week = query(View::Week, Some(day("2027-01-02"))).days(today);
        assert_eq!((week.day, week.more_days), (day("2026-12-28"), 6));
        assert_eq!(query(View::Week, None).days(today).day, day("2026-11-23"));
        let one = |text| query(View::List, Some(day(text))).days(today);
        let state = |asked: Asked| BoardState {
            day: asked.day,
            more_days: asked.more_days,
            technicians: Vec::new(),
            teams: Vec::new(),
            jobs: Vec::new(),
            activity: Vec::new(),
            unreadable: 0,
            as_of: NOON,
        };
        for (asked, of, drawn) in [
            (one("2027-01-03"), week, Some(one("2027-01-03"))),
            (one("2027-01-04"), week, None),
            (week, one("2027-01-03"), None),
            // What was shown before stays until the answer is there, and says of when it is.
            (
                one("2027-01-04"),
                one("2027-01-03"),
                Some(one("2027-01-03")),
            ),
        ] {
            assert_eq!(asked.of(&state(of)), drawn, "{asked:?} of {of:?}");
        }
    }

    #[test]
    fn jobs_are_found_by_any_of_their_words_and_by_what_they_are() {
        let job = board_job(1);
        for (words, found) in [
            ("", true),
            ("backerei", true),
            ("HAFEN sommer", true),
            (job.job.number.as_str(), true),
            ("sommer keller", false),
        ] {
            let query = BoardQuery {
                words: words.into(),
                ..BoardQuery::default()
            };
            assert_eq!(query.finds(&job, &[]), found, "{words}");
        }
        let other = BoardQuery {
            status: Some(JobStatus::Cancelled),
            ..BoardQuery::default()
        };
        assert!(!other.finds(&job, &[]) && other.is_narrow());
        let nobody = BoardQuery {
            whose: Whose::Nobody,
            ..BoardQuery::default()
        };
        assert_eq!(nobody.finds(&job, &[]), job.job.assignee.is_none());
    }
}
