//! Series: the jobs that repeat, made ahead.
//!
//! Owns which jobs of a series are due, and its beginning and its end. Each job is made by the same decision as every
//! other (`decide`), under ids that follow from the series and the day: once, whatever restarts in between. Must never
//! change a job but by that decision, nor forget what a series has made.

mod agreed;
mod by_contract;
mod kept;
mod page;

pub(crate) use by_contract::follow_contracts;
pub(crate) use page::{load_series, run_end};

use self::by_contract::{agreed_on, follow};
use self::kept::{BACK_DAYS, Kept, plan_of, zone_of};
use crate::decide::connected::{Asked, run_asked, run_for};
use crate::decide::transaction::ForDay;
use crate::state::App;
use crate::storage::{CompanyRow, SessionRow, Stored};
use afield_domain::series::{RepetitionFlaw, job_of, try_of};
use afield_domain::time::Day;
use afield_domain::{
    CompanyId, Every, JobId, JobPlan, MutationId, Op, Rejection, Role, SeriesId, Timestamp, User,
    UserId,
};
use afield_protocol::{SeriesRequest, Verdict};
use std::collections::HashSet;

/// Why a series was not begun.
#[derive(Debug)]
pub(crate) enum NotMade {
    /// It is no repetition.
    Flawed(RepetitionFlaw),
    /// It would begin too long ago.
    Past,
    /// Its first job is refused.
    Refused(Rejection),
    /// Its contract has agreed no visits, or does not hold on its first day.
    NotAgreed,
    /// Try again.
    Later,
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
    let by_contract = match request.repeat.every {
        Every::Contract => Some(agreed_on(app, company, &request, first).await?),
        _ => None,
    };
    let agreed = match by_contract.transpose() {
        Ok(agreed) => agreed,
        Err(not_made) => return Ok(Err(not_made)),
    };
    let days = match &agreed {
        // It was looked whether its contract holds on that day.
        Some(_) => Ok(vec![first]),
        None => request.repeat.days(first),
    };
    let days = match days {
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
    let asked = ask_for(request.id, job_of(id, day), plan);
    match Made::of(run_asked(app, session, asked).await?) {
        Made::Yes => {}
        Made::No(reason) => return Ok(Err(NotMade::Refused(reason))),
        Made::Later | Made::Ended => return Ok(Err(NotMade::Later)),
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
        agreed,
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
    /// The series does not have that day any more.
    Ended,
}

impl Made {
    fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Applied { .. } | Verdict::Merged { .. } | Verdict::AlreadyApplied { .. } => {
                Self::Yes
            }
            Verdict::Rejected { reason } => Self::No(reason),
            Verdict::Retry { .. } | Verdict::Unknown => Self::Later,
        }
    }
}

fn ask_for(id: MutationId, job: JobId, plan: JobPlan) -> Asked {
    Asked {
        id: Some(id),
        on: job.into(),
        op: Op::PlanJob {
            job,
            plan: Box::new(plan),
        },
        base_rev: None,
    }
}

/// Whether a series as it is stored has that day: nothing is made of one that does not read.
fn has_day(series: &str, day: &str) -> bool {
    Kept::read(series).is_ok_and(|kept| kept.has_day(day))
}

/// Writes what has changed of a series. That it was ended meanwhile, at another server, stays.
async fn keep(app: &App, company: CompanyId, id: SeriesId, kept: Kept) -> Stored<()> {
    let mut tx = app.storage.write().await?;
    let Some(stored) = tx.series(company, id).await? else {
        return Ok(());
    };
    let ended = Kept::read(&stored)?.ended;
    let kept = Kept { ended, ..kept };
    tx.put_series(company, id, &kept.text()?).await?;
    tx.commit().await
}

/// Makes the job of a day of a series that is there.
async fn make(
    app: &App,
    session: &SessionRow,
    id: MutationId,
    (series, day): (SeriesId, Day),
    plan: JobPlan,
) -> Stored<Made> {
    let (job, day) = (job_of(series, day), day.to_string());
    let of = ForDay {
        series,
        day: &day,
        job,
        has_day,
    };
    let made = run_for(app, session, ask_for(id, job, plan), of).await?;
    Ok(made.map_or(Made::Ended, Made::of))
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
    let kept = follow(app, row, id, kept).await?;
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
            Made::Yes => count += 1,
            Made::No(reason) => {
                tracing::warn!(%company, series = %id, %day, %reason, "a job of a series is refused");
                refused = Some(reason);
                break;
            }
            Made::Later | Made::Ended => break,
        }
    }
    if refused != kept.refused {
        keep(app, company, id, Kept { refused, ..kept }).await?;
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
        token_hash: String::new(),
        revoked_at: None,
    })
}
