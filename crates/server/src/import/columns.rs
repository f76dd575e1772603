//! Which column is which field, named by hand: `--map "Subject=title,When=starts"`.
//!
//! Owns the fields of each kind of row, and what a cell of a field may not be.

use super::bounds::quoted;
use super::refusal::Refusal;
use super::row::RowView;
use super::spreadsheet_damage::{error_value, scientific};
use crate::said::{Said, said};

/// What a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The row's key in the other system; without one the row's content is its key.
    ExternalKey,
    /// One line: what to do.
    Title,
    /// The details.
    Description,
    /// Where the job stands.
    Status,
    /// Planned start.
    Starts,
    /// Planned end; an hour after the start if there is none.
    Ends,
    /// Street and number.
    Address,
    /// City.
    City,
    /// Postal code.
    Postcode,
    /// Degrees north.
    Latitude,
    /// Degrees east.
    Longitude,
    /// Who ordered it.
    Organization,
    /// For whom it is.
    Customer,
    /// The customer's number.
    Phone,
    /// What people call the job; given by the server if there is none.
    Number,
    /// The name of a customer or an asset.
    Name,
    /// The customer's mail address.
    Email,
    /// How to get in.
    Access,
    /// Maker and model.
    Model,
    /// The serial number.
    Serial,
    /// The text of the barcode.
    Code,
    /// Where on the property it is.
    Location,
    /// The day it was installed.
    Installed,
}

impl Field {
    /// As it is written on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ExternalKey => "external_key",
            Self::Title => "title",
            Self::Description => "description",
            Self::Status => "status",
            Self::Starts => "starts",
            Self::Ends => "ends",
            Self::Address => "address",
            Self::City => "city",
            Self::Postcode => "postcode",
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
            Self::Organization => "organization",
            Self::Customer => "customer",
            Self::Phone => "phone",
            Self::Number => "number",
            Self::Name => "name",
            Self::Email => "email",
            Self::Access => "access",
            Self::Model => "model",
            Self::Serial => "serial",
            Self::Code => "code",
            Self::Location => "location",
            Self::Installed => "installed",
        }
    }

    /// Whether its cells are dates.
    #[must_use]
    pub fn is_date(self) -> bool {
        matches!(self, Self::Starts | Self::Ends | Self::Installed)
    }

    /// Whether its cells are codes, of which every character counts.
    #[must_use]
    pub fn is_code(self) -> bool {
        matches!(
            self,
            Self::ExternalKey | Self::Number | Self::Serial | Self::Code
        )
    }

    /// Whether its cells are digits that are no number, so that what is doubtful in a code is doubtful in them.
    #[must_use]
    pub fn is_code_like(self) -> bool {
        self.is_code() || matches!(self, Self::Postcode | Self::Phone)
    }

    /// Whether people write its cells in several lines, in a text file as well.
    fn has_lines(self) -> bool {
        matches!(self, Self::Description | Self::Access)
    }

    /// Whether its cells have one line, in a workbook as well.
    fn is_one_line(self) -> bool {
        self.is_code() || matches!(self, Self::Title | Self::Name)
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Latitude | Self::Longitude)
    }

    /// Refuses what a spreadsheet shows where the value is lost, and in a text file what a stray quote can have
    /// joined.
    ///
    /// # Errors
    /// Naming the field and what is there.
    pub(super) fn check(self, cell: &str, is_text: bool) -> Result<(), Refusal> {
        let name = Said::field(self.name());
        if error_value(cell) {
            return Err(Refusal(said!(
                error_value,
                "{}: {} is what a spreadsheet shows in place of a value",
                name,
                quoted(cell)
            )));
        }
        let is_one_line = self.is_one_line() || (is_text && !self.has_lines());
        if is_one_line && cell.contains(['\n', '\r']) {
            return Err(Refusal(said!(
                several_lines,
                "{}: {} runs over several lines; is a quote missing?",
                name,
                quoted(cell)
            )));
        }
        if !self.is_number() && scientific(cell) {
            return Err(Refusal(said!(
                shortened_number,
                "{}: {} is a number that a spreadsheet has shortened; format the column as text and export it again",
                name,
                quoted(cell)
            )));
        }
        Ok(())
    }
}

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Jobs.
    Jobs,
    /// Customers, each with a property if there is an address.
    Customers,
    /// Assets of customers that are there.
    Assets,
}

impl Kind {
    /// What a column of such a file can be.
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Jobs => &JOB_FIELDS,
            Self::Customers => &CUSTOMER_FIELDS,
            Self::Assets => &ASSET_FIELDS,
        }
    }

    /// What a row cannot be without.
    #[must_use]
    pub fn needed(self) -> &'static [Field] {
        match self {
            Self::Jobs => &[Field::Title, Field::Starts],
            Self::Customers | Self::Assets => &[Field::Name],
        }
    }
}

const CUSTOMER_FIELDS: [Field; 11] = [
    Field::ExternalKey,
    Field::Name,
    Field::Phone,
    Field::Email,
    Field::Organization,
    Field::Address,
    Field::City,
    Field::Postcode,
    Field::Latitude,
    Field::Longitude,
    Field::Access,
];

const ASSET_FIELDS: [Field; 13] = [
    Field::ExternalKey,
    Field::Name,
    Field::Model,
    Field::Serial,
    Field::Code,
    Field::Location,
    Field::Installed,
    Field::Customer,
    Field::Address,
    Field::City,
    Field::Postcode,
    Field::Latitude,
    Field::Longitude,
];

const JOB_FIELDS: [Field; 15] = [
    Field::ExternalKey,
    Field::Title,
    Field::Description,
    Field::Status,
    Field::Starts,
    Field::Ends,
    Field::Address,
    Field::City,
    Field::Postcode,
    Field::Latitude,
    Field::Longitude,
    Field::Organization,
    Field::Customer,
    Field::Phone,
    Field::Number,
];

/// Which column is which field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    kind: Kind,
    columns: Vec<(String, Field)>,
}

/// The mapping cannot be used; the text says why and what is possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MappingError(Said);

impl MappingError {
    /// What is said of it.
    #[must_use]
    pub fn said(&self) -> &Said {
        &self.0
    }
}

impl Mapping {
    /// Reads `column=field` entries.
    ///
    /// # Errors
    /// When an entry has another form, a field is not known or used twice, or one is missing that
    /// no row can be without.
    pub fn read<'a>(
        kind: Kind,
        entries: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, MappingError> {
        let mut columns: Vec<(String, Field)> = Vec::new();
        for entry in entries {
            let (column, name) = entry.rsplit_once('=').ok_or_else(|| {
                MappingError(said!(
                    map_form,
                    "--map takes column=field, not {}",
                    quoted(entry)
                ))
            })?;
            let name = name.trim();
            let column = column.split_whitespace().collect::<Vec<_>>().join(" ");
            let found = kind.fields().iter().find(|field| field.name() == name);
            let Some(field) = found.copied() else {
                let known: Vec<&str> = kind.fields().iter().map(|field| field.name()).collect();
                return Err(MappingError(said!(
                    map_unknown,
                    "--map knows no field {}; there are {}",
                    quoted(name),
                    known.join(", ")
                )));
            };
            if let Some((used, _)) = columns.iter().find(|(_, used)| *used == field) {
                return Err(MappingError(said!(
                    map_twice,
                    "--map names {} twice: {} and {}",
                    Said::field(name),
                    quoted(used),
                    quoted(&column)
                )));
            }
            columns.push((column, field));
        }
        for needed in kind.needed() {
            if !columns.iter().any(|(_, field)| field == needed) {
                let name = needed.name();
                return Err(MappingError(said!(
                    map_needs,
                    "--map needs a column for {}",
                    Said::field(name)
                )));
            }
        }
        Ok(Self { kind, columns })
    }

    /// What the rows are.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The columns it names, which a file must have, with their fields.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Field)> + Clone {
        self.columns
            .iter()
            .map(|(column, field)| (column.as_str(), *field))
    }

    /// The column of `field`.
    pub(super) fn column(&self, field: Field) -> Option<&str> {
        let mut columns = self.columns();
        columns
            .find(|(_, known)| *known == field)
            .map(|(column, _)| column)
    }

    /// The cell of `field` in a row; empty if no column is it.
    pub(super) fn get<'r>(&self, field: Field, row: &RowView<'r>) -> &'r str {
        self.column(field).map_or("", |column| row.cell(column))
    }

    /// Refuses a row in which a named column holds what a spreadsheet shows for a lost value.
    ///
    /// # Errors
    /// Naming the first.
    pub(super) fn check(&self, row: &RowView<'_>) -> Result<(), Refusal> {
        self.columns().try_for_each(|(column, field)| {
            field.check(row.cell(column), row.is_text)?;
            if field.is_code() && row.is_date(column) {
                return Err(Refusal(said!(held_as_date, "{}: {} is held as a date: spreadsheets make one of codes such as MAR-12; format the column as text and enter the code again", Said::field(field.name()), quoted(row.cell(column)))));
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings() {
        for (kind, entries, expected) in [
            (Kind::Jobs, &["What=title", " When = starts "][..], Ok(2)),
            (Kind::Jobs, &["a=b=title", "When=starts"], Ok(2)),
            (
                Kind::Jobs,
                &["What=title"],
                Err("--map needs a column for starts"),
            ),
            (Kind::Jobs, &["What"], Err("--map takes column=field")),
            (
                Kind::Jobs,
                &["What=colour"],
                Err("--map knows no field \"colour\"; there are external_key, title"),
            ),
            (
                Kind::Jobs,
                &["A=title", "B=title"],
                Err("--map names title twice"),
            ),
            (Kind::Customers, &["N=name", "@=email"], Ok(2)),
            (Kind::Assets, &["N=name", "S=serial"], Ok(2)),
            (
                Kind::Customers,
                &["N=name", "S=serial"],
                Err("--map knows no field \"serial\"; there are external_key, name, phone"),
            ),
            (
                Kind::Assets,
                &["S=serial"],
                Err("--map needs a column for name"),
            ),
        ] {
            match (Mapping::read(kind, entries.iter().copied()), expected) {
                (Ok(mapping), Ok(columns)) => assert_eq!(mapping.columns().count(), columns),
                (Err(error), Err(start)) => {
                    assert!(error.to_string().starts_with(start), "{error}");
                }
                (got, expected) => panic!("{got:?}, not {expected:?}"),
            }
        }
    }
}
