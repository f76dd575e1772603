//! The bytes of files that were kept as long as their company wants.
//!
//! Owns which files may go, and the order of the steps: it is decided and noted in the database that the bytes are
//! removed, in one transaction with their name on a list; then they are deleted; then their name goes from the list.
//! Whatever ends in between, the next run goes on from the list, and from the first step on nobody is told that the bytes
//! are there. Records stay as they are. Must never touch an upload, nor a file that something still waits for.

use super::DAY_MS;
use crate::decide::records::reads_whole;
use crate::files::FileKey;
use crate::state::App;
use crate::storage::again::again;
use crate::storage::{FileRemoved, KeptFile, ReadTx, Stored, StoredRecord};
use afield_domain::{
    Attachment, AttachmentId, AttachmentKind, CompanyId, Job, JobStatus, Record, RecordKey,
    Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// Files that are looked at, and noted, in one transaction: each comes with its small picture.
const AT_ONCE: u32 = 50;
/// So many that cannot be deleted one after the other are no fault of a file any more: the store is left alone until the
/// next run.
const MOST_FAILED: u32 = 3;

/// How the store does in this run, for whichever company.
#[derive(Debug, Default)]
pub(super) struct Deleting {
    /// Files that could not be deleted since one could.
    failed: u32,
}

impl Deleting {
    fn is_over(&self) -> bool {
        self.failed >= MOST_FAILED
    }
}

/// Removes the files that a company has kept for `days`, if it does not keep them for ever, and deletes what an earlier
/// run has left on the list. Gives how many were removed.
pub(super) async fn forget_files(
    app: &App,
    company: CompanyId,
    days: Option<u32>,
    now: Timestamp,
    deleting: &mut Deleting,
) -> Stored<u64> {
    let mut removed = 0;
    if let Some(kept_days) = days {
        let (before, mut after) = (now.plus_ms(-i64::from(kept_days) * DAY_MS), None);
        loop {
            let mut tx = app.storage.read().await?;
            let page = tx.kept_files(company, before, after, AT_ONCE).await?;
            let any = !load_to_go(tx.as_mut(), company, &page, before)
                .await?
                .is_empty();
            drop(tx);
            if any {
                let note = FileRemoved { at: now, kept_days };
                removed += again(|| note_removed(app, company, &page, before, note)).await?;
            }
            after = page.last().copied();
            if after.is_none() {
                break;
            }
        }
    }
    delete_listed(app, company, deleting).await?;
    Ok(removed)
}

/// Notes of those that may go that they are removed: decided again, for somebody may have written meanwhile.
async fn note_removed(
    app: &App,
    company: CompanyId,
    page: &[KeptFile],
    before: Timestamp,
    note: FileRemoved,
) -> Stored<u64> {
    let mut tx = app.storage.write().await?;
    // Its row is locked from here on, and an admin may have thought better of it.
    let stands = tx.company(company).await?;
    if stands.is_none_or(|row| row.settings.keep_files_days != Some(note.kept_days)) {
        return Ok(0);
    }
    let mut removed = 0;
    for file in load_to_go(tx.as_mut(), company, page, before).await? {
        // Another server may have been first.
        removed += u64::from(tx.remove_file(company, file, note).await?);
    }
    tx.commit().await?;
    Ok(removed)
}

/// Those of `page` that may go.
async fn load_to_go<Tx: ReadTx + ?Sized>(
    tx: &mut Tx,
    company: CompanyId,
    page: &[KeptFile],
    before: Timestamp,
) -> Stored<Vec<AttachmentId>> {
    let keys: Vec<RecordKey> = page.iter().map(|file| file.id.into()).collect();
    let mut files = Vec::new();
    for row in tx.records(company, &keys).await? {
        files.extend(read_old_file(&row, before));
    }
    let jobs: BTreeSet<RecordKey> = files.iter().map(|file| file.job.into()).collect();
    let jobs = Vec::from_iter(jobs);
    let mut has_ended = BTreeMap::new();
    for row in tx.records(company, &jobs).await? {
        let Some(job) = read_ended_job(&row, before) else {
            continue;
        };
        has_ended.insert(job.id, !tx.waits_on(company, job.id).await?);
    }
    let may_go = |file: &Attachment| has_ended.get(&file.job) == Some(&true);
    Ok(files
        .into_iter()
        .filter(may_go)
        .map(|file| file.id)
        .collect())
}

/// The attachment, if by itself it may go: all its bytes have come, or nobody sees it any more, and both is longer ago. A
/// signature is what a customer has agreed by, and stays. What does not read stays as well, and what a newer version has
/// written that reads as a file here: it may be as good as a signature.
fn read_old_file(row: &StoredRecord, before: Timestamp) -> Option<Attachment> {
    let record = row.record().ok()?;
    if !reads_whole(&row.data, &record) {
        return None;
    }
    let Record::Attachment(file) = record else {
        return None;
    };
    let has_come = file.received_at.is_some_and(|at| at < before);
    let may_go = row.updated_at < before
        && (has_come || row.deleted)
        && file.kind != AttachmentKind::Signature;
    may_go.then_some(file)
}

/// The job, if it has ended before `before`: it is finished, called off or gone, nothing of it was changed since, and its
/// planned time is over, so that it is on no phone's days.
fn read_ended_job(row: &StoredRecord, before: Timestamp) -> Option<Job> {
    let Ok(Record::Job(job)) = row.record() else {
        return None;
    };
    let is_over = row.deleted || matches!(job.status, JobStatus::Finished | JobStatus::Cancelled);
    let is_old = row.updated_at < before && job.starts < before && job.ends < before;
    (is_over && is_old).then_some(job)
}

/// Deletes the bytes of what is on the list, past what cannot be deleted: that stays on it, for the next run.
async fn delete_listed(app: &App, company: CompanyId, deleting: &mut Deleting) -> Stored<()> {
    let mut after = None;
    while !deleting.is_over() {
        let mut tx = app.storage.read().await?;
        let listed = tx.files_to_delete(company, after, AT_ONCE).await?;
        drop(tx);
        if listed.is_empty() {
            break;
        }
        after = listed.last().copied();
        let deleted = delete_bytes(app, company, &listed, deleting).await;
        let noted = again(|| async {
            let mut tx = app.storage.write().await?;
            tx.files_deleted(company, &deleted).await?;
            tx.commit().await
        });
        noted.await?;
    }
    Ok(())
}

/// Those that are deleted.
async fn delete_bytes(
    app: &App,
    company: CompanyId,
    listed: &[AttachmentId],
    deleting: &mut Deleting,
) -> Vec<AttachmentId> {
    let mut deleted = Vec::new();
    for attachment in listed.iter().copied() {
        if deleting.is_over() {
            break;
        }
        let file = FileKey {
            company,
            attachment,
        };
        match app.config.files.delete(file).await {
            Ok(()) => {
                deleting.failed = 0;
                deleted.push(attachment);
            }
            Err(error) => {
                tracing::error!(%error, %attachment, "the bytes of a removed file stay for now; next try tomorrow");
                deleting.failed += 1;
            }
        }
    }
    deleted
}
