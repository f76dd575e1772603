//! Finding entries by what they are about.
//!
//! Owns the marks: what a store indexes of an entry, so that a transaction reads the few entries its plan
//! needs and not all that are unsent. A mark follows from the entry alone. Must never be stored without
//! its entry, nor outlive it.

use crate::outbox::entry::{EntryState, OutboxEntry};
use afield_domain::{MutationId, Op, RecordKey};

/// One thing that entries are found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// On the wire, or it was when its sender died.
    InFlight,
    /// Refused by the server.
    Parked,
    /// It waits by itself: somebody on the way does not let it through.
    Aside,
    /// It changes this record.
    Lane(RecordKey),
    /// It is done on this job.
    Job(RecordKey),
    /// It is done on this service task.
    Task(RecordKey),
    /// It makes this record.
    Makes(RecordKey),
    /// It waits for this mutation.
    WaitsFor(MutationId),
}

impl Mark {
    /// Its text in an index that holds texts only.
    #[must_use]
    pub fn text(&self) -> String {
        let of = |kind: &str, key: &RecordKey| format!("{kind} {}/{}", key.module.name(), key.id);
        match self {
            Self::InFlight => "in_flight".to_owned(),
            Self::Parked => "parked".to_owned(),
            Self::Aside => "aside".to_owned(),
            Self::Lane(key) => of("lane", key),
            Self::Job(key) => of("job", key),
            Self::Task(key) => of("task", key),
            Self::Makes(key) => of("makes", key),
            Self::WaitsFor(id) => format!("waits_for {}", id.0),
        }
    }
}

/// What `entry` is found by.
#[must_use]
pub fn marks_of(entry: &OutboxEntry) -> Vec<Mark> {
    let op = &entry.mutation.op;
    let mut marks = vec![Mark::Lane(entry.mutation.lane)];
    match entry.state {
        EntryState::Pending => {}
        EntryState::InFlight { .. } => marks.push(Mark::InFlight),
        EntryState::Parked { .. } => marks.push(Mark::Parked),
    }
    if entry.is_aside() {
        marks.push(Mark::Aside);
    }
    marks.extend(op.job().map(|job| Mark::Job(job.into())));
    marks.extend(op.task().map(|task| Mark::Task(task.into())));
    marks.extend(op.creates().map(Mark::Makes));
    marks.extend(
        entry
            .mutation
            .depends_on
            .iter()
            .copied()
            .map(Mark::WaitsFor),
    );
    marks
}

/// What the entries are found by that `op` may have to wait for ([`super::depend::dependencies`]).
#[must_use]
pub fn marks_before(op: &Op) -> Vec<Mark> {
    let mut marks: Vec<Mark> = op.needs().into_iter().map(Mark::Makes).collect();
    if op.completes() || op.takes_away().is_some() {
        marks.extend(op.job().map(|job| Mark::Job(job.into())));
    }
    if op.completes_task() {
        marks.extend(op.task().map(|task| Mark::Task(task.into())));
    }
    marks
}

/// What the entries are found by that refer to `key` ([`crate::pinned_records`]).
#[must_use]
pub fn marks_on(key: RecordKey) -> [Mark; 2] {
    [Mark::Lane(key), Mark::Job(key)]
}
