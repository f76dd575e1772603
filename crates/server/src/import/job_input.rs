//! From cells to inputs of jobs: read, checked, not yet stored.
//!
//! Owns what makes a row acceptable. Pure: no ids, no time, no storage.

use super::dates::Moment;
use super::{Format, Table, nyc311};
use afield_domain::rejection::Rejection;
use afield_domain::{JobStatus, Position, limits, text};
use std::collections::HashMap;

/// Why a row is refused, for the person who imports.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// A job as a row describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct JobInput {
    /// The row's line.
    pub line: u64,
    /// Its key in the other system, with a prefix that tells the system.
    pub external_key: String,
    /// One line.
    pub title: String,
    /// The details, may be empty.
    pub description: String,
    /// Where it stands.
    pub status: JobStatus,
    /// Planned start.
    pub starts: Moment,
    /// Planned end, if the row says so.
    pub ends: Option<Moment>,
    /// Where.
    pub place: Option<PlaceInput>,
    /// Who ordered it.
    pub organization: Option<String>,
    /// For whom.
    pub customer: Option<String>,
    /// The customer's number, may be empty.
    pub phone: String,
    /// What people call the job, if the row says so.
    pub number: Option<String>,
}

/// A place as a row describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceInput {
    /// Street and number, or an intersection.
    pub address: String,
    /// City, may be empty.
    pub city: String,
    /// Postal code, may be empty.
    pub postcode: String,
    /// Where it is, if known.
    pub position: Option<Position>,
}

impl PlaceInput {
    /// The place; none if neither an address nor a position is known.
    #[must_use]
    pub fn new(
        address: &str,
        city: &str,
        postcode: &str,
        position: Option<Position>,
    ) -> Option<Self> {
        let address = match (address, position) {
            ("", None) => return None,
            ("", Some(position)) => format!("{:.5}, {:.5}", position.latitude, position.longitude),
            (address, _) => address.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        Some(Self {
            address,
            city: city.to_owned(),
            postcode: postcode.to_owned(),
            position,
        })
    }

    /// # Errors
    /// When a text is longer than a line may be.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        check_lines(&[
            ("address", &self.address),
            ("city", &self.city),
            ("postcode", &self.postcode),
        ])
    }

    /// Two rows with the same key mean the same place.
    #[must_use]
    pub fn key(&self) -> String {
        format!("address:{}|{}", self.address.to_lowercase(), self.postcode)
    }
}

/// The position of two cells; none if one of them is empty.
///
/// # Errors
/// When they are not numbers on the earth.
pub fn read_position(latitude: &str, longitude: &str) -> Result<Option<Position>, Refusal> {
    if latitude.is_empty() || longitude.is_empty() {
        return Ok(None);
    }
    let number = |text: &str| text.parse::<f64>().ok();
    let position = number(latitude)
        .zip(number(longitude))
        .and_then(|(latitude, longitude)| Position::new(latitude, longitude));
    position.map(Some).ok_or_else(|| {
        Refusal(format!(
            "\"{latitude}, {longitude}\" is no place on the earth"
        ))
    })
}

/// A row's line, and its input or why there is none.
pub type PlannedRow<D = JobInput> = (u64, Result<D, Refusal>);

/// Every row as a input or a refusal, in the order of the file.
///
/// # Errors
/// When the file lacks a column.
pub fn plan_jobs(table: &Table, format: &Format) -> Result<Vec<PlannedRow>, Refusal> {
    let needed: Vec<&str> = match format {
        Format::Nyc311 => nyc311::COLUMNS.to_vec(),
        Format::Mapped(mapping) => mapping.columns().collect(),
    };
    let planned = plan_rows(table, &needed, |line, cells, cell| {
        let input = match format {
            Format::Nyc311 => nyc311::job_input(line, cell),
            Format::Mapped(mapping) => mapping.job_input(line, cells, cell),
        };
        input.and_then(check)
    })?;
    Ok(each_key_once(planned, |input| &input.external_key))
}

/// Every row as `read` reads it from its line, its cells, and its cells by their column's name.
///
/// # Errors
/// When the file lacks one of the columns `needed`.
pub(super) fn plan_rows<D>(
    table: &Table,
    needed: &[&str],
    read: impl for<'r> Fn(u64, &'r [String], &dyn Fn(&str) -> &'r str) -> Result<D, Refusal>,
) -> Result<Vec<PlannedRow<D>>, Refusal> {
    let places: HashMap<&str, usize> = table
        .columns
        .iter()
        .enumerate()
        .map(|(place, column)| (column.as_str(), place))
        .collect();
    if let Some(missing) = needed.iter().find(|column| !places.contains_key(*column)) {
        let there = table.columns.join(", ");
        return Err(Refusal(format!(
            "the file has no column \"{missing}\"; it has {there}"
        )));
    }
    let planned = table.rows.iter().map(|row| {
        let input = match &row.cells {
            Err(why) => Err(Refusal(why.clone())),
            Ok(cells) => read(row.line, cells, &|column| {
                let found = places.get(column).and_then(|place| cells.get(*place));
                found.map_or("", String::as_str)
            }),
        };
        (row.line, input)
    });
    Ok(planned.collect())
}

/// The rows without those whose key stands on an earlier line.
pub(super) fn each_key_once<D>(
    planned: Vec<PlannedRow<D>>,
    key: impl Fn(&D) -> &str,
) -> Vec<PlannedRow<D>> {
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut once = Vec::with_capacity(planned.len());
    for (line, input) in planned {
        let input = input.and_then(|input| match seen.get(key(&input)) {
            None => {
                seen.insert(key(&input).to_owned(), line);
                Ok(input)
            }
            Some(first) => Err(Refusal(format!("the same key stands on line {first}"))),
        });
        once.push((line, input));
    }
    once
}

/// Refuses texts that are longer than a line may be.
///
/// # Errors
/// Naming the first one.
pub(super) fn check_lines(lines: &[(&str, &str)]) -> Result<(), Refusal> {
    for (name, line) in lines {
        text::optional(name, line, limits::LINE_CHARS)
            .map_err(|rejection| Refusal(rejection.to_string()))?;
    }
    Ok(())
}

/// The limits that hold for every job, however it was made.
fn check(mut input: JobInput) -> Result<JobInput, Refusal> {
    let wrong = |rejection: Rejection| Refusal(rejection.to_string());
    input.title = text::required("title", &input.title, limits::TITLE_CHARS).map_err(wrong)?;
    check_lines(&[
        ("phone", &input.phone),
        (
            "organization",
            input.organization.as_deref().unwrap_or_default(),
        ),
        ("customer", input.customer.as_deref().unwrap_or_default()),
        ("number", input.number.as_deref().unwrap_or_default()),
    ])?;
    input.place.as_ref().map_or(Ok(()), PlaceInput::check)?;
    if input.description.chars().count() > limits::DESCRIPTION_CHARS {
        return Err(Refusal(format!(
            "description: is longer than {} characters",
            limits::DESCRIPTION_CHARS
        )));
    }
    Ok(input)
}
