//! Storing the inputs of customers and assets, some hundred rows in a transaction.
//!
//! Owns what becomes which record, and the accounting. A second import of the same file changes
//! nothing; what is there stays as it is.

use super::columns::{Kind, Mapping};
use super::customer_index::{CustomerIndex, load_customer_index};
use super::customer_input::{AssetInput, CustomerInput, plan_assets, plan_customers};
use super::job_input::{PlannedRow, Refusal};
use super::references::References;
use super::run_jobs::ROWS_AT_ONCE;
use super::{Report, Table};
use crate::clock::Clock;
use crate::error::ServerError;
use crate::ids::new_id;
use crate::records::save_new;
use crate::storage::{CompanyRow, Storage, WriteTx};
use afield_domain::{Asset, AssetId, Customer, CustomerId, Module, Record, Timestamp};

/// An import of customers or assets.
#[derive(Debug, Clone)]
pub struct CustomersImport {
    /// Into which company.
    pub company: CompanyRow,
    /// What the rows are; jobs go another way ([`super::run_jobs`]).
    pub kind: Kind,
    /// Which column is which field.
    pub mapping: Mapping,
}

/// Imports a table of customers or assets.
///
/// # Errors
/// When the file lacks a column, the rows are jobs, or the storage fails. What was committed until
/// then stays, and running the import again goes on from there.
pub async fn run_customers(
    storage: &dyn Storage,
    clock: &dyn Clock,
    import: &CustomersImport,
    table: &Table,
) -> Result<Report, ServerError> {
    let unusable = |refusal: Refusal| ServerError::Unusable(refusal.to_string());
    let inputs: Vec<PlannedRow<PartyRow>> = match import.kind {
        Kind::Customers => party_rows(
            plan_customers(table, &import.mapping).map_err(unusable)?,
            PartyRow::Customer,
        ),
        Kind::Assets => party_rows(
            plan_assets(table, &import.mapping).map_err(unusable)?,
            PartyRow::Asset,
        ),
        Kind::Jobs => return Err(ServerError::Unusable("jobs are imported as jobs".into())),
    };
    let company = import.company.id;
    let mut run = Run {
        import,
        now: clock.now(),
        references: References::new(company, clock.now()),
        customers: load_customer_index(storage.read().await?.as_mut(), company).await?,
        report: Report {
            rows: inputs.len(),
            ..Report::default()
        },
    };
    for rows in inputs.chunks(ROWS_AT_ONCE) {
        let mut tx = storage.write().await?;
        for (line, input) in rows {
            let done = match input {
                Ok(input) => run.row(tx.as_mut(), input).await?,
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
enum PartyRow {
    Customer(CustomerInput),
    Asset(AssetInput),
}

fn party_rows<D>(
    planned: Vec<PlannedRow<D>>,
    make: fn(D) -> PartyRow,
) -> Vec<PlannedRow<PartyRow>> {
    let rows = planned.into_iter();
    rows.map(|(line, input)| (line, input.map(make))).collect()
}

struct Run<'a> {
    import: &'a CustomersImport,
    now: Timestamp,
    references: References,
    customers: CustomerIndex,
    report: Report,
}

impl Run<'_> {
    /// Stores a row, or says why it is refused.
    async fn row(
        &mut self,
        tx: &mut dyn WriteTx,
        thing: &PartyRow,
    ) -> Result<Result<(), Refusal>, ServerError> {
        let company = self.import.company.id;
        let (module, key) = match thing {
            PartyRow::Customer(input) => (Module::Customer, &input.external_key),
            PartyRow::Asset(input) => (Module::Asset, &input.external_key),
        };
        let there = tx.record_by_external_key(company, module, key).await?;
        if there.is_some() {
            self.report.unchanged += 1;
            return Ok(Ok(()));
        }
        match thing {
            PartyRow::Customer(input) => self.customer(tx, input).await?,
            PartyRow::Asset(input) => {
                let customer = input
                    .customer
                    .as_deref()
                    .map(|said| self.customers.customer(said));
                match customer.transpose() {
                    Ok(customer) => self.asset(tx, input, customer).await?,
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
        input: &CustomerInput,
    ) -> Result<(), ServerError> {
        let organization = match &input.organization {
            Some(name) => Some(self.references.organization(tx, name).await?),
            None => None,
        };
        let id = CustomerId(new_id(self.now)?);
        let record = Record::Customer(Customer {
            id,
            name: input.name.clone(),
            phone: input.phone.clone(),
            email: input.email.clone(),
            organization,
        });
        self.save(tx, &record, &input.external_key).await?;
        if let Some(place) = &input.place {
            self.references
                .property(tx, place, &input.access, Some(id))
                .await?;
        }
        Ok(())
    }

    async fn asset(
        &mut self,
        tx: &mut dyn WriteTx,
        input: &AssetInput,
        customer: Option<CustomerId>,
    ) -> Result<(), ServerError> {
        let property = match &input.place {
            Some(place) => Some(self.references.property(tx, place, "", customer).await?),
            None => customer.and_then(|customer| self.customers.only_property(customer)),
        };
        let record = Record::Asset(Asset {
            id: AssetId(new_id(self.now)?),
            name: input.name.clone(),
            model: input.model.clone(),
            serial: input.serial.clone(),
            code: input.code.clone(),
            location: input.location.clone(),
            installed: input.installed.clone(),
            customer,
            property,
        });
        self.save(tx, &record, &input.external_key).await
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
