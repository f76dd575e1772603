//! A file as a table: columns with names, rows of trimmed cells.
//!
//! Owns what a row is, whatever kind of file it comes from. A damaged row is an entry of its own and
//! takes no other with it; a file of which nobody can say where its rows end is refused as a whole.

use super::bounds::{self, listed, quoted};
use super::cell::tidy;
use super::raw_row::RawRow;
pub use super::raw_row::TableError;
use super::text_encoding::TextEncoding;
use super::{decoding, delimited, workbook};
use crate::said::{Said, said};
use std::collections::HashMap;

/// The rows of a file.
#[derive(Debug, Clone)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What was assumed about the file, for the report.
    pub assumed: Vec<Said>,
    /// Whether it is a text file, in which a stray quote can join lines.
    pub is_text: bool,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file, or the row of the sheet, on which it begins.
    pub line: u64,
    /// Its cells without white space at their ends, or what is wrong with it.
    pub cells: Result<Vec<String>, Said>,
    /// Which of them a workbook holds as dates.
    pub date_cells: Vec<usize>,
}

/// How a file is to be read, as far as somebody says so.
#[derive(Debug, Clone, Default)]
pub struct TableOptions {
    /// The encoding of a text file.
    pub encoding: Option<TextEncoding>,
    /// What separates the cells of a text file.
    pub separator: Option<char>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The line that names the columns; the first that is not blank if nobody says so.
    pub header_line: Option<u64>,
}

impl Table {
    /// Reads the bytes of a file: a workbook (xlsx, xls, ods) or a text file.
    ///
    /// # Errors
    /// When there is no header, it cannot be said where the rows end, or there is too much.
    pub fn read(bytes: &[u8], options: &TableOptions) -> Result<Self, TableError> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > bounds::FILE_BYTES {
            return Err(TableError::new(said!(
                file_too_large,
                "the file is larger than {} MiB: split it",
                bounds::FILE_BYTES / 1024 / 1024
            )));
        }
        let kind = workbook::WorkbookKind::of(bytes);
        let (rows, assumed) = match kind {
            Some(kind) => workbook::read_rows(bytes, kind, options.sheet.as_deref())?,
            None => read_text(bytes, options)?,
        };
        let table = Self::new(rows, assumed, options.header_line)?;
        Ok(Self {
            is_text: kind.is_none(),
            ..table
        })
    }

    /// The names of a workbook's sheets; none of a text file, or of a workbook that cannot be read.
    #[must_use]
    pub fn sheets(bytes: &[u8]) -> Vec<String> {
        let kind = workbook::WorkbookKind::of(bytes);
        let names = kind.map(|kind| workbook::sheet_names(bytes, kind));
        names.and_then(Result::ok).unwrap_or_default()
    }

    fn new(
        rows: Vec<RawRow>,
        assumed: Vec<Said>,
        header_line: Option<u64>,
    ) -> Result<Self, TableError> {
        let mut rows = rows.into_iter();
        let header = match header_line {
            None => rows.next(),
            Some(line) => rows.find(|row| row.line == line),
        };
        let header = header.ok_or_else(|| match header_line {
            None => TableError::new(said!(no_header, "the file has no header")),
            Some(line) => TableError::new(said!(header_line, "line {} names no columns", line)),
        })?;
        let mut columns: Vec<String> = header.cells.iter().map(|name| one_line(name)).collect();
        while columns.last().is_some_and(String::is_empty) {
            columns.pop();
        }
        let width = columns.len();
        let rows = rows.map(|row| Row {
            line: row.line,
            date_cells: row.date_cells.clone(),
            cells: check_row(row, width),
        });
        Ok(Self {
            rows: rows.collect(),
            columns,
            assumed,
            is_text: false,
        })
    }

    /// Where each of the columns `needed` stands.
    ///
    /// # Errors
    /// When one is missing or there are two of that name.
    pub(super) fn places<'n>(
        &self,
        needed: impl Iterator<Item = &'n str>,
    ) -> Result<HashMap<&'n str, usize>, TableError> {
        let mut places = HashMap::new();
        for name in needed {
            let asked = one_line(name);
            let mut found = self
                .columns
                .iter()
                .enumerate()
                .filter(|(_, column)| **column == asked);
            match (found.next(), found.next()) {
                (Some((place, _)), None) => places.insert(name, place),
                (Some(_), Some(_)) => {
                    return Err(TableError::new(said!(
                        column_twice,
                        "the file has two columns {}: give them different names",
                        quoted(name)
                    )));
                }
                (None, _) => {
                    return Err(TableError::new(said!(
                        no_column,
                        "the file has no column {}; it has {}",
                        quoted(name),
                        listed(&self.columns)
                    )));
                }
            };
        }
        Ok(places)
    }
}

fn read_text(bytes: &[u8], options: &TableOptions) -> Result<(Vec<RawRow>, Vec<Said>), TableError> {
    if bytes.trim_ascii().is_empty() {
        return Err(TableError::new(said!(
            empty,
            "the file is empty: a list is needed, as CSV or as a workbook (XLSX, XLS, ODS)"
        )));
    }
    if let Some(other) = decoding::foreign(bytes) {
        let is_list = matches!(other.code(), "what_page" | "what_utf32");
        return Err(TableError::new(match is_list {
            true => said!(
                foreign,
                "the file is {}: open it in a spreadsheet program and save it as CSV in UTF-8, or as XLSX",
                other
            ),
            false => said!(
                no_list_file,
                "the file is {}: a list is needed, as CSV or as a workbook (XLSX, XLS, ODS)",
                other
            ),
        }));
    }
    let decoded =
        decoding::decode(bytes, options.encoding).map_err(|possible| unsure(&possible))?;
    let rows = delimited::read_rows(&decoded.text, options.separator, options.header_line)?;
    let assumed = decoded.is_assumed.then(|| {
        said!(
            encoding_assumed,
            "the file is no UTF-8 and was read as {}; another one is named with --encoding",
            decoded.encoding.name()
        )
    });
    Ok((rows, assumed.into_iter().collect()))
}

/// Why a file is refused whose letters tell of no encoding, or of several.
fn unsure(possible: &[TextEncoding]) -> TableError {
    let names: Vec<Said> = match possible {
        [] => ["windows-1252", "macintosh", "ibm850", "ibm437"]
            .map(Said::from)
            .to_vec(),
        possible => possible.iter().map(|one| one.name().into()).collect(),
    };
    let names = Said::joined(names, |one, next| said!(either, "{} or {}", one, next));
    TableError::new(said!(
        encoding_unclear,
        "the file is no UTF-8, and its letters do not tell what it is: name it with --encoding ({}), or save the file as CSV in UTF-8",
        names
    ))
}

/// A name of a column on one line: spreadsheets break long ones.
fn one_line(name: &str) -> String {
    tidy(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The cells of a row, as many as there are columns.
fn check_row(row: RawRow, columns: usize) -> Result<Vec<String>, Said> {
    let mut cells: Vec<String> = row.cells.iter().map(|cell| tidy(cell)).collect();
    while cells.len() > columns && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    if let Some(problem) = row.problem {
        return Err(problem);
    }
    if cells.len() != columns {
        let lines = match row.last_line > row.line {
            true => said!(ends_on_line, " (it ends on line {})", row.last_line),
            false => Said::from(""),
        };
        return Err(said!(
            cell_count,
            "has {} cells, the header has {}{}",
            cells.len(),
            columns,
            lines
        ));
    }
    match cells.iter().find_map(|cell| damage(cell)) {
        Some(damage) => Err(damage),
        None => Ok(cells),
    }
}

/// What makes a cell unusable, whatever column it is in.
fn damage(cell: &str) -> Option<Said> {
    if cell.chars().nth(bounds::CELL_CHARS).is_some() {
        return Some(said!(
            cell_too_long,
            "a cell is longer than {} characters: {}",
            bounds::CELL_CHARS,
            quoted(cell)
        ));
    }
    if cell.contains('\u{fffd}') {
        return Some(said!(
            unreadable_character,
            "{} has a character that cannot be read; is the file in another encoding?",
            quoted(cell)
        ));
    }
    let is_control = |each: char| each.is_control() && !matches!(each, '\t' | '\n' | '\r');
    cell.contains(is_control).then(|| {
        said!(
            control_character,
            "{} has a control character",
            quoted(cell)
        )
    })
}
