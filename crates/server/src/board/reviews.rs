//! What came too late, as the office reads it.
//!
//! Owns how it is put together by author and job. Must never write.

use crate::state::App;
use crate::storage::{ReadTx, ReviewRow, Stored};
use afield_domain::{CompanyId, JobId, Record, RecordKey, UserId};
use afield_protocol::{ReviewEntry, ReviewGroup, ReviewPage, ReviewedJob};

/// Changes of one answer at most, but for those of a group that has begun.
pub(crate) const MOST: u32 = 100;

/// The oldest groups, `limit` changes in all at least if there are so many; and how many more there are.
pub(crate) async fn load_reviews(app: &App, company: CompanyId, limit: u32) -> Stored<ReviewPage> {
    let mut tx = app.storage.read().await?;
    let (first, count) = tx.reviews_waiting(company, limit.min(MOST)).await?;
    let mut known: Vec<(UserId, JobId)> = Vec::new();
    let mut groups = Vec::new();
    for row in &first {
        let of = (row.mutation.user, row.job);
        if !known.contains(&of) {
            known.push(of);
            // All of it: nobody decides about half.
            groups.push(load_group(tx.as_mut(), company, of).await?);
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
    let account = tx.account_of(company, author).await?;
    Ok(ReviewGroup {
        job,
        author,
        author_name: account.map(|account| account.user.name).unwrap_or_default(),
        now: load_job(tx, company, job).await?,
        entries: rows.into_iter().map(entry).collect(),
    })
}

fn entry(row: ReviewRow) -> ReviewEntry {
    ReviewEntry {
        mutation: row.mutation.id,
        made_at: row.mutation.made_before(row.received_at),
        received_at: row.received_at,
        base_rev: row.mutation.base_rev,
        op: row.mutation.op,
        reason: row.reason,
        file_at: row.file_at,
        revoked: row.revoked,
    }
}

async fn load_job(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    job: JobId,
) -> Stored<Option<ReviewedJob>> {
    let rows = tx.records(company, &[RecordKey::from(job)]).await?;
    let row = rows.into_iter().find(|row| !row.deleted);
    let Some(Record::Job(job)) = row.and_then(|row| row.record().ok()) else {
        return Ok(None);
    };
    let has_it = match job.assignee {
        Some(user) => tx.account_of(company, user).await?,
        None => None,
    };
    Ok(Some(ReviewedJob {
        number: job.number,
        title: job.title,
        status: job.status,
        has_it: has_it.map(|account| account.user.name).unwrap_or_default(),
        customer: job.customer,
    }))
}
