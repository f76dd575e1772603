//! Series that repeat by contract: they take how often from it, end with it, and follow when it changes.
//!
//! Owns what becomes of the jobs to come when that is another one. What
//! somebody has begun, planned anew or written on stays. Must never touch a job of today or before.

use super::agreed::Agreed;
use super::kept::{Kept, plan_of, zone_of};
use super::page::{MadeJob, load_jobs, set_status};
use super::{NotMade, acting, keep, make_of};
use crate::error::StorageError;
use crate::state::App;
use crate::storage::{Child, CompanyRow, ReadTx, SessionRow, Stored};
use afield_domain::series::RepetitionFlaw;
use afield_domain::time::Day;
use afield_domain::{
    CompanyId, Contract, ContractId, Job, JobPlan, JobStatus, Module, Record, RecordKey, Rejection,
    SeriesId, TaskStatus, User,
};
use afield_protocol::SeriesRequest;
use std::collections::HashSet;

async fn load_contract(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    id: ContractId,
) -> Stored<Option<Contract>> {
    let rows = tx.records(company, &[id.into()]).await?;
    let row = rows.first().filter(|row| !row.deleted);
    Ok(match row.map(|row| row.record()) {
        Some(Ok(Record::Contract(contract))) => Some(contract),
        _ => None,
    })
}

/// What a new series agrees on with its contract, which must hold on its first day.
pub(super) async fn agreed_on(
    app: &App,
    company: CompanyId,
    request: &SeriesRequest,
    first: Day,
) -> Stored<Result<Agreed, NotMade>> {
    if request.repeat.until.is_some() || request.repeat.times.is_some() {
        // It ends with the contract.
        return Ok(Err(NotMade::Flawed(RepetitionFlaw::End)));
    }
    let Some(id) = request.plan.contract else {
        return Ok(Err(NotMade::NotAgreed));
    };
    let mut tx = app.storage.read().await?;
    let Some(contract) = load_contract(tx.as_mut(), company, id).await? else {
        return Ok(Err(NotMade::Refused(Rejection::NotFound)));
    };
    Ok(match contract.interval() {
        Some(interval) if contract.covers_day(first) => {
            Ok(Agreed::begin(contract, interval, first))
        }
        _ => Err(NotMade::NotAgreed),
    })
}

/// Has the series that repeat by these contracts follow them.
///
/// # Errors
/// When the storage fails; they follow at the next round of all series.
pub(crate) async fn follow_contracts(
    app: &App,
    company: &CompanyRow,
    is_meant: impl Fn(ContractId) -> bool + Send,
) -> Stored<()> {
    let all = app.storage.read().await?.all_series(company.id).await?;
    for (id, _) in all {
        let _turn = app.series.lock().await;
        // As it is now: it may have been ended since.
        let data = app.storage.read().await?.series(company.id, id).await?;
        if let Some(Ok(kept)) = data.as_deref().map(Kept::read)
            && kept.contract().is_some_and(&is_meant)
        {
            make_of(app, company, id, kept).await?;
        }
    }
    Ok(())
}

impl Kept {
    fn contract(&self) -> Option<ContractId> {
        self.agreed.as_ref().map(|agreed| agreed.contract.id)
    }
}

/// Takes the contract as it is now: jobs to come that it has no more are cancelled, and what it has again is brought back.
pub(super) async fn follow(app: &App, row: &CompanyRow, id: SeriesId, kept: Kept) -> Stored<Kept> {
    let Some(agreed) = kept.agreed.clone() else {
        return Ok(kept);
    };
    let mut tx = app.storage.read().await?;
    let Some(contract) = load_contract(tx.as_mut(), row.id, agreed.contract.id).await? else {
        return Ok(kept);
    };
    let made = tx.series_jobs(row.id, id).await?;
    let jobs = load_jobs(tx.as_mut(), row.id, &made).await?;
    let written = written_on(tx.as_mut(), row.id, &jobs).await?;
    let people = tx.users(row.id).await?;
    let people: Vec<User> = people.into_iter().map(|(user, _)| user).collect();
    drop(tx);
    let (zone, now) = (zone_of(row)?, app.clock.now());
    let today = zone.day(now);
    let is_as_made = |made: &MadeJob| {
        let day = made.day.parse::<Day>();
        let plan = day.map(|day| plan_of(&kept.plan, day, &zone));
        plan.is_ok_and(|plan| is_as_planned(&made.job, &plan, &people))
            && !written.contains(&made.job.id.into())
    };
    let is_to_come = |made: &MadeJob| made.day > today.to_string() && kept.has_day(&made.day);
    let is_over =
        |made: &&MadeJob| made.job.status != JobStatus::Cancelled && made.day <= today.to_string();
    let last = jobs.iter().filter(is_over);
    let last = last.filter_map(|made| made.day.parse().ok()).max();
    let agreed = agreed.changed(contract, last, today);
    let latest = jobs.iter().filter_map(|made| made.day.parse::<Day>().ok());
    let days = agreed.days(latest.max().unwrap_or(today));
    let wanted: HashSet<String> = days.iter().map(ToString::to_string).collect();
    let mut after = Kept {
        agreed: Some(agreed.clone()),
        ..kept.clone()
    };
    put(app, row, id, &kept, &after).await?;
    let Some(session) = acting(&people, row, kept.by, now) else {
        return Ok(after);
    };
    let to_come = jobs.iter().filter(|made| is_to_come(made)).map(|made| {
        let (is_wanted, was_dropped) = (
            wanted.contains(&made.day),
            agreed.dropped.contains(&made.day),
        );
        let turn = plan_turn(made.job.status, is_wanted, was_dropped, || is_as_made(made));
        (made, turn)
    });
    let mut dropped = agreed.dropped.clone();
    let followed = take_turns(app, &session, to_come, &mut dropped).await;
    // What was done so far is noted whatever came of the rest.
    dropped.retain(|day| *day > today.to_string());
    let before = after.clone();
    after.agreed = Some(agreed.with_dropped(dropped));
    put(app, row, id, &before, &after).await?;
    followed.map(|()| after)
}

/// What becomes of a job to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Nothing.
    Stays,
    /// It is there and wanted, whoever has brought it back: from now on what a person cancels stays cancelled.
    IsThere,
    /// It is cancelled.
    Goes,
    /// It is brought back.
    ComesBack,
}

/// `was_dropped`: it was cancelled because of its contract.
fn plan_turn(
    status: JobStatus,
    is_wanted: bool,
    was_dropped: bool,
    is_as_made: impl FnOnce() -> bool,
) -> Turn {
    match (status, is_wanted, was_dropped) {
        (JobStatus::Cancelled, true, true) => Turn::ComesBack,
        (JobStatus::Cancelled, _, _) => Turn::Stays,
        (_, true, _) => Turn::IsThere,
        // Dropped and there: somebody has brought it back, and means it.
        (JobStatus::Scheduled, false, false) if is_as_made() => Turn::Goes,
        _ => Turn::Stays,
    }
}

/// Does it, and keeps `dropped` in step.
async fn take_turns<'a>(
    app: &App,
    session: &SessionRow,
    to_come: impl Iterator<Item = (&'a MadeJob, Turn)>,
    dropped: &mut Vec<String>,
) -> Stored<()> {
    for (made, turn) in to_come {
        let to = match turn {
            Turn::Stays => continue,
            Turn::IsThere => {
                dropped.retain(|day| *day != made.day);
                continue;
            }
            Turn::Goes => JobStatus::Cancelled,
            Turn::ComesBack => JobStatus::Scheduled,
        };
        if !set_status(app, session, made, to).await? {
            tracing::warn!(job = %made.job.id, "a job does not follow its contract");
        } else if to == JobStatus::Cancelled {
            dropped.push(made.day.clone());
        } else {
            dropped.retain(|day| *day != made.day);
        }
    }
    Ok(())
}

async fn put(
    app: &App,
    row: &CompanyRow,
    id: SeriesId,
    before: &Kept,
    after: &Kept,
) -> Result<(), StorageError> {
    if before != after {
        keep(app, row.id, id, after.clone()).await?;
    }
    Ok(())
}

/// The jobs on which somebody has written, to which they have added a file or a form, or of which they have done a task.
async fn written_on(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    jobs: &[MadeJob],
) -> Stored<HashSet<RecordKey>> {
    let keys: Vec<RecordKey> = jobs.iter().map(|made| made.job.id.into()).collect();
    let children = tx.children_of(company, &keys).await?;
    let is_of_somebody = |module: Module| {
        matches!(
            module,
            Module::Note | Module::Attachment | Module::Submission | Module::Conflict
        )
    };
    let written = children
        .iter()
        .filter(|child| !child.head.deleted && is_of_somebody(child.head.key.module));
    let mut written: HashSet<RecordKey> = written.map(|child| child.parent).collect();
    let is_task = |child: &&Child| child.head.key.module == Module::Task && !child.head.deleted;
    let tasks: Vec<RecordKey> = children
        .iter()
        .filter(is_task)
        .map(|child| child.head.key)
        .collect();
    for row in tx.records(company, &tasks).await? {
        if let Ok(Record::Task(task)) = row.record()
            && task.status != TaskStatus::Open
        {
            written.insert(task.job.into());
        }
    }
    Ok(written)
}

/// Whether nobody has planned the job anew since it was made.
fn is_as_planned(job: &Job, plan: &JobPlan, people: &[User]) -> bool {
    let texts = (job.title.as_str(), job.description.as_str(), job.priority);
    let planned = (plan.title.trim(), plan.description.trim(), plan.priority);
    let links = (job.customer, job.property, job.contract);
    // Whoever has left had it taken away by nobody.
    let is_here = plan
        .assignee
        .filter(|user| people.iter().any(|one| one.id == *user));
    texts == planned
        && job.parts.is_empty()
        && job.answers.is_empty()
        && !job.tasks_closed
        && links == (plan.customer, plan.property, plan.contract)
        && (job.starts, job.ends) == (plan.starts, plan.ends)
        && (job.assignee == plan.assignee || job.assignee == is_here)
        && job.assets.len() == plan.assets.len()
        && plan.assets.iter().all(|asset| job.assets.contains(asset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_of_a_job_follows_from_the_contract_and_from_what_people_did() {
        use JobStatus::{Cancelled, Finished, Scheduled};
        for (status, is_wanted, was_dropped, is_as_made, turn) in [
            (Scheduled, true, false, true, Turn::IsThere),
            (Scheduled, true, true, true, Turn::IsThere),
            (Scheduled, false, false, true, Turn::Goes),
            (Scheduled, false, false, false, Turn::Stays),
            // Somebody has brought it back.
            (Scheduled, false, true, true, Turn::Stays),
            (Finished, false, false, true, Turn::Stays),
            (Cancelled, true, true, true, Turn::ComesBack),
            // A person has cancelled it.
            (Cancelled, true, false, true, Turn::Stays),
            (Cancelled, false, true, true, Turn::Stays),
        ] {
            let planned = plan_turn(status, is_wanted, was_dropped, || is_as_made);
            assert_eq!(planned, turn, "{status:?} {is_wanted} {was_dropped}");
        }
    }
}
