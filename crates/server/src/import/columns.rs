//! Which column is which field, named by hand: `--map "Subject=title,When=starts"`.
//!
//! Owns [`Mapping`]: each field once, none that its kind has not, and none missing that no row can be without.

use super::bounds::quoted;
use super::field::Field;
use super::kind::Kind;
use super::refusal::Refusal;
use super::row::RowView;
use crate::said::{Said, said};

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
