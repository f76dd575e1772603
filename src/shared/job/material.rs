//! What a job uses: its assets, its parts and services, and under which contract.
//!
//! Owns the lines of the tab, and the change that a line makes. Pure.

use crate::kinds::lines::joined;
use crate::shared::item_names::{ItemName, asset_name, names_apart, part_name};
use afield_domain::decimal;
use afield_domain::decimal::Decimal;
use afield_domain::order::Order;
use afield_domain::record::LINKED;
use afield_domain::search::normalize;
use afield_domain::{AssetId, ContractId, FieldValue, JobField, JobId, PartId};
use afield_sync::{OutboxEntry, Projection, unsent_items};

/// What a job uses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Material {
    /// Its assets, by name.
    pub assets: Vec<AssetLine>,
    /// Its parts and services, by name.
    pub parts: Vec<PartItem>,
    /// The contract it is done under.
    pub contract: Option<ContractLine>,
}

/// An asset of the job.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AssetLine {
    /// The asset that is linked.
    pub id: AssetId,
    /// What is known of it; nothing but the id if this phone does not have it.
    pub about: Option<ItemName>,
    /// What its buttons call it: no two lines alike. Empty if nothing is known.
    pub called: String,
    /// Whether the office does not know yet.
    pub unsent: bool,
}

/// A part or a service of the job.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PartItem {
    /// The part or service that is used.
    pub id: PartId,
    /// What is known of it.
    pub about: Option<ItemName>,
    /// What its buttons call it: no two lines alike. Empty if nothing is known.
    pub called: String,
    /// How many or how much: a canonical decimal number.
    pub quantity: String,
    /// In which unit; may be empty.
    pub unit: String,
    /// Whether the office does not know yet.
    pub unsent: bool,
}

/// The contract of the job.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContractLine {
    /// The contract that the job is done under.
    pub id: ContractId,
    /// Its number and name.
    pub name: String,
    /// What it covers; may be empty.
    pub covers: String,
}

/// What `job` uses. `entries` are the signed-in user's; none if the job is not on this phone.
#[must_use]
pub fn material(projection: &Projection, entries: &[OutboxEntry], id: JobId) -> Option<Material> {
    let job = projection.job(id)?;
    let unsent_assets = unsent_items(entries, id, JobField::Asset);
    let unsent_parts = unsent_items(entries, id, JobField::Part);
    let mut assets: Vec<AssetLine> = job
        .assets
        .iter()
        .map(|id| AssetLine {
            id: *id,
            about: projection.asset(*id).map(asset_name),
            called: String::new(),
            unsent: unsent_assets.contains(&id.to_string()),
        })
        .collect();
    assets.order_by_key(|line| name_of(&line.about));
    let called = calls(assets.iter().map(|line| &line.about));
    for (line, called) in assets.iter_mut().zip(called) {
        line.called = called;
    }
    let mut parts: Vec<PartItem> = job
        .parts
        .iter()
        .map(|line| {
            let part = projection.part(line.part);
            PartItem {
                id: line.part,
                about: part.map(part_name),
                called: String::new(),
                quantity: line.quantity.clone(),
                unit: part.map(|part| part.unit.clone()).unwrap_or_default(),
                unsent: unsent_parts.contains(&line.part.to_string()),
            }
        })
        .collect();
    parts.order_by_key(|line| name_of(&line.about));
    let called = calls(parts.iter().map(|line| &line.about));
    for (line, called) in parts.iter_mut().zip(called) {
        line.called = called;
    }
    let contract = job.contract.and_then(|id| projection.contract(id));
    let contract = contract.map(|contract| ContractLine {
        id: contract.id,
        name: joined(&[&contract.number, &contract.name]),
        covers: contract.covers.clone(),
    });
    Some(Material {
        assets,
        parts,
        contract,
    })
}

fn calls<'a>(abouts: impl Iterator<Item = &'a Option<ItemName>>) -> Vec<String> {
    let unknown = ItemName::default();
    let abouts: Vec<&ItemName> = abouts
        .map(|about| about.as_ref().unwrap_or(&unknown))
        .collect();
    names_apart(&abouts)
}

fn name_of(about: &Option<ItemName>) -> Option<String> {
    about.as_ref().map(|about| normalize(&about.name))
}

/// The value of an asset that is linked.
#[must_use]
pub fn linked() -> FieldValue {
    FieldValue::Text(LINKED.to_owned())
}

/// One more or one less than `quantity`; none where nothing would be left.
#[must_use]
pub fn stepped(quantity: &str, up: bool) -> Option<String> {
    let (now, one) = (Decimal::parse(quantity)?, Decimal::whole(1)?);
    let next = if up { now.plus(one)? } else { now.minus(one)? };
    (next > Decimal::default()).then(|| next.to_string())
}

/// What was typed as a quantity, in the canonical form.
///
/// # Errors
/// The two numbers that may be meant, or none where it is no number above nothing.
pub fn typed_quantity(typed: &str) -> Result<String, Option<[String; 2]>> {
    let number = decimal::parse(typed)
        .ok()
        .and_then(|text| Decimal::parse(&text));
    let number = number
        .filter(|number| *number > Decimal::default())
        .ok_or(None)?;
    match decimal::meanings(typed) {
        Some(both) => Err(Some(both)),
        None => Ok(number.to_string()),
    }
}

#[cfg(test)]
#[path = "material_tests.rs"]
mod tests;
