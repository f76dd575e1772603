//! What an import writes for a contract.
//!
//! Owns which fields of it follow a file, and that it does not end before it begins, whoever has said which of its days.

use super::contract_input::{ContractInput, check_days};
use super::existing::Known;
use super::field::Field;
use super::input::Input;
use super::plan::{NewId, Planner};
use super::plan_builder::PlanBuilder;
use super::row_plan::NoPlan;
use super::update::FieldGroup;
use afield_domain::{Contract, ContractId, Record};

impl Planner<'_> {
    pub(super) fn plan_contract(
        &mut self,
        input: &ContractInput,
        row: &Input,
        known: Option<Known<'_>>,
        building: &mut PlanBuilder,
        new_id: NewId<'_>,
    ) -> Result<(), NoPlan> {
        let was = match known.as_ref().map(|known| &known.record) {
            Some(Record::Contract(contract)) => Some(contract),
            _ => None,
        };
        let customer = was.and_then(|contract| contract.customer);
        let customer = self.directory.customer(&input.customer, customer)?;
        let id = match was {
            Some(contract) => contract.id,
            None => ContractId(new_id()?),
        };
        let described = Record::Contract(Contract {
            id,
            number: input.number.clone(),
            name: input.name.clone(),
            covers: input.covers.clone(),
            from: input.from.clone(),
            until: input.until.clone(),
            response_hours: input.response_hours,
            visits: input.visits.clone(),
            customer: Some(customer),
            archived: was.is_some_and(|contract| contract.archived),
        });
        let groups = self.contract_groups(input);
        let after = building.put(known, described, &groups, row)?;
        if let Record::Contract(contract) = after {
            check_days(&contract.from, &contract.until)?;
        }
        Ok(())
    }

    fn contract_groups(&self, input: &ContractInput) -> Vec<FieldGroup> {
        let group = |name, fields, said| FieldGroup { name, fields, said };
        let one = |field, text: &str| self.said(field, text);
        let hours = match input.response_hours {
            0 => String::new(),
            hours => hours.to_string(),
        };
        vec![
            group("number", &["number"], one(Field::Number, &input.number)),
            group("name", &["name"], one(Field::Name, &input.name)),
            group("covers", &["covers"], one(Field::Covers, &input.covers)),
            group("from", &["from"], one(Field::From, &input.from)),
            group("until", &["until"], one(Field::Until, &input.until)),
            group(
                "response_hours",
                &["response_hours"],
                one(Field::ResponseHours, &hours),
            ),
            group("visits", &["visits"], one(Field::Visits, &input.visits)),
            group(
                "customer",
                &["customer"],
                one(Field::Customer, &input.customer),
            ),
        ]
    }
}
