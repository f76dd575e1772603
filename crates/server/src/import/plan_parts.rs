//! What an import writes for a part or a service.
//!
//! Owns which fields of it follow a file.

use super::existing::Known;
use super::field::Field;
use super::input::Input;
use super::part_input::PartInput;
use super::plan::{NewId, Planner};
use super::plan_builder::PlanBuilder;
use super::row_plan::NoPlan;
use super::update::FieldGroup;
use afield_domain::{Part, PartId, PartKind, Record};

impl Planner<'_> {
    pub(super) fn plan_part(
        &mut self,
        input: &PartInput,
        row: &Input,
        known: Option<Known<'_>>,
        building: &mut PlanBuilder,
        new_id: NewId<'_>,
    ) -> Result<(), NoPlan> {
        let was = match known.as_ref().map(|known| &known.record) {
            Some(Record::Part(part)) => Some(part),
            _ => None,
        };
        let id = match was {
            Some(part) => part.id,
            None => PartId(new_id()?),
        };
        let described = Record::Part(Part {
            id,
            name: input.name.clone(),
            number: input.number.clone(),
            kind: input.kind,
            unit: input.unit.clone(),
            price: input.price.clone(),
            description: input.description.clone(),
            archived: was.is_some_and(|part| part.archived),
        });
        building.put(known, described, &self.part_groups(input), row)?;
        Ok(())
    }

    fn part_groups(&self, input: &PartInput) -> Vec<FieldGroup> {
        let group = |name, fields, said| FieldGroup { name, fields, said };
        let one = |field, text: &str| self.said(field, text);
        let kind = match input.kind {
            PartKind::Part => "part",
            PartKind::Service => "service",
        };
        vec![
            group("number", &["number"], one(Field::Number, &input.number)),
            group("name", &["name"], one(Field::Name, &input.name)),
            group("kind", &["kind"], one(Field::PartKind, kind)),
            group("unit", &["unit"], one(Field::Unit, &input.unit)),
            group("price", &["price"], one(Field::Price, &input.price)),
            group(
                "description",
                &["description"],
                one(Field::Description, &input.description),
            ),
        ]
    }
}
