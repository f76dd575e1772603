//! What the readers of files give: rows as they stand there, or why a file is no table.
//!
//! Owns both shapes. Must never know of a kind of file.

use super::bounds;
use crate::said::{Said, said};

/// A row as it stands in the file.
#[derive(Debug, Default)]
pub(crate) struct RawRow {
    /// The line on which it begins.
    pub line: u64,
    /// The line on which it ends.
    pub last_line: u64,
    /// Its trimmed cells.
    pub cells: Vec<String>,
    /// Why it cannot be used.
    pub problem: Option<Said>,
    /// What its lines look like, if it has several.
    pub lines: Option<Vec<LineShape>>,
    /// Which of its cells the workbook holds as dates.
    pub date_cells: Vec<usize>,
}

/// What a line inside a row looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineShape {
    /// How many separators stand on it, quoted or not.
    pub separators: usize,
    /// Whether each of them is followed by a blank, as commas are in what people write.
    pub is_prose: bool,
    /// Whether a quote opens or closes on it.
    pub has_quote: bool,
}

/// The file cannot be read as a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TableError(Said);

impl TableError {
    pub(crate) fn new(text: Said) -> Self {
        Self(text)
    }

    /// What is said of it.
    #[must_use]
    pub fn said(&self) -> &Said {
        &self.0
    }

    pub(super) fn too_many_cells() -> Self {
        Self(said!(
            too_many_cells,
            "the file has more than {} cells: split it",
            bounds::CELLS
        ))
    }

    pub(super) fn too_many_columns(line: u64) -> Self {
        Self(said!(
            too_many_columns,
            "line {} has more than {} cells",
            line,
            bounds::COLUMNS
        ))
    }
}
