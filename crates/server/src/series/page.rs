//! A series as the office sees it, and its end.

use super::kept::{BACK_DAYS, Kept, zone_of};
use crate::decide::connected::{Asked, run_asked};
use crate::state::App;
use crate::storage::{CompanyRow, ReadTx, SessionRow, Stored};
use afield_domain::time::Day;
use afield_domain::{
    CompanyId, Contract, Job, JobId, JobStatus, Op, Record, RecordKey, Rev, SeriesId, limits,
};
use afield_protocol::{Series, SeriesContract, SeriesEnd, SeriesEnded, SeriesJob, Verdict};
use std::collections::HashSet;

/// A series, with what it has made and what is still to come.
pub(crate) async fn load_series(
    app: &App,
    company: &CompanyRow,
    id: SeriesId,
) -> Stored<Option<Series>> {
    let mut tx = app.storage.read().await?;
    let Some(data) = tx.series(company.id, id).await? else {
        return Ok(None);
    };
    let (kept, zone) = (Kept::read(&data)?, zone_of(company)?);
    let made = tx.series_jobs(company.id, id).await?;
    let days: HashSet<&String> = made.iter().map(|(day, _)| day).collect();
    let today = zone.day(app.clock.now());
    let is_ahead = |day: &Day| *day >= today.plus(-BACK_DAYS) && !days.contains(&day.to_string());
    // By contract it has no end of its own.
    let all = kept.days(&zone, today.plus(limits::SERIES_DAYS));
    let ahead = all.into_iter().filter(is_ahead);
    let ahead = ahead.map(|day| day.to_string()).collect();
    let jobs = load_jobs(tx.as_mut(), company.id, &made).await?;
    let jobs = jobs.iter().map(|job| job.told()).collect();
    let by = tx.account_of(company.id, kept.by).await?;
    Ok(Some(Series {
        id,
        title: kept.plan.title,
        starts: kept.plan.starts,
        ends: kept.plan.ends,
        contract: kept.agreed.as_ref().map(|agreed| told(agreed.contract())),
        repeat: kept.repeat,
        by: by.map(|account| account.user.name).unwrap_or_default(),
        made_at: kept.made_at,
        ended: kept.ended,
        jobs,
        ahead,
        refused: kept.refused,
    }))
}

fn told(contract: &Contract) -> SeriesContract {
    SeriesContract {
        id: contract.id,
        number: contract.number.clone(),
        name: contract.name.clone(),
        visits: contract.interval().map(|interval| interval.to_string()),
        until: contract.until.clone(),
        customer: contract.customer,
    }
}

/// A job that a series has made.
pub(super) struct MadeJob {
    /// The day for which it was made.
    pub(super) day: String,
    pub(super) job: Job,
    pub(super) rev: Rev,
}

impl MadeJob {
    fn told(&self) -> SeriesJob {
        SeriesJob {
            day: self.day.clone(),
            job: self.job.id,
            number: self.job.number.clone(),
            status: self.job.status,
            starts: self.job.starts,
        }
    }
}

/// The jobs of these days that are there and read, by day.
pub(super) async fn load_jobs(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    made: &[(String, JobId)],
) -> Stored<Vec<MadeJob>> {
    let keys: Vec<RecordKey> = made.iter().map(|(_, job)| (*job).into()).collect();
    let mut found = Vec::new();
    for row in tx.records(company, &keys).await? {
        let day = made
            .iter()
            .find(|(_, job)| RecordKey::from(*job) == row.key);
        if let (Some((day, _)), false, Ok(Record::Job(job))) = (day, row.deleted, row.record()) {
            let (day, rev) = (day.clone(), row.rev);
            found.push(MadeJob { day, job, rev });
        }
    }
    found.sort_by(|one, other| one.day.cmp(&other.day));
    Ok(found)
}

/// Ends a series from a day on, and cancels what of it nobody has begun, if that is asked for. None if it is not there.
pub(crate) async fn run_end(
    app: &App,
    session: &SessionRow,
    id: SeriesId,
    (from, end): (Day, SeriesEnd),
) -> Stored<Option<SeriesEnded>> {
    let turn = app.series.lock().await;
    let company = session.company.id;
    let mut tx = app.storage.write().await?;
    let Some(data) = tx.series(company, id).await? else {
        return Ok(None);
    };
    let kept = Kept::read(&data)?;
    // What is ended stays ended: days are written so that they sort.
    let from = from.to_string();
    let ended = match kept.ended.clone() {
        Some(before) => before.min(from.clone()),
        None => from.clone(),
    };
    let kept = Kept {
        ended: Some(ended),
        refused: None,
        ..kept
    };
    tx.put_series(company, id, &kept.text()?).await?;
    let mut made = tx.series_jobs(company, id).await?;
    made.retain(|(day, _)| *day >= from);
    let jobs = load_jobs(tx.as_mut(), company, &made).await?;
    tx.commit().await?;
    drop(turn);
    let (mut cancelled, mut left) = (0, 0);
    for made in jobs.into_iter().filter(|_| end.cancel) {
        let is_untouched = made.job.status == JobStatus::Scheduled;
        match is_untouched && set_status(app, session, &made, JobStatus::Cancelled).await? {
            true => cancelled += 1,
            false => left += 1,
        }
    }
    let series = load_series(app, &session.company, id).await?;
    Ok(series.map(|series| SeriesEnded {
        series,
        cancelled,
        kept: left,
    }))
}

/// Cancels a job as it was seen, or brings it back; whoever was faster keeps what they did.
pub(super) async fn set_status(
    app: &App,
    session: &SessionRow,
    made: &MadeJob,
    to: JobStatus,
) -> Stored<bool> {
    let job = made.job.id;
    let asked = Asked {
        id: None,
        on: job.into(),
        op: Op::set_status(job, to),
        base_rev: Some(made.rev),
    };
    let verdict = run_asked(app, session, asked).await?;
    Ok(matches!(
        verdict,
        Verdict::Applied { .. } | Verdict::Merged { .. } | Verdict::AlreadyApplied { .. }
    ))
}
