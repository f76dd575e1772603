//! Make a customer, a place or an asset that was found on site; the office makes contracts and parts too.
//!
//! Owns what such a record may hold. What it is part of and who sees it follows from its links, as with those of
//! the office. Must never make a record of another kind, nor change one that is there.

use super::meaning::{Case, Ends, Judgement, Meaning};
use crate::ids::{CustomerId, JobId, TaskId, UserId};
use crate::limits;
use crate::permission::Right;
use crate::record::{Asset, Customer, Property, Record, RecordKey};
#[cfg(feature = "office")]
use crate::record::{Contract, Part, is_interval, is_price};
use crate::rejection::{Problem, Rejection};
use crate::text;
use crate::time::{Day, Timestamp};
use crate::user::Actor;
use uuid::Uuid;

/// See [`super::Op::Create`].
pub(super) struct Create<'o> {
    pub(super) record: &'o Record,
}

impl Create<'_> {
    /// The record in the form in which it is stored.
    fn made(&self) -> Result<Record, Rejection> {
        checked(self.record)
    }

    /// Whether the place of an asset is not another customer's than the asset.
    fn check_place(&self, case: &Case<'_, '_>) -> Result<(), Rejection> {
        let Record::Asset(asset) = self.record else {
            return Ok(());
        };
        let owner = |place| match case.find(place) {
            Some(Record::Property(place)) => place.customer,
            _ => None,
        };
        let owner = asset.property.and_then(owner);
        if owner.is_none() || asset.customer.is_none() || owner == asset.customer {
            Ok(())
        } else {
            Err(Rejection::NotFound)
        }
    }
}

/// A record that somebody makes, in the form in which it is stored.
pub(super) fn checked(record: &Record) -> Result<Record, Rejection> {
    match record {
        Record::Customer(customer) => checked_customer(customer).map(Record::Customer),
        Record::Property(property) => checked_property(property).map(Record::Property),
        Record::Asset(asset) => checked_asset(asset).map(Record::Asset),
        // The office's alone; no phone has one in its outbox.
        #[cfg(feature = "office")]
        Record::Contract(it) if it.response_hours > limits::RESPONSE_HOURS => {
            Err(malformed("response_hours"))
        }
        #[cfg(feature = "office")]
        Record::Contract(it) if !is_interval(&it.visits) => Err(malformed("visits")),
        #[cfg(feature = "office")]
        Record::Part(it) if !is_price(&it.price) => Err(malformed("price")),
        #[cfg(feature = "office")]
        Record::Contract(_) | Record::Part(_) => checked_of_office(record),
        // A newer build may make more kinds.
        _ => Err(Rejection::UnknownOp),
    }
}

fn line(field: &str, value: &str) -> Result<String, Rejection> {
    text::optional(field, value, limits::LINE_CHARS)
}

/// A customer in the form in which it is stored.
pub(super) fn checked_customer(customer: &Customer) -> Result<Customer, Rejection> {
    Ok(Customer {
        name: text::required("name", &customer.name, limits::LINE_CHARS)?,
        phone: line("phone", &customer.phone)?,
        email: line("email", &customer.email)?,
        ..customer.clone()
    })
}

/// A record as the office leaves it, in the form in which it is stored: a place keeps where it is.
#[cfg(feature = "office")]
pub(super) fn checked_of_office(record: &Record) -> Result<Record, Rejection> {
    match record {
        Record::Property(it) => Ok(Record::Property(Property {
            position: it.position,
            ..checked_property(it)?
        })),
        Record::Contract(it) => checked_contract(it).map(Record::Contract),
        Record::Part(it) => checked_part(it).map(Record::Part),
        other => checked(other),
    }
}

#[cfg(feature = "office")]
fn checked_contract(contract: &Contract) -> Result<Contract, Rejection> {
    let (from, until) = (&contract.from, &contract.until);
    let days = [("from", from), ("until", until)];
    let no_day = |day: &&(&str, &String)| !day.1.is_empty() && day.1.parse::<Day>().is_err();
    if let Some((field, _)) = days.iter().find(no_day) {
        return Err(malformed(field));
    }
    // As they are written, earlier days come first.
    if !from.is_empty() && !until.is_empty() && until < from {
        return Err(malformed("until"));
    }
    Ok(Contract {
        number: line("number", &contract.number)?,
        name: text::required("name", &contract.name, limits::LINE_CHARS)?,
        covers: line("covers", &contract.covers)?,
        ..contract.clone()
    })
}

#[cfg(feature = "office")]
fn checked_part(part: &Part) -> Result<Part, Rejection> {
    Ok(Part {
        name: text::required("name", &part.name, limits::LINE_CHARS)?,
        number: line("number", &part.number)?,
        unit: line("unit", &part.unit)?,
        price: line("price", &part.price)?,
        description: text::optional("description", &part.description, limits::DESCRIPTION_CHARS)?,
        ..part.clone()
    })
}

fn malformed(field: &str) -> Rejection {
    Rejection::Invalid {
        field: field.to_owned(),
        problem: Problem::Malformed,
    }
}

fn checked_property(property: &Property) -> Result<Property, Rejection> {
    Ok(Property {
        address: text::required("address", &property.address, limits::LINE_CHARS)?,
        city: line("city", &property.city)?,
        postcode: line("postcode", &property.postcode)?,
        access: line("access", &property.access)?,
        // Where it is, the office finds out.
        position: None,
        ..property.clone()
    })
}

fn checked_asset(asset: &Asset) -> Result<Asset, Rejection> {
    if !asset.installed.is_empty() && asset.installed.parse::<Day>().is_err() {
        return Err(malformed("installed"));
    }
    Ok(Asset {
        name: text::required("name", &asset.name, limits::LINE_CHARS)?,
        model: line("model", &asset.model)?,
        serial: line("serial", &asset.serial)?,
        code: line("code", &asset.code)?,
        location: line("location", &asset.location)?,
        ..asset.clone()
    })
}

impl Meaning for Create<'_> {
    fn target(&self) -> RecordKey {
        // A record without a key is of another build, and refused.
        let none = CustomerId(Uuid::nil());
        self.record.key().unwrap_or(none.into())
    }

    fn job(&self) -> Option<JobId> {
        None
    }

    fn task(&self) -> Option<TaskId> {
        None
    }

    fn needs(&self) -> Vec<RecordKey> {
        self.record.links()
    }

    fn creates(&self) -> bool {
        true
    }

    fn looks_at(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn ends(&self) -> Ends {
        Ends::Nothing
    }

    fn needs_connection(&self) -> bool {
        false
    }

    fn assignees(&self) -> Vec<UserId> {
        Vec::new()
    }

    fn rights(&self) -> Vec<Right> {
        vec![Right::CreateRecord]
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        let is_of_office = matches!(self.record, Record::Contract(_) | Record::Part(_));
        if is_of_office && !case.context.actor.role.is_office() {
            return Err(Rejection::Forbidden);
        }
        let made = self.made()?;
        case.check_all(&self.needs())?;
        self.check_place(case)?;
        match case.find(self.target()) {
            Some(there) if *there == made => Ok(Judgement::Already),
            // Ids are 122 random bits: a record of this id that says something else is a forged request.
            Some(_) => Err(Rejection::Forbidden),
            None => Ok(Judgement::as_asked()),
        }
    }

    fn effect(&self, target: Option<Record>, _: Actor<'_>, _: Timestamp) -> Option<Record> {
        target.or_else(|| self.made().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AssetId, PropertyId};
    use crate::operation::{ApplyContext, Effect, Op};
    use crate::record::Job;
    use crate::user::Role;
    use crate::{apply_op, fold_op};

    const ANNA: Actor<'static> = Actor {
        id: UserId(Uuid::from_u128(1)),
        name: "Anna",
        role: Role::Technician,
    };

    fn customer(n: u128, name: &str) -> Record {
        Record::Customer(Customer {
            id: CustomerId(Uuid::from_u128(n)),
            name: name.into(),
            phone: " 040 1 ".into(),
            email: String::new(),
            organization: None,
            archived: false,
        })
    }

    fn property(n: u128, address: &str, of: u128) -> Record {
        Record::Property(Property {
            archived: false,
            id: PropertyId(Uuid::from_u128(n)),
            address: address.into(),
            city: String::new(),
            postcode: String::new(),
            access: String::new(),
            position: None,
            customer: Some(CustomerId(Uuid::from_u128(of))),
        })
    }

    fn asset(name: &str, installed: &str, of: Option<u128>, at: Option<u128>) -> Record {
        Record::Asset(Asset {
            archived: false,
            id: AssetId(Uuid::from_u128(50)),
            name: name.into(),
            model: String::new(),
            serial: " 7 ".into(),
            code: String::new(),
            location: String::new(),
            installed: installed.into(),
            customer: of.map(|n| CustomerId(Uuid::from_u128(n))),
            property: at.map(|n| PropertyId(Uuid::from_u128(n))),
        })
    }

    fn made(record: &Record) -> String {
        let there = [
            customer(2, "Hansen"),
            customer(3, "Meyer"),
            property(4, "Mole 1", 2),
        ];
        let op = Op::Create {
            record: Box::new(record.clone()),
        };
        let context = ApplyContext::local(ANNA, Timestamp(5));
        let found = apply_op(context, &op, |key| {
            there.iter().find(|record| record.key() == Some(key))
        });
        if let Ok(Effect::Write(written)) = &found {
            let key = record.key().unwrap();
            let view = fold_op(key, None, &op, ANNA, Timestamp(5));
            assert_eq!(view.as_slice(), written, "the phone shows what is written");
            assert_eq!(fold_op(key, view.clone(), &op, ANNA, Timestamp(5)), view);
        }
        match found {
            Ok(Effect::Write(_)) => "made".to_owned(),
            Ok(other) => format!("{other:?}"),
            Err(Rejection::Invalid { field, .. }) => field,
            Err(other) => format!("{other:?}"),
        }
    }

    #[test]
    fn what_may_be_made() {
        let long = "x".repeat(limits::LINE_CHARS + 1);
        for (record, expected) in [
            (customer(10, " Ada "), "made"),
            (customer(10, " "), "name"),
            (customer(10, &long), "name"),
            (property(11, "Mole 2", 2), "made"),
            (property(11, "", 2), "address"),
            (property(11, "Mole 2", 99), "NotFound"),
            (asset("Pump", "2026-11-28", Some(2), Some(4)), "made"),
            (asset("Pump", "", None, None), "made"),
            (asset("Pump", "soon", Some(2), None), "installed"),
            (asset("", "", Some(2), None), "name"),
            (asset("Pump", "", Some(99), None), "NotFound"),
            // At the place of another customer.
            (asset("Pump", "", Some(3), Some(4)), "NotFound"),
            // The same again is done; under the id of another it is forged.
            (customer(2, "Ada"), "Forbidden"),
            (Record::Job(Job::BLANK), "UnknownOp"),
            (Record::Unknown, "UnknownOp"),
        ] {
            assert_eq!(made(&record), expected, "{record:?}");
        }
    }

    #[test]
    fn the_same_again_is_done() {
        let op = Op::Create {
            record: Box::new(customer(10, " Ada ")),
        };
        let context = ApplyContext::local(ANNA, Timestamp(5));
        let Ok(Effect::Write(written)) = apply_op(context, &op, |_| None) else {
            panic!("it is made");
        };
        let again = apply_op(context, &op, |_| written.first());
        assert_eq!(again, Ok(Effect::Already));
    }
}
