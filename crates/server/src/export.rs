//! Jobs and answers as a file, for the office: what was planned and done in some days.
//!
//! Owns how they are read: some jobs at a time, so that neither the server nor the database holds more of it than that,
//! however many days are asked for. Each time is a transaction of its own: a reader on a slow line keeps nobody from
//! anything, and a job that is moved meanwhile may be in the file as it was or as it is. Must never write.

mod job;
mod text;

pub(crate) use text::Format;

use crate::error::StorageError;
use crate::state::App;
use crate::storage::{ReadTx, Stored, StoredRecord};
use afield_domain::time::ScopeWindow;
use afield_domain::{CompanyId, Job, JobId, Module, Record, RecordKey, Timestamp, Zone};
use futures::Stream;
use futures::stream::try_unfold;
use job::{Around, ExportJob, plan_job};
use std::sync::Arc;

/// Days of one file at most.
pub(crate) const MOST_DAYS: i64 = 366;

/// Jobs that are read at a time.
const AT_A_TIME: u32 = 25;

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) company: CompanyId,
    pub(crate) window: ScopeWindow,
    pub(crate) zone: Zone,
    pub(crate) format: Format,
}

/// How many jobs it is.
pub(crate) async fn load_count(app: &App, company: CompanyId, window: ScopeWindow) -> Stored<u64> {
    let mut tx = app.storage.read().await?;
    tx.count_jobs(company, window).await
}

/// How far the file is.
enum Place {
    Head,
    Behind(Option<(Timestamp, JobId)>),
    Done,
}

/// The file, as it is read. What ends early ends with an error, and so without its last line: nobody takes it for whole.
pub(crate) fn run_export(
    app: Arc<App>,
    asked: Asked,
) -> impl Stream<Item = Result<Vec<u8>, StorageError>> + Send {
    try_unfold((Place::Head, 0), move |(place, left_out)| {
        let (app, asked) = (Arc::clone(&app), asked.clone());
        async move {
            let after = match place {
                Place::Done => return Ok(None),
                Place::Head => {
                    let head = text::head(asked.format)?;
                    return Ok(Some((head, (Place::Behind(None), left_out))));
                }
                Place::Behind(after) => after,
            };
            let page = load_page(&app, &asked, after).await?;
            let left_out = left_out + page.left_out;
            let Some(last) = page.last else {
                let tail = text::tail(asked.format, left_out);
                return Ok(Some((tail, (Place::Done, left_out))));
            };
            let bytes = text::jobs(asked.format, &asked.zone, &page.jobs, after.is_none())?;
            Ok(Some((bytes, (Place::Behind(Some(last)), left_out))))
        }
    })
}

struct Page {
    jobs: Vec<ExportJob>,
    /// Behind which the next one begins; none if there was no further job.
    last: Option<(Timestamp, JobId)>,
    /// How many do not read.
    left_out: u64,
}

async fn load_page(app: &App, asked: &Asked, after: Option<(Timestamp, JobId)>) -> Stored<Page> {
    let company = asked.company;
    let mut tx = app.storage.read().await?;
    let rows = tx
        .jobs_starting_after(company, asked.window, after, AT_A_TIME)
        .await?;
    let last = rows
        .last()
        .map(|(starts, row)| (*starts, JobId(row.key.id)));
    let read: Vec<Job> = rows
        .iter()
        .filter_map(|(_, row)| match read(row) {
            Some(Record::Job(job)) => Some(job),
            _ => None,
        })
        .collect();
    let left_out = (rows.len() - read.len()) as u64;
    let around = load_around(tx.as_mut(), company, &read).await?;
    let jobs = read.iter().map(|job| plan_job(job, &around)).collect();
    Ok(Page {
        jobs,
        last,
        left_out,
    })
}

/// What stands around `jobs`: the forms submitted on them, and what all is called.
async fn load_around(tx: &mut dyn ReadTx, company: CompanyId, jobs: &[Job]) -> Stored<Around> {
    let keys: Vec<RecordKey> = jobs.iter().map(|job| job.id.into()).collect();
    let children = tx.children_of(company, &keys).await?;
    let submitted: Vec<RecordKey> = children
        .iter()
        .map(|child| child.head)
        .filter(|head| head.key.module == Module::Submission && !head.deleted)
        .map(|head| head.key)
        .collect();
    let mut around = Around::default();
    let mut named: Vec<RecordKey> = Vec::new();
    for row in tx.records(company, &submitted).await? {
        if let Some(Record::Submission(made)) = read(&row) {
            named.push(made.template.into());
            around.submitted.entry(made.job).or_default().push(made);
        }
    }
    let links = tx.links_from(company, &keys).await?;
    named.extend(
        links
            .iter()
            .map(|link| link.to)
            .filter(|key| is_named(*key)),
    );
    named.sort_unstable();
    named.dedup();
    for row in tx.records(company, &named).await? {
        around
            .records
            .extend(read(&row).map(|record| (row.key, record)));
    }
    let accounts = tx.accounts(company).await?;
    let names = accounts.into_iter().map(|account| account.user);
    around.people = names.map(|user| (user.id, user.name)).collect();
    Ok(around)
}

/// Whether a file says what the record is called.
fn is_named(key: RecordKey) -> bool {
    matches!(
        key.module,
        Module::Customer | Module::Organization | Module::Property
    )
}

/// The record; none if it does not read, of which the log tells.
fn read(row: &StoredRecord) -> Option<Record> {
    match row.record() {
        Ok(record) => Some(record),
        Err(error) => {
            tracing::error!(%error, "an export is without it");
            None
        }
    }
}
