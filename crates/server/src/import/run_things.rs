//! Storing the drafts of customers and assets, some hundred rows in a transaction.
//!
//! Owns what becomes which record, and the accounting. A second import of the same file changes
//! nothing; what is there stays as it is.

use super::columns::{Kind, Mapping};
use super::draft::{PlannedRow, Refusal};
use super::known::{Known, load_known};
use super::met::Met;
use super::run::ROWS_AT_ONCE;
use super::things::{AssetDraft, CustomerDraft, plan_assets, plan_customers};
use super::{Report, Table};
use crate::clock::Clock;
use crate::error::ServerError;
use crate::ids::new_id;
use crate::records::save_new;
use crate::storage::{CompanyRow, Storage, WriteTx};
use afield_domain::{Asset, AssetId, Customer, CustomerId, Module, Record, Timestamp};

/// An import of customers or assets.
#[derive(Debug, Clone)]
pub struct ThingsImport {
    /// Into which company.
    pub company: CompanyRow,
    /// What the rows are; jobs go another way ([`super::run_import`]).
    pub kind: Kind,
    /// Which column is which field.
    pub mapping: Mapping,
}

/// Imports a table of customers or assets.
///
/// # Errors
/// When the file lacks a column, the rows are jobs, or the storage fails. What was committed until
/// then stays, and running the import again goes on from there.
pub async fn run_things(
    storage: &dyn Storage,
    clock: &dyn Clock,
    import: &ThingsImport,
    table: &Table,
) -> Result<Report, ServerError> {
    let unusable = |refusal: Refusal| ServerError::Unusable(refusal.to_string());
    let drafts: Vec<PlannedRow<Thing>> = match import.kind {
        Kind::Customers => things(
            plan_customers(table, &import.mapping).map_err(unusable)?,
            Thing::Customer,
        ),
        Kind::Assets => things(
            plan_assets(table, &import.mapping).map_err(unusable)?,
            Thing::Asset,
        ),
        Kind::Jobs => return Err(ServerError::Unusable("jobs are imported as jobs".into())),
    };
    let company = import.company.id;
    let mut run = Run {
        import,
        now: clock.now(),
        met: Met::new(company, clock.now()),
        known: load_known(storage.read().await?.as_mut(), company).await?,
        report: Report {
            rows: drafts.len(),
            ..Report::default()
        },
    };
    for rows in drafts.chunks(ROWS_AT_ONCE) {
        let mut tx = storage.write().await?;
        for (line, draft) in rows {
            let done = match draft {
                Ok(draft) => run.row(tx.as_mut(), draft).await?,
                Err(refusal) => Err(refusal.clone()),
            };
            if let Err(refusal) = done {
                run.report.refused.push((*line, refusal));
            }
        }
        tx.commit().await?;
    }
    Ok(run.report)
}

/// A row, whatever it is.
enum Thing {
    Customer(CustomerDraft),
    Asset(AssetDraft),
}

fn things<D>(planned: Vec<PlannedRow<D>>, make: fn(D) -> Thing) -> Vec<PlannedRow<Thing>> {
    let rows = planned.into_iter();
    rows.map(|(line, draft)| (line, draft.map(make))).collect()
}

struct Run<'a> {
    import: &'a ThingsImport,
    now: Timestamp,
    met: Met,
    known: Known,
    report: Report,
}

impl Run<'_> {
    /// Stores a row, or says why it is refused.
    async fn row(
        &mut self,
        tx: &mut dyn WriteTx,
        thing: &Thing,
    ) -> Result<Result<(), Refusal>, ServerError> {
        let company = self.import.company.id;
        let (module, key) = match thing {
            Thing::Customer(draft) => (Module::Customer, &draft.external_key),
            Thing::Asset(draft) => (Module::Asset, &draft.external_key),
        };
        let there = tx.record_by_external_key(company, module, key).await?;
        if there.is_some() {
            self.report.unchanged += 1;
            return Ok(Ok(()));
        }
        match thing {
            Thing::Customer(draft) => self.customer(tx, draft).await?,
            Thing::Asset(draft) => {
                let customer = draft
                    .customer
                    .as_deref()
                    .map(|said| self.known.customer(said));
                match customer.transpose() {
                    Ok(customer) => self.asset(tx, draft, customer).await?,
                    Err(refusal) => return Ok(Err(refusal)),
                }
            }
        }
        self.report.imported += 1;
        Ok(Ok(()))
    }

    async fn customer(
        &mut self,
        tx: &mut dyn WriteTx,
        draft: &CustomerDraft,
    ) -> Result<(), ServerError> {
        let organization = match &draft.organization {
            Some(name) => Some(self.met.organization(tx, name).await?),
            None => None,
        };
        let id = CustomerId(new_id(self.now)?);
        let record = Record::Customer(Customer {
            id,
            name: draft.name.clone(),
            phone: draft.phone.clone(),
            email: draft.email.clone(),
            organization,
        });
        self.save(tx, &record, &draft.external_key).await?;
        if let Some(place) = &draft.place {
            self.met
                .property(tx, place, &draft.access, Some(id))
                .await?;
        }
        Ok(())
    }

    async fn asset(
        &mut self,
        tx: &mut dyn WriteTx,
        draft: &AssetDraft,
        customer: Option<CustomerId>,
    ) -> Result<(), ServerError> {
        let property = match &draft.place {
            Some(place) => Some(self.met.property(tx, place, "", customer).await?),
            None => customer.and_then(|customer| self.known.only_property(customer)),
        };
        let record = Record::Asset(Asset {
            id: AssetId(new_id(self.now)?),
            name: draft.name.clone(),
            model: draft.model.clone(),
            serial: draft.serial.clone(),
            code: draft.code.clone(),
            location: draft.location.clone(),
            installed: draft.installed.clone(),
            customer,
            property,
        });
        self.save(tx, &record, &draft.external_key).await
    }

    async fn save(
        &self,
        tx: &mut dyn WriteTx,
        record: &Record,
        key: &str,
    ) -> Result<(), ServerError> {
        save_new(tx, self.import.company.id, record, Some(key), self.now).await?;
        Ok(())
    }
}
