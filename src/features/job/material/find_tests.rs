//! Tests of finding assets and parts.

use super::*;
use crate::samples::job;
use crate::samples::records::{asset_id, job_1, part_id, with_records};
use afield_domain::Versioned;

fn numbers(query: &str) -> Vec<AssetId> {
    let found = find_assets(&with_records(), &job_1(), query);
    found.into_iter().map(|found| found.id).collect()
}

#[test]
fn the_nearest_come_first_and_without_words_only_they_come() {
    assert_eq!(numbers(""), [asset_id(1), asset_id(2)]);
    assert_eq!(numbers("boiler"), [asset_id(1), asset_id(3)]);
    let found = find_assets(&with_records(), &job_1(), "boiler");
    let marks: Vec<_> = found
        .iter()
        .map(|found| (found.is_near, found.is_there))
        .collect();
    assert_eq!(marks, [(true, true), (false, false)]);
    assert_eq!(find_assets(&with_records(), &job(2), ""), []);
}

#[test]
fn any_word_of_it_finds_an_asset() {
    for (query, expected) in [
        ("vd2014", vec![asset_id(1)]),
        ("VD-2014", vec![asset_id(1)]),
        ("2014 cellar", vec![asset_id(1)]),
        ("apfel", vec![asset_id(2)]),
        ("Äpfel", vec![asset_id(2)]),
        ("wx9", vec![asset_id(2)]),
        ("boiler lift", vec![]),
        ("boilr", vec![asset_id(1), asset_id(3)]),
        ("-", vec![asset_id(1), asset_id(3)]),
    ] {
        assert_eq!(numbers(query), expected, "{query}");
    }
}

#[test]
fn a_code_finds_exactly_its_asset_and_the_near_one_of_two() {
    let of = |code| assets_of_code(&with_records(), &job_1(), code);
    assert_eq!(of("4006381333931"), [asset_id(1)]);
    assert_eq!(of(" vd 2014-77 "), [asset_id(1)]);
    assert_eq!(of("zz1"), [asset_id(3)]);
    assert_eq!(of("400638133393"), []);
    assert_eq!(of("  "), []);
    // EAN-13 and UPC-A of one article, whichever stands in the record.
    assert_eq!(of("0036000291452"), [asset_id(2)]);
    assert_eq!(of("036000291452"), [asset_id(2)]);
    let elsewhere = assets_of_code(&with_records(), &job(2), "4006381333931");
    assert_eq!(elsewhere, [asset_id(1), asset_id(3)]);
}

#[test]
fn parts_are_found_by_name_and_number() {
    let of = |query| {
        let found = find_parts(&with_records(), &job_1(), query);
        found
            .into_iter()
            .map(|found| (found.id, found.is_there))
            .collect::<Vec<_>>()
    };
    assert_eq!(of(""), [(part_id(2), false), (part_id(1), true)]);
    assert_eq!(of("p101"), [(part_id(1), true)]);
    assert_eq!(of("labour"), [(part_id(2), false)]);
    assert_eq!(of("wood"), []);
}

#[test]
fn what_is_too_old_is_not_found() {
    let mut projection = with_records();
    projection.set_expired(true);
    assert_eq!(find_assets(&projection, &job_1(), "boiler"), []);
    assert_eq!(assets_of_code(&projection, &job_1(), "0036000291452"), []);
    assert_eq!(find_parts(&projection, &job_1(), ""), []);
}

#[test]
fn what_is_archived_is_offered_no_more() {
    let mut projection = with_records();
    let archived = |record: &Record| {
        let mut record = record.clone();
        record.set_archived(true);
        Versioned {
            rev: afield_domain::Rev(2),
            record,
        }
    };
    for module in [Module::Asset, Module::Part] {
        let keys: Vec<_> = projection.keys(module).collect();
        let all = keys.iter().filter_map(|key| projection.known(*key));
        let all = all.map(archived).collect();
        projection.set_module(module, all);
    }
    assert_eq!(find_assets(&projection, &job_1(), "boiler"), []);
    assert_eq!(find_parts(&projection, &job_1(), "labour"), []);
}
