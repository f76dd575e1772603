//! What came too late, as the office reads it.
//!
//! Owns how it is put together by author and job. Must never write.

use crate::decide::left_out::needs;
use crate::state::App;
use crate::storage::{ReadTx, ReviewRow, Stored};
use afield_domain::{
    CompanyId, Job, JobField, JobId, Module, MutationId, Op, Record, RecordKey, UserId, Versioned,
};
use afield_protocol::{ReviewEntry, ReviewGroup, ReviewPage, ReviewedJob};
use std::collections::BTreeSet;

/// Changes of one answer at most, but for those of a group that has begun.
pub(crate) const MOST: u32 = 100;
/// Bytes of one answer at most, but for those of the group that goes beyond.
const BYTES: usize = 512 * 1024;
/// Records that come with a group at most.
const NAMED: usize = 200;

/// The oldest groups, `limit` changes in all at least if there are so many; and how many more there are.
pub(crate) async fn load_reviews(app: &App, company: CompanyId, limit: u32) -> Stored<ReviewPage> {
    let mut tx = app.storage.read().await?;
    let (first, count) = tx.reviews_waiting(company, limit.min(MOST)).await?;
    let mut known: Vec<(UserId, JobId)> = Vec::new();
    let mut groups = Vec::new();
    let mut bytes = 0;
    for row in &first {
        let of = (row.mutation.user, row.job);
        if bytes >= BYTES {
            break;
        }
        if !known.contains(&of) {
            known.push(of);
            // All of it: nobody decides about half.
            let group = load_group(tx.as_mut(), company, of).await?;
            bytes += serde_json::to_vec(&group).map_or(BYTES, |json| json.len());
            groups.push(group);
        }
    }
    let shown: usize = groups.iter().map(|group| group.entries.len()).sum();
    Ok(ReviewPage {
        groups,
        more: count.saturating_sub(shown as u64),
    })
}

async fn load_group(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    (author, job): (UserId, JobId),
) -> Stored<ReviewGroup> {
    let rows = tx.reviews_on(company, author, job).await?;
    let ids: BTreeSet<MutationId> = rows.iter().map(|row| row.mutation.id).collect();
    let account = tx.account_of(company, author).await?;
    let (now, was) = load_job(tx, company, job).await?;
    Ok(ReviewGroup {
        job,
        author,
        author_name: account.map(|account| account.user.name).unwrap_or_default(),
        now,
        was,
        records: load_named(tx, company, &rows).await?,
        entries: rows.into_iter().map(|row| entry(row, &ids)).collect(),
    })
}

/// What the changes name, of what is there and reads.
async fn load_named(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    rows: &[ReviewRow],
) -> Stored<Vec<Versioned>> {
    let mut keys: Vec<RecordKey> = Vec::new();
    for key in rows.iter().flat_map(|row| named_by(&row.mutation.op)) {
        if keys.len() < NAMED && !keys.contains(&key) {
            keys.push(key);
        }
    }
    let stored = tx.records(company, &keys).await?;
    let stored = stored.into_iter().filter(|row| !row.deleted);
    Ok(stored.filter_map(|row| row.versioned().ok()).collect())
}

/// The records that whoever reads `op` wants to have the names of.
fn named_by(op: &Op) -> Vec<RecordKey> {
    let mut keys = op.reads();
    if let Op::EditJob { edits, .. } = op {
        let linked = edits.iter().filter_map(|edit| {
            let module = match edit.field {
                JobField::Asset => Module::Asset,
                JobField::Part => Module::Part,
                _ => return None,
            };
            Some(RecordKey::new(module, edit.item.parse().ok()?))
        });
        keys.extend(linked);
    }
    keys
}

fn entry(row: ReviewRow, group: &BTreeSet<MutationId>) -> ReviewEntry {
    let needed = needs(&row.mutation).iter().copied();
    ReviewEntry {
        mutation: row.mutation.id,
        made_at: row.mutation.made_before(row.received_at),
        received_at: row.received_at,
        base_rev: row.mutation.base_rev,
        needs: needed.filter(|id| group.contains(id)).collect(),
        op: row.mutation.op,
        reason: row.reason,
        file_at: row.file_at,
        revoked: row.revoked,
    }
}

/// The job as it is, or as it was when it was deleted.
async fn load_job(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    job: JobId,
) -> Stored<(Option<ReviewedJob>, Option<ReviewedJob>)> {
    let rows = tx.records(company, &[RecordKey::from(job)]).await?;
    let Some(row) = rows.into_iter().next() else {
        return Ok((None, None));
    };
    let Ok(Record::Job(job)) = row.record() else {
        return Ok((None, None));
    };
    let job = reviewed(tx, company, job).await?;
    Ok(match row.deleted {
        true => (None, Some(job)),
        false => (Some(job), None),
    })
}

async fn reviewed(tx: &mut dyn ReadTx, company: CompanyId, job: Job) -> Stored<ReviewedJob> {
    let has_it = match job.assignee {
        Some(user) => tx.account_of(company, user).await?,
        None => None,
    };
    Ok(ReviewedJob {
        number: job.number,
        title: job.title,
        status: job.status,
        has_it: has_it.map(|account| account.user.name).unwrap_or_default(),
        customer: job.customer,
    })
}
