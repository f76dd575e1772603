//! The jobs as rows: what a list shows of each, and by day.
//!
//! Owns the rows and the days; which of them are shown is `filter`'s. Pure: the time and the zone are arguments.

use super::names::address_of;
use super::news::face;
use afield_domain::order::Order;
use afield_domain::time::Day;
use afield_domain::{Job, JobId, JobStatus, Module, Priority, Record, Timestamp, Zone};
use afield_domain::{Property, RouteId};
use afield_sync::OutboxEntry;
use afield_sync::view::Projection;
use std::collections::BTreeMap;

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
    /// When work is planned to begin.
    pub starts: Timestamp,
    /// The day of the planned start at the company.
    pub day: Day,
    /// Planned start on the company's clock.
    pub starts_at: String,
    /// Planned end on the company's clock.
    pub ends_at: String,
    /// What this phone has not sent of it.
    pub marks: Marks,
    /// What of it the office may change, as one number.
    pub face: u32,
}

/// What this phone has not sent of one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Marks {
    /// Changes on their way, notes included.
    pub unsent: u32,
    /// Changes that were refused.
    pub refused: u32,
}

/// The marks of one job. `entries` are the signed-in user's.
#[must_use]
pub fn marks_of(entries: &[OutboxEntry], job: JobId) -> Marks {
    let mut marks = Marks::default();
    let own = |entry: &&OutboxEntry| entry.mutation.op.job() == Some(job);
    entries
        .iter()
        .filter(own)
        .for_each(|entry| marks.add(entry));
    marks
}

impl Marks {
    fn add(&mut self, entry: &OutboxEntry) {
        if entry.is_parked() {
            self.refused += 1;
        } else if !entry.is_in_review() {
            self.unsent += 1;
        }
    }
}

/// The marks of every job that has some: one look at the entries, however many jobs there are.
fn all_marks(entries: &[OutboxEntry]) -> BTreeMap<JobId, Marks> {
    let mut all: BTreeMap<JobId, Marks> = BTreeMap::new();
    for entry in entries {
        if let Some(job) = entry.mutation.op.job() {
            all.entry(job).or_default().add(entry);
        }
    }
    all
}

/// Every job on this phone, by planned start.
#[must_use]
pub fn job_rows(projection: &Projection, entries: &[OutboxEntry], zone: &Zone) -> Vec<JobRow> {
    some_job_rows(projection, entries, zone, &mut |_| true)
}

/// The jobs that `is_wanted`, which is asked about every one on this phone, by planned start. A row is made of
/// these alone: one costs more than a look at ten jobs.
pub fn some_job_rows(
    projection: &Projection,
    entries: &[OutboxEntry],
    zone: &Zone,
    is_wanted: &mut dyn FnMut(&Job) -> bool,
) -> Vec<JobRow> {
    let marks = all_marks(entries);
    let views = projection.views(Module::Job);
    let rows = views.filter_map(|view| match view.record {
        Record::Job(job) if is_wanted(job) => {
            let marks = marks.get(&job.id).copied().unwrap_or_default();
            Some(job_row(projection, job, marks, zone))
        }
        _ => None,
    });
    by_start(rows.collect())
}

/// The jobs of a route, by planned start.
#[must_use]
pub fn route_rows(
    projection: &Projection,
    entries: &[OutboxEntry],
    zone: &Zone,
    route: RouteId,
) -> Vec<JobRow> {
    let jobs = projection.jobs_of_route(route);
    let rows = jobs.map(|(job, _)| job_row(projection, job, marks_of(entries, job.id), zone));
    by_start(rows.collect())
}

fn by_start(mut rows: Vec<JobRow>) -> Vec<JobRow> {
    rows.order_by(|a, b| (a.starts, &a.number).cmp(&(b.starts, &b.number)));
    rows
}

fn job_row(projection: &Projection, job: &Job, marks: Marks, zone: &Zone) -> JobRow {
    JobRow {
        address: address_of(projection, job),
        customer: customer_of(projection, job),
        day: zone.day(job.starts),
        starts_at: zone.time(job.starts),
        ends_at: zone.time(job.ends),
        id: job.id,
        number: job.number.clone(),
        title: job.title.clone(),
        status: job.status,
        priority: job.priority,
        starts: job.starts,
        marks,
        face: face(job),
    }
}

fn customer_of(projection: &Projection, job: &Job) -> String {
    let of = |key| match projection.known(key) {
        Some(Record::Customer(customer)) => Some(customer.name.clone()),
        Some(Record::Organization(organization)) => Some(organization.name.clone()),
        _ => None,
    };
    let customer = job.customer.and_then(|id| of(id.into()));
    customer
        .or_else(|| job.organization.and_then(|id| of(id.into())))
        .unwrap_or_default()
}

/// How far a day is from today, where there is a word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NearDay {
    /// The day before.
    Yesterday,
    /// The company's present day.
    Today,
    /// The day after.
    Tomorrow,
    /// A day for which there is no word.
    Other,
}

/// The jobs of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySection {
    /// The day, on the company's calendar.
    pub day: Day,
    /// The word for it.
    pub near: NearDay,
    /// Its jobs, by planned start.
    pub rows: Vec<JobRow>,
}

/// The first `limit` of `rows` (by start), by day: today and what follows, then the days before,
/// the nearest first. Gives back how many rows were left out.
#[must_use]
pub fn sections(rows: &[&JobRow], today: Day, limit: usize) -> (Vec<DaySection>, usize) {
    let past = rows.partition_point(|row| row.day < today);
    let (before, after) = rows.split_at_checked(past).unwrap_or_default();
    let same_day = |a: &&JobRow, b: &&JobRow| a.day == b.day;
    let days = after
        .chunk_by(same_day)
        .chain(before.chunk_by(same_day).rev());
    let mut sections = Vec::new();
    let mut room = limit;
    for rows in days.filter(|_| limit > 0) {
        let Some(day) = rows.first().map(|row| row.day) else {
            continue;
        };
        let shown: Vec<JobRow> = rows.iter().take(room).copied().cloned().collect();
        room -= shown.len();
        sections.push(DaySection {
            day,
            near: near(day, today),
            rows: shown,
        });
        if room == 0 {
            break;
        }
    }
    (sections, rows.len().saturating_sub(limit))
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

/// The place of a job.
#[must_use]
pub fn property_of(projection: &Projection, row: &JobRow) -> Option<Property> {
    let job = projection.job(row.id)?;
    projection.property(job.property?).cloned()
}

/// The route that a job is on.
#[must_use]
pub fn route_of(projection: &Projection, row: &JobRow) -> Option<RouteId> {
    // A route is the office's: the server's copy says it without folding every job.
    match &projection.base(row.id.into())?.record {
        Record::Job(job) => job.route,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job, note_entry, parked, projection, status_entry};
    use afield_domain::Rejection;

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
    fn marks_are_counted_by_job() {
        let refused = parked(
            status_entry(2, job(2).id, JobStatus::Started),
            Rejection::Forbidden,
        );
        let entries = [note_entry(1, job(1).id), refused, note_entry(3, job(1).id)];
        let rows = job_rows(&projection(), &entries, &Zone::utc());
        let marks: Vec<Marks> = rows.iter().map(|row| row.marks).collect();
        let of = |unsent, refused| Marks { unsent, refused };
        assert_eq!(marks, [of(0, 0), of(2, 0), of(0, 1), of(0, 0)]);
        for row in rows {
            assert_eq!(marks_of(&entries, row.id), row.marks);
        }
    }

    #[test]
    fn days_are_the_company_s_and_the_limit_counts_rows() {
        let rows = rows();
        let rows: Vec<&JobRow> = rows.iter().collect();
        let today = Zone::utc().day(NOON);
        let (all, left_out) = sections(&rows, today, 100);
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
        let (some, left_out) = sections(&rows, today, 2);
        assert_eq!((some.len(), left_out), (1, 2));
        assert_eq!(sections(&rows, today, 0), (Vec::new(), 4));
        assert_eq!(sections(&[], today, 9), (Vec::new(), 0));
    }
}
