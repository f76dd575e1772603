//! What happened, page by page, and what the jobs that it is about are called now.
//!
//! Owns what is read for it. Must never write.

use crate::state::App;
use crate::storage::{ReadTx, Stored};
use afield_domain::{CompanyId, JobId, Record, RecordKey};
use afield_protocol::{Activity, ActivityPage};
use std::collections::HashMap;

/// Activities of a page.
pub(crate) const PAGE: u32 = 50;

/// What happened before `before`; to `job` alone, if there is one.
pub(crate) async fn load_history(
    app: &App,
    company: CompanyId,
    before: u64,
    job: Option<JobId>,
) -> Stored<ActivityPage> {
    let mut tx = app.storage.read().await?;
    let mut activity = tx.activity_before(company, before, job, PAGE).await?;
    // A page may be short of what does not read, and more come before it all the same.
    let more = match activity.last() {
        None => false,
        Some(last) => {
            let beyond = tx.activity_before(company, last.seq, job, 1).await?;
            !beyond.is_empty()
        }
    };
    load_titles(tx.as_mut(), company, &mut activity).await?;
    Ok(ActivityPage { activity, more })
}

/// Says of each activity what its job is called now.
pub(crate) async fn load_titles(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    activity: &mut [Activity],
) -> Stored<()> {
    let mut keys: Vec<RecordKey> = activity.iter().map(|one| one.job.into()).collect();
    keys.sort_unstable();
    keys.dedup();
    let rows = tx.records(company, &keys).await?;
    let titles = rows
        .iter()
        .filter(|row| !row.deleted)
        .filter_map(|row| match row.record() {
            Ok(Record::Job(job)) => Some((job.id, job.title)),
            _ => None,
        });
    let titles: HashMap<JobId, String> = titles.collect();
    for one in activity {
        one.job_title = titles.get(&one.job).cloned().unwrap_or_default();
    }
    Ok(())
}
