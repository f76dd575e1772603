//! What a workbook may hold, looked at before it is read.
//!
//! Owns the refusal of files that unpack or repeat themselves to more than memory holds: the library
//! that reads them believes what they say about their size. Must never keep what it unpacks.

use super::bounds;
use super::raw_row::TableError;
use super::xls_bounds::locked;
use crate::said::said;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// What a workbook of the newer kind holds, and the list of its texts.
const XLSX_BOOK: &str = "xl/workbook.xml";
const XLSB_BOOK: &str = "xl/workbook.bin";
const XLSX_TEXTS: &str = "xl/sharedstrings.xml";
const ODS_CONTENT: &str = "content.xml";
const ODS_MANIFEST: &str = "meta-inf/manifest.xml";
/// What stands in the list of an OpenDocument's parts for each that a password hides.
const ENCRYPTED: &[u8] = b"encryption-data";
/// Bytes of that list that are looked at.
const MANIFEST_BYTES: u64 = 1024 * 1024;
/// Bytes of the smallest text in the list of texts.
const SMALLEST_TEXT: u64 = 5;
/// Bytes of memory for a cell, on top of its text.
const CELL_BYTES: u64 = 64;

fn damaged(error: &dyn std::fmt::Display) -> TableError {
    TableError::new(said!(
        workbook_not_unpacked,
        "the workbook cannot be unpacked: {}",
        error.to_string()
    ))
}

fn too_large() -> TableError {
    TableError::new(said!(
        workbook_too_large,
        "the workbook unpacks to more than {} MiB: split it",
        bounds::UNPACKED_BYTES / 1024 / 1024
    ))
}

/// Unpacks everything once, `most` bytes, and says whether it is an OpenDocument spreadsheet.
///
/// # Errors
/// When it is no workbook, or more than can be held.
pub(super) fn check_unpacked(bytes: &[u8], most: u64) -> Result<bool, TableError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if archive.len() > bounds::UNPACKED_FILES {
        return Err(too_large());
    }
    let names: Vec<String> = archive
        .file_names()
        .filter_map(|name| Some(name.ok()?.to_lowercase()))
        .collect();
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if has(XLSB_BOOK) {
        return Err(TableError::new(said!(
            xlsb,
            "xlsb workbooks are not read: save it as xlsx"
        )));
    }
    let is_open_document = !has(XLSX_BOOK);
    if is_open_document && !has(ODS_CONTENT) {
        return Err(TableError::new(said!(
            zip,
            "the file is a zip archive, but no workbook"
        )));
    }
    let mut left = most;
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => locked(),
            error => damaged(&error),
        })?;
        let name = file.name().map_err(|error| damaged(&error))?.to_lowercase();
        let mut counted = Counted {
            inner: (&mut file).take(left.saturating_add(1)),
            bytes: 0,
        };
        if name == XLSX_TEXTS {
            check_texts(&mut counted)?;
        } else if is_open_document && name == ODS_MANIFEST {
            check_open(&mut counted)?;
        } else if is_open_document && name == ODS_CONTENT {
            check_repeats(&mut counted)?;
        }
        std::io::copy(&mut counted, &mut std::io::sink()).map_err(|error| damaged(&error))?;
        left = left.checked_sub(counted.bytes).ok_or_else(too_large)?;
    }
    Ok(is_open_document)
}

/// The list of an OpenDocument's parts names how they are hidden, if they are.
fn check_open(file: &mut impl Read) -> Result<(), TableError> {
    let mut list = Vec::new();
    file.take(MANIFEST_BYTES)
        .read_to_end(&mut list)
        .map_err(|error| damaged(&error))?;
    let is_locked = list.windows(ENCRYPTED.len()).any(|part| part == ENCRYPTED);
    if is_locked { Err(locked()) } else { Ok(()) }
}

/// A reader that counts.
struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes = self
            .bytes
            .saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}

fn number(tag: &BytesStart<'_>, name: &str) -> Option<u64> {
    let attribute = tag.try_get_attribute(name).ok()??;
    attribute.value.trim().parse().ok()
}

/// The number of texts that the list claims must fit into it.
fn check_texts(file: &mut impl Read) -> Result<(), TableError> {
    let mut reader = Reader::from_reader(BufReader::new(file));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == "sst" => {
                let claimed = number(&tag, "uniqueCount").unwrap_or_default();
                let is_possible = claimed.saturating_mul(SMALLEST_TEXT) <= bounds::UNPACKED_BYTES;
                return if is_possible {
                    Ok(())
                } else {
                    Err(too_large())
                };
            }
            Ok(Event::Eof) => return Ok(()),
            Err(error) => return Err(damaged(&error)),
            Ok(_) => (),
        }
    }
}

/// What the rows and cells of an OpenDocument sheet come to when each is repeated as it says.
fn check_repeats(file: &mut impl Read) -> Result<(), TableError> {
    let mut reader = Reader::from_reader(BufReader::new(file));
    let mut buffer = Vec::new();
    let mut sheet = Repeats::default();
    let mut before = 0_u64;
    loop {
        buffer.clear();
        let event = reader
            .read_event_into(&mut buffer)
            .map_err(|error| damaged(&error))?;
        match &event {
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                "table:table" => sheet = sheet.next_sheet(),
                "table:table-row" => {
                    sheet.row(number(tag, "table:number-rows-repeated").unwrap_or(1))
                }
                "table:table-cell" | "table:covered-table-cell" => {
                    let repeats = number(tag, "table:number-columns-repeated").unwrap_or(1);
                    let has_value = tag
                        .try_get_attribute("office:value-type")
                        .ok()
                        .flatten()
                        .is_some();
                    sheet.cell(repeats, has_value);
                }
                _ => (),
            },
            Event::Eof => return Ok(()),
            _ => (),
        }
        let at = reader.buffer_position();
        sheet.text(at.saturating_sub(before));
        before = at;
        if sheet.bytes() > bounds::UNPACKED_BYTES {
            return Err(too_large());
        }
    }
}

/// What a sheet comes to, row by row.
#[derive(Debug, Default)]
struct Repeats {
    /// Of the sheets before.
    earlier: u64,
    /// Rows of this sheet down to the last that holds something.
    rows: u64,
    empty_rows: u64,
    /// The widest of them.
    width: u64,
    text: u64,
    row_repeats: u64,
    row_width: u64,
    cell_repeats: u64,
    is_filled: bool,
}

impl Repeats {
    fn next_sheet(self) -> Self {
        Self {
            earlier: self.bytes(),
            ..Self::default()
        }
    }

    fn row(&mut self, repeats: u64) {
        if !self.is_filled {
            self.empty_rows = self.empty_rows.saturating_add(self.row_repeats);
        }
        self.row_repeats = repeats;
        self.row_width = 0;
        self.cell_repeats = 0;
        self.is_filled = false;
    }

    fn cell(&mut self, repeats: u64, has_value: bool) {
        self.row_width = self.row_width.saturating_add(repeats);
        self.cell_repeats = if has_value { repeats } else { 0 };
        if has_value {
            self.width = self.width.max(self.row_width);
            if !self.is_filled {
                self.is_filled = true;
                self.rows = self
                    .rows
                    .saturating_add(self.empty_rows)
                    .saturating_add(self.row_repeats);
                self.empty_rows = 0;
            }
        }
    }

    /// Bytes of the file that belong to the cell before.
    fn text(&mut self, bytes: u64) {
        let repeats = self.cell_repeats.saturating_mul(self.row_repeats);
        self.text = self.text.saturating_add(bytes.saturating_mul(repeats));
    }

    fn bytes(&self) -> u64 {
        let cells = self
            .rows
            .saturating_mul(self.width)
            .saturating_mul(CELL_BYTES);
        self.earlier.saturating_add(cells).saturating_add(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let mut archive = zip::ZipWriter::new(&mut bytes);
        for (name, content) in files {
            archive
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_workbook_is_counted_before_it_is_read() {
        let book: (&str, &[u8]) = ("xl/workbook.xml", b"<workbook/>");
        let claim = format!("<sst uniqueCount=\"{}\"/>", u64::MAX);
        for (files, expected) in [
            (&[book][..], Ok(false)),
            (&[("content.xml", &b"<office/>"[..])], Ok(true)),
            (
                &[book, ("xl/media/a", &[0; 100_000])],
                Err("the workbook unpacks to more than"),
            ),
            (
                &[book, ("xl/sharedStrings.xml", claim.as_bytes())],
                Err("the workbook unpacks to more than"),
            ),
            (
                &[("xl/workbook.bin", b"")],
                Err("xlsb workbooks are not read"),
            ),
            (
                &[("word/document.xml", b"")],
                Err("the file is a zip archive, but no workbook"),
            ),
        ] {
            match (check_unpacked(&packed(files), 50_000), expected) {
                (Ok(got), Ok(expected)) => assert_eq!(got, expected),
                (Err(got), Err(start)) => assert!(got.to_string().starts_with(start), "{got}"),
                (got, expected) => panic!("{got:?}, not {expected:?}"),
            }
        }
        let whole = packed(&[book]);
        let cut = whole.get(..whole.len() / 2).unwrap();
        assert!(check_unpacked(cut, 50_000).is_err());
    }
}
