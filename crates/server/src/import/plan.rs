//! What an import writes for each row: new records, changed ones, and what they refer to.
//!
//! Owns the decision, for a real import and a dry run alike. Pure: the time, the ids and what is stored
//! come as arguments. A row that is refused leaves nothing behind, not even what it refers to.

use super::bounds::quoted;
use super::dates::{Clocks, Moment};
use super::directory::Directory;
use super::existing::{Existing, Known};
use super::input::{Described, Input, OWN_KEY, customer_key};
use super::job_input::JobInput;
use super::place::PlaceInput;
use super::plan_builder::PlanBuilder;
use super::refusal::Refusal;
use super::report::Outcome;
use super::row_plan::NoPlan;
pub use super::row_plan::{Change, RowPlan};
use super::update::{FieldGroup, ImportBase};
use super::{Format, assignment::Assignment, field::Field};
use crate::error::ServerError;
use crate::said::{Said, said};
use afield_domain::{
    Customer, CustomerId, Organization, OrganizationId, Property, PropertyId, Record, RecordKey,
    Timestamp, UserId,
};
use jiff::tz::TimeZone;
use std::collections::HashMap;
use uuid::Uuid;

pub(super) const HOUR_MS: i64 = 3_600_000;

/// Gives a new id.
pub type NewId<'a> = &'a mut dyn FnMut() -> Result<Uuid, ServerError>;

/// What holds for all rows, and what was planned so far.
pub struct Planner<'a> {
    /// Which columns the file has.
    pub format: &'a Format,
    /// Whose the jobs become.
    pub assignment: &'a Assignment,
    /// The company's zone.
    pub zone: &'a TimeZone,
    /// By how many days the dates are moved.
    pub days: i64,
    /// Who and what is known.
    pub directory: Directory,
    /// Up to which change it knows what others have made.
    pub directory_at: u64,
    /// Jobs given to somebody.
    pub assigned: usize,
    /// Which row, by its key, each contract or part is that of: no second one changes it.
    pub claimed: HashMap<RecordKey, String>,
}

impl Planner<'_> {
    /// Plans a row.
    ///
    /// # Errors
    /// When what is stored is damaged or no id can be made.
    pub fn plan_row(
        &mut self,
        input: &Input,
        existing: &Existing,
        new_id: NewId<'_>,
    ) -> Result<RowPlan, ServerError> {
        let mut building = PlanBuilder::default();
        match self.plan(input, existing, &mut building, new_id) {
            Ok(()) => Ok(self.finish(building, input)),
            Err(NoPlan::Failed(error)) => Err(error),
            Err(NoPlan::Refused(refusal)) => Ok(RowPlan {
                name: input.described.name().to_owned(),
                ..RowPlan::refused(refusal)
            }),
        }
    }

    fn plan(
        &mut self,
        input: &Input,
        existing: &Existing,
        building: &mut PlanBuilder,
        new_id: NewId<'_>,
    ) -> Result<(), NoPlan> {
        let known = self.known(input, existing)?;
        if known.as_ref().is_some_and(|known| known.stored.deleted) {
            let kept = "it was deleted in Afield, and stays so";
            building.kept.push(kept.into());
            return Ok(());
        }
        match &input.described {
            Described::Job(job) => self.plan_job(job, input, known, building, new_id),
            Described::Asset(asset) => self.plan_asset(asset, input, known, building, new_id),
            Described::Customer(customer) => {
                self.plan_customer(customer, input, known, existing, building, new_id)
            }
            Described::Contract(contract) => {
                self.plan_contract(contract, input, known, building, new_id)
            }
            Described::Part(part) => self.plan_part(part, input, known, building, new_id),
        }
    }

    /// The record of a row, if it is there: that of its key; of a contract or a part then that of its number or name.
    fn known<'e>(
        &mut self,
        input: &Input,
        existing: &'e Existing,
    ) -> Result<Option<Known<'e>>, NoPlan> {
        let of_key = existing.by_external_key(&input.external_key)?;
        let has_key = input.external_key.starts_with(OWN_KEY);
        let called = self.directory.called(&input.described);
        let called = called.filter(|_| !has_key || of_key.is_none());
        let found = match called {
            Some(called) => self.directory.numbered.find(&called)?,
            None => None,
        };
        let Some(key) = found else {
            if let Some(known) = &of_key {
                self.claim(known.stored.key, input)?;
            }
            return Ok(of_key);
        };
        self.claim(key, input)?;
        let known = existing.get(key)?;
        let other = known.as_ref().and_then(|known| {
            let key = known.stored.external_key.as_deref()?;
            key.strip_prefix(OWN_KEY)
        });
        match other.filter(|_| has_key) {
            Some(other) => Err(Refusal(said!(
                another_key,
                "what is called so is there with another key, {}",
                quoted(other)
            ))
            .into()),
            None => Ok(known.or(of_key)),
        }
    }

    /// Two rows of a file are not one contract or part.
    fn claim(&mut self, key: RecordKey, input: &Input) -> Result<(), Refusal> {
        if !matches!(input.described, Described::Contract(_) | Described::Part(_)) {
            return Ok(());
        }
        let claimed = self.claimed.entry(key);
        if claimed.or_insert_with(|| input.external_key.clone()) == &input.external_key {
            return Ok(());
        }
        Err(Refusal(said!(
            same_as_before,
            "an earlier row is the same one"
        )))
    }

    fn finish(&mut self, building: PlanBuilder, input: &Input) -> RowPlan {
        for change in &building.changes {
            // What it makes is its own.
            if let Some(key) = change.record.key().filter(|_| change.old.is_none()) {
                let _ = self.claim(key, input);
            }
            self.directory
                .add(&change.record, change.external_key.as_deref());
        }
        let is_own = |change: &Change| {
            change.external_key.as_ref() == Some(&input.external_key)
                && change.record.key().map(|key| key.module) == Some(input.described.module())
        };
        let also = building.changes.iter();
        let also = also.filter(|change| change.old.is_none() && !is_own(change));
        let also_created = also
            .filter_map(|change| Some(change.record.key()?.module))
            .collect();
        let is_written = !building.changes.is_empty();
        let outcome = match (
            building.is_new,
            building.updated.is_empty(),
            building.kept.is_empty(),
        ) {
            (true, _, _) => Outcome::Created,
            (false, false, _) => Outcome::Updated(building.updated),
            (false, true, false) => Outcome::Kept,
            (false, true, true) => Outcome::Unchanged,
        };
        let mut notes = building.notes;
        notes.extend(input.notes.iter().cloned());
        RowPlan {
            outcome,
            name: input.described.name().to_owned(),
            changes: building.changes,
            bases: building.bases,
            kept: building.kept,
            notes: if is_written { notes } else { Vec::new() },
            also_created,
            is_without_position: building.is_new && building.is_without_position,
        }
    }

    /// Whether the file has a column for that field.
    pub(super) fn says(&self, field: Field) -> bool {
        match self.format {
            Format::Mapped(mapping) => mapping.column(field).is_some(),
            Format::Nyc311 => matches!(
                field,
                Field::Title
                    | Field::Description
                    | Field::Status
                    | Field::Starts
                    | Field::Address
                    | Field::Organization
            ),
        }
    }

    /// What the row says about a field, if the file has the column.
    pub(super) fn said(&self, field: Field, text: &str) -> Option<String> {
        self.says(field).then(|| text.to_owned())
    }

    pub(super) fn says_place(&self) -> bool {
        self.says(Field::Address) || self.says(Field::Latitude)
    }

    pub(super) fn organization(
        &self,
        name: Option<&str>,
        current: Option<OrganizationId>,
        building: &mut PlanBuilder,
        new_id: NewId<'_>,
    ) -> Result<Option<OrganizationId>, NoPlan> {
        let Some(name) = name else {
            return Ok(None);
        };
        if let Some(id) = self.directory.organization(name, current)? {
            return Ok(Some(id));
        }
        let id = OrganizationId(new_id()?);
        let record = Record::Organization(Organization {
            id,
            name: name.to_owned(),
            phone: String::new(),
        });
        building.add(record, format!("name:{}", name.to_lowercase()));
        Ok(Some(id))
    }

    /// The customer that a job names; a new one if nobody is called so.
    pub(super) fn customer_of_job(
        &self,
        job: &JobInput,
        current: Option<CustomerId>,
        organization: Option<OrganizationId>,
        building: &mut PlanBuilder,
        new_id: NewId<'_>,
    ) -> Result<Option<CustomerId>, NoPlan> {
        let Some(name) = &job.customer else {
            return Ok(None);
        };
        if let Some(id) = self.directory.customer_of_job(name, &job.phone, current)? {
            return Ok(Some(id));
        }
        let id = CustomerId(new_id()?);
        let record = Record::Customer(Customer {
            id,
            name: name.clone(),
            phone: job.phone.clone(),
            email: String::new(),
            organization,
            archived: false,
        });
        building.add(record, customer_key(name, &job.phone));
        Ok(Some(id))
    }

    /// The property at that place of that customer; a new one if there is none.
    pub(super) fn property(
        &self,
        place: Option<&PlaceInput>,
        access: &str,
        customer: Option<CustomerId>,
        building: &mut PlanBuilder,
        new_id: NewId<'_>,
    ) -> Result<Option<PropertyId>, NoPlan> {
        let Some(place) = place else {
            return Ok(None);
        };
        if let Some(id) = self.directory.property(place, customer) {
            return Ok(Some(id));
        }
        let id = PropertyId(new_id()?);
        let record = Record::Property(property_of(id, place, access, customer));
        let base = ImportBase::of(&record, &place_groups(place, Some(access)))?;
        building.bases.push((id.into(), base));
        building.add(record, place.identity(customer).external_key());
        Ok(Some(id))
    }

    pub(super) fn next_assignee(&mut self) -> Option<UserId> {
        match self.assignment {
            Assignment::Nobody => None,
            Assignment::InTurn(users) => {
                let place = self.assigned.checked_rem(users.len())?;
                self.assigned += 1;
                users.get(place).copied()
            }
        }
    }

    /// The instant of a moment once the dates are moved, with a note if the clocks change there.
    pub(super) fn at(
        &self,
        moment: Moment,
        name: &str,
        building: &mut PlanBuilder,
    ) -> Result<Timestamp, Refusal> {
        let (at, clocks) = moment.at(self.zone, self.days).ok_or_else(|| {
            Refusal(said!(
                beyond_calendar,
                "{}: {} is beyond the calendar",
                Said::field(name),
                moment.text()
            ))
        })?;
        let taken = jiff::Timestamp::from_millisecond(at.0).map_or_else(
            |_| String::new(),
            |at| {
                at.to_zoned(self.zone.clone())
                    .strftime("%Y-%m-%d %H:%M %:z")
                    .to_string()
            },
        );
        match clocks {
            Clocks::Usual => (),
            Clocks::Skipped => building.notes.push(said!(
                clocks_skip,
                "{}: {} is an hour that the clocks skip; {} was taken",
                Said::field(name),
                moment.text(),
                taken
            )),
            Clocks::Repeated => building.notes.push(said!(
                clocks_repeat,
                "{}: {} comes twice, for the clocks go back; the first, {}, was taken",
                Said::field(name),
                moment.text(),
                taken
            )),
        }
        Ok(at)
    }
}

impl RowPlan {
    /// A row that cannot be used.
    #[must_use]
    pub fn refused(refusal: Refusal) -> Self {
        Self {
            outcome: Outcome::Refused(refusal),
            name: String::new(),
            changes: Vec::new(),
            bases: Vec::new(),
            kept: Vec::new(),
            notes: Vec::new(),
            also_created: Vec::new(),
            is_without_position: false,
        }
    }
}

pub(super) fn property_of(
    id: PropertyId,
    place: &PlaceInput,
    access: &str,
    customer: Option<CustomerId>,
) -> Property {
    Property {
        archived: false,
        id,
        address: place.address.clone(),
        city: place.city.clone(),
        postcode: place.postcode.clone(),
        access: access.to_owned(),
        position: place.position,
        customer,
    }
}

/// What a row says about a property.
pub(super) fn place_groups(place: &PlaceInput, access: Option<&str>) -> Vec<FieldGroup> {
    let position = place.position;
    let position = position.map(|at| format!("{}, {}", at.latitude, at.longitude));
    let group = |name, fields, said| FieldGroup { name, fields, said };
    vec![
        group("address", &["address"], Some(place.address.clone())),
        group("city", &["city"], Some(place.city.clone())),
        group("postcode", &["postcode"], Some(place.postcode.clone())),
        group("position", &["position"], position),
        group("access", &["access"], access.map(str::to_owned)),
    ]
}
