//! The business rules, run in the transaction of the operation that they follow from.
//!
//! Owns what is loaded for them. The rules themselves are in `afield_domain::operation::consequences`.

use crate::storage::{CompanyRow, Stored, StoredRecord, WriteTx};
use crate::zones;
use afield_domain::{
    CompanyId, JobId, Module, Op, Record, RecordKey, Timestamp, Zone, operation::consequences,
};

/// A record with its row.
pub(crate) type Read = (StoredRecord, Record);

/// Adds to `written` what follows from it, and to `records` what that was decided by.
///
/// # Errors
/// When the storage fails.
pub(crate) async fn add_consequences(
    tx: &mut dyn WriteTx,
    company: &CompanyRow,
    op: &Op,
    now: Timestamp,
    records: &mut Vec<Read>,
    written: &mut Vec<Record>,
) -> Stored<()> {
    let Some(job) = op.job().filter(|_| consequences::concerns(op)) else {
        return Ok(());
    };
    load_around(tx, company.id, job, records).await?;
    // A follow-up that the office has deleted counts: it shall not come back.
    let follow_up = RecordKey::from(consequences::follow_up_id(job));
    let untouched = records
        .iter()
        .filter(|(row, record)| {
            let counts = !row.deleted || row.key == follow_up;
            counts && !written.iter().any(|after| after.key() == record.key())
        })
        .map(|(_, record)| record.clone());
    let after: Vec<Record> = untouched.chain(written.iter().cloned()).collect();
    // Nobody's work waits for a zone that there is not.
    let zone = zones::zone(&company.zone).unwrap_or_else(Zone::utc);
    written.extend(consequences::consequences(op, &after, now, &zone));
    Ok(())
}

/// Reads the job's tasks and submissions, their forms, and the job that follows it up.
async fn load_around(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    job: JobId,
    records: &mut Vec<Read>,
) -> Stored<()> {
    let children = tx.children_of(company, &[job.into()]).await?;
    let mut keys: Vec<RecordKey> = children
        .iter()
        .map(|child| child.head.key)
        .filter(|key| matches!(key.module, Module::Task | Module::Submission))
        .collect();
    keys.push(consequences::follow_up_id(job).into());
    load_missing(tx, company, &keys, records).await?;
    let forms: Vec<RecordKey> = records
        .iter()
        .filter_map(|(_, record)| match record {
            Record::Submission(submission) => Some(submission.template.into()),
            _ => None,
        })
        .collect();
    load_missing(tx, company, &forms, records).await
}

async fn load_missing(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    keys: &[RecordKey],
    records: &mut Vec<Read>,
) -> Stored<()> {
    let is_new = |key: &&RecordKey| !records.iter().any(|(row, _)| row.key == **key);
    let mut missing: Vec<RecordKey> = keys.iter().filter(is_new).copied().collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return Ok(());
    }
    for row in tx.records(company, &missing).await? {
        match row.record() {
            Ok(record) => records.push((row, record)),
            // It concerns those who change it; the rules go by what can be read.
            Err(error) => tracing::error!(%error, "a business rule did not see a record"),
        }
    }
    Ok(())
}
