//! A customer as a row describes it.
//!
//! Owns what makes such a row acceptable.

use super::columns::Mapping;
use super::field::Field;
use super::place::PlaceInput;
use super::refusal::{Refusal, check_lines, required, some};
use super::row::RowView;
use afield_domain::limits;

/// A customer as a row describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerInput {
    /// Its name.
    pub name: String,
    /// A number to call, may be empty.
    pub phone: String,
    /// A mail address, may be empty.
    pub email: String,
    /// The organization it belongs to.
    pub organization: Option<String>,
    /// Where it is.
    pub place: Option<PlaceInput>,
    /// How to get in there, may be empty.
    pub access: String,
}

impl CustomerInput {
    /// Reads a row.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn read(mapping: &Mapping, row: &RowView<'_>) -> Result<Self, Refusal> {
        let get = |field| mapping.get(field, row);
        let input = Self {
            name: required("name", get(Field::Name), limits::LINE_CHARS)?,
            phone: get(Field::Phone).to_owned(),
            email: get(Field::Email).to_owned(),
            organization: some(get(Field::Organization)),
            place: PlaceInput::read(mapping, row)?,
            access: get(Field::Access).to_owned(),
        };
        check_lines(&[
            ("phone", &input.phone),
            ("email", &input.email),
            (
                "organization",
                input.organization.as_deref().unwrap_or_default(),
            ),
            ("access", &input.access),
        ])?;
        Ok(input)
    }
}
