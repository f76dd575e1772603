//! Tests of what a job uses.

use super::*;
use crate::samples::records::{asset_id, job_1, part_id, with_records};
use crate::samples::{edit_entry, job, parked};
use afield_domain::{FieldEdit, Rejection};

#[test]
fn the_lines_carry_what_names_them() {
    let material = material(&with_records(), &[], job_1().id).unwrap();
    let asset = material.assets.first().unwrap();
    let about = asset.about.clone().unwrap();
    assert_eq!(about.name, "Boiler");
    assert_eq!(about.detail, "Vitodens 200 · VD-2014/77");
    assert_eq!(about.more, "Cellar");
    let part = material.parts.first().unwrap();
    assert_eq!((part.quantity.as_str(), part.unit.as_str()), ("2", "piece"));
    assert_eq!(material.contract.unwrap().name, "C-204 · Full service");
    assert!(!asset.unsent && !part.unsent);
}

#[test]
fn what_the_office_does_not_know_is_marked_line_by_line() {
    let id = job_1().id;
    let item = part_id(1).to_string();
    let edit = FieldEdit {
        field: JobField::Part,
        item: item.clone(),
        base: job_1().value(JobField::Part, &item),
        new: FieldValue::Text("3".into()),
    };
    let marks = |entries: &[OutboxEntry]| {
        let material = material(&with_records(), entries, id).unwrap();
        (material.assets[0].unsent, material.parts[0].unsent)
    };
    let entry = edit_entry(1, id, std::slice::from_ref(&edit));
    assert_eq!(marks(std::slice::from_ref(&entry)), (false, true));
    assert_eq!(
        marks(&[parked(entry, Rejection::Forbidden)]),
        (false, false)
    );
    assert_eq!(marks(&[edit_entry(1, job(2).id, &[edit])]), (false, false));
}

#[test]
fn a_line_of_a_record_that_is_not_here_stays() {
    let mut projection = with_records();
    projection.set_record(asset_id(1).into(), None);
    projection.set_record(part_id(1).into(), None);
    let material = material(&projection, &[], job_1().id).unwrap();
    assert_eq!(material.assets[0].about, None);
    assert_eq!(
        (
            material.parts[0].about.clone(),
            material.parts[0].quantity.as_str()
        ),
        (None, "2")
    );
}

#[test]
fn quantities_step_by_one_and_never_to_nothing() {
    for (quantity, up, down) in [
        ("1", Some("2"), None),
        ("2", Some("3"), Some("1")),
        ("2.5", Some("3.5"), Some("1.5")),
        ("0.5", Some("1.5"), None),
        ("999999999999", None, Some("999999999998")),
        ("many", None, None),
    ] {
        assert_eq!(stepped(quantity, true).as_deref(), up, "{quantity}");
        assert_eq!(stepped(quantity, false).as_deref(), down, "{quantity}");
    }
}

#[test]
fn a_quantity_is_typed_as_in_any_language() {
    for (typed, quantity) in [
        ("2,5", Some("2.5")),
        ("2.50", Some("2.5")),
        (" 3 ", Some("3")),
        ("0", None),
        ("-1", None),
        ("", None),
        ("two", None),
        ("1234567890123", None),
    ] {
        let expected = quantity.map(str::to_owned).ok_or(None);
        assert_eq!(typed_quantity(typed), expected, "{typed}");
    }
    for typed in ["1,000", "1.000"] {
        let both = ["1000", "1"].map(str::to_owned);
        assert_eq!(typed_quantity(typed), Err(Some(both)), "{typed}");
    }
}
