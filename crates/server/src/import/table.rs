//! A CSV file as lines of trimmed cells.
//!
//! Owns what a row is: line numbers as an editor shows them whatever ends a line, comma or semicolon,
//! with or without a byte order mark. A damaged row is an entry of its own and takes no other with it.

/// The rows of a file.
#[derive(Debug, Clone)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file on which it begins; the header is line 1.
    pub line: u64,
    /// Its cells without white space at their ends, or what is wrong with it.
    pub cells: Result<Vec<String>, String>,
}

/// The file cannot be read as a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TableError(String);

impl Table {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// When there is no header.
    pub fn read(bytes: &[u8]) -> Result<Self, TableError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter(bytes))
            .flexible(true)
            .from_reader(bytes);
        let header = reader
            .byte_headers()
            .map_err(|error| TableError(format!("the header cannot be read: {error}")))?;
        let columns: Vec<String> = header
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim().to_owned())
            .collect();
        if columns.iter().all(String::is_empty) {
            return Err(TableError("the file has no header".into()));
        }
        let mut rows = Vec::new();
        let mut lines = Lines {
            bytes,
            place: 0,
            line: 1,
        };
        for record in reader.byte_records() {
            let record = record.map_err(|error| TableError(error.to_string()))?;
            rows.push(Row {
                line: lines.line_at(record.position().map_or(0, csv::Position::byte)),
                cells: read_cells(&record, columns.len()),
            });
        }
        Ok(Self { columns, rows })
    }
}

/// Counts lines as an editor does; the CSV reader's own count is one behind after `\r\n` and blank lines.
struct Lines<'a> {
    bytes: &'a [u8],
    place: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first row at or after the byte `start`, which must not go back.
    fn line_at(&mut self, start: u64) -> u64 {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        while let Some(byte) = self.bytes.get(self.place) {
            if self.place >= start && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            let next = self.bytes.get(self.place + 1);
            self.line += u64::from(*byte == b'\n' || (*byte == b'\r' && next != Some(&b'\n')));
            self.place += 1;
        }
        self.line
    }
}

fn delimiter(bytes: &[u8]) -> u8 {
    let first = bytes
        .split(|byte| matches!(byte, b'\r' | b'\n'))
        .next()
        .unwrap_or_default();
    let count = |of: u8| first.iter().filter(|byte| **byte == of).count();
    if count(b';') > count(b',') {
        b';'
    } else {
        b','
    }
}

fn read_cells(record: &csv::ByteRecord, columns: usize) -> Result<Vec<String>, String> {
    if record.len() != columns {
        return Err(format!(
            "has {} cells, the header has {columns}",
            record.len()
        ));
    }
    record
        .iter()
        .map(|cell| match std::str::from_utf8(cell) {
            Ok(text) => Ok(text.trim().to_owned()),
            Err(_) => Err("is not UTF-8 text".to_owned()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &[u8], expected: &[(u64, Result<&[&str], &str>)]) {
        let table = Table::read(text).unwrap();
        let expected: Vec<Row> = expected
            .iter()
            .map(|(line, cells)| Row {
                line: *line,
                cells: match cells {
                    Ok(cells) => Ok(cells.iter().map(|cell| (*cell).to_owned()).collect()),
                    Err(why) => Err((*why).to_owned()),
                },
            })
            .collect();
        assert_eq!(table.rows, expected);
    }

    #[test]
    fn lines_are_numbered_as_in_an_editor_and_damaged_rows_stand_alone() {
        check(
            b"a,b\n1, 2 \n\"x\ny\",3\nonly\n4,\xFF\n5,6\n",
            &[
                (2, Ok(&["1", "2"])),
                (3, Ok(&["x\ny", "3"])),
                (5, Err("has 1 cells, the header has 2")),
                (6, Err("is not UTF-8 text")),
                (7, Ok(&["5", "6"])),
            ],
        );
    }

    #[test]
    fn lines_that_end_in_a_carriage_return_alone_are_counted_too() {
        check(
            b"a;b\r1,5,0,0;2\r\r\"x\ry\";4\r5;6",
            &[
                (2, Ok(&["1,5,0,0", "2"])),
                (4, Ok(&["x\ry", "4"])),
                (6, Ok(&["5", "6"])),
            ],
        );
    }

    #[test]
    fn semicolons_windows_lines_and_a_byte_order_mark() {
        check(
            b"\xEF\xBB\xBFa;b\r\n1,5;2\r\n\r\n3;4\r\n",
            &[(2, Ok(&["1,5", "2"])), (4, Ok(&["3", "4"]))],
        );
        assert_eq!(
            Table::read(b"").unwrap_err().to_string(),
            "the file has no header"
        );
    }
}
