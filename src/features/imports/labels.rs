//! What an import speaks of, in the words of the screen.

use super::form::Rows;
use crate::shared::said::Wording;
use crate::texts::language;
use crate::tr;
use afield_protocol::{ImportLack, ImportSort};

pub(super) fn rows_label(rows: Rows) -> (&'static str, &'static str) {
    match rows {
        Rows::Customers => (tr!(modules.customers), tr!(imports.customers_hint)),
        Rows::Jobs => (tr!(modules.jobs), tr!(imports.jobs_hint)),
        Rows::Assets => (tr!(modules.assets), tr!(imports.assets_hint)),
        Rows::Contracts => (tr!(modules.contracts), tr!(imports.contracts_hint)),
        Rows::Parts => (tr!(modules.parts), tr!(imports.parts_hint)),
    }
}

/// A field by its name on the wire; one of a newer server by that name.
pub(super) fn field_label(name: &str) -> String {
    let known = match name {
        "external_key" => tr!(imports.external_key),
        "title" => tr!(edit.title),
        "description" => tr!(edit.description),
        "status" => tr!(imports.status),
        "starts" => tr!(edit.starts),
        "ends" => tr!(edit.ends),
        "address" => tr!(edit.address),
        "city" => tr!(edit.city),
        "postcode" => tr!(records.postcode),
        "latitude" => tr!(imports.latitude),
        "longitude" => tr!(imports.longitude),
        "position" => tr!(imports.position),
        "organization" => tr!(pages.organization),
        "customer" => tr!(pages.customer),
        "property" => tr!(pages.property),
        "phone" => tr!(edit.phone),
        "number" => tr!(records.number),
        "name" => tr!(edit.name),
        "email" => tr!(records.mail),
        "access" => tr!(records.access),
        "model" => tr!(records.model),
        "serial" => tr!(records.serial),
        "code" => tr!(records.code),
        "location" => tr!(records.location),
        "installed" => tr!(records.installed),
        "covers" => tr!(house.covers),
        "from" => tr!(records.from),
        "until" => tr!(records.until),
        "response_hours" => tr!(records.response_hours),
        "visits" => tr!(house.visits),
        "kind" => tr!(house.kind),
        "unit" => tr!(records.unit),
        "price" => tr!(records.price),
        other => return other.to_owned(),
    };
    known.to_owned()
}

/// How what the server says of a file is worded here.
pub(super) fn wording() -> Wording<'static> {
    Wording {
        language: language(),
        field: &field_label,
    }
}

pub(super) fn sort_label(sort: ImportSort, is_written: bool) -> &'static str {
    match (sort, is_written) {
        (ImportSort::Created, true) => tr!(imports.created),
        (ImportSort::Created, false) => tr!(imports.to_create),
        (ImportSort::Updated, true) => tr!(imports.updated),
        (ImportSort::Updated, false) => tr!(imports.to_update),
        (ImportSort::Unchanged, _) => tr!(imports.unchanged),
        (ImportSort::Kept, _) => tr!(imports.kept),
        (ImportSort::Refused, _) => tr!(imports.refused),
        (ImportSort::Other, _) => tr!(fields.other),
    }
}

/// What must be done about a file.
pub(super) fn lack_text(lack: ImportLack) -> &'static str {
    match lack {
        ImportLack::Readable => tr!(imports.unreadable),
        ImportLack::Sheet => tr!(imports.which_sheet),
        ImportLack::Columns => tr!(imports.which_columns),
        ImportLack::Dates => tr!(imports.which_dates),
        ImportLack::Rows => tr!(imports.too_many),
        ImportLack::Content => tr!(imports.no_rows),
        ImportLack::Other => tr!(imports.unreadable),
    }
}
