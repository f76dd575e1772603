//! Finds what can be linked to a job: an asset by words or by its code, a part in the catalogue.
//!
//! Owns what matches and what comes first. Pure. Looks at the server's copies, without making one of each:
//! nobody changes an asset or a part on a phone.

use crate::shared::item_names::{ItemName, asset_name, part_name};
use afield_domain::order::Order;
use afield_domain::search::normalize;
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
    let terms = search_terms(query);
    let mut found: Vec<(usize, &Asset)> = assets(projection)
        .map(|asset| (distance(job, asset), asset))
        .filter(|(distance, asset)| match terms.is_empty() {
            true => *distance < FAR,
            false => matches(
                &terms,
                &[
                    &asset.name,
                    &asset.model,
                    &asset.location,
                    &asset.serial,
                    &asset.code,
                ],
            ),
        })
        .collect();
    found.order_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    found
        .into_iter()
        .filter(|(_, asset)| is_shown(projection, asset.id.into()))
        .take(MOST)
        .map(|(distance, asset)| FoundItem {
            id: asset.id,
            about: asset_name(asset),
            is_near: distance < FAR,
            is_there: job.assets.contains(&asset.id),
        })
        .collect()
}

/// The assets whose code or serial number is exactly `code`: those of the job's place and customer, or
/// if there are none, all others.
#[must_use]
pub fn assets_of_code(projection: &Projection, job: &Job, code: &str) -> Vec<AssetId> {
    let wanted = squeezed(code);
    if wanted.is_empty() {
        return Vec::new();
    }
    let is_it =
        |asset: &&Asset| squeezed(&asset.code) == wanted || squeezed(&asset.serial) == wanted;
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
    let terms = search_terms(query);
    let mut found: Vec<&Part> = parts(projection)
        .filter(|part| matches(&terms, &[&part.name, &part.number, &part.description]))
        .collect();
    found.order_by(|a, b| a.name.cmp(&b.name));
    found
        .into_iter()
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
    let record = |key| match &projection.base(key)?.record {
        Record::Asset(asset) => Some(asset),
        _ => None,
    };
    projection.keys(Module::Asset).filter_map(record)
}

fn parts(projection: &Projection) -> impl Iterator<Item = &Part> {
    let record = |key| match &projection.base(key)?.record {
        Record::Part(part) => Some(part),
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

fn search_terms(query: &str) -> Vec<String> {
    normalize(query)
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// Whether each word is somewhere in the texts; a number also without its spaces and dashes.
fn matches(terms: &[String], texts: &[&str]) -> bool {
    let text = normalize(&texts.join(" "));
    let squeezed_texts: Vec<String> = texts.iter().map(|text| squeezed(text)).collect();
    terms.iter().all(|term| {
        let has_digit = term.bytes().any(|byte| byte.is_ascii_digit());
        let tight = squeezed(term);
        let is_within = |text: &String| has_digit && !tight.is_empty() && text.contains(&tight);
        text.contains(term.as_str()) || squeezed_texts.iter().any(is_within)
    })
}

/// Letters and digits alone, without case.
fn squeezed(text: &str) -> String {
    normalize(text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
