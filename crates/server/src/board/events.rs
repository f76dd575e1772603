//! What happens to the company's jobs, in its order, for the boards that watch.
//!
//! Owns what is read for an event. Must never write.

use super::jobs::load_board_jobs;
use crate::error::StorageError;
use crate::events::{Page, Told};
use crate::state::App;
use crate::storage::Stored;
use afield_domain::{CompanyId, JobId, RecordKey};
use afield_protocol::{BoardEvent, BoardJob, RELOAD};
use std::collections::HashMap;

/// The activities after `after` with their jobs as they are now, at most `limit`, and who may see them. One that is
/// about no job comes with the day, which the boards are told to load.
pub(crate) async fn load_page(
    app: &App,
    company: CompanyId,
    after: u64,
    limit: u32,
) -> Stored<Page> {
    let mut tx = app.storage.read().await?;
    let may_watch = tx.office_sessions(company, app.clock.now()).await?;
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
    let mut events = Vec::with_capacity(activities.len());
    for activity in activities {
        let seq = activity.seq;
        if activity.job.0.is_nil() {
            let text = RELOAD.to_owned();
            events.push(Told { seq, text });
            continue;
        }
        let Some(job) = jobs.get(&activity.job).cloned() else {
            continue;
        };
        let text = serde_json::to_string(&BoardEvent { activity, job })
            .map_err(|_| StorageError::Damaged("event"))?;
        events.push(Told { seq, text });
    }
    Ok(Page {
        last,
        events,
        may_watch,
    })
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
