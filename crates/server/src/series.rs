//! Series: the jobs that repeat, made ahead.
//!
//! Owns which jobs of a series are due, and its beginning and its end. Each job is made by the same decision as every
//! other (`decide`), under ids that follow from the series and the day: once, whatever restarts in between. Must never
//! change a job but by that decision, nor forget what a series has made.

use crate::decide::connected::{Asked, run_asked};
use crate::error::StorageError;
use crate::state::App;
use crate::storage::{CompanyRow, ReadTx, SessionRow, Stored};
use crate::zones::zone;
use afield_domain::series::{RepetitionFlaw, job_of, try_of};
use afield_domain::time::Day;
use afield_domain::{
    CompanyId, JobId, JobPlan, JobStatus, MutationId, Op, Record, RecordKey, Rejection, Repetition,
    Rev, Role, SeriesId, Timestamp, User, UserId, Zone,
};
use afield_protocol::{Series, SeriesEnd, SeriesEnded, SeriesJob, SeriesRequest, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Days beyond the company's window for which jobs are made ahead: what the office plans for.
const MARGIN_DAYS: i64 = 28;
/// Days back at which a series may begin, and for which a job that was not made in time is still made.
const BACK_DAYS: i64 = 7;

/// A series as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    plan: JobPlan,
    repeat: Repetition,
    by: UserId,
    made_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<Rejection>,
}

/// Why a series was not begun.
#[derive(Debug)]
pub(crate) enum NotMade {
    /// It is no repetition.
    Flawed(RepetitionFlaw),
    /// It would begin too long ago.
    Past,
    /// Its first job is refused.
    Refused(Rejection),
    /// Try again.
    Later,
}

impl Kept {
    fn read(data: &str) -> Stored<Self> {
        serde_json::from_str(data).map_err(|_| StorageError::Damaged("series"))
    }

    fn text(&self) -> Stored<String> {
        serde_json::to_string(self).map_err(|_| StorageError::Damaged("series"))
    }

    /// Its days, until it was ended.
    fn days(&self, zone: &Zone) -> Vec<Day> {
        let days = self.repeat.days(zone.day(self.plan.starts));
        let end: Option<Day> = self.ended.as_deref().and_then(|day| day.parse().ok());
        let is_of_it = |day: &Day| end.is_none_or(|end| *day < end);
        days.unwrap_or_default()
            .into_iter()
            .filter(is_of_it)
            .collect()
    }

    /// The days whose job is to be made on `today`.
    fn due(&self, zone: &Zone, today: Day, window_days: u32, made: &HashSet<String>) -> Vec<Day> {
        let until = today.plus(i64::from(window_days) + MARGIN_DAYS);
        let is_due = |day: &Day| {
            (today.plus(-BACK_DAYS)..=until).contains(day) && !made.contains(&day.to_string())
        };
        self.days(zone).into_iter().filter(is_due).collect()
    }
}

/// Its job of `day`: the same time of the clock, and as long.
fn plan_of(plan: &JobPlan, day: Day, zone: &Zone) -> JobPlan {
    let starts = zone.on_day(plan.starts, day);
    JobPlan {
        starts,
        ends: starts.plus_ms(plan.ends.since(plan.starts)),
        ..plan.clone()
    }
}

fn zone_of(company: &CompanyRow) -> Stored<Zone> {
    zone(&company.zone).ok_or(StorageError::Damaged("zone"))
}

/// Begins a series: its first job is decided first, and whatever speaks against it is the answer.
pub(crate) async fn run_new(
    app: &App,
    session: &SessionRow,
    id: SeriesId,
    request: SeriesRequest,
) -> Stored<Result<(), NotMade>> {
    let _turn = app.series.lock().await;
    let (company, zone) = (session.company.id, zone_of(&session.company)?);
    let (now, first) = (app.clock.now(), zone.day(request.plan.starts));
    let days = match request.repeat.days(first) {
        Ok(days) => days,
        Err(flaw) => return Ok(Err(NotMade::Flawed(flaw))),
    };
    if first < zone.day(now).plus(-BACK_DAYS) {
        return Ok(Err(NotMade::Past));
    }
    let known = app.storage.read().await?.series(company, id).await?;
    let Some(day) = days.first().copied().filter(|_| known.is_none()) else {
        // The answer to the same request was lost.
        return Ok(Ok(()));
    };
    let plan = plan_of(&request.plan, day, &zone);
    match make(app, session, request.id, (id, day), plan).await? {
        Made::Yes => {}
        Made::No(reason) => return Ok(Err(NotMade::Refused(reason))),
        Made::Later => return Ok(Err(NotMade::Later)),
    }
    let kept = Kept {
        plan: JobPlan {
            // These are there now.
            made: Vec::new(),
            ..request.plan
        },
        repeat: request.repeat,
        by: session.user.id,
        made_at: now,
        ended: None,
        refused: None,
    };
    let mut tx = app.storage.write().await?;
    tx.put_series(company, id, &kept.text()?).await?;
    let (day, job) = (day.to_string(), job_of(id, day));
    tx.add_series_job(company, id, &day, job).await?;
    tx.commit().await?;
    make_of(app, &session.company, id, kept).await?;
    Ok(Ok(()))
}

/// What became of a job.
enum Made {
    Yes,
    No(Rejection),
    Later,
}

async fn make(
    app: &App,
    session: &SessionRow,
    id: MutationId,
    (series, day): (SeriesId, Day),
    plan: JobPlan,
) -> Stored<Made> {
    let job = job_of(series, day);
    let asked = Asked {
        id: Some(id),
        on: job.into(),
        op: Op::PlanJob {
            job,
            plan: Box::new(plan),
        },
        base_rev: None,
    };
    Ok(match run_asked(app, session, asked).await? {
        Verdict::Applied { .. } | Verdict::Merged { .. } | Verdict::AlreadyApplied { .. } => {
            Made::Yes
        }
        Verdict::Rejected { reason } => Made::No(reason),
        Verdict::Retry { .. } | Verdict::Unknown => Made::Later,
    })
}

/// Makes what is due of all series of all companies; gives how many jobs.
///
/// # Errors
/// When the storage fails; what was made by then stays.
pub async fn make_ahead(app: &App) -> Stored<u64> {
    let companies = app.storage.read().await?.companies().await?;
    let mut made = 0;
    for company in companies {
        let mut tx = app.storage.read().await?;
        let (row, all) = (tx.company(company).await?, tx.all_series(company).await?);
        drop(tx);
        for (id, _) in all {
            let _turn = app.series.lock().await;
            // As it is now: it may have been ended since.
            let data = app.storage.read().await?.series(company, id).await?;
            let kept = data.as_deref().map(Kept::read);
            match (kept, &row) {
                (Some(Ok(kept)), Some(row)) => made += make_of(app, row, id, kept).await?,
                _ => tracing::error!(%company, series = %id, "a series does not read"),
            }
        }
    }
    Ok(made)
}

/// Makes what is due of one series; gives how many jobs.
async fn make_of(app: &App, row: &CompanyRow, id: SeriesId, kept: Kept) -> Stored<u64> {
    let (company, zone) = (row.id, zone_of(row)?);
    let today = zone.day(app.clock.now());
    let mut tx = app.storage.read().await?;
    let made = tx.series_jobs(company, id).await?;
    let made: HashSet<String> = made.into_iter().map(|(day, _)| day).collect();
    let due = kept.due(&zone, today, row.settings.window_days, &made);
    if due.is_empty() {
        return Ok(0);
    }
    let people = tx.users(company).await?;
    let people: Vec<User> = people.into_iter().map(|(user, _)| user).collect();
    drop(tx);
    let Some(session) = acting(&people, row, kept.by, app.clock.now()) else {
        tracing::warn!(%company, series = %id, "nobody of the office is there to make its jobs");
        return Ok(0);
    };
    // Whoever has left has no job any more: it waits for somebody.
    let is_here = |user: &UserId| people.iter().any(|one| one.id == *user);
    let plan = JobPlan {
        assignee: kept.plan.assignee.filter(is_here),
        ..kept.plan.clone()
    };
    let (mut count, mut refused) = (0, None);
    for day in due {
        let plan = plan_of(&plan, day, &zone);
        let asked = try_of(id, day, today);
        match make(app, &session, asked, (id, day), plan).await? {
            Made::Yes => {
                let mut tx = app.storage.write().await?;
                let job = job_of(id, day);
                tx.add_series_job(company, id, &day.to_string(), job)
                    .await?;
                tx.commit().await?;
                count += 1;
            }
            Made::No(reason) => {
                tracing::warn!(%company, series = %id, %day, %reason, "a job of a series is refused");
                refused = Some(reason);
                break;
            }
            Made::Later => break,
        }
    }
    if refused != kept.refused {
        let kept = Kept { refused, ..kept };
        let mut tx = app.storage.write().await?;
        tx.put_series(company, id, &kept.text()?).await?;
        tx.commit().await?;
    }
    Ok(count)
}

/// Who makes the jobs: whoever has planned the series; if they have left the office, an admin, or a dispatcher.
fn acting(people: &[User], row: &CompanyRow, by: UserId, now: Timestamp) -> Option<SessionRow> {
    let of_office = || people.iter().filter(|user| user.role.is_office());
    let planned = of_office().find(|user| user.id == by);
    let admin = of_office().find(|user| user.role == Role::Admin);
    let user = planned.or(admin).or_else(|| of_office().next())?;
    Some(SessionRow {
        user: user.clone(),
        company: row.clone(),
        created: now,
        last_seen: now,
        expires: now,
        brought_by: None,
        reviews: false,
    })
}

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
    let ahead = kept.days(&zone).into_iter().filter(is_ahead);
    let ahead = ahead.map(|day| day.to_string()).collect();
    let jobs = load_jobs(tx.as_mut(), company.id, &made).await?;
    let jobs = jobs.into_iter().map(|(job, _)| job).collect();
    let by = tx.account_of(company.id, kept.by).await?;
    Ok(Some(Series {
        id,
        title: kept.plan.title,
        starts: kept.plan.starts,
        ends: kept.plan.ends,
        repeat: kept.repeat,
        by: by.map(|account| account.user.name).unwrap_or_default(),
        made_at: kept.made_at,
        ended: kept.ended,
        jobs,
        ahead,
        refused: kept.refused,
    }))
}

/// The jobs of these days that are there and read, by day, each with its revision.
async fn load_jobs(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    made: &[(String, JobId)],
) -> Stored<Vec<(SeriesJob, Rev)>> {
    let keys: Vec<RecordKey> = made.iter().map(|(_, job)| (*job).into()).collect();
    let mut found = Vec::new();
    for row in tx.records(company, &keys).await? {
        let day = made
            .iter()
            .find(|(_, job)| RecordKey::from(*job) == row.key);
        if let (Some((day, _)), false, Ok(Record::Job(job))) = (day, row.deleted, row.record()) {
            let job = SeriesJob {
                day: day.clone(),
                job: job.id,
                number: job.number,
                status: job.status,
                starts: job.starts,
            };
            found.push((job, row.rev));
        }
    }
    found.sort_by(|(one, _), (other, _)| one.day.cmp(&other.day));
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
    for (job, rev) in jobs.into_iter().filter(|_| end.cancel) {
        let is_untouched = job.status == JobStatus::Scheduled;
        match is_untouched && cancel(app, session, job.job, rev).await? {
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

/// Cancels a job as it was seen; whoever was faster keeps what they did.
async fn cancel(app: &App, session: &SessionRow, job: JobId, rev: Rev) -> Stored<bool> {
    let asked = Asked {
        id: None,
        on: job.into(),
        op: Op::set_status(job, JobStatus::Cancelled),
        base_rev: Some(rev),
    };
    let verdict = run_asked(app, session, asked).await?;
    Ok(matches!(
        verdict,
        Verdict::Applied { .. } | Verdict::Merged { .. } | Verdict::AlreadyApplied { .. }
    ))
}
