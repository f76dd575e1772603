//! The conflicts of a company that nobody has settled.
//!
//! Owns what is read for the office's list of them. Must never write.

use crate::state::App;
use crate::storage::{ReadTx, Stored, StoredRecord};
use afield_domain::{AssetId, CompanyId, Conflict, JobField, PartId, Record, RecordKey, Versioned};
use afield_protocol::Found;

/// Conflicts of one answer at most: each brings its job.
pub(crate) const MOST: u32 = 50;

/// The newest `limit` of them with what they are about, and how many more there are.
pub(crate) async fn load_open_conflicts(
    app: &App,
    company: CompanyId,
    limit: u32,
) -> Stored<Found> {
    let mut tx = app.storage.read().await?;
    let (rows, count) = tx.open_conflicts(company, limit.min(MOST)).await?;
    let more = count.saturating_sub(rows.len() as u64);
    let mut records = read(&rows);
    let about = plan_about(&records);
    records.extend(load(tx.as_mut(), company, &about).await?);
    Ok(Found { records, more })
}

async fn load(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    keys: &[RecordKey],
) -> Stored<Vec<Versioned>> {
    let rows = tx.records(company, keys).await?;
    let present: Vec<_> = rows.into_iter().filter(|row| !row.deleted).collect();
    Ok(read(&present))
}

/// Those that read; the others are named in the log, and keep nobody from the rest.
fn read(rows: &[StoredRecord]) -> Vec<Versioned> {
    let read = |row: &StoredRecord| match row.versioned() {
        Ok(versioned) => Some(versioned),
        Err(error) => {
            tracing::error!(%error, "a conflict is shown to the office without it");
            None
        }
    };
    rows.iter().filter_map(read).collect()
}

/// The jobs of `conflicts`, and the asset or part that each is about.
fn plan_about(conflicts: &[Versioned]) -> Vec<RecordKey> {
    let about = |conflict: &Conflict| {
        let item = match conflict.field {
            JobField::Asset => conflict.item.parse::<AssetId>().ok().map(RecordKey::from),
            JobField::Part => conflict.item.parse::<PartId>().ok().map(RecordKey::from),
            _ => None,
        };
        [Some(conflict.job.into()), item]
    };
    let mut keys: Vec<RecordKey> = conflicts
        .iter()
        .filter_map(|versioned| match &versioned.record {
            Record::Conflict(conflict) => Some(about(conflict)),
            _ => None,
        })
        .flatten()
        .flatten()
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}
