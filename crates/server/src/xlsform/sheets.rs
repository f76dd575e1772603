//! The three sheets of an XLSForm, by what their columns are called.
//!
//! Owns the names that sheets and columns go by, old ones included, and which of several languages is read. Must never
//! know what a row means.

use crate::import::raw_row::{RawRow, TableError};
use crate::import::workbook::read_sheets;
use crate::said::{Said, said};
use std::collections::BTreeMap;

/// What the sheets are called. The second of the choices is that of forms before 2012.
const SURVEY: &[&str] = &["survey"];
const CHOICES: &[&str] = &["choices", "choices and columns", "select one"];
const SETTINGS: &[&str] = &["settings"];

/// What a column may be called besides.
const ALIASES: &[(&str, &str)] = &[
    ("command", "type"),
    ("tag", "name"),
    ("variable name", "name"),
    ("value", "name"),
    ("caption", "label"),
    ("list name", "list_name"),
    ("list-name", "list_name"),
    ("relevance", "relevant"),
    ("bind:relevant", "relevant"),
    ("constraining", "constraint"),
    ("bind:constraint", "constraint"),
    ("calculate", "calculation"),
    ("bind:calculate", "calculation"),
    ("bind:required", "required"),
    ("bind:readonly", "readonly"),
    ("read_only", "readonly"),
    ("read only", "readonly"),
    ("control:appearance", "appearance"),
    ("choice filter", "choice_filter"),
    ("count", "repeat_count"),
    ("title", "form_title"),
    ("set form title", "form_title"),
    ("id_string", "form_id"),
    ("set form id", "form_id"),
    ("default language", "default_language"),
];

/// A row: its line, and what its columns say. Empty cells are not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) line: u64,
    cells: BTreeMap<String, String>,
    /// Why it cannot be read.
    pub(super) problem: Option<Said>,
}

impl Row {
    /// What stands in that column; empty if nothing does.
    pub(super) fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// What stands in that column in this language; in none, where the form has only one.
    pub(super) fn in_language(&self, column: &str, language: Option<&str>) -> &str {
        let translated = language.map(|language| self.get(&format!("{column}::{language}")));
        let found = match translated {
            Some(text) if !text.is_empty() => text,
            _ => self.get(column),
        };
        if !found.is_empty() {
            return found;
        }
        // Another language says more than none.
        let start = format!("{column}::");
        let mut others = self.cells.iter();
        let other = others.find(|(name, _)| name.starts_with(&start));
        other.map_or("", |(_, text)| text.as_str())
    }

    /// Whether one of the columns that begin so says anything.
    pub(super) fn has_any(&self, start: &str) -> bool {
        self.cells.keys().any(|column| column.starts_with(start))
    }
}

#[cfg(test)]
impl Row {
    /// A row of a test.
    pub(super) fn of(line: u64, cells: &[(&str, &str)]) -> Self {
        let cells = cells.iter().filter(|(_, text)| !text.is_empty());
        Self {
            line,
            cells: cells
                .map(|(name, text)| (column_name(name), (*text).to_owned()))
                .collect(),
            problem: None,
        }
    }
}

/// The sheets of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sheets {
    pub(super) survey: Vec<Row>,
    pub(super) choices: Vec<Row>,
    pub(super) settings: Row,
    /// The languages that labels are there in, in their order.
    pub(super) languages: Vec<String>,
    /// Whether there are labels that do not say in which language they are.
    pub(super) has_plain_labels: bool,
}

/// The sheets of a workbook.
///
/// # Errors
/// When the file is no workbook, is too large or damaged, or has no sheet `survey` with a column `type`.
pub(super) fn read(bytes: &[u8]) -> Result<Sheets, TableError> {
    let mut found = read_sheets(bytes, &[SURVEY, CHOICES, SETTINGS])?.into_iter();
    let mut next = || found.next().flatten().map(Named::of).transpose();
    let (survey, choices, settings) = (next()?, next()?, next()?);
    let Some(survey) = survey else {
        return Err(TableError::new(said!(
            no_survey,
            "the workbook has no sheet \"survey\": it is no XLSForm"
        )));
    };
    if !survey.columns.iter().any(|column| column == "type") {
        return Err(TableError::new(said!(
            no_type_column,
            "the sheet \"survey\" has no column \"type\": it is no XLSForm"
        )));
    }
    let languages = languages(&survey.columns);
    let has_plain_labels = survey.columns.iter().any(|column| column == "label");
    Ok(Sheets {
        survey: survey.rows,
        choices: choices.map(|sheet| sheet.rows).unwrap_or_default(),
        settings: settings
            .and_then(|sheet| sheet.rows.into_iter().next())
            .unwrap_or_default(),
        languages,
        has_plain_labels,
    })
}

fn languages(columns: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for column in columns {
        if let Some(language) = column.strip_prefix("label::")
            && !found.iter().any(|known| known == language)
        {
            found.push(language.to_owned());
        }
    }
    found
}

/// Rows under the names of their columns.
struct Named {
    columns: Vec<String>,
    rows: Vec<Row>,
}

impl Named {
    fn of(rows: Vec<RawRow>) -> Result<Self, TableError> {
        let mut rows = rows.into_iter();
        let header = rows.next().unwrap_or_default();
        // Without the name of a column everything in it would be lost.
        if let Some(problem) = header.problem {
            return Err(TableError::new(said!(
                at_line,
                "line {}: {}",
                header.line,
                problem
            )));
        }
        let header = header.cells;
        let columns: Vec<String> = header.iter().map(|name| column_name(name)).collect();
        let named = |row: RawRow| {
            let mut cells = BTreeMap::new();
            for (column, text) in columns.iter().zip(row.cells) {
                // Of two columns with one name the first says it.
                if !column.is_empty() && !text.is_empty() {
                    cells.entry(column.clone()).or_insert(text);
                }
            }
            Row {
                line: row.line,
                cells,
                problem: row.problem,
            }
        };
        let rows = rows
            .map(named)
            .filter(|row| !row.cells.is_empty() || row.problem.is_some())
            .collect();
        Ok(Self { columns, rows })
    }
}

/// What a column is called here: `label::English (en)` for `Label : English (en)` too.
fn column_name(name: &str) -> String {
    // The mark that some programs begin a file with.
    let name = name.trim_start_matches('\u{feff}');
    let (base, language) = match name.split_once(':') {
        Some((base, rest)) => (base, Some(rest.trim_start_matches(':').trim())),
        None => (name, None),
    };
    let base = base.trim().to_lowercase();
    let alias = |name: &str| {
        let known = ALIASES.iter().find(|(other, _)| *other == name);
        known.map_or_else(|| name.to_owned(), |(_, to)| (*to).to_owned())
    };
    match language {
        None | Some("") => alias(&base),
        Some(part) => {
            let whole = format!("{base}:{}", part.to_lowercase());
            let known = alias(&whole);
            if known == whole {
                format!("{}::{part}", alias(&base))
            } else {
                known
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_one_name_each() {
        for (name, expected) in [
            ("type", "type"),
            (" Type ", "type"),
            ("label", "label"),
            ("label::English (en)", "label::English (en)"),
            ("Label:English", "label::English"),
            ("caption : Deutsch", "label::Deutsch"),
            ("bind:relevant", "relevant"),
            ("bind::relevant", "relevant"),
            ("bind::jr:preload", "bind::jr:preload"),
            ("relevance", "relevant"),
            ("list name", "list_name"),
            ("skip", "skip"),
            ("\u{feff}type", "type"),
            ("media::image", "media::image"),
            ("", ""),
        ] {
            assert_eq!(column_name(name), expected, "{name}");
        }
    }

    #[test]
    fn languages_are_those_of_the_labels() {
        let columns = [
            "type",
            "label::French (fr)",
            "label::English (en)",
            "hint::Dutch",
        ];
        let columns: Vec<String> = columns.map(str::to_owned).to_vec();
        assert_eq!(languages(&columns), ["French (fr)", "English (en)"]);
    }
}
