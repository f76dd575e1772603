//! Finds what can be linked to a job: an asset by words or by its code, a part in the catalogue.
//!
//! Owns what matches and what comes first. Pure. Makes no copy of any.

use crate::kinds::lines::joined;
use crate::shared::finding::{Sought, squeezed};
use crate::shared::item_names::{ItemName, asset_name, part_name};
use afield_domain::order::{NameKey, Order};
use afield_domain::search::one_code;
use afield_domain::{Asset, AssetId, Job, Module, Part, PartId, Record, RecordKey};
use afield_sync::Projection;

/// How many are shown at once.
pub const MOST: usize = 20;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FoundItem<Id> {
    /// The record that was found.
    pub id: Id,
    /// What names it.
    pub about: ItemName,
    /// Whether it is the customer's own, or stands where the job is.
    pub is_near: bool,
    /// Whether the job has it already.
    pub is_there: bool,
}

/// The assets that match every word of `query`: those at the place of the job first, then the customer's.
/// With no words, only these. Not more than [`MOST`].
#[must_use]
pub fn find_assets(projection: &Projection, job: &Job, query: &str) -> Vec<FoundItem<AssetId>> {
    let sought = Sought::new(query);
    let rank = |asset: &Asset, distance| {
        if sought.is_empty() {
            return (distance < FAR).then_some(0);
        }
        let Asset {
            name,
            model,
            location,
            serial,
            code,
            ..
        } = asset;
        sought.rank(&[name, model, location, serial, code])
    };
    let mut found: Vec<(u8, usize, &Asset, NameKey)> = assets(projection)
        .filter_map(|asset| {
            let distance = distance(job, asset);
            let name = NameKey::of(&asset.name);
            Some((rank(asset, distance)?, distance, asset, name))
        })
        .collect();
    found.order_by(|a, b| (a.0, a.1, &a.3).cmp(&(b.0, b.1, &b.3)));
    let found: Vec<_> = found
        .into_iter()
        .filter(|(_, _, asset, _)| is_shown(projection, asset.id.into()))
        .take(MOST)
        .collect();
    let is_repeated = |name: &str| found.iter().filter(|found| found.2.name == name).count() > 1;
    found
        .iter()
        .map(|(_, distance, asset, _)| FoundItem {
            id: asset.id,
            about: if *distance == FAR && is_repeated(&asset.name) {
                owned(projection, asset)
            } else {
                asset_name(asset)
            },
            is_near: *distance < FAR,
            is_there: job.assets.contains(&asset.id),
        })
        .collect()
}

/// What names an asset among others of its name: whose it is comes first.
fn owned(projection: &Projection, asset: &Asset) -> ItemName {
    let about = asset_name(asset);
    let owner = asset.customer.and_then(|id| projection.customer(id));
    let owner = owner.map_or("", |owner| owner.name.as_str());
    ItemName {
        detail: joined(&[owner, &about.detail]),
        ..about
    }
}

/// The assets whose code or serial number is exactly `code`: those of the job's place and customer, or
/// if there are none, all others.
#[must_use]
pub fn assets_of_code(projection: &Projection, job: &Job, code: &str) -> Vec<AssetId> {
    let wanted = squeezed(code);
    let wanted = one_code(&wanted);
    if wanted.is_empty() {
        return Vec::new();
    }
    let is_wanted = |text: &str| one_code(&squeezed(text)) == wanted;
    let is_it = |asset: &&Asset| is_wanted(&asset.code) || is_wanted(&asset.serial);
    let found = assets(projection)
        .filter(is_it)
        .filter(|asset| is_shown(projection, asset.id.into()));
    let found: Vec<&Asset> = found.collect();
    let near: Vec<AssetId> = found
        .iter()
        .filter(|asset| distance(job, asset) < FAR)
        .map(|asset| asset.id)
        .collect();
    if near.is_empty() {
        found.into_iter().map(|asset| asset.id).collect()
    } else {
        near
    }
}

/// The parts and services that match every word of `query`, by name. Not more than [`MOST`].
#[must_use]
pub fn find_parts(projection: &Projection, job: &Job, query: &str) -> Vec<FoundItem<PartId>> {
    let sought = Sought::new(query);
    let mut found: Vec<(u8, &Part, NameKey)> = parts(projection)
        .filter_map(|part| {
            let rank = sought.rank(&[&part.name, &part.number, &part.description]);
            Some((rank?, part, NameKey::of(&part.name)))
        })
        .collect();
    found.order_by(|a, b| (a.0, &a.2).cmp(&(b.0, &b.2)));
    found
        .into_iter()
        .map(|(_, part, _)| part)
        .filter(|part| is_shown(projection, part.id.into()))
        .take(MOST)
        .map(|part| FoundItem {
            id: part.id,
            about: part_name(part),
            is_near: false,
            is_there: job.parts.iter().any(|line| line.part == part.id),
        })
        .collect()
}

fn assets(projection: &Projection) -> impl Iterator<Item = &Asset> {
    let record = |key| match projection.known(key)? {
        // What is archived is offered no more; what is linked already stays.
        Record::Asset(asset) => Some(asset).filter(|asset| !asset.archived),
        _ => None,
    };
    projection.keys(Module::Asset).filter_map(record)
}

fn parts(projection: &Projection) -> impl Iterator<Item = &Part> {
    let record = |key| match projection.known(key)? {
        Record::Part(part) => Some(part).filter(|part| !part.archived),
        _ => None,
    };
    projection.keys(Module::Part).filter_map(record)
}

/// What is too old to be shown is not found either.
fn is_shown(projection: &Projection, key: RecordKey) -> bool {
    projection.view(key).is_some()
}

const FAR: usize = 2;

/// How far an asset is from the job: at its place, its customer's, anybody's.
fn distance(job: &Job, asset: &Asset) -> usize {
    if asset.property.is_some() && asset.property == job.property {
        0
    } else if asset.customer.is_some() && asset.customer == job.customer {
        1
    } else {
        FAR
    }
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
