//! What refers to a record on this phone: its jobs, places, assets, contracts, customers, tasks.
//!
//! Owns the rows and their order. Pure.

use crate::kinds::lines::joined;
use crate::kinds::{detail_of, name_of};
use crate::routes::{Route, record_href};
use crate::shared::names::{address_of, numbered};
use afield_domain::order::{NameKey, Order};
use afield_domain::{
    AssetId, Job, JobStatus, Module, Record, RecordKey, TaskStatus, Timestamp, Zone,
};
use afield_sync::{Projection, View};

/// More rows than this are only counted.
pub const MOST_ROWS: usize = 50;

/// The records of one kind that refer to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The kind of all these records.
    pub module: Module,
    /// The first of them.
    pub rows: Vec<LinkedRow>,
    /// How many there are besides.
    pub rest: usize,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LinkedRow {
    /// The address of its page.
    pub href: String,
    /// What people call it.
    pub title: String,
    /// What tells it from others; may be empty.
    pub detail: String,
    /// Where it stands, if it is something to do.
    pub state: Option<State>,
    /// Whether the office does not know all of it yet.
    pub unsent: bool,
}

/// Where something to do stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// A job.
    Job(JobStatus),
    /// A service task.
    Task(TaskStatus),
}

impl Linked {
    fn of(module: Module, mut rows: Vec<LinkedRow>) -> Self {
        let rest = rows.len().saturating_sub(MOST_ROWS);
        rows.truncate(MOST_ROWS);
        Self { module, rows, rest }
    }

    /// How many there are in all.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len() + self.rest
    }
}

/// The jobs that refer to `key`: the open ones by start, then the others, the newest first.
#[must_use]
pub fn jobs_of(projection: &Projection, zone: &Zone, key: RecordKey) -> Linked {
    let mut found: Vec<(bool, Timestamp, LinkedRow)> = projection
        .referring(key, Module::Job)
        .filter_map(|view| match view.record {
            Record::Job(job) => {
                let is_closed = !job.status.is_open();
                let row = job_row(projection, zone, job, view.unsent > 0);
                Some((is_closed, job.starts, row))
            }
            _ => None,
        })
        .collect();
    found.order_by_key(|(is_closed, starts, _)| {
        (*is_closed, if *is_closed { -starts.0 } else { starts.0 })
    });
    let rows = found.into_iter().map(|(_, _, row)| row);
    Linked::of(Module::Job, rows.collect())
}

fn job_row(projection: &Projection, zone: &Zone, job: &Job, unsent: bool) -> LinkedRow {
    LinkedRow {
        href: Route::Job(job.id).href(),
        title: numbered(&job.number, &job.title),
        detail: joined(&[&zone.day_and_time(job.starts), &address_of(projection, job)]),
        state: Some(State::Job(job.status)),
        unsent,
    }
}

/// The records of `module` that refer to `key`, by name.
#[must_use]
pub fn rows_of(projection: &Projection, module: Module, key: RecordKey) -> Linked {
    let row = |view: View<'_>| {
        Some(LinkedRow {
            href: record_href(view.record.key()?)?,
            title: name_of(view.record)?,
            detail: detail_of(view.record),
            state: None,
            unsent: false,
        })
    };
    let found = projection.referring(key, module);
    let mut rows: Vec<LinkedRow> = found.filter_map(row).collect();
    rows.order_by_key(|row| NameKey::of(&row.title));
    Linked::of(module, rows)
}

/// The service tasks on an asset, the open ones first.
#[must_use]
pub fn tasks_of(projection: &Projection, id: AssetId) -> Linked {
    let mut rows: Vec<(bool, LinkedRow)> = projection
        .referring(id.into(), Module::Task)
        .filter_map(|view| match view.record {
            Record::Task(task) => {
                let job = projection.job(task.job)?;
                let row = LinkedRow {
                    href: Route::Task(task.job, task.id).href(),
                    title: task.title.clone(),
                    detail: numbered(&job.number, &job.title),
                    state: Some(State::Task(task.status)),
                    unsent: view.unsent > 0,
                };
                Some((task.status.is_closed(), row))
            }
            _ => None,
        })
        .collect();
    rows.order_by(|a, b| (a.0, &a.1.detail, &a.1.title).cmp(&(b.0, &b.1.detail, &b.1.title)));
    Linked::of(Module::Task, rows.into_iter().map(|(_, row)| row).collect())
}
