//! `afield-server import`.

use super::say;
use super::serve::open;
use crate::clock::SystemClock;
use crate::error::ServerError;
use crate::import::{
    Assignment, CustomersImport, Format, Import, Kind, Mapping, Report, Shift, Table,
    run_customers, run_jobs,
};
use crate::storage::{CompanyRow, ReadTx, Storage};
use afield_domain::Role;
use clap::{ArgGroup, Args, ValueEnum};
use std::path::{Path, PathBuf};

/// What `import` takes.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("into").required(true).args(["company", "company_of"])))]
#[command(group(ArgGroup::new("columns").required(true).args(["format", "map"])))]
pub(super) struct Options {
    /// The CSV file: comma or semicolon, the first line names the columns.
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
    /// For jobs: move the dates so that the file's most frequent day becomes `today` or the day given.
    #[arg(long, value_name = "today|YYYY-MM-DD")]
    shift_to: Option<String>,
    /// For jobs: give them to these users in turn, or to `all` technicians.
    #[arg(long, value_delimiter = ',', value_name = "EMAIL,…|all")]
    assign: Vec<String>,
    /// Also write the refused rows to this file, as CSV.
    #[arg(long)]
    report: Option<PathBuf>,
    /// The folder that holds the data.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindName {
    /// Jobs.
    Jobs,
    /// Customers, each with a property if there is an address.
    Customers,
    /// Assets of customers that are there, named by key or name.
    Assets,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatName {
    /// The City of New York's service requests.
    #[value(name = "nyc-311")]
    Nyc311,
}

pub(super) async fn run(options: Options) -> Result<(), ServerError> {
    let bytes = std::fs::read(&options.file).map_err(|error| {
        ServerError::Unusable(format!(
            "cannot read {} ({error}); nothing was imported",
            options.file.display()
        ))
    })?;
    let table = Table::read(&bytes).map_err(|error| unusable(&error))?;
    let report = match options.kind {
        KindName::Jobs => import_jobs(&options, &table).await?,
        KindName::Customers => import_customers(&options, Kind::Customers, &table).await?,
        KindName::Assets => import_customers(&options, Kind::Assets, &table).await?,
    };
    print(&report, options.kind);
    match &options.report {
        Some(file) => write_report(file, &report),
        None => Ok(()),
    }
}

fn unusable(error: &dyn std::fmt::Display) -> ServerError {
    ServerError::Unusable(format!("{error}; nothing was imported"))
}

fn read_mapping(options: &Options, kind: Kind) -> Result<Mapping, ServerError> {
    let entries = options.map.iter().map(String::as_str);
    Mapping::read_for(kind, entries).map_err(|error| unusable(&error))
}

async fn import_jobs(options: &Options, table: &Table) -> Result<Report, ServerError> {
    let format = match options.format {
        Some(FormatName::Nyc311) => Format::Nyc311,
        None => Format::Mapped(read_mapping(options, Kind::Jobs)?),
    };
    let shift = read_shift(options.shift_to.as_deref())?;
    let storage = open(&options.data).await?;
    let import = {
        let mut tx = storage.read().await?;
        let company = find_company(tx.as_mut(), options).await?;
        let assignment = find_users(tx.as_mut(), &company, &options.assign).await?;
        Import {
            company,
            format,
            shift,
            assignment,
        }
    };
    let report = run_jobs(&storage, &SystemClock, &import, table).await?;
    storage.close().await;
    Ok(report)
}

async fn import_customers(
    options: &Options,
    kind: Kind,
    table: &Table,
) -> Result<Report, ServerError> {
    let is_of_jobs =
        options.format.is_some() || options.shift_to.is_some() || !options.assign.is_empty();
    if is_of_jobs {
        return Err(unusable(&"--format, --shift-to and --assign are for jobs"));
    }
    let mapping = read_mapping(options, kind)?;
    let storage = open(&options.data).await?;
    let company = find_company(storage.read().await?.as_mut(), options).await?;
    let import = CustomersImport {
        company,
        kind,
        mapping,
    };
    let report = run_customers(&storage, &SystemClock, &import, table).await?;
    storage.close().await;
    Ok(report)
}

fn read_shift(text: Option<&str>) -> Result<Shift, ServerError> {
    match text {
        None => Ok(Shift::None),
        Some("today") => Ok(Shift::ToToday),
        Some(day) => day.parse().map(Shift::To).map_err(|_| {
            ServerError::Unusable(format!(
                "--shift-to takes today or YYYY-MM-DD, not \"{day}\"; nothing was imported"
            ))
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
        ServerError::Unusable(format!(
            "there is no {asked} in {}; nothing was imported",
            options.data.display()
        ))
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
        return Ok(Assignment::InTurn(
            technicians.map(|(user, _)| user.id).collect(),
        ));
    }
    let mut ids = Vec::new();
    for email in asked {
        let email = email.trim().to_lowercase();
        let found = users.iter().find(|(_, known)| *known == email);
        let (user, _) = found.ok_or_else(|| {
            ServerError::Unusable(format!(
                "{} has no user {email}; nothing was imported",
                company.name
            ))
        })?;
        ids.push(user.id);
    }
    Ok(Assignment::InTurn(ids))
}

fn print(report: &Report, kind: KindName) {
    for (line, refusal) in &report.refused {
        say(&format!("line {line}: {refusal}"));
    }
    let without = match kind {
        KindName::Jobs => format!(" ({} without a position)", report.without_position),
        KindName::Customers | KindName::Assets => String::new(),
    };
    say(&format!(
        "{} rows: {} imported{without}, {} unchanged, {} refused",
        report.rows,
        report.imported,
        report.unchanged,
        report.refused.len()
    ));
}

fn write_report(file: &Path, report: &Report) -> Result<(), ServerError> {
    let unusable = |error: &dyn std::fmt::Display| {
        ServerError::Unusable(format!(
            "the import is done, but {} cannot be written ({error})",
            file.display()
        ))
    };
    let mut writer = csv::Writer::from_path(file).map_err(|error| unusable(&error))?;
    writer
        .write_record(["line", "reason"])
        .map_err(|error| unusable(&error))?;
    for (line, refusal) in &report.refused {
        writer
            .write_record([line.to_string(), refusal.to_string()])
            .map_err(|error| unusable(&error))?;
    }
    writer.flush().map_err(|error| unusable(&error))
}
