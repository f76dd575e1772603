//! The page of a customer, organization, property, asset, contract, part or service: its primary
//! details, what can be done with them, and what refers to it.
//!
//! Owns what each page shows, in one form for all. Pure: zone, language and day are arguments.

use super::linked::{Linked, jobs_of, rows_of, tasks_of};
use crate::kinds::lines::listed;
use crate::kinds::name_of;
use afield_domain::time::Day;
use afield_domain::{
    Asset, Contract, Customer, Language, Module, Organization, Part, PartKind, Property, Record,
    RecordKey, Zone,
};
use afield_sync::Projection;

/// What the page of a record shows.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordSheet {
    /// What people call it.
    pub title: String,
    /// What it is, where that is not simply its module's.
    pub kind: RecordKind,
    /// Its details, those that are known.
    pub facts: Vec<Fact>,
    /// What can be done with it.
    pub actions: Vec<Action>,
    /// Longer text; may be empty.
    pub text: String,
    /// The records it belongs to.
    pub links: Vec<FactLink>,
    /// What refers to it on this phone, by kind.
    pub linked: Vec<Linked>,
}

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// What its module says.
    Of(Module),
    /// A contract whose last day is over.
    EndedContract,
    /// A part.
    Part,
    /// A service.
    Service,
}

/// The name of a detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactName {
    /// A number that people call it by.
    Number,
    /// Maker and model.
    Model,
    /// The number on its plate.
    Serial,
    /// The text of its barcode.
    Code,
    /// Where on the property it stands.
    Location,
    /// When it was installed.
    Installed,
    /// City.
    City,
    /// Postal code.
    Postcode,
    /// How to get in.
    Access,
    /// Its first day.
    From,
    /// Its last day.
    Until,
    /// Hours until somebody must be there.
    ResponseHours,
    /// What is counted.
    Unit,
    /// What one costs.
    Price,
}

/// A detail of the record: a name and a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What the detail says.
    pub name: FactName,
    /// What stands there.
    pub value: String,
}

/// What can be done with a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Call this number.
    Call(String),
    /// Write to this address.
    Mail(String),
    /// Opens the way there in the phone's map.
    Navigate(Property),
}

/// A record that this one belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactLink {
    /// The record that it belongs to.
    pub key: RecordKey,
    /// What people call that record.
    pub name: String,
}

/// What a sheet is made with.
#[derive(Debug, Clone, Copy)]
struct Desk<'a> {
    projection: &'a Projection,
    zone: &'a Zone,
    today: Day,
    language: Language,
}

/// The page of `key`; none if the record is not on this phone, or of a module without such a page.
#[must_use]
pub fn sheet(
    projection: &Projection,
    zone: &Zone,
    today: Day,
    key: RecordKey,
) -> Option<RecordSheet> {
    let language = zone.language();
    let desk = Desk {
        projection,
        zone,
        today,
        language,
    };
    match projection.record(key)? {
        Record::Customer(customer) => Some(desk.customer(customer)),
        Record::Organization(organization) => Some(desk.organization(organization)),
        Record::Property(property) => Some(desk.property(property)),
        Record::Asset(asset) => Some(desk.asset(asset)),
        Record::Contract(contract) => Some(desk.contract(contract)),
        Record::Part(part) => Some(desk.part(part)),
        // They have pages of their own, or none.
        Record::Job(_)
        | Record::Route(_)
        | Record::Task(_)
        | Record::Form(_)
        | Record::Note(_)
        | Record::Attachment(_)
        | Record::Submission(_)
        | Record::Conflict(_)
        | Record::Unknown => None,
    }
}

impl Desk<'_> {
    fn customer(self, customer: &Customer) -> RecordSheet {
        let key = customer.id.into();
        let call = (!customer.phone.is_empty()).then_some(Action::Call(customer.phone.clone()));
        let mail = (!customer.email.is_empty()).then_some(Action::Mail(customer.email.clone()));
        RecordSheet {
            title: customer.name.clone(),
            kind: RecordKind::Of(Module::Customer),
            facts: Vec::new(),
            actions: call.into_iter().chain(mail).collect(),
            text: String::new(),
            links: self.links([customer.organization.map(Into::into)]),
            linked: vec![
                jobs_of(self.projection, self.zone, key),
                rows_of(self.projection, Module::Property, key),
                rows_of(self.projection, Module::Asset, key),
                rows_of(self.projection, Module::Contract, key),
            ],
        }
    }

    fn organization(self, organization: &Organization) -> RecordSheet {
        let key = organization.id.into();
        let call =
            (!organization.phone.is_empty()).then_some(Action::Call(organization.phone.clone()));
        RecordSheet {
            title: organization.name.clone(),
            kind: RecordKind::Of(Module::Organization),
            facts: Vec::new(),
            actions: call.into_iter().collect(),
            text: String::new(),
            links: Vec::new(),
            linked: vec![
                jobs_of(self.projection, self.zone, key),
                rows_of(self.projection, Module::Customer, key),
            ],
        }
    }

    fn property(self, property: &Property) -> RecordSheet {
        let key = property.id.into();
        let facts = [
            (FactName::City, property.city.clone()),
            (FactName::Postcode, property.postcode.clone()),
            (FactName::Access, property.access.clone()),
        ];
        RecordSheet {
            title: listed(&[&property.address, &property.city]),
            kind: RecordKind::Of(Module::Property),
            facts: filled(facts),
            links: self.links([property.customer.map(Into::into)]),
            actions: vec![Action::Navigate(property.clone())],
            text: String::new(),
            linked: vec![
                jobs_of(self.projection, self.zone, key),
                rows_of(self.projection, Module::Asset, key),
            ],
        }
    }

    fn asset(self, asset: &Asset) -> RecordSheet {
        let facts = [
            (FactName::Model, asset.model.clone()),
            (FactName::Serial, asset.serial.clone()),
            (FactName::Code, asset.code.clone()),
            (FactName::Location, asset.location.clone()),
            (FactName::Installed, self.day(&asset.installed)),
        ];
        let place = asset.property.and_then(|id| self.projection.property(id));
        let navigate = place.cloned().map(Action::Navigate);
        RecordSheet {
            title: asset.name.clone(),
            kind: RecordKind::Of(Module::Asset),
            facts: filled(facts),
            actions: navigate.into_iter().collect(),
            text: String::new(),
            links: self.links([
                asset.property.map(Into::into),
                asset.customer.map(Into::into),
            ]),
            linked: vec![
                jobs_of(self.projection, self.zone, asset.id.into()),
                tasks_of(self.projection, asset.id),
            ],
        }
    }

    fn contract(self, contract: &Contract) -> RecordSheet {
        let hours = contract.response_hours;
        let hours = if hours > 0 {
            hours.to_string()
        } else {
            String::new()
        };
        // Days of this form are in order as texts.
        let is_over = !contract.until.is_empty() && contract.until < self.today.to_string();
        let facts = [
            (FactName::Number, contract.number.clone()),
            (FactName::From, self.day(&contract.from)),
            (FactName::Until, self.day(&contract.until)),
            (FactName::ResponseHours, hours),
        ];
        RecordSheet {
            title: contract.name.clone(),
            kind: if is_over {
                RecordKind::EndedContract
            } else {
                RecordKind::Of(Module::Contract)
            },
            facts: filled(facts),
            actions: Vec::new(),
            text: contract.covers.clone(),
            links: self.links([contract.customer.map(Into::into)]),
            linked: vec![jobs_of(self.projection, self.zone, contract.id.into())],
        }
    }

    fn part(self, part: &Part) -> RecordSheet {
        let facts = [
            (FactName::Number, part.number.clone()),
            (FactName::Unit, part.unit.clone()),
            (FactName::Price, part.price.clone()),
        ];
        RecordSheet {
            title: part.name.clone(),
            kind: match part.kind {
                PartKind::Part => RecordKind::Part,
                PartKind::Service => RecordKind::Service,
            },
            facts: filled(facts),
            actions: Vec::new(),
            text: part.description.clone(),
            links: Vec::new(),
            linked: vec![jobs_of(self.projection, self.zone, part.id.into())],
        }
    }

    /// The records that are on this phone, with their names.
    fn links<const N: usize>(self, keys: [Option<RecordKey>; N]) -> Vec<FactLink> {
        let link = |key| {
            let name = name_of(self.projection.record(key)?)?;
            Some(FactLink { key, name })
        };
        keys.into_iter().flatten().filter_map(link).collect()
    }

    /// A day, written out; as it stands if it is none.
    fn day(self, text: &str) -> String {
        match text.parse::<Day>() {
            Ok(day) => day.date(self.language),
            Err(_) => text.to_owned(),
        }
    }
}

fn filled<const N: usize>(facts: [(FactName, String); N]) -> Vec<Fact> {
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    facts.map(|(name, value)| Fact { name, value }).collect()
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
