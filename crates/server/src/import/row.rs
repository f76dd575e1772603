//! A row of a table, with its cells by the names of their columns.
//!
//! Owns how the dates of a column are read: as decided once for the whole column.

use super::date_columns::{DateColumn, DateOptions};
use super::dates::Moment;
use super::refusal::Refusal;
use super::table::Table;
use crate::said::{Said, said};
use std::collections::HashMap;

/// The columns that an import reads.
pub(super) struct Columns<'n> {
    places: HashMap<&'n str, usize>,
    dates: HashMap<&'n str, DateColumn>,
}

impl<'n> Columns<'n> {
    /// Finds the columns of those names, and decides how those that are dates are read.
    ///
    /// # Errors
    /// When one is missing or there twice, or its dates could be read in more than one way.
    pub(super) fn find(
        table: &Table,
        names: impl Iterator<Item = (&'n str, bool)> + Clone,
        options: DateOptions,
    ) -> Result<Self, Refusal> {
        let places = table
            .places(names.clone().map(|(name, _)| name))
            .map_err(|error| Refusal(error.said().clone()))?;
        let mut dates = HashMap::new();
        for (name, _) in names.filter(|(_, is_date)| *is_date) {
            let place = places.get(name).copied().unwrap_or_default();
            let cells = table.rows.iter().filter_map(|row| {
                let cells = row.cells.as_ref().ok()?;
                Some((row.line, cells.get(place)?.as_str()))
            });
            let column = DateColumn::decide(name, cells, options).map_err(Refusal)?;
            dates.insert(name, column);
        }
        Ok(Self { places, dates })
    }
}

/// One row.
pub(super) struct RowView<'r> {
    /// All its cells.
    pub cells: &'r [String],
    /// Where they stand.
    pub columns: &'r Columns<'r>,
    /// Which of them a workbook holds as dates.
    pub date_cells: &'r [usize],
    /// Whether they come from a text file.
    pub is_text: bool,
}

impl<'r> RowView<'r> {
    /// The cell in the column of that name; empty if nobody asked for the column.
    pub(super) fn cell(&self, column: &str) -> &'r str {
        let place = self.columns.places.get(column);
        let cell = place.and_then(|place| self.cells.get(*place));
        cell.map_or("", String::as_str)
    }

    /// Whether the workbook holds the cell in that column as a date.
    pub(super) fn is_date(&self, column: &str) -> bool {
        let place = self.columns.places.get(column);
        place.is_some_and(|place| self.date_cells.contains(place))
    }

    /// The date in that column; none if the cell is empty.
    ///
    /// # Errors
    /// When it cannot be read; the text names the field as `field`.
    pub(super) fn date(&self, column: &str, field: &str) -> Result<Option<Moment>, Refusal> {
        let text = self.cell(column);
        let read = match self.columns.dates.get(column) {
            _ if text.is_empty() => return Ok(None),
            Some(dates) => dates.read(text),
            None => DateColumn::default().read(text),
        };
        read.map(Some)
            .map_err(|why| Refusal(said!(of_field, "{}: {}", Said::field(field), why)))
    }
}
