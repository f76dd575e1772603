//! Jobs as the board shows them: with place, customer and how many notes they have.
//!
//! Owns what is read for them. Must never write.

use crate::state::App;
use crate::storage::{ReadTx, Stored, StoredRecord};
use afield_domain::{CompanyId, Job, JobId, Module, Position, Record, RecordKey, Timestamp};
use afield_protocol::BoardJob;
use std::collections::HashMap;

/// Jobs that the board shows, and how many it cannot.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// In the order of the rows.
    pub(crate) jobs: Vec<BoardJob>,
    /// How many do not read: damaged, or of a newer build.
    pub(crate) unreadable: u64,
}

/// The jobs among `rows`.
pub(crate) async fn load_board_jobs(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    rows: &[StoredRecord],
) -> Stored<Shown> {
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
    let mut beside = HashMap::new();
    for row in tx.records(company, &linked).await? {
        match row.record() {
            Ok(record) => beside.extend([(row.key, Beside::of(&record))]),
            Err(error) => tracing::error!(%error, "the board shows a job without it"),
        }
    }
    let mut shown = Shown::default();
    for row in rows {
        match row.record() {
            Ok(Record::Job(job)) => {
                let (count, latest_part) = notes.get(&row.key).copied().unwrap_or_default();
                let job = board_job(row, job, &beside, count, latest_part);
                shown.jobs.push(job);
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "a job was left out of the board");
                shown.unreadable += 1;
            }
        }
    }
    Ok(shown)
}

/// One job as it is now; none if it is not there or does not read.
pub(crate) async fn load_job(
    app: &App,
    company: CompanyId,
    job: JobId,
) -> Stored<Option<BoardJob>> {
    let mut tx = app.storage.read().await?;
    let rows = tx.records(company, &[job.into()]).await?;
    let shown = load_board_jobs(tx.as_mut(), company, &rows).await?;
    Ok(shown.jobs.into_iter().next())
}

fn board_job(
    row: &StoredRecord,
    job: Job,
    beside: &HashMap<RecordKey, Beside>,
    notes: u64,
    latest_part: Timestamp,
) -> BoardJob {
    let of = |key: Option<RecordKey>| key.and_then(|key| beside.get(&key));
    let name = |key| of(key).map(|of| of.line.clone()).unwrap_or_default();
    let place = job.property.map(Into::into);
    BoardJob {
        rev: row.rev,
        address: name(place),
        position: of(place).and_then(|place| place.position),
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

/// What the board shows of a record that a job names.
struct Beside {
    /// In one line.
    line: String,
    /// Where it is, if that is known.
    position: Option<Position>,
}

impl Beside {
    fn of(record: &Record) -> Self {
        let (line, position) = match record {
            Record::Customer(customer) => (customer.name.clone(), None),
            Record::Organization(organization) => (organization.name.clone(), None),
            Record::Property(place) if place.city.is_empty() => {
                (place.address.clone(), place.position)
            }
            Record::Property(place) => {
                (format!("{}, {}", place.address, place.city), place.position)
            }
            _ => (String::new(), None),
        };
        Self { line, position }
    }
}
