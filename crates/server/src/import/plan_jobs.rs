//! What an import writes for a job.
//!
//! Owns which fields of it follow a file. Whose a job is, is decided when it is made; later only
//! Afield decides it.

use super::existing::Known;
use super::field::Field;
use super::input::Input;
use super::job_input::JobInput;
use super::place::PlaceInput;
use super::plan::{HOUR_MS, NewId, Planner};
use super::plan_builder::PlanBuilder;
use super::refusal::Refusal;
use super::row_plan::NoPlan;
use super::update::{FieldGroup, ImportBase};
use crate::said::said;
use afield_domain::{Job, JobId, Priority, Record};

impl Planner<'_> {
    pub(super) fn plan_job(
        &mut self,
        input: &JobInput,
        row: &Input,
        known: Option<Known<'_>>,
        building: &mut PlanBuilder,
        new_id: NewId<'_>,
    ) -> Result<(), NoPlan> {
        let current = match known.as_ref().map(|known| &known.record) {
            Some(Record::Job(job)) => Some(job.clone()),
            _ => None,
        };
        let starts = self.at(input.starts, "starts", building)?;
        let ends = match input.ends {
            Some(ends) => self.at(ends, "ends", building)?,
            None => starts.plus_ms(HOUR_MS),
        };
        if ends < starts {
            return Err(Refusal(said!(ends_before, "ends before it starts")).into());
        }
        let was = current.as_ref();
        let organization = input.organization.as_deref();
        let organization = self.organization(
            organization,
            was.and_then(|job| job.organization),
            building,
            new_id,
        )?;
        let customer = was.and_then(|job| job.customer);
        let customer = self.customer_of_job(input, customer, organization, building, new_id)?;
        let property = self.property(input.place.as_ref(), "", customer, building, new_id)?;
        building.is_without_position = input
            .place
            .as_ref()
            .and_then(|place| place.position)
            .is_none();
        let id = match was {
            Some(job) => job.id,
            None => JobId(new_id()?),
        };
        let described = Job {
            id,
            number: input.number.clone().unwrap_or_default(),
            title: input.title.clone(),
            description: input.description.clone(),
            priority: Priority::Normal,
            status: input.status,
            starts,
            ends,
            customer,
            organization,
            property,
            ..Job::BLANK
        };
        let groups = self.job_groups(input);
        let Some(known) = known else {
            let described = Record::Job(Job {
                assignee: self.next_assignee(),
                ..described
            });
            building
                .bases
                .push((id.into(), ImportBase::of(&described, &groups)?));
            building.create(described, &row.external_key);
            return Ok(());
        };
        let update = building.merge(&known, &Record::Job(described), &groups)?;
        building.keep_linked(&update.record);
        building.note_base(&known, update.base);
        Ok(())
    }

    fn job_groups(&self, input: &JobInput) -> Vec<FieldGroup> {
        let group = |name, fields, said| FieldGroup { name, fields, said };
        let one = |field, text: &str| self.said(field, text);
        let ends = input
            .ends
            .map_or_else(String::new, super::dates::Moment::text);
        let times = format!("{}/{ends}", input.starts.text());
        let customer = customer_said(input.customer.as_deref(), &input.phone);
        let place = place_said(input.place.as_ref(), &customer);
        let organization = input.organization.as_deref().unwrap_or_default();
        vec![
            group("number", &["number"], input.number.clone()),
            group("title", &["title"], one(Field::Title, &input.title)),
            group(
                "description",
                &["description"],
                one(Field::Description, &input.description),
            ),
            group(
                "status",
                &["status"],
                one(Field::Status, &format!("{:?}", input.status)),
            ),
            group("times", &["starts", "ends"], Some(times)),
            group("customer", &["customer"], one(Field::Customer, &customer)),
            group(
                "organization",
                &["organization"],
                one(Field::Organization, organization),
            ),
            group(
                "property",
                &["property"],
                self.says_place().then_some(place),
            ),
        ]
    }
}

fn customer_said(name: Option<&str>, phone: &str) -> String {
    match (name, phone) {
        (None, _) => String::new(),
        (Some(name), "") => name.to_owned(),
        (Some(name), phone) => format!("{name}, {phone}"),
    }
}

/// What a row says of where something is, and whose that is.
pub(super) fn place_said(place: Option<&PlaceInput>, customer: &str) -> String {
    let place = place.map_or_else(String::new, PlaceInput::said);
    format!("{place}, {customer}")
}
