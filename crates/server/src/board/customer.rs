//! Everything of one customer, as the office's page of it shows it.
//!
//! Owns what is read for it: the customer, its places, assets and contracts, what it belongs to, and its jobs, a page of
//! them. Must never write.

use crate::state::App;
use crate::storage::{ReadTx, Stored, StoredRecord};
use afield_domain::{CompanyId, CustomerId, Module, RecordKey, Versioned};
use afield_protocol::OfficeCustomer;

/// Places of one answer at most; as many assets, and contracts.
const PLACES: u32 = 200;
/// Jobs of one answer at most.
const JOBS: u32 = 50;

/// The customer `id` with its jobs after the latest `skip`; none if it is not there or does not read.
pub(crate) async fn load_office_customer(
    app: &App,
    company: CompanyId,
    id: CustomerId,
    skip: u32,
) -> Stored<Option<OfficeCustomer>> {
    let mut tx = app.storage.read().await?;
    let key = RecordKey::from(id);
    let mut records = present(tx.records(company, &[key]).await?);
    if records.is_empty() {
        return Ok(None);
    }
    for module in [Module::Property, Module::Asset, Module::Contract] {
        let theirs = tx.referring_to(company, key, module, 0, PLACES).await?;
        records.extend(present(theirs));
    }
    records.extend(load_organization(tx.as_mut(), company, key).await?);
    let mut jobs = tx
        .referring_to(company, key, Module::Job, skip, JOBS + 1)
        .await?;
    let more = jobs.len() > JOBS as usize;
    jobs.truncate(JOBS as usize);
    Ok(Some(OfficeCustomer {
        records,
        jobs: present(jobs),
        more,
    }))
}

async fn load_organization(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    key: RecordKey,
) -> Stored<Vec<Versioned>> {
    let links = tx.links_from(company, &[key]).await?;
    let keys: Vec<RecordKey> = links.iter().map(|link| link.to).collect();
    Ok(present(tx.records(company, &keys).await?))
}

/// Those that are there and read; the log names the others.
fn present(rows: Vec<StoredRecord>) -> Vec<Versioned> {
    let read = |row: StoredRecord| match row.versioned() {
        Ok(versioned) => Some(versioned),
        Err(error) => {
            tracing::error!(%error, "a customer is shown to the office without it");
            None
        }
    };
    let rows = rows.into_iter().filter(|row| !row.deleted);
    rows.filter_map(read).collect()
}
