//! What became of each row of a form.
//!
//! Owns the accounting: every row of the sheet `survey` that says anything is here once. Must never be shortened.

use super::super::import::bounds::quoted;
use crate::said::Said;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowFate {
    /// It is a question or a heading; what it loses in Afield.
    Imported(Vec<Said>),
    /// It belongs to the form and needs nothing in Afield: why.
    NotNeeded(Said),
    /// Afield cannot ask it: why.
    Refused(Said),
}

/// A row and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowReport {
    /// Its line in the sheet `survey`.
    pub line: u64,
    /// Its name, may be empty.
    pub name: String,
    /// What became of it.
    pub fate: RowFate,
}

/// What became of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormReport {
    /// Row by row, in their order.
    pub rows: Vec<RowReport>,
    /// What was assumed about the file as a whole.
    pub assumed: Vec<Said>,
}

impl FormReport {
    /// How many rows were imported, are not needed, and were refused.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |is: fn(&RowFate) -> bool| self.rows.iter().filter(|row| is(&row.fate)).count();
        (
            count(|fate| matches!(fate, RowFate::Imported(_))),
            count(|fate| matches!(fate, RowFate::NotNeeded(_))),
            count(|fate| matches!(fate, RowFate::Refused(_))),
        )
    }

    /// What is to be looked at, a line each: `line 12, "age": …`.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for row in &self.rows {
            let mut say = |what: &str, text: &Said| {
                let name = match row.name.as_str() {
                    "" => String::new(),
                    name => format!(", {}", quoted(name)),
                };
                lines.push(format!("line {}{name}: {what}{text}", row.line));
            };
            match &row.fate {
                RowFate::Imported(notes) => notes.iter().for_each(|note| say("", note)),
                RowFate::NotNeeded(why) => say("not needed: ", why),
                RowFate::Refused(why) => say("not imported: ", why),
            }
        }
        lines
    }
}
