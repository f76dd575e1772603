//! The import that the office asks for: what stands in a file, what would become of its rows, and their import.
//!
//! Owns the answer to each. What is wrong with the file is part of the answer and never a failure; nothing is written
//! unless that was asked for. Must never know of HTTP.

use super::bounds::quoted;
use super::columns::Mapping;
use super::doubled::{number_doubled, remark, unclear};
use super::field::Field;
use super::kind::Kind;
use super::report::{Outcome, Report, RowTold};
use super::suggest::suggest;
use super::{
    Assignment, Between, DateOptions, DateOrder, Format, Import, Refusal, Rest, Shift, Table,
    TableOptions, read_inputs, run_import,
};
use crate::auth::token::sha256_hex;
use crate::error::ServerError;
use crate::events::Wrote;
use crate::said::{Said, said};
use crate::series::follow_contracts;
use crate::state::App;
use crate::storage::SessionRow;
use afield_domain::{CompanyId, limits};
use afield_protocol::{
    ImportAlso, ImportAnswer, ImportColumn, ImportField, ImportFlaw, ImportLack, ImportLine,
    ImportReport, ImportSort,
};
use async_trait::async_trait;
use std::time::Duration;

/// Cells of a column that the answer shows, and characters of each.
const EXAMPLES: usize = 3;
const EXAMPLE_CHARS: usize = 40;

/// How far it is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Only the columns.
    Look,
    /// What would become of the rows.
    Try,
    /// The rows are imported.
    Import,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) kind: Kind,
    pub(crate) step: Step,
    /// Which column is which field, as `column=field`; none: as the last time, or as it looks.
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) sheet: Option<String>,
    pub(crate) order: Option<DateOrder>,
}

/// Looks at a file, tries it or imports it.
///
/// # Errors
/// When the storage fails. What was committed until then stays, and the same again goes on from there.
pub(crate) async fn run_office_import(
    app: &App,
    session: &SessionRow,
    asked: &Asked,
    bytes: &[u8],
) -> Result<ImportAnswer, ServerError> {
    let mut answer = ImportAnswer {
        sheets: Table::sheets(bytes),
        fields: fields(asked.kind),
        ..ImportAnswer::default()
    };
    let options = TableOptions {
        sheet: asked.sheet.clone().filter(|sheet| !sheet.is_empty()),
        ..TableOptions::default()
    };
    let mut table = match Table::read(bytes, &options) {
        Ok(table) => table,
        Err(error) => {
            let is_unclear = options.sheet.is_none() && answer.sheets.len() > 1;
            let what = if is_unclear {
                ImportLack::Sheet
            } else {
                ImportLack::Readable
            };
            answer.flaw = Some(flaw(what, error.said()));
            return Ok(answer);
        }
    };
    let doubled = number_doubled(&mut table.columns);
    answer.rows = count(table.rows.len());
    if table.rows.len() > limits::IMPORT_ROWS {
        let text = said!(
            too_many_rows,
            "{} rows, and {} are the most",
            table.rows.len(),
            limits::IMPORT_ROWS
        );
        answer.flaw = Some(flaw(ImportLack::Rows, &text));
        return Ok(answer);
    }
    let header = header(asked.kind, &table.columns);
    let entries = entries(app, session.company.id, asked, &table, &header, &mut answer).await?;
    answer.columns = columns(&table, &entries);
    remark(asked.kind, &mut answer.columns, &doubled);
    if table.rows.is_empty() {
        let said = said!(
            only_header,
            "the file has only the line that names its columns: at least one row is needed below it"
        );
        answer.flaw = Some(flaw(ImportLack::Content, &said));
        return Ok(answer);
    }
    if asked.step == Step::Look {
        return Ok(answer);
    }
    if let Some(name) = unclear(&doubled, &entries) {
        let said = said!(
            column_twice,
            "the file has two columns {}: give them different names",
            quoted(name)
        );
        answer.flaw = Some(flaw(ImportLack::Columns, &said));
        return Ok(answer);
    }
    let mapping = match Mapping::read(asked.kind, entries.iter().map(String::as_str)) {
        Ok(mapping) => mapping,
        Err(error) => {
            answer.flaw = Some(flaw(ImportLack::Columns, error.said()));
            return Ok(answer);
        }
    };
    let import = Import {
        company: session.company.clone(),
        format: Format::Mapped(mapping),
        dates: DateOptions {
            order: asked.order,
            ..DateOptions::default()
        },
        shift: Shift::None,
        assignment: Assignment::Nobody,
        is_dry_run: asked.step == Step::Try,
        by: session.user.name.clone(),
    };
    if let Err(refusal) = read_inputs(&table, &import.format, import.dates) {
        answer.flaw = Some(whole_flaw(&table, &import, &refusal));
        return Ok(answer);
    }
    let telling = Telling {
        app,
        company: session.company.id,
    };
    let report = run_import(
        app.storage.as_ref(),
        app.clock.as_ref(),
        &import,
        &table,
        &telling,
    )
    .await;
    if !import.is_dry_run {
        // Also what was imported before the storage failed.
        telling.tell();
    }
    let report = report?;
    if !import.is_dry_run {
        if asked.kind == Kind::Contracts && !report.updated.is_empty() {
            follow(app, session).await;
        }
        remember(app, session.company.id, &header, &entries).await?;
    }
    answer.report = Some(told(report, !import.is_dry_run));
    Ok(answer)
}

/// Has the jobs that repeat by contract follow the contracts as they are now.
async fn follow(app: &App, session: &SessionRow) {
    if let Err(error) = follow_contracts(app, &session.company, |_| true).await {
        // The change stands; they follow when all series are looked at.
        tracing::error!(%error, "jobs do not follow their contracts yet");
    }
}

/// Between two transactions boards and phones hear of what was imported, and others may write.
struct Telling<'a> {
    app: &'a App,
    company: CompanyId,
}

impl Telling<'_> {
    fn tell(&self) {
        self.app.hub.notify(self.company, Wrote::Told);
    }
}

#[async_trait]
impl Between for Telling<'_> {
    async fn rest(&self, took: Duration) {
        self.tell();
        Rest.rest(took).await;
    }
}

fn fields(kind: Kind) -> Vec<ImportField> {
    let field = |field: &Field| ImportField {
        name: field.name().to_owned(),
        needed: kind.needed().contains(field),
    };
    kind.fields().iter().map(field).collect()
}

/// What a file with these columns is remembered by.
fn header(kind: Kind, columns: &[String]) -> String {
    let kind = kind.name();
    format!("{kind}:{}", sha256_hex(columns.join("\u{1f}").as_bytes()))
}

/// What the columns mean: as it was asked for, as it was the last time, or as it looks.
async fn entries(
    app: &App,
    company: CompanyId,
    asked: &Asked,
    table: &Table,
    header: &str,
    answer: &mut ImportAnswer,
) -> Result<Vec<String>, ServerError> {
    if let Some(columns) = &asked.columns {
        return Ok(columns.clone());
    }
    let known = app
        .storage
        .read()
        .await?
        .import_columns(company, header)
        .await?;
    // One that does not read, as of a newer build, is asked for anew.
    let known = known.and_then(|known| serde_json::from_str::<Vec<String>>(&known).ok());
    if let Some(known) = known {
        answer.remembered = true;
        return Ok(known);
    }
    let suggested = suggest(asked.kind, &table.columns);
    let named = table.columns.iter().zip(suggested);
    let named = named.filter_map(|(column, field)| Some(format!("{column}={}", field?.name())));
    Ok(named.collect())
}

async fn remember(
    app: &App,
    company: CompanyId,
    header: &str,
    entries: &[String],
) -> Result<(), ServerError> {
    let columns = serde_json::to_string(entries).unwrap_or_default();
    let mut tx = app.storage.write().await?;
    tx.put_import_columns(
        company,
        header,
        &columns,
        app.clock.now(),
        limits::IMPORT_HEADERS,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

fn columns(table: &Table, entries: &[String]) -> Vec<ImportColumn> {
    let named: Vec<(&str, &str)> = entries
        .iter()
        .filter_map(|entry| entry.rsplit_once('='))
        .collect();
    let column = |(place, name): (usize, &String)| {
        let field = named.iter().find(|(column, _)| column == name);
        let cells = table
            .rows
            .iter()
            .filter_map(|row| row.cells.as_ref().ok()?.get(place));
        let filled = cells.filter(|cell| !cell.is_empty()).take(EXAMPLES);
        ImportColumn {
            name: name.clone(),
            field: field.map_or_else(String::new, |(_, field)| (*field).to_owned()),
            examples: filled.map(|cell| shortened(cell)).collect(),
            remark: None,
        }
    };
    table.columns.iter().enumerate().map(column).collect()
}

fn shortened(cell: &str) -> String {
    let line = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXAMPLE_CHARS) {
        None => line,
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
    }
}

/// Why the file as a whole cannot be imported: its dates, if another order would do.
fn whole_flaw(table: &Table, import: &Import, refusal: &Refusal) -> ImportFlaw {
    let by = |order| {
        let dates = DateOptions {
            order: Some(order),
            ..import.dates
        };
        read_inputs(table, &import.format, dates).is_ok()
    };
    let is_order = import.dates.order.is_none() && DateOrder::ALL.into_iter().any(by);
    let what = if is_order {
        ImportLack::Dates
    } else {
        ImportLack::Columns
    };
    flaw(what, &refusal.0)
}

fn flaw(what: ImportLack, said: &Said) -> ImportFlaw {
    ImportFlaw {
        what,
        text: without_options(&said.to_string()),
        said: Some(said.wire()),
    }
}

/// A text without what only the command has: its options, and the advice to use them.
fn without_options(text: &str) -> String {
    let parts = text
        .split("; ")
        .filter_map(|part| match part.split_once("--") {
            None => Some(part),
            Some((before, _)) => before.rsplit_once(": ").map(|(said, _)| said),
        });
    parts.collect::<Vec<_>>().join("; ")
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

fn told(report: Report, written: bool) -> ImportReport {
    let also = report
        .also_created
        .iter()
        .map(|(module, number)| ImportAlso {
            module: module.name().to_owned(),
            count: count(*number),
        });
    ImportReport {
        written,
        created: count(report.created),
        updated: count(report.updated.len()),
        unchanged: count(report.unchanged),
        kept: count(report.kept),
        refused: count(report.refused.len()),
        also: also.collect(),
        assumed: report
            .assumed
            .iter()
            .map(|said| without_options(&said.to_string()))
            .collect(),
        assumed_said: report.assumed.iter().map(Said::wire).collect(),
        lines: report.told.into_iter().map(line).collect(),
    }
}

fn line(row: RowTold) -> ImportLine {
    let (sort, fields, refusal) = match row.outcome {
        Outcome::Created => (ImportSort::Created, Vec::new(), None),
        Outcome::Updated(fields) => (ImportSort::Updated, fields, None),
        Outcome::Unchanged => (ImportSort::Unchanged, Vec::new(), None),
        Outcome::Kept => (ImportSort::Kept, Vec::new(), None),
        Outcome::Refused(refusal) => (ImportSort::Refused, Vec::new(), Some(refusal.0)),
    };
    let said: Vec<Said> = refusal.into_iter().chain(row.remarks).collect();
    ImportLine {
        line: row.line,
        sort,
        name: row.name,
        fields: fields.into_iter().map(str::to_owned).collect(),
        texts: said
            .iter()
            .map(|said| without_options(&said.to_string()))
            .collect(),
        said: said.iter().map(Said::wire).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_the_command_has_is_not_named_on_a_page() {
        for (text, expected) in [
            (
                "the file is no UTF-8 and was read as Macintosh; another one is named with --encoding",
                "the file is no UTF-8 and was read as Macintosh",
            ),
            ("--map needs a column for name", ""),
            (
                "column \"When\": \"1/2/2026\" on line 2 can be read in two ways: say --dates day-first or --dates month-first",
                "column \"When\": \"1/2/2026\" on line 2 can be read in two ways",
            ),
            (
                "line 4: is damaged; mend it; and again",
                "line 4: is damaged; mend it; and again",
            ),
        ] {
            assert_eq!(without_options(text), expected);
        }
    }

    #[test]
    fn an_example_is_one_short_line() {
        assert_eq!(shortened("a\n b"), "a b");
        assert_eq!(shortened(&"ä".repeat(41)), format!("{}…", "ä".repeat(40)));
    }
}
