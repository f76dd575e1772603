//! How much a file may hold.
//!
//! Owns the numbers, and how a cell of a stranger's file is quoted in a message.

use crate::said::{Said, said};

/// Bytes of a file.
pub const FILE_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of a workbook once it is unpacked.
pub const UNPACKED_BYTES: u64 = 256 * 1024 * 1024;
/// Files inside a workbook.
pub const UNPACKED_FILES: usize = 4_096;
/// Columns of a table.
pub const COLUMNS: usize = 1_000;
/// Cells of a table, the header's included.
pub const CELLS: usize = 2_000_000;
/// Characters of a cell, as in spreadsheets.
pub const CELL_CHARS: usize = 32_767;
/// Characters of a cell that a message shows.
const QUOTED_CHARS: usize = 60;
/// Names of columns that a message lists.
const LISTED: usize = 40;

/// `text` between quotes for a message: shortened, and without what would move a terminal's cursor.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(QUOTED_CHARS)
        .map(|each| if each.is_control() { '\u{fffd}' } else { each })
        .collect();
    if text.chars().nth(QUOTED_CHARS).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// `names` for a message, not endlessly many.
#[must_use]
pub fn listed(names: &[String]) -> Said {
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| quoted(name)).collect();
    let more = names.len().saturating_sub(LISTED);
    match more {
        0 => shown.join(", ").into(),
        more => said!(and_more, "{} and {} more", shown.join(", "), more),
    }
}
