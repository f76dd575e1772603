//! Housekeeping: what is forgotten, and when; and the jobs of series, which are made ahead.
//!
//! Owns the retention times that no company sets. Run at start and daily. Whatever is forgotten goes some rows at a time,
//! each time in a transaction of its own and of one company: whoever writes waits for a few rows at most, and what ends in
//! between goes on the next time where it stopped. A verdict's text goes only when its device has acknowledged it and 30
//! days have passed; its row, which makes an effect unique, never goes.

mod files;

use crate::clock::{Clock as _, SystemClock};
use crate::files::UPLOAD_KEPT;
use crate::series::make_ahead;
use crate::state::App;
use crate::storage::again::again;
use crate::storage::{Ageing, KeptVerdict, Stored, VerdictAges};
use afield_domain::company::CompanySettings;
use afield_domain::{CompanyId, MutationId, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

const DAY_MS: i64 = 86_400_000;

/// The engine's promises hang on these two, so no company sets them. A phone that asks again later than this for what it
/// has acknowledged hears that it is there, and fetches it.
const VERDICT_DAYS: i64 = 30;
/// Cursors older than this must prime again.
const DEPARTURE_DAYS: i64 = 90;

/// A device that was not here for so long is forgotten, with the texts that were kept for it. Should it come
/// back, what it sends again still has its effect once.
const DEVICE_DAYS: i64 = 400;
/// A device that has not told anything new for so long is not missed any more.
const REPORT_DAYS: i64 = 400;

/// What came too late, once it was decided: its author has read the answer by then.
const REVIEW_DAYS: i64 = 90;

/// A sign-in that failed counts for a minute.
const FAILURES_MS: i64 = 3_600_000;

/// Rows that are forgotten in one transaction.
const AT_ONCE: u32 = 500;

/// How much was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    /// Files whose bytes are removed.
    pub files: u64,
    /// Sign-ins that failed.
    pub failures: u64,
    /// What sessions have asked for, at servers that are gone.
    pub paces: u64,
}

/// Forgets what is old enough.
///
/// # Errors
/// When the storage fails; what was forgotten until then is, and the rest is the next time. What fails for one company alone
/// is in the log, and holds up no other.
pub async fn run_maintenance(app: &App) -> Stored<Pruned> {
    keep_house(app, app.clock.now()).await
}

/// Forgets what is old enough as of `now`.
pub(crate) async fn keep_house(app: &App, now: Timestamp) -> Stored<Pruned> {
    let companies = app.storage.read().await?.companies().await?;
    let mut pruned = Pruned {
        verdicts: forget_verdicts(app, now).await?,
        ..Pruned::default()
    };
    let mut deleting = files::Deleting::default();
    for company in companies {
        let forgotten = forget_of(app, company, now, (&mut pruned, &mut deleting)).await;
        if let Err(error) = forgotten {
            tracing::error!(%error, %company, "housekeeping failed for a company; next try tomorrow");
        }
    }
    (pruned.failures, pruned.paces) = again(|| forget_counts(app, now)).await?;
    Ok(pruned)
}

/// What one company forgets.
async fn forget_of(
    app: &App,
    company: CompanyId,
    now: Timestamp,
    (pruned, deleting): (&mut Pruned, &mut files::Deleting),
) -> Stored<()> {
    let row = app.storage.read().await?.company(company).await?;
    let Some(CompanySettings {
        keep_activity_days,
        keep_files_days,
        ..
    }) = row.map(|row| row.settings)
    else {
        return Ok(());
    };
    let before = |days: i64| now.plus_ms(-days * DAY_MS);
    let forget = async |what, before| forget(app, company, what, before).await;
    pruned.departures += forget(Ageing::Departures, before(DEPARTURE_DAYS)).await?;
    if let Some(days) = set(keep_activity_days) {
        pruned.activity += forget(Ageing::Activity, before(days.into())).await?;
    }
    pruned.devices += forget(Ageing::Devices, before(DEVICE_DAYS)).await?;
    pruned.sessions += forget(Ageing::Sessions, now).await?;
    pruned.reports += forget(Ageing::Reports, before(REPORT_DAYS)).await?;
    pruned.reviews += forget(Ageing::Reviews, before(REVIEW_DAYS)).await?;
    pruned.files += files::forget_files(app, company, set(keep_files_days), now, deleting).await?;
    Ok(())
}

/// The days that a company has set; none for ever.
fn set(days: Option<u32>) -> Option<u32> {
    days.filter(|days| *days > 0)
}

/// Forgets rows of a company of before `before`.
async fn forget(app: &App, company: CompanyId, what: Ageing, before: Timestamp) -> Stored<u64> {
    let mut forgotten = 0;
    loop {
        let some = again(|| async {
            let mut tx = app.storage.write().await?;
            let some = tx.prune(company, what, before, AT_ONCE).await?;
            if some > 0 {
                tx.commit().await?;
            }
            Ok(some)
        });
        let some = some.await?;
        forgotten += some;
        if some < u64::from(AT_ONCE) {
            return Ok(forgotten);
        }
    }
}

/// Forgets texts of verdicts. What may go is looked for by a reader, for whom nobody waits: in front are those of devices
/// that are away, which stay.
async fn forget_verdicts(app: &App, now: Timestamp) -> Stored<u64> {
    let ages = VerdictAges {
        acknowledged: now.plus_ms(-VERDICT_DAYS * DAY_MS),
        abandoned: now.plus_ms(-DEVICE_DAYS * DAY_MS),
    };
    let (mut forgotten, mut after) = (0, None);
    loop {
        let mut tx = app.storage.read().await?;
        let page = tx.kept_verdicts(ages.acknowledged, after, AT_ONCE).await?;
        drop(tx);
        for (company, ids) in by_company(&page) {
            let some = again(|| async {
                let mut tx = app.storage.write().await?;
                let some = tx.prune_verdicts(company, &ids, ages).await?;
                tx.commit().await?;
                Ok(some)
            });
            forgotten += some.await?;
        }
        after = page.last().copied();
        if after.is_none() {
            return Ok(forgotten);
        }
    }
}

fn by_company(page: &[KeptVerdict]) -> BTreeMap<CompanyId, Vec<MutationId>> {
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for verdict in page {
        all.entry(verdict.company).or_default().push(verdict.id);
    }
    all
}

/// What is no company's: never more than some thousands.
async fn forget_counts(app: &App, now: Timestamp) -> Stored<(u64, u64)> {
    let before = now.plus_ms(-FAILURES_MS);
    let mut tx = app.storage.write().await?;
    let failures = tx.prune_sign_in_failures(before).await?;
    let paces = tx.prune_paces(before).await?;
    tx.commit().await?;
    Ok((failures, paces))
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

/// Keeps house until dropped.
pub async fn run_daily(app: &App) {
    loop {
        // Before what may take long: the jobs are somebody's day.
        match make_ahead(app).await {
            Ok(jobs) => tracing::info!(jobs, "made jobs of series"),
            Err(error) => tracing::error!(%error, "no jobs of series; next try tomorrow"),
        }
        match run_maintenance(app).await {
            Ok(pruned) => tracing::info!(?pruned, "kept house"),
            Err(error) => tracing::error!(%error, "housekeeping failed; next try tomorrow"),
        }
        forget_stale_uploads(app).await;
        tokio::time::sleep(Duration::from_hours(24)).await;
    }
}
