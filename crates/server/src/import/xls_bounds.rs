//! What an older workbook (xls) may hold, looked at before it is read.
//!
//! Owns the refusal of sheets whose corners are so far apart that no memory holds what is between: the
//! library reads every sheet as a full grid. Must never keep a cell.

use super::bounds;
use super::raw_row::TableError;
use crate::said::said;
use std::io::{Cursor, Read};

/// Rows and columns of such a sheet.
const ROWS: u64 = 65_536;
const COLUMNS: u64 = 256;
/// The records that begin a sheet, say its size, and hold a cell.
const BEGIN: u16 = 0x0809;
const SIZE: u16 = 0x0200;
/// What stands in front of records that a password hides.
const LOCKED: u16 = 0x002F;
const CELL: [u16; 8] = [
    0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E,
];

/// Looks at every cell's place.
///
/// # Errors
/// When the file is no workbook, or its sheets come to more cells than a table may have.
pub(super) fn check_xls(bytes: &[u8]) -> Result<(), TableError> {
    let damaged = |error: std::io::Error| {
        TableError::new(said!(
            workbook_unreadable,
            "the workbook cannot be read: {}",
            error.to_string()
        ))
    };
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let stream = ["/Workbook", "/Book"]
        .into_iter()
        .find(|name| file.is_stream(name));
    let Some(stream) = stream else {
        // What Office makes of a workbook with a password.
        let is_locked = file.is_stream("/EncryptedPackage");
        return Err(match is_locked {
            true => locked(),
            false => TableError::new(said!(no_workbook_in_it, "the file holds no workbook")),
        });
    };
    let mut records = Vec::new();
    let stream = file.open_stream(stream).map_err(damaged)?;
    stream
        .take(bounds::FILE_BYTES)
        .read_to_end(&mut records)
        .map_err(damaged)?;
    check_records(&records)
}

/// Of a workbook that only a password opens.
pub(super) fn locked() -> TableError {
    TableError::new(said!(
        locked,
        "the workbook is protected by a password: save it without one and choose it again"
    ))
}

fn check_records(records: &[u8]) -> Result<(), TableError> {
    let most = u64::try_from(bounds::CELLS).unwrap_or(u64::MAX);
    let (mut before, mut sheet) = (0_u64, Corners::default());
    let mut rest = records;
    while let Some((head, after)) = rest.split_at_checked(4) {
        let kind = number(head, 0).unwrap_or_default();
        let length = usize::from(number(head, 2).unwrap_or_default());
        let (data, after) = after.split_at_checked(length).unwrap_or((after, &[]));
        rest = after;
        match kind {
            BEGIN => {
                before = before.saturating_add(sheet.cells());
                sheet = Corners::default();
            }
            LOCKED => return Err(locked()),
            SIZE if !is_possible(data) => {
                return Err(TableError::new(said!(
                    workbook_damaged,
                    "the workbook is damaged"
                )));
            }
            kind if CELL.contains(&kind) => {
                let last = number(data, data.len().saturating_sub(2));
                let last = last.filter(|_| kind == 0x00BD);
                sheet.add(number(data, 0), number(data, 2));
                sheet.add(number(data, 0), last);
            }
            _ => (),
        }
        if before.saturating_add(sheet.cells()) > most {
            return Err(TableError::too_many_cells());
        }
    }
    Ok(())
}

fn number(data: &[u8], at: usize) -> Option<u16> {
    let bytes = data.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

/// Whether the size that a sheet claims is one that such a sheet can have.
fn is_possible(data: &[u8]) -> bool {
    let wide = |at: usize| {
        let (low, high) = (number(data, at)?, number(data, at + 2)?);
        Some(u64::from(low) | (u64::from(high) << 16))
    };
    let narrow = |at| number(data, at).map(u64::from);
    let (first_row, end_row, first_column, end_column) = match data.len() {
        10 => (narrow(0), narrow(2), narrow(4), narrow(6)),
        _ => (wide(0), wide(4), narrow(8), narrow(10)),
    };
    let fits = |first: Option<u64>, end: Option<u64>, most: u64| match (first, end) {
        (Some(first), Some(end)) => first <= end && end <= most,
        _ => false,
    };
    fits(first_row, end_row, ROWS) && fits(first_column, end_column, COLUMNS)
}

/// The outermost cells of a sheet.
#[derive(Debug, Default)]
struct Corners(Option<[u16; 4]>);

impl Corners {
    fn add(&mut self, row: Option<u16>, column: Option<u16>) {
        let (Some(row), Some(column)) = (row, column) else {
            return;
        };
        let [top, bottom, left, right] = self.0.unwrap_or([row, row, column, column]);
        self.0 = Some([
            top.min(row),
            bottom.max(row),
            left.min(column),
            right.max(column),
        ]);
    }

    fn cells(&self) -> u64 {
        let Some([top, bottom, left, right]) = self.0 else {
            return 0;
        };
        let rows = u64::from(bottom.saturating_sub(top)) + 1;
        let columns = u64::from(right.saturating_sub(left)) + 1;
        rows.saturating_mul(columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, numbers: &[u16]) -> Vec<u8> {
        let length = u16::try_from(numbers.len() * 2).unwrap();
        let head = [kind, length];
        let all = head.iter().chain(numbers);
        all.flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn sheets_are_measured_by_their_corners() {
        let cell = |row, column| record(0x0203, &[row, column, 0, 0, 0, 0, 0]);
        let begin = || record(BEGIN, &[0x0600, 0x0010]);
        let far = [begin(), cell(0, 0), cell(65_535, 255)].concat();
        let near = [begin(), cell(5, 5), begin(), cell(65_535, 255)].concat();
        let many = [record(0x00BD, &[7, 0, 1, 2, 3, 4, 255]), cell(60_000, 3)].concat();
        let size = |rows: u16| record(SIZE, &[0, 0, rows, 0, 0, 10, 0]);
        for (records, is_held) in [
            (far, false),
            (near, true),
            (many, false),
            (size(100), true),
            (record(SIZE, &[9, 0, 1, 0, 0, 10, 0]), false),
            (record(SIZE, &[0, 0, 0, 900, 0, 10, 0]), false),
            (vec![0x03, 0x02, 0xFF, 0xFF], true),
            (Vec::new(), true),
        ] {
            assert_eq!(check_records(&records).is_ok(), is_held, "{records:?}");
        }
        assert!(check_xls(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").is_err());
    }
}
