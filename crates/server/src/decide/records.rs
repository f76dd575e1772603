//! Writing records, the same way for push, board, import and demo.
//!
//! Owns what a write means for revision, scope, departures, the stamps of fields and the number of a
//! job. Must never decide whether a write is allowed.

use crate::error::StorageError;
use crate::notifications::note::{Written, note};
use crate::storage::rows::JobIndex;
use crate::storage::{Departure, RecordRow, Stored, StoredRecord, WriteTx};
use afield_domain::record::stamps_after;
use afield_domain::{
    Actor, CompanyId, Job, Module, Record, RecordKey, Rev, Role, Timestamp, UserId, Versioned,
};
use afield_planted::planted;
use serde_json::Value;
use uuid::Uuid;

/// Who writes where no person does, such as an import: the office.
pub const OFFICE: Actor<'static> = Actor {
    id: UserId(Uuid::nil()),
    name: "",
    role: Role::Dispatcher,
};

/// Whether a record is there or gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is there.
    Present,
    /// It is gone; phones that hold it get a tombstone.
    Deleted,
}

/// A record to write.
#[derive(Debug, Clone)]
pub struct Write<'a> {
    /// As it was, if it was there.
    pub old: Option<&'a StoredRecord>,
    /// As it shall be.
    pub record: &'a Record,
    /// Whether it is there afterwards.
    pub fate: Fate,
    /// Its key in the system it was imported from; none keeps the one it has.
    pub external_key: Option<&'a str>,
    /// Who writes.
    pub by: Actor<'a>,
    /// When they did it, by the corrected clock, not later than the receipt.
    pub made_at: Timestamp,
}

/// What decides who sees a record.
#[derive(Debug, PartialEq, Eq)]
struct ScopeFacts {
    assignee: Option<UserId>,
    starts: Option<Timestamp>,
    links: Vec<RecordKey>,
    parent: Option<RecordKey>,
    fate: Fate,
}

impl ScopeFacts {
    fn of(record: &Record, fate: Fate) -> Self {
        let job = job_index(record);
        Self {
            assignee: job.and_then(|job| job.assignee),
            starts: job.map(|job| job.starts),
            links: record.links(),
            parent: record.owner(),
            fate,
        }
    }
}

fn job_index(record: &Record) -> Option<JobIndex> {
    match record {
        Record::Job(job) => Some(JobIndex {
            assignee: job.assignee,
            starts: job.starts,
            status: job.status,
        }),
        _ => None,
    }
}

/// The row to write under the change number `seq`, and what to remember of who saw the old one.
///
/// # Errors
/// When the old row is damaged or holds what only a newer build knows, or the record is of a module
/// this build does not know.
pub fn plan_write(
    write: &Write<'_>,
    seq: u64,
    now: Timestamp,
) -> Stored<(RecordRow, Vec<Departure>)> {
    let key = write
        .record
        .key()
        .ok_or(StorageError::Damaged("record's module"))?;
    let facts = ScopeFacts::of(write.record, write.fate);
    let before = match write.old {
        Some(old) => {
            let fate = if old.deleted {
                Fate::Deleted
            } else {
                Fate::Present
            };
            let record = old.record()?;
            if !reads_whole(&old.data, &record) {
                return Err(StorageError::Unreadable(key));
            }
            let stamps = old.stamps()?;
            let stamps = planted!(
                StampNotSet: stamps_after(&record, write.record, stamps, write.by, write.made_at) => stamps
            );
            Some((old, ScopeFacts::of(&record, fate), stamps))
        }
        None => None,
    };
    let next = |old: &StoredRecord| planted!(RevisionNotRaised: Rev(old.rev.0 + 1) => old.rev);
    let (rev, scope_seq, departures, stamps) = match before {
        None => (Rev(1), seq, Vec::new(), Vec::new()),
        Some((old, was, stamps)) if was == facts => (next(old), old.scope_seq, Vec::new(), stamps),
        Some((old, was, stamps)) => (next(old), seq, departures(seq, key, was, &facts), stamps),
    };
    let data = serde_json::to_string(write.record).map_err(|_| StorageError::Damaged("record"))?;
    let stored = StoredRecord {
        key,
        rev,
        scope_seq,
        deleted: write.fate == Fate::Deleted,
        data,
        stamps: serde_json::to_string(&stamps).map_err(|_| StorageError::Damaged("stamps"))?,
        external_key: write
            .external_key
            .map(str::to_owned)
            .or_else(|| write.old.and_then(|old| old.external_key.clone())),
        updated_at: now,
    };
    let row = RecordRow {
        stored,
        change_seq: seq,
        parent: facts.parent,
        links: facts.links,
        job: job_index(write.record),
    };
    Ok((row, departures))
}

/// Whether `record` holds all that is stored of it. If a newer build wrote more, writing it again
/// would lose that.
pub(crate) fn reads_whole(data: &str, record: &Record) -> bool {
    match (serde_json::from_str(data), serde_json::to_value(record)) {
        (Ok(stored), Ok(read)) => is_within(&stored, Some(&read)),
        _ => false,
    }
}

/// Whether nothing of `stored` is missing in `read`. What is empty need not be there.
fn is_within(stored: &Value, read: Option<&Value>) -> bool {
    match (stored, read) {
        (Value::Object(stored), Some(Value::Object(read))) => stored
            .iter()
            .all(|(name, value)| is_within(value, read.get(name))),
        (Value::Array(stored), Some(Value::Array(read))) => {
            stored.len() == read.len()
                && stored
                    .iter()
                    .zip(read)
                    .all(|(stored, read)| is_within(stored, Some(read)))
        }
        (stored, Some(read)) if stored == read => true,
        (Value::Null | Value::Bool(false), None) => true,
        (Value::String(text), None) => text.is_empty(),
        (Value::Array(items), None) => items.is_empty(),
        (Value::Number(number), None) => number.as_i64() == Some(0),
        _ => false,
    }
}

/// What to remember of a record that `was` seen otherwise: to what it led, and what led to it.
fn departures(seq: u64, key: RecordKey, was: ScopeFacts, now: &ScopeFacts) -> Vec<Departure> {
    // An asset that goes to another customer must leave with those who had it for the old one's sake.
    // What is a part of a job never goes to another.
    let left = was
        .parent
        .filter(|owner| was.parent != now.parent && owner.module != Module::Job);
    let mut departures = vec![Departure {
        seq,
        key,
        assignee: was.assignee,
        links: was.links,
    }];
    departures.extend(left.map(|owner| Departure {
        seq,
        key: owner,
        assignee: None,
        links: vec![key],
    }));
    departures
}

/// The record with a number of the company's, if it is a job that has none yet.
async fn numbered(tx: &mut dyn WriteTx, company: CompanyId, record: &Record) -> Stored<Record> {
    let mut record = record.clone();
    if let Record::Job(Job { number, .. }) = &mut record
        && number.is_empty()
    {
        let next = planted!(NumberGivenTwice: tx.next_job_number(company).await? => 1001);
        *number = format!("J-{next}");
    }
    Ok(record)
}

/// Writes a record under a new change number; a job without a number gets one.
///
/// # Errors
/// When the storage fails; the transaction is to be dropped then.
pub async fn save_record(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    write: Write<'_>,
    now: Timestamp,
) -> Stored<Versioned> {
    let record = numbered(tx, company, write.record).await?;
    let write = Write {
        record: &record,
        ..write
    };
    let seq = tx.next_seq(company).await?;
    let (row, departures) = plan_write(&write, seq, now)?;
    tx.put_record(company, &row).await?;
    for departure in planted!(DepartureNotNoted: departures => Vec::new()) {
        tx.add_departure(company, &departure, now).await?;
    }
    let written = Written {
        before: write.old,
        record: &record,
        is_gone: write.fate == Fate::Deleted,
        by: write.by.id,
    };
    note(tx, company, &written, now).await?;
    Ok(Versioned {
        rev: row.stored.rev,
        record,
    })
}

/// Writes a new record, as the office.
///
/// # Errors
/// When the storage fails; the transaction is to be dropped then.
pub async fn save_new(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    record: &Record,
    external_key: Option<&str>,
    now: Timestamp,
) -> Stored<Versioned> {
    let write = Write {
        old: None,
        record,
        fate: Fate::Present,
        external_key,
        by: OFFICE,
        made_at: now,
    };
    save_record(tx, company, write, now).await
}
