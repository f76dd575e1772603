//! What an import writes for a customer and the property of theirs that the row names.
//!
//! Owns how the property is found again: by its place, else by what the last import noted. So a corrected
//! street corrects the property, and does not make a second one.

use super::customer_input::CustomerInput;
use super::existing::{Existing, Known};
use super::field::Field;
use super::input::Input;
use super::place::{PLACE_KEY, PlaceIdentity, PlaceInput};
use super::plan::{NewId, Planner, place_groups, property_of};
use super::plan_builder::PlanBuilder;
use super::row_plan::NoPlan;
use super::update::{FieldGroup, ImportBase, PROPERTY};
use crate::said::said;
use afield_domain::{Customer, CustomerId, Property, PropertyId, Record};
use serde_json::Value;

impl Planner<'_> {
    pub(super) fn plan_customer(
        &mut self,
        input: &CustomerInput,
        row: &Input,
        known: Option<Known<'_>>,
        existing: &Existing,
        building: &mut PlanBuilder,
        new_id: NewId<'_>,
    ) -> Result<(), NoPlan> {
        let current = match known.as_ref().map(|known| &known.record) {
            Some(Record::Customer(customer)) => Some(customer.clone()),
            _ => None,
        };
        let was = current.as_ref();
        let id = match was {
            Some(customer) => customer.id,
            None => CustomerId(new_id()?),
        };
        let organization = was.and_then(|customer| customer.organization);
        let organization = self.organization(
            input.organization.as_deref(),
            organization,
            building,
            new_id,
        )?;
        let described = Record::Customer(Customer {
            id,
            name: input.name.clone(),
            phone: input.phone.clone(),
            email: input.email.clone(),
            organization,
            archived: was.is_some_and(|customer| customer.archived),
        });
        if input.place.is_none() && !input.access.is_empty() {
            building.notes.push(said!(
                access_without_address,
                "access: the row has no address to keep it with"
            ));
        }
        let groups = self.customer_groups(input);
        let last_property = known.as_ref().and_then(|known| known.base?.property());
        let mut base = match &known {
            None => {
                let base = ImportBase::of(&described, &groups)?;
                building.create(described, &row.external_key);
                base
            }
            Some(known) => {
                let update = building.merge(known, &described, &groups)?;
                building.keep_linked(&update.record);
                update.base
            }
        };
        match &input.place {
            Some(place) => {
                let property = self.customer_property(
                    id,
                    place,
                    input,
                    last_property,
                    existing,
                    building,
                    new_id,
                )?;
                if let Some(property) = property {
                    base.note(
                        PROPERTY,
                        place.said(),
                        Value::String(property.0.to_string()),
                    );
                }
            }
            None if last_property.is_some() && self.says_place() => building
                .kept
                .push("address: the file has none any more; the property stays".into()),
            None => (),
        }
        match known {
            Some(known) => building.note_base(&known, base),
            None => building.bases.push((id.into(), base)),
        }
        Ok(())
    }

    /// A property that follows the file to another place has that place's key from then on: under the old one, a
    /// job for the old place would find it.
    fn move_key(
        &self,
        known: &Known<'_>,
        now: &Property,
        place: &PlaceInput,
        building: &mut PlanBuilder,
    ) {
        let identity = place.identity(now.customer);
        let key = identity.external_key();
        let had = known.stored.external_key.as_deref();
        let is_moved = PlaceIdentity::of(now) == identity
            && had.is_some_and(|had| had.starts_with(PLACE_KEY) && had != key);
        // One that was deleted may still hold the key; records keep theirs for ever.
        if is_moved && !self.directory.has_property_key(&key) {
            building.give_key(known, &Record::Property(now.clone()), key);
        }
    }

    fn customer_groups(&self, input: &CustomerInput) -> Vec<FieldGroup> {
        let group = |name, fields, said| FieldGroup { name, fields, said };
        let one = |field, text: &str| self.said(field, text);
        let organization = input.organization.as_deref().unwrap_or_default();
        vec![
            group("name", &["name"], one(Field::Name, &input.name)),
            group("phone", &["phone"], one(Field::Phone, &input.phone)),
            group("email", &["email"], one(Field::Email, &input.email)),
            group(
                "organization",
                &["organization"],
                one(Field::Organization, organization),
            ),
        ]
    }

    #[expect(clippy::too_many_arguments, reason = "one call, each of another type")]
    fn customer_property(
        &self,
        customer: CustomerId,
        place: &PlaceInput,
        input: &CustomerInput,
        last: Option<PropertyId>,
        existing: &Existing,
        building: &mut PlanBuilder,
        new_id: NewId<'_>,
    ) -> Result<Option<PropertyId>, NoPlan> {
        let access = self.said(Field::Access, &input.access);
        let found = self.directory.property(place, Some(customer)).or(last);
        let known = match found {
            Some(id) => existing.get(id.into())?,
            None => None,
        };
        let Some(known) = known.filter(|known| !known.stored.deleted) else {
            return self.property(Some(place), &input.access, Some(customer), building, new_id);
        };
        let Record::Property(property) = &known.record else {
            return Ok(None);
        };
        let id = property.id;
        let described = Record::Property(property_of(id, place, &input.access, Some(customer)));
        let groups = place_groups(place, access.as_deref());
        let update = building.merge(&known, &described, &groups)?;
        if let Record::Property(now) = &update.record {
            self.move_key(&known, now, place, building);
        }
        building.note_base(&known, update.base);
        Ok(Some(id))
    }
}
