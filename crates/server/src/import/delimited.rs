//! From text to rows of cells: comma, semicolon, tab or bar, with quotes.
//!
//! Owns what a quote may do. The usual readers take a quote that is never closed for one cell that holds
//! the rest of the file, or up to the next quote; here such a file is refused, with the line on which the
//! quote opens. Line numbers are those of an editor, whatever ends a line.

use super::bounds::{self, quoted};
use super::raw_row::{LineShape, RawRow, TableError};
use crate::said::said;

const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// The rows of `text` that are not blank, the header first.
///
/// # Errors
/// When a quote is not closed as it should be, the separator cannot be told, or there is too much.
pub(super) fn read_rows(
    text: &str,
    asked: Option<char>,
    header_line: Option<u64>,
) -> Result<Vec<RawRow>, TableError> {
    let (text, named, line) = match named_separator(text) {
        Some((separator, rest)) => (rest, Some(separator), 2),
        None => (text, None, 1),
    };
    let separator = match asked.or(named) {
        Some(separator) => separator,
        None => find_separator(lines_from(text, line, header_line))?,
    };
    // Who writes `a, b` in the header writes rows so as well.
    let header = lines_from(text, line, header_line).trim_start_matches(['\r', '\n']);
    let header = header.split(['\r', '\n']).next().unwrap_or_default();
    let is_spaced = header.contains(&format!("{separator} "));
    let mut scanner = Scanner {
        rest: text,
        line,
        separator,
    };
    let mut rows = Vec::new();
    let mut cells = 0_usize;
    while let Some(row) = scanner.row()? {
        cells = cells.saturating_add(row.cells.len());
        if cells > bounds::CELLS {
            return Err(TableError::too_many_cells());
        }
        if row.cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(row);
        }
    }
    mark_joined_lines(&mut rows, header_line, is_spaced);
    Ok(rows)
}

/// The first line `sep=;`, with which spreadsheets are told the separator.
fn named_separator(text: &str) -> Option<(char, &str)> {
    let end = text.find(['\r', '\n'])?;
    let (line, rest) = text.split_at_checked(end)?;
    let line = line.trim_matches(['"', ' ']);
    let named = line
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("sep="));
    let separator = line.get(named?.len()..)?.chars().next()?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.get(1..))?;
    (separator != '"').then_some((separator, rest))
}

/// `text`, which begins on `line`, from the line on that names the columns.
fn lines_from(text: &str, line: u64, header_line: Option<u64>) -> &str {
    let mut rest = text;
    for _ in line..header_line.unwrap_or(line) {
        let Some(end) = rest.find(['\r', '\n']) else {
            return text;
        };
        let (_, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let after_end = after.strip_prefix("\r\n").or_else(|| after.get(1..));
        rest = after_end.unwrap_or_default();
    }
    rest
}

/// The one that stands most often in the first line, outside quotes.
fn find_separator(text: &str) -> Result<char, TableError> {
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut is_quoted = false;
    for each in text.trim_start_matches(['\r', '\n']).chars() {
        match each {
            '"' => is_quoted = !is_quoted,
            '\r' | '\n' if !is_quoted => break,
            _ if is_quoted => (),
            _ => {
                let counted = counts.iter_mut().zip(SEPARATORS);
                counted
                    .filter(|(_, separator)| *separator == each)
                    .for_each(|(count, _)| *count += 1);
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    let mut found = counts
        .iter()
        .zip(SEPARATORS)
        .filter(|(count, _)| **count == most);
    match (most, found.next(), found.next()) {
        (0, _, _) | (_, None, _) => Ok(','),
        (_, Some((_, separator)), None) => Ok(separator),
        (_, Some((_, one)), Some((_, other))) => Err(TableError::new(said!(
            separator,
            "the first line has as many {} as {}: say with --separator what separates the cells",
            quoted(&one.to_string()),
            quoted(&other.to_string())
        ))),
    }
}

struct Scanner<'t> {
    rest: &'t str,
    /// The line on which `rest` begins.
    line: u64,
    separator: char,
}

impl<'t> Scanner<'t> {
    /// The next row; none at the end.
    fn row(&mut self) -> Result<Option<RawRow>, TableError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (line, start) = (self.line, self.rest);
        let mut cells = Vec::new();
        loop {
            let cell = self.cell()?;
            cells.push(cell);
            if cells.len() > bounds::COLUMNS {
                return Err(TableError::too_many_columns(line));
            }
            if let Some(rest) = self.rest.strip_prefix(self.separator) {
                self.rest = rest;
                continue;
            }
            let last_line = self.line;
            let length = start.len() - self.rest.len();
            self.end_line();
            return Ok(Some(RawRow {
                line,
                last_line,
                cells,
                lines: (last_line > line)
                    .then(|| line_shapes(start.get(..length).unwrap_or_default(), self.separator)),
                ..RawRow::default()
            }));
        }
    }

    /// The next cell; `rest` then begins with what ends it.
    fn cell(&mut self) -> Result<String, TableError> {
        let open = self.skip_blanks(self.rest);
        if let Some(inside) = open.strip_prefix('"') {
            return self.quoted_cell(inside);
        }
        let ends = |each: char| each == self.separator || matches!(each, '\r' | '\n');
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        Ok(cell.trim().to_owned())
    }

    fn quoted_cell(&mut self, inside: &'t str) -> Result<String, TableError> {
        let opened = self.line;
        let mut cell = String::new();
        let mut inside = inside;
        loop {
            let Some((text, after)) = inside.split_once('"') else {
                return Err(TableError::new(said!(
                    quote_never_closed,
                    "the quote that opens on line {} is never closed",
                    opened
                )));
            };
            self.line += line_ends(text);
            cell.push_str(text);
            if let Some(more) = after.strip_prefix('"') {
                cell.push('"');
                inside = more;
                continue;
            }
            self.rest = self.skip_blanks(after);
            let is_end = self.rest.is_empty()
                || self.rest.starts_with(self.separator)
                || self.rest.starts_with(['\r', '\n']);
            if is_end {
                return Ok(cell.trim().to_owned());
            }
            let follows: String = self.rest.chars().take(12).collect();
            return Err(TableError::new(said!(
                quote_closed_wrong,
                "the quote that opens on line {} is not closed where it should be: on line {} {} follows a quote. A quote inside a quoted cell is written twice",
                opened,
                self.line,
                quoted(&follows)
            )));
        }
    }

    /// `text` without the blanks at its start that separate nothing.
    fn skip_blanks(&self, text: &'t str) -> &'t str {
        text.trim_start_matches(|each| matches!(each, ' ' | '\t') && each != self.separator)
    }

    fn end_line(&mut self) {
        let rest = self.rest.strip_prefix("\r\n");
        let rest = rest.or_else(|| self.rest.strip_prefix(['\r', '\n']));
        if let Some(rest) = rest {
            self.rest = rest;
            self.line += 1;
        }
    }
}

/// How often a line ends in `text`.
fn line_ends(text: &str) -> u64 {
    let ends = text.bytes().zip(text.bytes().skip(1).chain([0]));
    let ends = ends.filter(|(byte, next)| *byte == b'\n' || (*byte == b'\r' && *next != b'\n'));
    u64::try_from(ends.count()).unwrap_or(u64::MAX)
}

/// What each line of a row looks like.
fn line_shapes(row: &str, separator: char) -> Vec<LineShape> {
    let lines = row
        .split('\n')
        .flat_map(|line| line.trim_end_matches('\r').split('\r'));
    lines.map(|line| line_shape(line, separator)).collect()
}

fn line_shape(line: &str, separator: char) -> LineShape {
    let mut after = line.split(separator).skip(1);
    LineShape {
        separators: line.matches(separator).count(),
        is_prose: after.all(|after| after.starts_with(' ')),
        // Two quotes are one that is written, or an empty cell of a row that was swallowed.
        has_quote: line.replace("\"\"", "").contains('"'),
    }
}

/// Two stray quotes can close each other in the right place, some rows further down. Such a row shows by its
/// lines: one of them looks like a row of its own, or the first and the last do. What lies between, blank lines or
/// lines with other numbers of cells, makes them no less rows.
fn mark_joined_lines(rows: &mut [RawRow], header_line: Option<u64>, is_spaced: bool) {
    let header = rows
        .iter()
        .find(|row| header_line.is_none_or(|line| row.line == line));
    let columns = header.map_or(0, |header| header.cells.len());
    if columns < 2 {
        return;
    }
    let looks_like_row =
        |line: &LineShape| line.separators + 1 == columns && (is_spaced || !line.is_prose);
    for row in rows {
        let lines = row.lines.take().unwrap_or_default();
        let (Some((first, rest)), Some(last)) = (lines.split_first(), lines.last()) else {
            continue;
        };
        let between = rest.split_last().map_or(&[][..], |(_, between)| between);
        let is_between = between
            .iter()
            .any(|line| !line.has_quote && looks_like_row(line));
        let has_all = lines.iter().all(|line| line.separators + 1 == columns);
        if is_between || (columns > 2 && has_all) || (looks_like_row(first) && looks_like_row(last))
        {
            row.problem = Some(said!(
                joined_lines,
                "a quote joins the lines {} to {}, of which some look like rows: none of them is imported",
                row.line,
                row.last_line
            ));
        }
    }
}
