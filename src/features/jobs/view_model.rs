//! The jobs as rows: what a list shows of each, filtered and by day.
//!
//! Owns the rows, the filter and the days. Pure: the time and the zone are arguments.

use afield_domain::zone::Day;
use afield_domain::{Job, JobId, JobStatus, Module, Priority, Record, Timestamp, Zone};
use afield_sync::view::Projection;
use afield_sync::{OutboxEntry, View};

/// One job in a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JobRow {
    /// The job.
    pub id: JobId,
    /// What people call it.
    pub number: String,
    /// What to do.
    pub title: String,
    /// Where, in one line; may be empty.
    pub address: String,
    /// For whom; may be empty.
    pub customer: String,
    /// Where it stands, unsent changes included.
    pub status: JobStatus,
    /// How pressing it is.
    pub priority: Priority,
    /// Planned start.
    pub starts: Timestamp,
    /// Planned start on the company's clock.
    pub starts_at: String,
    /// Planned end on the company's clock.
    pub ends_at: String,
    /// What this phone has not sent of it.
    pub marks: Marks,
}

/// What this phone has not sent of one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Marks {
    /// Changes on their way, notes included.
    pub unsent: usize,
    /// Changes that were refused.
    pub refused: usize,
}

/// The marks of one job. `entries` are the signed-in user's.
#[must_use]
pub fn marks_of(entries: &[OutboxEntry], job: JobId) -> Marks {
    let mut marks = Marks::default();
    let own = |entry: &&OutboxEntry| entry.mutation.op.job() == Some(job);
    for entry in entries.iter().filter(own) {
        if entry.is_parked() {
            marks.refused += 1;
        } else {
            marks.unsent += 1;
        }
    }
    marks
}

/// Every job on this phone, by planned start.
#[must_use]
pub fn job_rows(projection: &Projection, entries: &[OutboxEntry], zone: &Zone) -> Vec<JobRow> {
    let mut rows: Vec<JobRow> = projection
        .views(Module::Job)
        .filter_map(|view| match view {
            View {
                record: Record::Job(job),
                ..
            } => {
                let marks = marks_of(entries, job.id);
                Some(job_row(projection, job, marks, zone))
            }
            _ => None,
        })
        .collect();
    rows.sort_by(|a, b| (a.starts, &a.number).cmp(&(b.starts, &b.number)));
    rows
}

fn job_row(projection: &Projection, job: Job, marks: Marks, zone: &Zone) -> JobRow {
    JobRow {
        address: address_of(projection, &job),
        customer: customer_of(projection, &job),
        starts_at: zone.format(job.starts, "%H:%M"),
        ends_at: zone.format(job.ends, "%H:%M"),
        id: job.id,
        number: job.number,
        title: job.title,
        status: job.status,
        priority: job.priority,
        starts: job.starts,
        marks,
    }
}

/// Where the job is, in one line.
#[must_use]
pub fn address_of(projection: &Projection, job: &Job) -> String {
    let property = job.property.and_then(|id| projection.base(id.into()));
    match property.map(|versioned| &versioned.record) {
        Some(Record::Property(property)) => one_line(&property.address, &property.city),
        _ => String::new(),
    }
}

fn customer_of(projection: &Projection, job: &Job) -> String {
    let of = |key| match projection.base(key).map(|versioned| &versioned.record) {
        Some(Record::Customer(customer)) => Some(customer.name.clone()),
        Some(Record::Organization(organization)) => Some(organization.name.clone()),
        _ => None,
    };
    let customer = job.customer.and_then(|id| of(id.into()));
    customer
        .or_else(|| job.organization.and_then(|id| of(id.into())))
        .unwrap_or_default()
}

/// What names a job: its number, which a new one does not have yet, and its title.
#[must_use]
pub fn numbered(number: &str, title: &str) -> String {
    if number.is_empty() {
        title.to_owned()
    } else {
        format!("{number} · {title}")
    }
}

/// Address and city, with a comma only between two.
#[must_use]
pub fn one_line(address: &str, city: &str) -> String {
    match (address.is_empty(), city.is_empty()) {
        (false, false) => format!("{address}, {city}"),
        (false, true) => address.to_owned(),
        (true, _) => city.to_owned(),
    }
}

/// Which jobs of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Words that number, title, address or customer must contain, each.
    pub words: Vec<String>,
    /// Only these, by status.
    pub status: StatusFilter,
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

    /// The filter of that name.
    #[must_use]
    pub fn parse(name: Option<&str>) -> Self {
        Self::ALL
            .into_iter()
            .find(|filter| filter.name() == name)
            .unwrap_or_default()
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

impl Filter {
    /// The filter that the address asks for.
    #[must_use]
    pub fn new(query: Option<&str>, status: Option<&str>) -> Self {
        Self {
            words: query
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_lowercase)
                .collect(),
            status: StatusFilter::parse(status),
        }
    }

    /// Whether the list shows `row`.
    #[must_use]
    pub fn accepts(&self, row: &JobRow) -> bool {
        if !self.status.accepts(row) {
            return false;
        }
        if self.words.is_empty() {
            return true;
        }
        let text = format!(
            "{} {} {} {}",
            row.number, row.title, row.address, row.customer
        )
        .to_lowercase();
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

/// How far a day is from today, where there is a word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NearDay {
    /// The day before.
    Yesterday,
    /// This day.
    Today,
    /// The day after.
    Tomorrow,
    /// Any other.
    Other,
}

/// The jobs of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySection {
    /// The day.
    pub day: Day,
    /// The word for it.
    pub near: NearDay,
    /// Its jobs, by planned start.
    pub rows: Vec<JobRow>,
}

/// The first `limit` of `rows` (by start), by day: today and what follows, then the days before,
/// the nearest first. Gives back how many rows were left out.
#[must_use]
pub fn sections(
    rows: Vec<JobRow>,
    zone: &Zone,
    now: Timestamp,
    limit: usize,
) -> (Vec<DaySection>, usize) {
    let today = zone.day(now);
    let left_out = rows.len().saturating_sub(limit);
    let mut sections: Vec<DaySection> = Vec::new();
    for row in rows {
        let day = zone.day(row.starts);
        match sections.last_mut() {
            Some(section) if section.day == day => section.rows.push(row),
            _ => sections.push(DaySection {
                day,
                near: near(day, today),
                rows: vec![row],
            }),
        }
    }
    let past = sections.partition_point(|section| section.day < today);
    let mut before: Vec<DaySection> = sections.drain(..past).collect();
    before.reverse();
    sections.append(&mut before);
    let mut room = limit;
    for section in &mut sections {
        section.rows.truncate(room);
        room -= section.rows.len();
    }
    sections.retain(|section| !section.rows.is_empty());
    (sections, left_out)
}

/// The word for `day`.
#[must_use]
pub fn near(day: Day, today: Day) -> NearDay {
    match day.days_since(today) {
        -1 => NearDay::Yesterday,
        0 => NearDay::Today,
        1 => NearDay::Tomorrow,
        _ => NearDay::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{NOON, job, note_entry, projection, status_entry};
    use super::*;

    fn rows() -> Vec<JobRow> {
        job_rows(&projection(), &[], &Zone::utc())
    }

    #[test]
    fn rows_rise_by_start_and_carry_address_and_customer() {
        let rows = rows();
        let numbers: Vec<&str> = rows.iter().map(|row| row.number.as_str()).collect();
        assert_eq!(numbers, ["J-0", "J-1", "J-2", "J-3"]);
        assert_eq!(rows[1].address, "Mill Lane 4, Bruck");
        assert_eq!(rows[1].customer, "Ada Berg");
        assert_eq!(rows[1].starts_at, "13:00");
    }

    #[test]
    fn the_filter_asks_for_every_word_anywhere() {
        let found = |query: &str| {
            let filter = Filter::new(Some(query), None);
            rows().iter().filter(|row| filter.accepts(row)).count()
        };
        assert_eq!(found(""), 4);
        assert_eq!(found("mill BERG"), 1);
        assert_eq!(found("j-2"), 1);
        assert_eq!(found("mill j-2"), 0);
    }

    #[test]
    fn unsent_means_anything_the_office_does_not_have() {
        let entries = [
            note_entry(1, job(1).id),
            status_entry(2, job(2).id, JobStatus::Started),
        ];
        let filter = Filter::new(None, Some("unsent"));
        let rows = job_rows(&projection(), &entries, &Zone::utc());
        let unsent: Vec<&str> = rows
            .iter()
            .filter(|row| filter.accepts(row))
            .map(|row| row.number.as_str())
            .collect();
        assert_eq!(unsent, ["J-1", "J-2"]);
    }

    #[test]
    fn days_are_the_company_s_and_the_limit_counts_rows() {
        let (all, left_out) = sections(rows(), &Zone::utc(), NOON, 100);
        let days: Vec<(NearDay, usize)> = all
            .iter()
            .map(|section| (section.near, section.rows.len()))
            .collect();
        assert_eq!(
            days,
            [
                (NearDay::Today, 2),
                (NearDay::Tomorrow, 1),
                (NearDay::Yesterday, 1)
            ]
        );
        assert_eq!(left_out, 0);
        let (some, left_out) = sections(rows(), &Zone::utc(), NOON, 2);
        assert_eq!((some.len(), left_out), (1, 2));
    }

    #[test]
    fn a_status_filter_s_name_leads_back_to_it() {
        for filter in StatusFilter::ALL {
            assert_eq!(StatusFilter::parse(filter.name()), filter);
        }
        assert_eq!(StatusFilter::parse(Some("nope")), StatusFilter::All);
    }
}
