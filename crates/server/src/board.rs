//! The dispatcher's board: a day at a glance, and handing jobs over.
//!
//! Owns what the board shows and what an assignment does. Must never be reached by a technician.

use crate::online::save_online;
use crate::state::App;
use crate::storage::{ReadTx, SessionRow, Stored, StoredRecord};
use afield_domain::zone::{Day, ScopeWindow};
use afield_domain::{
    CompanyId, Job, JobId, Module, Record, RecordKey, Role, Timestamp, User, Zone,
};
use afield_protocol::{ActivityKind, AssignRequest, BoardEvent, BoardJob, BoardResponse};
use std::collections::HashMap;

/// Activities shown on the board.
const ACTIVITIES: u32 = 50;

/// One day of the company.
pub(crate) async fn load_board(
    app: &App,
    session: &SessionRow,
    zone: &Zone,
    day: Day,
) -> Stored<BoardResponse> {
    let company = session.company.id;
    let mut tx = app.storage.read().await?;
    let window = ScopeWindow {
        from: zone.start_of(day),
        until: zone.start_of(day.plus(1)),
    };
    let rows = tx.jobs_starting(company, window).await?;
    let users = tx.users(company).await?;
    Ok(BoardResponse {
        day: day.to_string(),
        technicians: users
            .into_iter()
            .map(|(user, _)| user)
            .filter(|user| user.role == Role::Technician)
            .collect(),
        jobs: load_board_jobs(tx.as_mut(), company, &rows).await?,
        activity: tx.latest_activity(company, ACTIVITIES).await?,
    })
}

/// The activities after `after` with their jobs as they are now, at most `limit`.
pub(crate) async fn load_events(
    app: &App,
    company: CompanyId,
    after: u64,
    limit: u32,
) -> Stored<Vec<BoardEvent>> {
    let mut tx = app.storage.read().await?;
    let activities = tx.activity_after(company, after, limit).await?;
    let mut keys: Vec<RecordKey> = activities
        .iter()
        .map(|activity| activity.job.into())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let rows = tx.records(company, &keys).await?;
    let jobs = load_board_jobs(tx.as_mut(), company, &rows).await?;
    let jobs: HashMap<JobId, BoardJob> = jobs.into_iter().map(|job| (job.job.id, job)).collect();
    Ok(activities
        .into_iter()
        .filter_map(|activity| {
            let job = jobs.get(&activity.job)?.clone();
            Some(BoardEvent { activity, job })
        })
        .collect())
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

async fn load_board_jobs(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    rows: &[StoredRecord],
) -> Stored<Vec<BoardJob>> {
    let keys: Vec<RecordKey> = rows.iter().map(|row| row.key).collect();
    let mut notes: HashMap<RecordKey, (u64, Timestamp)> = HashMap::new();
    for child in tx.children_of(company, &keys).await? {
        let entry = notes.entry(child.parent).or_default();
        let is_note = child.head.key.module == Module::Note && !child.head.deleted;
        entry.0 += u64::from(is_note);
        entry.1 = entry.1.max(child.updated_at);
    }
    let mut linked: Vec<RecordKey> = tx
        .links_from(company, &keys)
        .await?
        .into_iter()
        .map(|link| link.to)
        .filter(|key| has_line(key.module))
        .collect();
    linked.sort_unstable();
    linked.dedup();
    let mut names = HashMap::new();
    for row in tx.records(company, &linked).await? {
        names.insert(row.key, one_line(&row.record()?));
    }
    let mut jobs = Vec::with_capacity(rows.len());
    for row in rows {
        if let Record::Job(job) = row.record()? {
            let (count, latest_part) = notes.get(&row.key).copied().unwrap_or_default();
            jobs.push(board_job(row, job, &names, count, latest_part));
        }
    }
    Ok(jobs)
}

fn board_job(
    row: &StoredRecord,
    job: Job,
    names: &HashMap<RecordKey, String>,
    notes: u64,
    latest_part: Timestamp,
) -> BoardJob {
    let name = |key: Option<RecordKey>| {
        let found = key.and_then(|key| names.get(&key));
        found.cloned().unwrap_or_default()
    };
    BoardJob {
        rev: row.rev,
        address: name(job.property.map(Into::into)),
        customer: name(
            job.customer
                .map(Into::into)
                .or_else(|| job.organization.map(Into::into)),
        ),
        notes,
        updated_at: row.updated_at.max(latest_part),
        job,
    }
}

/// Whether the board shows a record of `module` beside its job.
fn has_line(module: Module) -> bool {
    matches!(
        module,
        Module::Customer | Module::Organization | Module::Property
    )
}

fn one_line(record: &Record) -> String {
    match record {
        Record::Customer(customer) => customer.name.clone(),
        Record::Organization(organization) => organization.name.clone(),
        Record::Property(property) if property.city.is_empty() => property.address.clone(),
        Record::Property(property) => format!("{}, {}", property.address, property.city),
        _ => String::new(),
    }
}

/// Why a job was not handed over.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AssignError {
    /// No such job, or no such user, in this company.
    #[error("no such job or user")]
    NotFound,
    /// The job is another one than the dispatcher saw.
    #[error("the job has changed")]
    Conflict,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] crate::error::StorageError),
}

/// What an assignment does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum AssignPlan {
    /// The job is theirs already.
    Already,
    /// Write this.
    Write(Box<Job>),
}

/// Judges an assignment. `row` is the job as it is, `assignee` the user it shall go to, if there is one.
pub(crate) fn plan_assign(
    row: Option<&StoredRecord>,
    assignee: Option<&User>,
    request: AssignRequest,
) -> Result<AssignPlan, AssignError> {
    let row = row
        .filter(|row| !row.deleted)
        .ok_or(AssignError::NotFound)?;
    let Record::Job(job) = row.record()? else {
        return Err(AssignError::NotFound);
    };
    if assignee.map(|user| user.id) != request.assignee {
        return Err(AssignError::NotFound);
    }
    if row.rev != request.base_rev {
        return Err(AssignError::Conflict);
    }
    if job.assignee == request.assignee {
        return Ok(AssignPlan::Already);
    }
    Ok(AssignPlan::Write(Box::new(Job {
        assignee: request.assignee,
        acceptance: job.acceptance.asked_anew(),
        ..job
    })))
}

/// Hands a job over; gives the job as it is then.
pub(crate) async fn run_assign(
    app: &App,
    session: &SessionRow,
    job: JobId,
    request: AssignRequest,
) -> Result<BoardJob, AssignError> {
    let company = session.company.id;
    let now = app.clock.now();
    let mut tx = app.storage.write().await?;
    let rows = tx.records(company, &[job.into()]).await?;
    let row = rows.first();
    let assignee = match request.assignee {
        Some(user) => tx.user(company, user).await?,
        None => None,
    };
    if let AssignPlan::Write(job) = plan_assign(row, assignee.as_ref(), request)? {
        let what = ActivityKind::Assigned {
            to: request.assignee,
            to_name: assignee.map(|user| user.name).unwrap_or_default(),
        };
        save_online(tx.as_mut(), session, row, *job, what, now).await?;
    }
    let rows = tx.records(company, &[job.into()]).await?;
    let shown = load_board_jobs(tx.as_mut(), company, &rows).await?;
    tx.commit().await?;
    app.hub.notify(company);
    shown.into_iter().next().ok_or(AssignError::NotFound)
}
