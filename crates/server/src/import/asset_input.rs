//! An asset as a row describes it.
//!
//! Owns what makes such a row acceptable.

use super::columns::Mapping;
use super::field::Field;
use super::place::PlaceInput;
use super::refusal::{Refusal, check_lines, required, some};
use super::row::RowView;
use crate::said::said;
use afield_domain::{answers, limits};

/// An asset as a row describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetInput {
    /// What people call it.
    pub name: String,
    /// Maker and model, may be empty.
    pub model: String,
    /// Its serial number, may be empty.
    pub serial: String,
    /// The text of the barcode on it, may be empty.
    pub code: String,
    /// Where on the property it is, may be empty.
    pub location: String,
    /// The day it was installed, `YYYY-MM-DD`, may be empty.
    pub installed: String,
    /// Whose it is: the customer's key in the other system, or their name.
    pub customer: Option<String>,
    /// Where it stands.
    pub place: Option<PlaceInput>,
}

impl AssetInput {
    /// Reads a row.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn read(mapping: &Mapping, row: &RowView<'_>) -> Result<Self, Refusal> {
        let get = |field| mapping.get(field, row).to_owned();
        let installed = match mapping.column(Field::Installed) {
            Some(column) => row.date(column, Field::Installed.name())?,
            None => None,
        };
        let input = Self {
            name: required("name", mapping.get(Field::Name, row), limits::LINE_CHARS)?,
            model: get(Field::Model),
            serial: get(Field::Serial),
            code: get(Field::Code),
            location: get(Field::Location),
            installed: installed
                .map_or_else(String::new, |moment| moment.written_day().to_string()),
            customer: some(mapping.get(Field::Customer, row)),
            place: PlaceInput::read(mapping, row)?,
        };
        check_lines(&[
            ("model", &input.model),
            ("serial", &input.serial),
            ("code", &input.code),
            ("location", &input.location),
            ("customer", input.customer.as_deref().unwrap_or_default()),
        ])?;
        if !input.installed.is_empty() && !answers::is_day(&input.installed) {
            return Err(Refusal(said!(
                not_a_day,
                "installed: {} is no day",
                input.installed
            )));
        }
        Ok(input)
    }
}
