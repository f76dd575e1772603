//! The list of forms: which of them are found by what is typed, and how many rows of a workbook became what.
//!
//! Pure.

use crate::shared::finding::Sought;
use crate::shared::form_versions::with_older;
use afield_protocol::{FormFate, FormLine, FormRow};

/// The newest version of each form whose name matches, each with how many older versions it has.
#[must_use]
pub fn found(lines: &[FormLine], typed: &str) -> Vec<(FormLine, usize)> {
    let sought = Sought::new(typed);
    let mut all = with_older(lines);
    all.retain(|(line, _)| sought.rank(&[line.name.as_str()]).is_some());
    all
}

/// Which rows of a workbook are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// All.
    All,
    /// Those that lose something, or are not there.
    #[default]
    Lost,
}

impl Shown {
    /// The rows that are shown, in their order.
    #[must_use]
    pub fn of(self, rows: &[FormRow]) -> Vec<FormRow> {
        let is_shown = |row: &&FormRow| self == Self::All || is_lost(row);
        rows.iter().filter(is_shown).cloned().collect()
    }
}

/// Whether a row is not asked as it was meant. What needs nothing loses nothing.
#[must_use]
pub fn is_lost(row: &FormRow) -> bool {
    match row.fate {
        FormFate::Imported => !row.notes.is_empty(),
        FormFate::NotNeeded => false,
        FormFate::NotImported | FormFate::Other => true,
    }
}

/// How many rows are of that fate.
#[must_use]
pub fn count(rows: &[FormRow], fate: FormFate) -> usize {
    rows.iter().filter(|row| row.fate == fate).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{TemplateId, Timestamp};
    use uuid::Uuid;

    fn line(n: u128, title: &str, name: &str) -> FormLine {
        FormLine {
            id: TemplateId(Uuid::from_u128(n)),
            name: name.into(),
            title: title.into(),
            questions: 3,
            tasks: 0,
            made_at: Timestamp(0),
        }
    }

    #[test]
    fn each_form_is_there_once_with_its_newest_version() {
        let lines = [
            line(1, "Air", "Air"),
            line(3, "Gas", "Gas (3)"),
            line(2, "Gas", "Gas (2)"),
        ];
        let names = |typed: &str| -> Vec<(String, usize)> {
            let found = found(&lines, typed).into_iter();
            found.map(|(line, older)| (line.name, older)).collect()
        };
        assert_eq!(names(""), [("Air".into(), 0), ("Gas (3)".into(), 1)]);
        assert_eq!(names("gas"), [("Gas (3)".into(), 1)]);
        assert_eq!(names("water"), []);
    }

    #[test]
    fn what_is_lost_is_not_what_needs_nothing() {
        let row = |fate, notes: &[&str]| FormRow {
            said: Vec::new(),
            line: 2,
            name: "a".into(),
            fate,
            notes: notes.iter().map(|&note| note.to_owned()).collect(),
        };
        let rows = [
            row(FormFate::Imported, &[]),
            row(FormFate::Imported, &["it loses its hint"]),
            row(FormFate::NotNeeded, &["the end of a group"]),
            row(FormFate::NotImported, &["it is a repeat"]),
        ];
        assert_eq!(Shown::All.of(&rows).len(), 4);
        assert_eq!(Shown::Lost.of(&rows), [rows[1].clone(), rows[3].clone()]);
        assert_eq!(count(&rows, FormFate::Imported), 2);
    }
}
