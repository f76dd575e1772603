//! What the tests of imports share.

use crate::support::*;
use afield_domain::*;
use afield_server::clock::Clock;
use afield_server::error::ServerError;
use afield_server::import::*;
use std::path::Path;

pub(crate) async fn import_of(server: &Server, company: CompanyId, format: Format) -> Import {
    let mut tx = server.app.storage.read().await.unwrap();
    Import {
        company: tx.company(company).await.unwrap().unwrap(),
        format,
        dates: DateOptions::default(),
        shift: Shift::None,
        assignment: Assignment::Nobody,
        is_dry_run: false,
        by: "Import".into(),
    }
}

/// Reads and imports; the text of what is wrong with the file as a whole.
pub(crate) async fn try_import(
    server: &Server,
    import: &Import,
    bytes: &[u8],
) -> Result<Report, String> {
    let table = Table::read(bytes, &TableOptions::default()).map_err(|error| error.to_string())?;
    let clock: &dyn Clock = server.clock.as_ref();
    let report = run_import(server.app.storage.as_ref(), clock, import, &table, &Rest).await;
    let report = report.map_err(|error: ServerError| error.to_string())?;
    assert_eq!(
        report.created
            + report.updated.len()
            + report.unchanged
            + report.kept
            + report.refused.len(),
        report.rows,
        "every row is accounted for"
    );
    Ok(report)
}

pub(crate) async fn import(
    server: &Server,
    company: CompanyId,
    format: Format,
    bytes: &[u8],
    change: impl FnOnce(&mut Import),
) -> Report {
    let mut import = import_of(server, company, format).await;
    change(&mut import);
    try_import(server, &import, bytes).await.unwrap()
}

/// A file of `tests/data`.
pub(crate) fn here(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    std::fs::read(folder.join(name)).unwrap()
}

pub(crate) fn mapped(kind: Kind, entries: &str) -> Format {
    Format::Mapped(Mapping::read(kind, entries.split(',')).unwrap())
}

/// All records of a module.
pub(crate) async fn all_records(
    server: &Server,
    company: CompanyId,
    module: Module,
) -> Vec<Record> {
    let mut tx = server.app.storage.read().await.unwrap();
    let rows = tx.records_of(company, module).await.unwrap();
    rows.iter().map(|row| row.record().unwrap()).collect()
}

pub(crate) async fn job_titled(server: &Server, company: CompanyId, title: &str) -> Option<Job> {
    let all = all_records(server, company, Module::Job).await;
    all.into_iter().find_map(|record| match record {
        Record::Job(job) if job.title == title => Some(job),
        _ => None,
    })
}

pub(crate) async fn all_properties(server: &Server, company: CompanyId) -> Vec<Property> {
    let all = all_records(server, company, Module::Property).await;
    let mut found: Vec<Property> = all
        .into_iter()
        .filter_map(|record| match record {
            Record::Property(property) => Some(property),
            _ => None,
        })
        .collect();
    found.sort_by(|one, other| (&one.city, &one.access).cmp(&(&other.city, &other.access)));
    found
}
