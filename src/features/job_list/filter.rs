//! Which jobs the list shows: what stands in the address, and what it lets through.
//!
//! Owns the filter and its names in the address. What the words of the query find is the search
//! index's. Pure: today is an argument.

use crate::shared::job_rows::{JobRow, Marks};
use afield_domain::Priority;
use afield_domain::time::Day;

/// What the address asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// What somebody typed.
    pub query: String,
    /// Only these, by status.
    pub status: StatusFilter,
    /// Only these, by day.
    pub day: DayFilter,
    /// Only this priority.
    pub priority: Option<Priority>,
    /// The order of what was found.
    pub sort: Sort,
}

/// Which statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StatusFilter {
    /// Every job.
    #[default]
    All,
    /// Still to be done.
    Open,
    /// Finished or cancelled.
    Closed,
    /// With changes that the office does not have.
    Unsent,
}

impl StatusFilter {
    /// Every choice, in the order of the screen.
    pub const ALL: [Self; 4] = [Self::All, Self::Open, Self::Closed, Self::Unsent];

    /// Its name in the address; none for the default.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Open => Some("open"),
            Self::Closed => Some("closed"),
            Self::Unsent => Some("unsent"),
        }
    }

    fn parse(name: Option<&str>) -> Self {
        let named = |filter: &Self| filter.name() == name;
        Self::ALL.into_iter().find(named).unwrap_or_default()
    }

    fn accepts(self, row: &JobRow) -> bool {
        match self {
            Self::All => true,
            Self::Open => row.status.is_open(),
            Self::Closed => !row.status.is_open(),
            Self::Unsent => row.marks != Marks::default(),
        }
    }
}

/// Which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DayFilter {
    /// Any.
    #[default]
    All,
    /// This day.
    Today,
    /// The day after.
    Tomorrow,
    /// Monday to Sunday around today.
    Week,
    /// One day that was chosen.
    On(Day),
}

impl DayFilter {
    /// Every choice that needs no date, in the order of the screen.
    pub const ALL: [Self; 4] = [Self::All, Self::Today, Self::Tomorrow, Self::Week];

    /// Its name in the address; empty for the default.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::All => String::new(),
            Self::Today => "today".to_owned(),
            Self::Tomorrow => "tomorrow".to_owned(),
            Self::Week => "week".to_owned(),
            Self::On(day) => day.to_string(),
        }
    }

    /// The filter of that name; every day for a name that is none.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let named = |filter: &Self| filter.name() == name;
        let on = || name.parse().map_or(Self::All, Self::On);
        Self::ALL.into_iter().find(named).unwrap_or_else(on)
    }

    fn accepts(self, day: Day, today: Day) -> bool {
        let ahead = day.days_since(today);
        match self {
            Self::All => true,
            Self::Today => ahead == 0,
            Self::Tomorrow => ahead == 1,
            Self::Week => (0..7).contains(&(ahead + since_monday(today))),
            Self::On(chosen) => day == chosen,
        }
    }
}

fn since_monday(day: Day) -> i64 {
    let monday: Option<Day> = "1970-01-05".parse().ok();
    monday.map_or(0, |monday| day.days_since(monday).rem_euclid(7))
}

/// The order of what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// What matches best.
    #[default]
    Best,
    /// By planned start.
    Time,
}

impl Sort {
    /// Every choice, in the order of the screen.
    pub const ALL: [Self; 2] = [Self::Best, Self::Time];

    /// Its name in the address; empty for the default.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Best => "",
            Self::Time => "time",
        }
    }

    /// The order of that name.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let named = |sort: &Self| sort.name() == name;
        Self::ALL.into_iter().find(named).unwrap_or_default()
    }
}

impl Filter {
    /// The filter that the address asks for; `value` gives what stands there under a name.
    #[must_use]
    pub fn parse<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Self {
        Self {
            query: value("q").unwrap_or_default().to_owned(),
            status: StatusFilter::parse(value("status")),
            day: DayFilter::parse(value("day").unwrap_or_default()),
            priority: value("priority").and_then(Priority::from_name),
            sort: Sort::parse(value("sort").unwrap_or_default()),
        }
    }

    /// The address of the list with this filter; `encode` makes a text safe in it.
    #[must_use]
    pub fn href(&self, encode: impl Fn(&str) -> String) -> String {
        let values = [
            ("q", encode(&self.query)),
            ("status", self.status.name().unwrap_or_default().to_owned()),
            ("day", self.day.name()),
            (
                "priority",
                self.priority.map_or("", Priority::name).to_owned(),
            ),
            ("sort", self.sort.name().to_owned()),
        ];
        let mut href = "/jobs".to_owned();
        for (name, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
            href.push(if href.contains('?') { '&' } else { '?' });
            href.push_str(name);
            href.push('=');
            href.push_str(value);
        }
        href
    }

    /// Whether it leaves anything out.
    #[must_use]
    pub fn is_on(&self) -> bool {
        let sort = self.sort;
        *self
            != Self {
                sort,
                ..Self::default()
            }
    }

    /// Whether the list shows `row`, the words of the query aside.
    #[must_use]
    pub fn accepts(&self, row: &JobRow, today: Day) -> bool {
        self.status.accepts(row)
            && self.day.accepts(row.day, today)
            && self
                .priority
                .is_none_or(|priority| row.priority == priority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job, note_entry, projection, status_entry};
    use crate::shared::job_rows::job_rows;
    use afield_domain::{JobStatus, Zone};

    /// The numbers of the jobs that `href` shows.
    fn shown(href: &str) -> Vec<String> {
        let entries = [
            note_entry(1, job(1).id),
            status_entry(2, job(2).id, JobStatus::Finished),
        ];
        let filter = parsed(href);
        let today = Zone::utc().day(NOON);
        // What is saved is folded in: job 2 reads as finished.
        let projection = crate::samples::with_outbox(&entries);
        let rows = job_rows(&projection, &entries, &Zone::utc());
        let rows = rows.into_iter().filter(|row| filter.accepts(row, today));
        rows.map(|row| row.number).collect()
    }

    fn parsed(href: &str) -> Filter {
        let query = href.split_once('?').map_or("", |(_, query)| query);
        let find = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        Filter::parse(find)
    }

    #[test]
    fn each_filter_leaves_out_what_it_names() {
        // Noon is on a Friday: the day before and the day after are of the same week.
        for (href, expected) in [
            ("/jobs", &["J-0", "J-1", "J-2", "J-3"][..]),
            ("/jobs?status=unsent", &["J-1", "J-2"]),
            ("/jobs?status=closed", &["J-2"]),
            ("/jobs?day=today", &["J-1", "J-2"]),
            ("/jobs?day=tomorrow", &["J-3"]),
            ("/jobs?day=week", &["J-0", "J-1", "J-2", "J-3"]),
            ("/jobs?day=2027-01-14", &["J-0"]),
            ("/jobs?day=2027-01-14&status=unsent", &[]),
            ("/jobs?priority=urgent", &[]),
            ("/jobs?priority=normal&day=tomorrow", &["J-3"]),
        ] {
            assert_eq!(shown(href), expected, "{href}");
        }
        assert_eq!(job_rows(&projection(), &[], &Zone::utc()).len(), 4);
    }

    #[test]
    fn a_week_runs_from_monday_to_sunday() {
        let day = |text: &str| -> Day { text.parse().unwrap() };
        for (today, other, expected) in [
            ("2026-11-21", "2026-11-16", true),
            ("2026-11-21", "2026-11-22", true),
            ("2026-11-21", "2026-11-23", false),
            ("2026-11-22", "2026-11-15", false),
            ("2026-11-23", "2026-11-29", true),
            ("1969-12-31", "1969-12-28", false),
        ] {
            let accepts = DayFilter::Week.accepts(day(other), day(today));
            assert_eq!(accepts, expected, "{other} seen from {today}");
        }
    }

    #[test]
    fn the_address_leads_back_to_the_filter() {
        let plain = |text: &str| text.to_owned();
        for href in [
            "/jobs",
            "/jobs?q=mill",
            "/jobs?q=mill&status=open&day=week&priority=urgent&sort=time",
            "/jobs?day=2026-11-21",
        ] {
            assert_eq!(parsed(href).href(plain), href);
        }
        for href in ["/jobs?status=x&day=x&priority=x&sort=x", "/jobs?q="] {
            assert_eq!(parsed(href), Filter::default(), "{href}");
        }
        assert!(!parsed("/jobs?sort=time").is_on());
        assert!(parsed("/jobs?q=a").is_on());
    }
}
