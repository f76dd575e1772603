//! The text of an export: CSV, a line for each answer, or JSON, an object for each job.
//!
//! Owns both forms. Pure. Must never let a cell out that is not made harmless.

use super::job::{Answered, ExportForm, ExportJob};
use crate::error::StorageError;
use crate::storage::Stored;
use afield_domain::cells::harmless;
use afield_domain::{FieldValue, Timestamp, Zone};
use csv::{Terminator, WriterBuilder};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// With this between the cells.
    Csv(u8),
    Json,
}

const COLUMNS: [&str; 24] = [
    "number",
    "title",
    "description",
    "status",
    "not_possible",
    "priority",
    "technician",
    "customer",
    "organization",
    "address",
    "postcode",
    "city",
    "planned_start",
    "planned_end",
    "started",
    "finished",
    "answers_of",
    "form",
    "filled_in_by",
    "filled_in_at",
    "question",
    "answer",
    "unit",
    "job",
];

/// What stands before all jobs. CSV begins with the mark by which spreadsheets know UTF-8.
pub(super) fn head(format: Format) -> Stored<Vec<u8>> {
    match format {
        Format::Csv(between) => {
            let mut bytes = "\u{feff}".as_bytes().to_vec();
            bytes.extend(lines(between, [COLUMNS.map(str::to_owned)])?);
            Ok(bytes)
        }
        Format::Json => Ok(b"{\"jobs\":[\n".to_vec()),
    }
}

/// Some jobs; the first of them, if `is_first`.
pub(super) fn jobs(
    format: Format,
    zone: &Zone,
    jobs: &[ExportJob],
    is_first: bool,
) -> Stored<Vec<u8>> {
    match format {
        Format::Csv(between) => lines(between, jobs.iter().flat_map(|job| rows(job, zone))),
        Format::Json => {
            let mut bytes = Vec::new();
            for (at, job) in jobs.iter().enumerate() {
                if at > 0 || !is_first {
                    bytes.extend(b",\n");
                }
                serde_json::to_writer(&mut bytes, job).map_err(unwritten)?;
            }
            Ok(bytes)
        }
    }
}

/// What stands behind all jobs.
pub(super) fn tail(format: Format, left_out: u64) -> Vec<u8> {
    match format {
        Format::Csv(_) => Vec::new(),
        Format::Json => format!("\n],\"left_out\":{left_out}}}\n").into_bytes(),
    }
}

fn lines(between: u8, rows: impl IntoIterator<Item = [String; 24]>) -> Stored<Vec<u8>> {
    let mut writer = WriterBuilder::new()
        .delimiter(between)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| harmless(cell));
        let cells = cells.map(|cell| cell.into_owned());
        writer.write_record(cells).map_err(unwritten)?;
    }
    writer.into_inner().map_err(unwritten)
}

fn unwritten(error: impl std::error::Error + Send + Sync + 'static) -> StorageError {
    StorageError::Backend(error.into())
}

/// A line for each answer; one without, where there is none.
fn rows(job: &ExportJob, zone: &Zone) -> Vec<[String; 24]> {
    let row = |form: Option<&ExportForm>, answered: Option<&Answered>| {
        let answers_of = match (answered, form) {
            (None, None) => "",
            (Some(_), None) => "checklist",
            (_, Some(_)) => "form",
        };
        [
            job.number.clone(),
            job.title.clone(),
            job.description.clone(),
            name(&job.status),
            if job.not_possible { "yes" } else { "" }.to_owned(),
            job.priority.name().to_owned(),
            job.technician.clone(),
            job.customer.clone(),
            job.organization.clone(),
            job.address.clone(),
            job.postcode.clone(),
            job.city.clone(),
            time(zone, Some(job.planned_start)),
            time(zone, Some(job.planned_end)),
            time(zone, job.started),
            time(zone, job.finished),
            answers_of.to_owned(),
            form.map(|form| form.form.clone()).unwrap_or_default(),
            form.map(|form| form.filled_in_by.clone())
                .unwrap_or_default(),
            time(zone, form.map(|form| form.filled_in_at)),
            answered.map(|one| one.question.clone()).unwrap_or_default(),
            answered
                .map(|one| value(&one.answer, zone))
                .unwrap_or_default(),
            answered.map(|one| one.unit.clone()).unwrap_or_default(),
            job.id.to_string(),
        ]
    };
    let mut all: Vec<_> = job
        .checklist
        .iter()
        .map(|one| row(None, Some(one)))
        .collect();
    for form in &job.forms {
        all.extend(form.answers.iter().map(|one| row(Some(form), Some(one))));
        if form.answers.is_empty() {
            all.push(row(Some(form), None));
        }
    }
    if all.is_empty() {
        all.push(row(None, None));
    }
    all
}

/// Its name on the wire.
fn name(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// Day and time on the company's clock, as every spreadsheet reads them.
fn time(zone: &Zone, at: Option<Timestamp>) -> String {
    at.map(|at| format!("{} {}", zone.day(at), zone.time(at)))
        .unwrap_or_default()
}

/// An answer in one cell. Of photos and signatures, how many.
fn value(value: &FieldValue, zone: &Zone) -> String {
    match value {
        FieldValue::Nothing => String::new(),
        FieldValue::Text(text) => text.clone(),
        FieldValue::Files(files) => files.len().to_string(),
        FieldValue::Span { from, until } => {
            format!("{} / {}", time(zone, Some(*from)), time(zone, Some(*until)))
        }
    }
}
