//! From a workbook (xlsx, xls, ods) to rows of cells.
//!
//! Owns which sheet is read and what a cell of a workbook is as text: dates in ISO form, errors by their
//! code, numbers in full, formulas by the value that the spreadsheet program stored. What would be lost
//! in silence (the other cells of merged ones, a formula without a value) makes its row refused.

use super::bounds::{self, listed, quoted};
use super::cell::number_text;
use super::dates::{DayNumbers, from_day_number};
use super::decoding;
use super::raw_row::{RawRow, TableError};
use super::workbook_bounds::check_unpacked;
use super::xls_bounds::check_xls;
use crate::said::{Said, said};
use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Ods, Reader, Sheet, SheetType, SheetVisible, Xls,
    Xlsx,
};
use jiff::civil::Time;
use std::collections::BTreeMap;
use std::io::Cursor;

/// Pairs of a merged region and a row that are looked at.
const MERGED_ROWS: usize = 10_000_000;

/// The kinds of workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WorkbookKind {
    /// A zip archive: xlsx or ods.
    Zip,
    /// The older binary container: xls.
    Compound,
}

impl WorkbookKind {
    /// The kind by a file's first bytes; none if it is a text file.
    #[must_use]
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"PK\x03\x04") {
            Some(Self::Zip)
        } else if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            Some(Self::Compound)
        } else {
            None
        }
    }
}

/// The rows of a sheet, and what was assumed.
///
/// # Errors
/// When the workbook cannot be read or is too large, or it is not clear which sheet is meant.
pub(super) fn read_rows(
    bytes: &[u8],
    kind: WorkbookKind,
    sheet: Option<&str>,
) -> Result<(Vec<RawRow>, Vec<Said>), TableError> {
    let rows = read_cells(bytes, kind, sheet)?.into_rows(false)?;
    Ok((rows, Vec::new()))
}

fn read_cells(bytes: &[u8], kind: WorkbookKind, sheet: Option<&str>) -> Result<Cells, TableError> {
    let is_open_document = match kind {
        WorkbookKind::Zip => check_unpacked(bytes, bounds::UNPACKED_BYTES)?,
        WorkbookKind::Compound => {
            check_xls(bytes)?;
            false
        }
    };
    // The library can panic on a damaged workbook; nothing of it is kept then.
    let read = std::panic::catch_unwind(|| match (kind, is_open_document) {
        (WorkbookKind::Zip, true) => read_ods(bytes, sheet),
        (WorkbookKind::Zip, false) => read_xlsx(bytes, sheet),
        (WorkbookKind::Compound, _) => read_xls(bytes, sheet),
    });
    read.unwrap_or_else(|_| {
        Err(TableError::new(said!(
            workbook_damaged,
            "the workbook is damaged"
        )))
    })
}

/// For each sheet that is wanted, by any of its names and however they are written, its rows, if it is there.
///
/// # Errors
/// When the file is no workbook, cannot be read or is too large.
pub(crate) fn read_sheets(
    bytes: &[u8],
    wanted: &[&[&str]],
) -> Result<Vec<Option<Vec<RawRow>>>, TableError> {
    let Some(kind) = WorkbookKind::of(bytes) else {
        if bytes.trim_ascii().is_empty() {
            return Err(TableError::new(said!(
                empty_no_workbook,
                "the file is empty, and so no workbook (xlsx, xls or ods)"
            )));
        }
        if let Some(other) = decoding::foreign(bytes) {
            return Err(TableError::new(said!(
                other_no_workbook,
                "the file is {}, and no workbook (xlsx, xls or ods)",
                other
            )));
        }
        return Err(TableError::new(said!(
            no_workbook,
            "the file is no workbook (xlsx, xls or ods)"
        )));
    };
    let names = sheet_names(bytes, kind)?;
    let called = |wanted: &str| {
        let mut names = names.iter();
        names.find(|name| name.trim().to_lowercase() == wanted)
    };
    let read = |wanted: &&[&str]| {
        let name = wanted.iter().find_map(|wanted| called(wanted));
        name.map(|name| read_cells(bytes, kind, Some(name))?.into_rows(true))
            .transpose()
    };
    wanted.iter().map(read).collect()
}

/// What the sheets are called.
pub(super) fn sheet_names(bytes: &[u8], kind: WorkbookKind) -> Result<Vec<String>, TableError> {
    let is_open_document = match kind {
        WorkbookKind::Zip => check_unpacked(bytes, bounds::UNPACKED_BYTES)?,
        WorkbookKind::Compound => {
            check_xls(bytes)?;
            false
        }
    };
    let book = Cursor::new(bytes);
    let read = std::panic::catch_unwind(|| match (kind, is_open_document) {
        (WorkbookKind::Zip, true) => Ods::new(book)
            .map(|book| book.sheet_names())
            .map_err(|error| damaged(&error)),
        (WorkbookKind::Zip, false) => Xlsx::new(book)
            .map(|book| book.sheet_names())
            .map_err(|error| damaged(&error)),
        (WorkbookKind::Compound, _) => Xls::new(book)
            .map(|book| book.sheet_names())
            .map_err(|error| damaged(&error)),
    });
    read.unwrap_or_else(|_| {
        Err(TableError::new(said!(
            workbook_damaged,
            "the workbook is damaged"
        )))
    })
}

fn damaged(error: &dyn std::fmt::Display) -> TableError {
    TableError::new(said!(
        workbook_unreadable,
        "the workbook cannot be read: {}",
        error.to_string()
    ))
}

fn read_xlsx(bytes: &[u8], sheet: Option<&str>) -> Result<Cells, TableError> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let name = choose_sheet(book.sheets_metadata(), sheet)?;
    let mut cells = Cells::new(day_numbers(book.has_1904_epoch()));
    cells.merged = book
        .merge_cells_by_sheet_name(&name)
        .map_err(|error| damaged(&error))?;
    let mut reader = book
        .worksheet_cells_reader(&name)
        .map_err(|error| damaged(&error))?;
    while let Some(cell) = reader
        .next_cell_with_formula_metadata()
        .map_err(|error| damaged(&error))?
    {
        let is_formula = cell.formula.is_some();
        let value = match cell.value {
            DataRef::SharedString(text) => Data::String(text.to_owned()),
            other => Data::from(other),
        };
        cells.add(cell.pos, &value, is_formula)?;
    }
    Ok(cells)
}

fn read_xls(bytes: &[u8], sheet: Option<&str>) -> Result<Cells, TableError> {
    let mut book = Xls::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let name = choose_sheet(book.sheets_metadata(), sheet)?;
    let mut cells = Cells::new(day_numbers(book.has_1904_epoch()));
    cells.merged = book
        .merge_cells_by_sheet_name(&name)
        .map_err(|error| damaged(&error))?;
    cells.add_all(&mut book, &name)?;
    Ok(cells)
}

fn read_ods(bytes: &[u8], sheet: Option<&str>) -> Result<Cells, TableError> {
    let mut book = Ods::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let name = choose_sheet(book.sheets_metadata(), sheet)?;
    let mut cells = Cells::new(DayNumbers::From1900);
    cells.add_all(&mut book, &name)?;
    Ok(cells)
}

fn day_numbers(is_1904: bool) -> DayNumbers {
    if is_1904 {
        DayNumbers::From1904
    } else {
        DayNumbers::From1900
    }
}

/// The sheet that is asked for, or the only one that can be seen.
fn choose_sheet(sheets: &[Sheet], asked: Option<&str>) -> Result<String, TableError> {
    let is_table = |sheet: &&Sheet| sheet.typ == SheetType::WorkSheet;
    let names = |of: &mut dyn Iterator<Item = &Sheet>| -> Vec<String> {
        of.map(|sheet| sheet.name.clone()).collect()
    };
    let all = names(&mut sheets.iter().filter(is_table));
    if let Some(asked) = asked {
        return all
            .iter()
            .find(|name| *name == asked)
            .cloned()
            .ok_or_else(|| {
                TableError::new(said!(
                    no_sheet,
                    "the workbook has no sheet {}; it has {}",
                    quoted(asked),
                    listed(&all)
                ))
            });
    }
    let is_seen = |sheet: &&Sheet| sheet.visible == SheetVisible::Visible;
    let seen = names(&mut sheets.iter().filter(is_table).filter(is_seen));
    match seen.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(TableError::new(said!(
            no_sheet_seen,
            "the workbook has no sheet that can be seen"
        ))),
        _ => Err(TableError::new(said!(
            several_sheets,
            "the workbook has several sheets: say which with --sheet. It has {}",
            listed(&seen)
        ))),
    }
}

/// The cells of a sheet that hold something.
struct Cells {
    day_numbers: DayNumbers,
    /// By row and column, both from 0.
    texts: BTreeMap<(u32, u32), String>,
    bytes: u64,
    merged: Vec<Dimensions>,
    /// Formulas without a value.
    empty_formulas: Vec<(u32, u32)>,
    /// Those that are held as dates.
    dates: Vec<(u32, u32)>,
}

impl Cells {
    fn new(day_numbers: DayNumbers) -> Self {
        Self {
            day_numbers,
            texts: BTreeMap::new(),
            bytes: 0,
            merged: Vec::new(),
            empty_formulas: Vec::new(),
            dates: Vec::new(),
        }
    }

    fn add_all<'b, R: Reader<Cursor<&'b [u8]>>>(
        &mut self,
        book: &mut R,
        sheet: &str,
    ) -> Result<(), TableError>
    where
        R::Error: std::fmt::Display,
    {
        let values = book
            .worksheet_range(sheet)
            .map_err(|error| damaged(&error))?;
        let (top, left) = values.start().unwrap_or_default();
        let place = |row: usize, column: usize, (top, left): (u32, u32)| {
            let row = u32::try_from(row).unwrap_or(u32::MAX).saturating_add(top);
            let column = u32::try_from(column)
                .unwrap_or(u32::MAX)
                .saturating_add(left);
            (row, column)
        };
        for (row, column, value) in values.used_cells() {
            self.add(place(row, column, (top, left)), value, false)?;
        }
        let formulas = book
            .worksheet_formula(sheet)
            .map_err(|error| damaged(&error))?;
        let start = formulas.start().unwrap_or_default();
        for (row, column, formula) in formulas.used_cells() {
            let at = place(row, column, start);
            if !formula.is_empty() && !self.texts.contains_key(&at) {
                self.empty_formulas.push(at);
            }
        }
        Ok(())
    }

    fn add(&mut self, at: (u32, u32), value: &Data, is_formula: bool) -> Result<(), TableError> {
        let text = text_of(value, self.day_numbers);
        if text.is_empty() {
            if is_formula && *value == Data::Empty {
                self.empty_formulas.push(at);
            }
            return Ok(());
        }
        if usize::try_from(at.1).map_or(true, |column| column >= bounds::COLUMNS) {
            return Err(TableError::too_many_columns(u64::from(at.0) + 1));
        }
        self.bytes = self
            .bytes
            .saturating_add(u64::try_from(text.len()).unwrap_or(u64::MAX));
        if self.bytes > bounds::UNPACKED_BYTES || self.texts.len() >= bounds::CELLS {
            return Err(TableError::too_many_cells());
        }
        if matches!(
            value,
            Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_)
        ) {
            self.dates.push(at);
        }
        self.texts.insert(at, text);
        Ok(())
    }

    /// `names_empty`: a row that holds nothing but formulas without a value is one that cannot be used; else it is none,
    /// as of tables that are filled with formulas far down.
    fn into_rows(self, names_empty: bool) -> Result<Vec<RawRow>, TableError> {
        let last = self.texts.keys().map(|(_, column)| *column).max();
        let width = last.map_or(0, |last| {
            usize::try_from(last)
                .unwrap_or(usize::MAX)
                .saturating_add(1)
        });
        let mut rows: BTreeMap<u32, RawRow> = BTreeMap::new();
        for ((row, column), text) in self.texts {
            if rows.len().saturating_mul(width) > bounds::CELLS {
                return Err(TableError::too_many_cells());
            }
            let raw = rows.entry(row).or_insert_with(|| RawRow {
                line: u64::from(row) + 1,
                last_line: u64::from(row) + 1,
                cells: vec![String::new(); width],
                ..RawRow::default()
            });
            let cell = usize::try_from(column)
                .ok()
                .and_then(|column| raw.cells.get_mut(column));
            if let Some(cell) = cell {
                *cell = text;
            }
        }
        for (row, column) in self.dates {
            if let (Some(raw), Ok(column)) = (rows.get_mut(&row), usize::try_from(column)) {
                raw.date_cells.push(column);
            }
        }
        for at in self.empty_formulas {
            if names_empty {
                if rows.len().saturating_mul(width) > bounds::CELLS {
                    return Err(TableError::too_many_cells());
                }
                let line = u64::from(at.0) + 1;
                rows.entry(at.0).or_insert_with(|| RawRow {
                    line,
                    last_line: line,
                    cells: vec![String::new(); width],
                    ..RawRow::default()
                });
            }
            if let Some(row) = rows.get_mut(&at.0) {
                row.problem = Some(said!(
                    empty_formula,
                    "{} holds a formula without a value: open the file in a spreadsheet program and save it",
                    cell_name(at)
                ));
            }
        }
        mark_merged(&mut rows, &self.merged)?;
        Ok(rows.into_values().collect())
    }
}

/// Refuses rows of which a cell is empty only because it is merged with another.
fn mark_merged(rows: &mut BTreeMap<u32, RawRow>, merged: &[Dimensions]) -> Result<(), TableError> {
    let mut looked_at = 0_usize;
    let header = rows.keys().next().copied();
    for region in merged {
        if region.start > region.end || region.start.0 > region.end.0 {
            continue;
        }
        for (row, raw) in rows.range_mut(region.start.0..=region.end.0) {
            looked_at += 1;
            if looked_at > MERGED_ROWS {
                return Err(TableError::new(said!(
                    too_many_merged,
                    "the sheet has too many merged cells"
                )));
            }
            let is_first = *row == region.start.0 && region.start.1 == region.end.1;
            if !is_first && header != Some(*row) {
                raw.problem = Some(said!(
                    merged,
                    "the cells {} to {} are merged: it is not clear what belongs to which row or column",
                    cell_name(region.start),
                    cell_name(region.end)
                ));
            }
        }
    }
    Ok(())
}

/// `B3` for row 2, column 1.
fn cell_name((row, column): (u32, u32)) -> String {
    let mut letters = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    letters.reverse();
    format!("{}{}", String::from_iter(letters), u64::from(row) + 1)
}

/// A cell as the text that a file of comma-separated values would hold at best.
fn text_of(value: &Data, day_numbers: DayNumbers) -> String {
    match value {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.trim().to_owned()
        }
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::Bool(flag) => flag.to_string(),
        Data::Error(error) => error.to_string(),
        Data::DateTime(moment) => moment_text(moment, day_numbers),
    }
}

fn moment_text(moment: &ExcelDateTime, day_numbers: DayNumbers) -> String {
    let value = moment.as_f64();
    if moment.is_duration() || !(1.0..).contains(&value) {
        return number_text(value);
    }
    match from_day_number(value, day_numbers) {
        Some(local) if local.time() == Time::midnight() => local.date().to_string(),
        Some(local) => local.to_string(),
        None => number_text(value),
    }
}
