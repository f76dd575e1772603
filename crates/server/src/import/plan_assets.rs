//! What an import writes for an asset.
//!
//! Owns which fields of it follow a file.

use super::asset_input::AssetInput;
use super::existing::Known;
use super::field::Field;
use super::input::Input;
use super::plan::{NewId, Planner};
use super::plan_builder::PlanBuilder;
use super::plan_jobs::place_said;
use super::row_plan::NoPlan;
use super::update::{FieldGroup, ImportBase};
use afield_domain::{Asset, AssetId, Record};

impl Planner<'_> {
    pub(super) fn plan_asset(
        &mut self,
        input: &AssetInput,
        row: &Input,
        known: Option<Known<'_>>,
        building: &mut PlanBuilder,
        new_id: NewId<'_>,
    ) -> Result<(), NoPlan> {
        let current = match known.as_ref().map(|known| &known.record) {
            Some(Record::Asset(asset)) => Some(asset.clone()),
            _ => None,
        };
        let was = current.as_ref();
        let customer = match input.customer.as_deref() {
            Some(said) => Some(
                self.directory
                    .customer(said, was.and_then(|asset| asset.customer))?,
            ),
            None => None,
        };
        let property = match &input.place {
            Some(_) => self.property(input.place.as_ref(), "", customer, building, new_id)?,
            None => customer.and_then(|customer| self.directory.only_property(customer)),
        };
        let id = match was {
            Some(asset) => asset.id,
            None => AssetId(new_id()?),
        };
        let described = Record::Asset(Asset {
            archived: false,
            id,
            name: input.name.clone(),
            model: input.model.clone(),
            serial: input.serial.clone(),
            code: input.code.clone(),
            location: input.location.clone(),
            installed: input.installed.clone(),
            customer,
            property,
        });
        let groups = self.asset_groups(input);
        let Some(known) = known else {
            building
                .bases
                .push((id.into(), ImportBase::of(&described, &groups)?));
            building.create(described, &row.external_key);
            return Ok(());
        };
        let update = building.merge(&known, &described, &groups)?;
        building.keep_linked(&update.record);
        building.note_base(&known, update.base);
        Ok(())
    }

    fn asset_groups(&self, input: &AssetInput) -> Vec<FieldGroup> {
        let group = |name, fields, said| FieldGroup { name, fields, said };
        let one = |field, text: &str| self.said(field, text);
        let customer = input.customer.as_deref().unwrap_or_default();
        let place = place_said(input.place.as_ref(), customer);
        let says_place = self.says_place() || self.says(Field::Customer);
        vec![
            group("name", &["name"], one(Field::Name, &input.name)),
            group("model", &["model"], one(Field::Model, &input.model)),
            group("serial", &["serial"], one(Field::Serial, &input.serial)),
            group("code", &["code"], one(Field::Code, &input.code)),
            group(
                "location",
                &["location"],
                one(Field::Location, &input.location),
            ),
            group(
                "installed",
                &["installed"],
                one(Field::Installed, &input.installed),
            ),
            group("customer", &["customer"], one(Field::Customer, customer)),
            group("property", &["property"], says_place.then_some(place)),
        ]
    }
}
