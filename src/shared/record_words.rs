//! The fields of places, assets, contracts and parts in the words of the screen.

use super::repetition::interval_text;
use crate::tr;
use afield_domain::RecordField;

/// The label of a field.
#[must_use]
pub fn field_label(field: RecordField) -> &'static str {
    match field {
        RecordField::Name => tr!(edit.name),
        RecordField::Address => tr!(edit.address),
        RecordField::City => tr!(edit.city),
        RecordField::Postcode => tr!(records.postcode),
        RecordField::Access => tr!(records.access),
        RecordField::Model => tr!(records.model),
        RecordField::Serial => tr!(records.serial),
        RecordField::Code => tr!(records.code),
        RecordField::Location => tr!(records.location),
        RecordField::Installed => tr!(records.installed),
        RecordField::Place => tr!(pages.property),
        RecordField::Number => tr!(records.number),
        RecordField::Covers => tr!(house.covers),
        RecordField::From => tr!(records.from),
        RecordField::Until => tr!(records.until),
        RecordField::ResponseHours => tr!(records.response_hours),
        RecordField::Visits => tr!(house.visits),
        RecordField::Kind => tr!(house.kind),
        RecordField::Unit => tr!(records.unit),
        RecordField::Price => tr!(records.price),
        RecordField::Description => tr!(edit.description),
        RecordField::Other => tr!(fields.other),
    }
}

/// What a field's input is in HTML. What is no number is text as well: an input for numbers alone says nothing of it.
#[must_use]
pub fn input_of(field: RecordField) -> &'static str {
    match field {
        RecordField::Installed | RecordField::From | RecordField::Until => "date",
        _ => "text",
    }
}

/// What stands in a field, for people.
#[must_use]
pub fn value_label(field: RecordField, text: &str) -> String {
    if let (RecordField::Visits, Ok(interval)) = (field, text.parse()) {
        return interval_text(interval);
    }
    let known = match (field, text) {
        (RecordField::Visits, "") => tr!(house.no_visits),
        (_, "") => tr!(fields.empty),
        (RecordField::Kind, "part") => tr!(records.part),
        (RecordField::Kind, "service") => tr!(records.service),
        // An id says nothing.
        (RecordField::Place, _) => tr!(house.another_place),
        (_, other) => return other.to_owned(),
    };
    known.to_owned()
}
