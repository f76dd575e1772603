//! Writing records, the same way for push, board, import and demo.
//!
//! Owns what a write means for revision, scope and departures. Must never decide whether a write
//! is allowed.

use crate::error::StorageError;
use crate::storage::rows::JobIndex;
use crate::storage::{Departure, RecordRow, Stored, StoredRecord, WriteTx};
use afield_domain::{CompanyId, Record, RecordKey, Rev, Timestamp, UserId, Versioned};

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
            parent: record.parent(),
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
        Record::Customer(_)
        | Record::Organization(_)
        | Record::Property(_)
        | Record::Note(_)
        | Record::Unknown => None,
    }
}

/// The row to write under the change number `seq`, and what to remember of the old one.
///
/// # Errors
/// When the old row is damaged, or the record is of a module this build does not know.
pub fn plan_write(
    write: &Write<'_>,
    seq: u64,
    now: Timestamp,
) -> Stored<(RecordRow, Option<Departure>)> {
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
            Some((old, ScopeFacts::of(&old.record()?, fate)))
        }
        None => None,
    };
    let (rev, scope_seq, departure) = match before {
        None => (Rev(1), seq, None),
        Some((old, was)) if was == facts => (Rev(old.rev.0 + 1), old.scope_seq, None),
        Some((old, was)) => {
            let departure = Departure {
                seq,
                key,
                assignee: was.assignee,
                links: was.links,
            };
            (Rev(old.rev.0 + 1), seq, Some(departure))
        }
    };
    let data = serde_json::to_string(write.record).map_err(|_| StorageError::Damaged("record"))?;
    let stored = StoredRecord {
        key,
        rev,
        scope_seq,
        deleted: write.fate == Fate::Deleted,
        data,
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
    Ok((row, departure))
}

/// Writes a record under a new change number.
///
/// # Errors
/// When the storage fails; the transaction is to be dropped then.
pub async fn save_record(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    write: Write<'_>,
    now: Timestamp,
) -> Stored<Versioned> {
    let seq = tx.next_seq(company).await?;
    let (row, departure) = plan_write(&write, seq, now)?;
    tx.put_record(company, &row).await?;
    if let Some(departure) = departure {
        tx.add_departure(company, &departure, now).await?;
    }
    Ok(Versioned {
        rev: row.stored.rev,
        record: write.record.clone(),
    })
}

/// Writes a new record.
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
    };
    save_record(tx, company, write, now).await
}
