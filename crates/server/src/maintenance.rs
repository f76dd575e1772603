//! Housekeeping: what is forgotten, and when; and the jobs of series, which are made ahead.
//!
//! Owns the retention times. Run at start and daily. A verdict's text goes only when its device has
//! acknowledged it and 30 days have passed; its row, which makes an effect unique, never goes.

use crate::clock::{Clock as _, SystemClock};
use crate::files::UPLOAD_KEPT;
use crate::series::make_ahead;
use crate::state::App;
use crate::storage::Stored;
use crate::storage::again::again;
use afield_domain::Timestamp;
use std::time::Duration;

const DAY_MS: i64 = 86_400_000;
const VERDICT_DAYS: i64 = 30;
/// Cursors older than this must prime again.
const DEPARTURE_DAYS: i64 = 90;

/// The board shows the latest only; what happened to a job stands with the job.
const ACTIVITY_DAYS: i64 = 90;

/// A device that was not here for so long is forgotten, with the texts that were kept for it. Should it come
/// back, what it sends again still has its effect once.
const DEVICE_DAYS: i64 = 400;
/// A device that has not told anything new for so long is not missed any more.
const REPORT_DAYS: i64 = 400;

/// What came too late, once it was decided: its author has read the answer by then.
const REVIEW_DAYS: i64 = 90;

/// A sign-in that failed counts for a minute.
const FAILURES_MS: i64 = 3_600_000;

/// Activities of a company that are looked at in one transaction.
const ACTIVITIES_AT_ONCE: u32 = 500;

/// How much was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pruned {
    /// Texts of verdicts.
    pub verdicts: u64,
    /// Departures.
    pub departures: u64,
    /// Activities.
    pub activity: u64,
    /// Devices.
    pub devices: u64,
    /// Sessions.
    pub sessions: u64,
    /// What devices told of themselves.
    pub reports: u64,
    /// What came too late and was decided.
    pub reviews: u64,
    /// Sign-ins that failed.
    pub failures: u64,
    /// What sessions have asked for, at servers that are gone.
    pub paces: u64,
}

/// Forgets what is old enough.
///
/// # Errors
/// When the storage fails; nothing is forgotten then.
pub async fn run_maintenance(app: &App) -> Stored<Pruned> {
    keep_house(app, app.clock.now()).await
}

/// Forgets what is old enough as of `now`.
pub(crate) async fn keep_house(app: &App, now: Timestamp) -> Stored<Pruned> {
    let pruned = again(|| forget(app, now)).await?;
    Ok(Pruned {
        activity: forget_activity(app, now.plus_ms(-ACTIVITY_DAYS * DAY_MS)).await?,
        ..pruned
    })
}

async fn forget(app: &App, now: Timestamp) -> Stored<Pruned> {
    let mut tx = app.storage.write().await?;
    let pruned = Pruned {
        verdicts: tx
            .prune_verdicts(now.plus_ms(-VERDICT_DAYS * DAY_MS))
            .await?,
        departures: tx
            .prune_departures(now.plus_ms(-DEPARTURE_DAYS * DAY_MS))
            .await?,
        activity: 0,
        devices: tx.prune_devices(now.plus_ms(-DEVICE_DAYS * DAY_MS)).await?,
        sessions: tx.prune_sessions(now).await?,
        reports: tx.prune_reports(now.plus_ms(-REPORT_DAYS * DAY_MS)).await?,
        reviews: tx.prune_reviews(now.plus_ms(-REVIEW_DAYS * DAY_MS)).await?,
        failures: tx.prune_sign_in_failures(now.plus_ms(-FAILURES_MS)).await?,
        paces: tx.prune_paces(now.plus_ms(-FAILURES_MS)).await?,
    };
    tx.commit().await?;
    Ok(pruned)
}

/// Forgets what came of files whose phones have sent no more for long. Their phones still have them, and begin again.
async fn forget_stale_uploads(app: &App) {
    // Pieces bear the machine's time, whatever the time of the data is.
    let now = SystemClock.now().0;
    match app.config.files.forget_stale_pieces(now, UPLOAD_KEPT).await {
        Ok(pieces) => tracing::info!(pieces, "forgot uploads"),
        Err(error) => {
            tracing::error!(%error, "uploads could not be looked through; next try tomorrow")
        }
    }
}

/// Forgets activity of before `before`, some at a time: nobody waits for all of it.
async fn forget_activity(app: &App, before: Timestamp) -> Stored<u64> {
    let mut forgotten = 0;
    loop {
        let mut tx = app.storage.write().await?;
        let some = tx.prune_activity(before, ACTIVITIES_AT_ONCE).await?;
        if some == 0 {
            return Ok(forgotten);
        }
        tx.commit().await?;
        forgotten += some;
    }
}

/// Keeps house until dropped.
pub async fn run_daily(app: &App) {
    loop {
        match run_maintenance(app).await {
            Ok(pruned) => tracing::info!(?pruned, "kept house"),
            Err(error) => tracing::error!(%error, "housekeeping failed; next try tomorrow"),
        }
        match make_ahead(app).await {
            Ok(jobs) => tracing::info!(jobs, "made jobs of series"),
            Err(error) => tracing::error!(%error, "no jobs of series; next try tomorrow"),
        }
        forget_stale_uploads(app).await;
        tokio::time::sleep(Duration::from_hours(24)).await;
    }
}
