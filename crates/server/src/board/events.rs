//! What happens to the company's jobs, in its order, for the boards that watch.
//!
//! Owns what is read for an event. Must never write.

use super::jobs::load_board_jobs;
use crate::state::App;
use crate::storage::Stored;
use afield_domain::{CompanyId, JobId, RecordKey};
use afield_protocol::{BoardEvent, BoardJob};
use std::collections::HashMap;

/// The activities after `after` with their jobs as they are now, at most `limit`, and the number up to
/// which they were looked at.
pub(crate) async fn load_events(
    app: &App,
    company: CompanyId,
    after: u64,
    limit: u32,
) -> Stored<(u64, Vec<BoardEvent>)> {
    let mut tx = app.storage.read().await?;
    let activities = tx.activity_after(company, after, limit).await?;
    let mut keys: Vec<RecordKey> = activities
        .iter()
        .map(|activity| activity.job.into())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let rows = tx.records(company, &keys).await?;
    let shown = load_board_jobs(tx.as_mut(), company, &rows).await?;
    let jobs: HashMap<JobId, BoardJob> = shown
        .jobs
        .into_iter()
        .map(|job| (job.job.id, job))
        .collect();
    let last = activities.last().map_or(after, |activity| activity.seq);
    let events = activities.into_iter().filter_map(|activity| {
        let job = jobs.get(&activity.job)?.clone();
        Some(BoardEvent { activity, job })
    });
    Ok((last, events.collect()))
}

/// The newest activity's place in the company's order; 0 if there is none.
pub(crate) async fn load_last_event(app: &App, company: CompanyId) -> Stored<u64> {
    let latest = app
        .storage
        .read()
        .await?
        .latest_activity(company, 1)
        .await?;
    Ok(latest.first().map_or(0, |activity| activity.seq))
}
