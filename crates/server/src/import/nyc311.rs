//! The City of New York's service requests, as published: a request is a job, its address or
//! intersection a property, its agency an organization.

use super::field::Field;
use super::input::{Described, Input};
use super::job_input::{JobInput, read_status};
use super::place::{PlaceInput, read_position};
use super::refusal::Refusal;
use super::row::RowView;
use crate::said::said;

/// When the request was made: the job's start.
pub(super) const CREATED: &str = "Created Date";
/// The columns that are read; a file must have them.
pub(super) const COLUMNS: [&str; 20] = [
    "Unique Key",
    "Created Date",
    "Agency",
    "Agency Name",
    "Complaint Type",
    "Descriptor",
    "Location Type",
    "Incident Zip",
    "Incident Address",
    "Street Name",
    "Cross Street 1",
    "Cross Street 2",
    "Intersection Street 1",
    "Intersection Street 2",
    "City",
    "Landmark",
    "Status",
    "Borough",
    "Latitude",
    "Longitude",
];

/// Reads a row.
///
/// # Errors
/// Why it is refused.
pub(super) fn read_input(row: &RowView<'_>) -> Result<Input, Refusal> {
    let cell = |column: &str| row.cell(column);
    let key = cell("Unique Key");
    if key.is_empty() {
        return Err(Refusal(said!(unique_key_missing, "Unique Key is missing")));
    }
    Field::ExternalKey.check(key, row.is_text)?;
    let starts = row.date(CREATED, CREATED)?;
    let starts = starts.ok_or_else(|| Refusal(said!(created_missing, "{} is missing", CREATED)))?;
    let position = read_position(cell("Latitude"), cell("Longitude"))?;
    let city = [cell("City"), borough(cell("Borough"))]
        .into_iter()
        .find(|name| !name.is_empty());
    let place = PlaceInput::new(
        &address(&cell),
        city.unwrap_or_default(),
        cell("Incident Zip"),
        position,
    );
    let job = JobInput {
        title: join(&[cell("Complaint Type"), cell("Descriptor")], ": "),
        description: description(&cell),
        status: read_status(cell("Status"))?,
        starts,
        ends: None,
        place,
        organization: organization(cell("Agency"), cell("Agency Name")),
        customer: None,
        phone: String::new(),
        number: None,
    };
    check_lines(row)?;
    Ok(Input {
        external_key: format!("nyc-311:{key}"),
        described: Described::Job(job.checked()?),
        notes: Vec::new(),
    })
}

/// Refuses a row with a cell that runs over several lines: none of these does, unless a quote is missing.
fn check_lines(row: &RowView<'_>) -> Result<(), Refusal> {
    let joined = COLUMNS
        .iter()
        .find(|column| row.is_text && row.cell(column).contains(['\n', '\r']));
    match joined {
        Some(column) => Err(Refusal(said!(
            column_several_lines,
            "{} runs over several lines; is a quote missing?",
            *column
        ))),
        None => Ok(()),
    }
}

fn address<'r>(cell: &impl Fn(&str) -> &'r str) -> String {
    let both = |one: &str, other: &str, word: &str| match (cell(one), cell(other)) {
        ("", _) | (_, "") => None,
        (one, other) => Some(format!("{one} {word} {other}")),
    };
    let between = || match cell("Street Name") {
        "" => None,
        street => both("Cross Street 1", "Cross Street 2", "and")
            .map(|streets| format!("{street} between {streets}")),
    };
    match cell("Incident Address") {
        "" => both("Intersection Street 1", "Intersection Street 2", "&")
            .or_else(between)
            .unwrap_or_else(|| cell("Landmark").to_owned()),
        address => address.to_owned(),
    }
}

fn borough(name: &str) -> &str {
    if name == "Unspecified" { "" } else { name }
}

fn organization(agency: &str, name: &str) -> Option<String> {
    match (agency, name) {
        ("", "") => None,
        ("", name) => Some(name.to_owned()),
        (agency, "") => Some(agency.to_owned()),
        (agency, name) => Some(format!("{name} ({agency})")),
    }
}

fn description<'r>(cell: &impl Fn(&str) -> &'r str) -> String {
    let streets = join(&[cell("Cross Street 1"), cell("Cross Street 2")], " and ");
    let lines = [
        ("Location: ", cell("Location Type").to_owned()),
        ("Landmark: ", cell("Landmark").to_owned()),
        ("Between ", streets),
    ];
    let lines: Vec<String> = lines
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| format!("{label}{text}"))
        .collect();
    lines.join("\n")
}

fn join(parts: &[&str], with: &str) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(with)
}
