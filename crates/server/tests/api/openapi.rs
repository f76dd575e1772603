//! The API's description is the committed one and names every route.

use afield_domain::RECORDS_VERSION;
use afield_protocol::paths;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[test]
fn the_committed_description_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    let current = afield_server::openapi::document().unwrap() + "\n";
    assert!(
        committed == current,
        "docs/openapi.json is not current; write it anew with: cargo run -p afield-server -- openapi > docs/openapi.json"
    );
}

#[test]
fn every_route_is_described() {
    let document: Value =
        serde_json::from_str(&afield_server::openapi::document().unwrap()).unwrap();
    let mut described: Vec<_> = document["paths"].as_object().unwrap().keys().collect();
    described.sort();
    let assign = format!("{}/{{job}}", paths::ASSIGN);
    let job = format!("{}/{{job}}", paths::JOBS);
    let customer = format!("{}/{{customer}}", paths::CUSTOMERS);
    let series = format!("{}/{{series}}", paths::SERIES);
    let series_end = format!("{series}/end");
    let acceptance = format!("{}/{{job}}", paths::ACCEPTANCE);
    let person = format!("{}/{{user}}", paths::PEOPLE);
    let preview = format!("{}/{{user}}", paths::PREVIEW);
    let form = format!("{}/{{form}}", paths::FORMS);
    let file = format!("{}/{{attachment}}", paths::FILES);
    let record = format!("{}/{{module}}/{{id}}", paths::RECORDS);
    let callback = format!("{}/callback/{{provider}}", paths::OWN_SIGN_IN);
    let end = format!("{}/end", paths::OWN_SIGN_IN);
    let mut routes = vec![
        &series,
        &series_end,
        paths::FILES,
        paths::IMPORTS,
        &record,
        &file,
        paths::SESSION,
        paths::PUSH,
        paths::PULL,
        paths::BOARD,
        paths::EVENTS,
        paths::WAKE,
        &assign,
        &job,
        paths::ACTIVITY,
        paths::CONFLICTS,
        paths::REVIEWS,
        paths::EXPORT,
        paths::FORMS,
        paths::IMPORT_FORM,
        &form,
        paths::COMPANY,
        paths::NOTIFICATIONS,
        paths::NOTIFICATION_KEY,
        paths::FIND,
        &customer,
        &acceptance,
        paths::RIGHTS,
        paths::PEOPLE,
        &person,
        paths::LINK,
        paths::OWN_SIGN_IN,
        &callback,
        &end,
        paths::DEVICE,
        paths::DEVICES,
        &preview,
        paths::HEALTH,
    ];
    routes.sort_unstable();
    assert_eq!(described, routes);
}

/// What the records look like on the wire in each [`RECORDS_VERSION`]. Lines are only ever added: one of
/// them that was shipped is what phones out there have read.
const RECORDS: [(u32, u64); 6] = [
    (1, 0xa5d3_8e5c_672a_5431),
    (2, 0xc2a1_0b07_45ac_4110),
    (3, 0xb539_06bc_f4cd_2dfd),
    (4, 0xc656_6b79_52d6_f26f),
    (5, 0x6241_a346_c8b9_6023),
    (6, 0x56e3_5ee5_c3c4_af7c),
];

/// The names of the schemas that `schema` refers to.
fn references(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            let name = fields.get("$ref").and_then(Value::as_str);
            found.extend(name.and_then(|name| Some(name.rsplit_once('/')?.1.to_owned())));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// A schema without what is only said to people.
fn bare(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let says =
                |(name, value): &(&String, &Value)| *name != "description" || !value.is_string();
            let sorted: BTreeMap<&String, &Value> = fields.iter().filter(says).collect();
            let bare = sorted
                .into_iter()
                .map(|(name, value)| (name.clone(), bare(value)));
            Value::Object(bare.collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(bare).collect()),
        other => other.clone(),
    }
}

/// The schemas of the records and of all that stands in them, as one number.
fn fingerprint_of_records() -> u64 {
    let document: Value =
        serde_json::from_str(&afield_server::openapi::document().unwrap()).unwrap();
    let schemas = &document["components"]["schemas"];
    let mut names = BTreeSet::from(["Record".to_owned()]);
    loop {
        let before = names.len();
        for name in names.clone() {
            references(&schemas[&name], &mut names);
        }
        if names.len() == before {
            break;
        }
    }
    let text: String = names
        .iter()
        .map(|name| format!("{name} {}\n", bare(&schemas[name])))
        .collect();
    // FNV-1a.
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn whoever_adds_to_the_records_raises_their_version() {
    let now = (RECORDS_VERSION, fingerprint_of_records());
    assert_eq!(
        RECORDS.last(),
        Some(&now),
        "a kind, a field or a value of a record has changed: raise RECORDS_VERSION in \
         crates/domain/src/record.rs, so that phones fetch everything again and get what the build before \
         could not read, and add the line ({}, {:#x}) here",
        RECORDS_VERSION + 1,
        now.1
    );
    assert!(RECORDS.is_sorted_by(|one, next| one.0 < next.0));
}
