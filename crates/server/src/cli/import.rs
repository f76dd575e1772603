//! `afield-server import`.
//!
//! Owns the options and what is printed. Each message says what happened to the data.

use super::data::Data;
use super::input_file::{read_file, unusable};
use super::say;
use crate::clock::SystemClock;
use crate::error::ServerError;
use crate::import::text_encoding::TextEncoding;
use crate::import::{
    Assignment, DateOptions, DateOrder, DayNumbers, Format, Import, Kind, Mapping, Report, Rest,
    Shift, Table, TableOptions, bounds, run_import,
};
use crate::storage::{CompanyRow, ReadTx};
use afield_domain::{Module, Role};
use clap::{ArgGroup, Args, ValueEnum};
use std::path::{Path, PathBuf};

/// What `import` takes.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("into").required(true).args(["company", "company_of"])))]
#[command(group(ArgGroup::new("columns").required(true).args(["format", "map"])))]
pub(super) struct Options {
    /// The file: CSV (comma, semicolon, tab or bar), or a workbook (xlsx, xls, ods). The first line names
    /// the columns.
    file: PathBuf,
    /// What the rows are.
    #[arg(long, value_enum, default_value = "jobs")]
    kind: KindName,
    /// A known form of file; its rows are jobs.
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    /// Which column is which field, such as "Subject=title,When=starts".
    #[arg(long, value_delimiter = ',', value_name = "COLUMN=FIELD")]
    map: Vec<String>,
    /// The company's short name.
    #[arg(long, value_name = "SLUG")]
    company: Option<String>,
    /// The company of this user.
    #[arg(long, value_name = "EMAIL")]
    company_of: Option<String>,
    /// Say what would happen, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// How to read dates such as 04/07/2026, where the column can be read in more than one way. Dates
    /// with dots always begin with the day, dates with four digits in front with the year.
    #[arg(long, value_enum)]
    dates: Option<DatesName>,
    /// That numbers alone in a column of dates are days as a spreadsheet counts them, from 1900 (Excel
    /// and most others) or 1904 (older Macs).
    #[arg(long, value_enum)]
    day_numbers: Option<DayNumbersName>,
    /// The encoding of a text file, such as windows-1252, macintosh, ibm850 or ibm437; it is recognised where its letters tell.
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// What separates the cells of a text file, such as ";" or "tab"; usually recognised.
    #[arg(long, value_name = "CHARACTER")]
    separator: Option<String>,
    /// The sheet of a workbook; needed if there are several.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The line that names the columns, if it is not the first that holds something.
    #[arg(long, value_name = "LINE")]
    header_line: Option<u64>,
    /// For jobs: move the dates so that the file's most frequent day becomes `today` or the day given.
    /// The time of day stays, also across a change of clocks.
    #[arg(long, value_name = "today|YYYY-MM-DD")]
    shift_to: Option<String>,
    /// For jobs: give new ones to these active users in turn, or to `all` technicians.
    #[arg(long, value_delimiter = ',', value_name = "EMAIL,…|all")]
    assign: Vec<String>,
    /// Also write what is to be looked at (refused, updated and kept rows, notes) to this file, as CSV.
    #[arg(long)]
    report: Option<PathBuf>,
    #[command(flatten)]
    data: Data,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindName {
    /// Jobs.
    Jobs,
    /// Customers, each with a property if there is an address.
    Customers,
    /// Assets of customers that are there, named by key or name.
    Assets,
    /// Contracts of customers that are there, named by key or name.
    Contracts,
    /// Parts and services.
    Parts,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatName {
    /// The City of New York's service requests.
    #[value(name = "nyc-311")]
    Nyc311,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DatesName {
    /// 31/12/2026.
    #[value(name = "day-first")]
    Day,
    /// 12/31/2026.
    #[value(name = "month-first")]
    Month,
    /// 26-12-31.
    #[value(name = "year-first")]
    Year,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DayNumbersName {
    /// 1 is the first of January 1900.
    #[value(name = "1900")]
    From1900,
    /// 0 is the first of January 1904.
    #[value(name = "1904")]
    From1904,
}

pub(super) async fn run(options: Options) -> Result<(), ServerError> {
    let format = read_format(&options)?;
    let shift = read_shift(options.shift_to.as_deref())?;
    let table_options = read_table_options(&options)?;
    let bytes = read_file(&options.file)?;
    let table = Table::read(&bytes, &table_options).map_err(|error| unusable(&error))?;
    drop(bytes);
    if options.dry_run && !options.data.are_there() {
        let data = &options.data;
        return Err(unusable(&format!("there is no data in {data}")));
    }
    let _held = options.data.hold_for_use()?;
    let storage = options.data.open().await?;
    let import = {
        let mut tx = storage.read().await?;
        let company = find_company(tx.as_mut(), &options).await?;
        let assignment = find_users(tx.as_mut(), &company, &options.assign).await?;
        Import {
            company,
            format,
            dates: date_options(&options),
            shift,
            assignment,
            is_dry_run: options.dry_run,
            by: "Import".into(),
        }
    };
    let report = run_import(storage.as_ref(), &SystemClock, &import, &table, &Rest).await;
    storage.close().await;
    let report = report.map_err(|error| match error {
        ServerError::Unusable(text) => unusable(&text),
        other => ServerError::Unusable(format!(
            "{other}; the rows before are imported, and the same command goes on from there"
        )),
    })?;
    print(&report, &options);
    match &options.report {
        Some(file) => write_report(file, &report),
        None => Ok(()),
    }
}

fn read_format(options: &Options) -> Result<Format, ServerError> {
    let is_of_jobs =
        options.format.is_some() || options.shift_to.is_some() || !options.assign.is_empty();
    if options.kind != KindName::Jobs && is_of_jobs {
        return Err(unusable(&"--format, --shift-to and --assign are for jobs"));
    }
    let kind = match options.kind {
        KindName::Jobs => Kind::Jobs,
        KindName::Customers => Kind::Customers,
        KindName::Assets => Kind::Assets,
        KindName::Contracts => Kind::Contracts,
        KindName::Parts => Kind::Parts,
    };
    match options.format {
        Some(FormatName::Nyc311) => Ok(Format::Nyc311),
        None => {
            let entries = options.map.iter().map(String::as_str);
            let mapping = Mapping::read(kind, entries).map_err(|error| unusable(&error))?;
            Ok(Format::Mapped(mapping))
        }
    }
}

fn read_table_options(options: &Options) -> Result<TableOptions, ServerError> {
    let encoding = match options.encoding.as_deref() {
        None => None,
        Some(name) => Some(TextEncoding::for_label(name).ok_or_else(|| {
            let name = bounds::quoted(name);
            unusable(&format!(
                "--encoding knows no {name}; such as utf-8, utf-16le, windows-1252, macintosh, ibm850, ibm437"
            ))
        })?),
    };
    let separator = match options.separator.as_deref() {
        None => None,
        Some("tab" | "\\t") => Some('\t'),
        Some(text) => {
            let mut characters = text.chars();
            match (characters.next(), characters.next()) {
                (Some(one), None) if !matches!(one, '"' | '\r' | '\n') => Some(one),
                _ => return Err(unusable(&"--separator takes one character, or tab")),
            }
        }
    };
    Ok(TableOptions {
        encoding,
        separator,
        sheet: options.sheet.clone(),
        header_line: options.header_line,
    })
}

fn date_options(options: &Options) -> DateOptions {
    DateOptions {
        order: options.dates.map(|order| match order {
            DatesName::Day => DateOrder::DayFirst,
            DatesName::Month => DateOrder::MonthFirst,
            DatesName::Year => DateOrder::YearFirst,
        }),
        day_numbers: options.day_numbers.map(|count| match count {
            DayNumbersName::From1900 => DayNumbers::From1900,
            DayNumbersName::From1904 => DayNumbers::From1904,
        }),
    }
}

fn read_shift(text: Option<&str>) -> Result<Shift, ServerError> {
    match text {
        None => Ok(Shift::None),
        Some("today") => Ok(Shift::ToToday),
        Some(day) => day.parse().map(Shift::To).map_err(|_| {
            let day = bounds::quoted(day);
            unusable(&format!("--shift-to takes today or YYYY-MM-DD, not {day}"))
        }),
    }
}

async fn find_company(tx: &mut dyn ReadTx, options: &Options) -> Result<CompanyRow, ServerError> {
    let (found, asked) = match (&options.company, &options.company_of) {
        (Some(slug), _) => (tx.company_by_slug(slug).await?, format!("company {slug}")),
        (None, email) => {
            let email = email.clone().unwrap_or_default().trim().to_lowercase();
            let found = match tx.account(&email).await? {
                Some(account) => tx.company(account.company).await?,
                None => None,
            };
            (found, format!("user {email}"))
        }
    };
    found.ok_or_else(|| {
        let data = &options.data;
        unusable(&format!("there is no {asked} in {data}"))
    })
}

async fn find_users(
    tx: &mut dyn ReadTx,
    company: &CompanyRow,
    asked: &[String],
) -> Result<Assignment, ServerError> {
    if asked.is_empty() {
        return Ok(Assignment::Nobody);
    }
    let users = tx.users(company.id).await?;
    if asked == ["all"] {
        let technicians = users
            .into_iter()
            .filter(|(user, _)| user.role == Role::Technician);
        let technicians: Vec<_> = technicians.map(|(user, _)| user.id).collect();
        if technicians.is_empty() {
            return Err(unusable(&format!(
                "{} has no active technician",
                company.name
            )));
        }
        return Ok(Assignment::InTurn(technicians));
    }
    let mut ids = Vec::new();
    for email in asked {
        let email = email.trim().to_lowercase();
        let found = users.iter().find(|(_, known)| *known == email);
        let (user, _) = found.ok_or_else(|| {
            let email = bounds::quoted(&email);
            unusable(&format!("{} has no active user {email}", company.name))
        })?;
        ids.push(user.id);
    }
    Ok(Assignment::InTurn(ids))
}

/// What is to be looked at, by line: the line, what it is, and what to know.
fn remarks(report: &Report) -> Vec<(u64, &'static str, String)> {
    let refused = report
        .refused
        .iter()
        .map(|(line, why)| (*line, "refused", why.to_string()));
    let updated = report
        .updated
        .iter()
        .map(|(line, fields)| (*line, "updated", fields.join(", ")));
    let kept = report
        .kept_fields
        .iter()
        .map(|(line, what)| (*line, "kept", what.to_string()));
    let notes = report
        .notes
        .iter()
        .map(|(line, what)| (*line, "note", what.to_string()));
    let mut all: Vec<_> = refused.chain(updated).chain(kept).chain(notes).collect();
    all.sort_by_key(|(line, ..)| *line);
    all
}

fn print(report: &Report, options: &Options) {
    for assumed in &report.assumed {
        say(&format!("note: {assumed}"));
    }
    for (line, what, text) in remarks(report) {
        say(&format!("line {line}: {what}: {text}"));
    }
    let also = |module: Module, one: &str, more: &str| match report.also_created.get(&module) {
        None => None,
        Some(1) => Some(format!("1 {one}")),
        Some(count) => Some(format!("{count} {more}")),
    };
    let also: Vec<String> = [
        also(Module::Customer, "customer", "customers"),
        also(Module::Organization, "organization", "organizations"),
        also(Module::Property, "property", "properties"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !also.is_empty() {
        say(&format!("new with them: {}", also.join(", ")));
    }
    let without = match options.kind {
        KindName::Jobs => format!(" ({} without a position)", report.without_position),
        _ => String::new(),
    };
    say(&format!(
        "{} rows: {} imported{without}, {} updated, {} unchanged, {} kept as they are in Afield, {} refused",
        report.rows,
        report.created,
        report.updated.len(),
        report.unchanged,
        report.kept,
        report.refused.len()
    ));
    if options.dry_run {
        say("this was a dry run: nothing was written");
    }
}

fn write_report(file: &Path, report: &Report) -> Result<(), ServerError> {
    let unwritten = |error: &dyn std::fmt::Display| {
        ServerError::Unusable(format!(
            "the import is done, but {} cannot be written ({error})",
            file.display()
        ))
    };
    let mut writer = csv::Writer::from_path(file).map_err(|error| unwritten(&error))?;
    writer
        .write_record(["line", "what", "text"])
        .map_err(|error| unwritten(&error))?;
    for (line, what, text) in remarks(report) {
        writer
            .write_record([line.to_string().as_str(), what, &text])
            .map_err(|error| unwritten(&error))?;
    }
    writer.flush().map_err(|error| unwritten(&error))
}
