//! A contract as a row describes it.
//!
//! Owns what makes such a row acceptable: what the office's form takes, as other programs write it.

use super::agreed::{read_hours, read_visits};
use super::bounds::quoted;
use super::columns::Mapping;
use super::field::Field;
use super::refusal::{Refusal, check_lines, required};
use super::row::RowView;
use crate::said::{Said, said};
use afield_domain::{answers, limits};

/// What says that a contract has no last day.
const ENDLESS: [&str; 9] = [
    "-",
    "–",
    "—",
    "unbefristet",
    "offen",
    "unlimited",
    "open",
    "open-ended",
    "indefinite",
];

/// A contract as a row describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct ContractInput {
    /// What people call it, may be empty.
    pub number: String,
    /// Its name.
    pub name: String,
    /// With whom: the customer's key in the other system, or their name.
    pub customer: String,
    /// What it covers, may be empty.
    pub covers: String,
    /// Its first day, `YYYY-MM-DD`, may be empty.
    pub from: String,
    /// Its last day, `YYYY-MM-DD`, may be empty.
    pub until: String,
    /// Hours within which somebody must be there; 0 if nothing was agreed.
    pub response_hours: u32,
    /// How often its visits are due, as a contract writes it; may be empty.
    pub visits: String,
}

impl ContractInput {
    /// Reads a row.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn read(mapping: &Mapping, row: &RowView<'_>) -> Result<Self, Refusal> {
        let get = |field| mapping.get(field, row);
        let input = Self {
            number: get(Field::Number).to_owned(),
            name: required("name", get(Field::Name), limits::LINE_CHARS)?,
            customer: required("customer", get(Field::Customer), limits::LINE_CHARS)?,
            covers: get(Field::Covers).to_owned(),
            from: read_day(mapping, row, Field::From)?,
            until: read_day(mapping, row, Field::Until)?,
            response_hours: read_agreed_hours(mapping, row)?,
            visits: read_agreed_visits(mapping, row)?,
        };
        check_lines(&[("number", &input.number), ("covers", &input.covers)])?;
        check_days(&input.from, &input.until)?;
        Ok(input)
    }
}

/// Refuses a contract that ends before it begins.
///
/// # Errors
/// Naming both days.
pub(super) fn check_days(from: &str, until: &str) -> Result<(), Refusal> {
    // Days of this form are in order as texts.
    if !from.is_empty() && !until.is_empty() && until < from {
        return Err(Refusal(said!(
            until_before,
            "{}: {} is before the first day, {}",
            Said::field(Field::Until.name()),
            until,
            from
        )));
    }
    Ok(())
}

fn read_day(mapping: &Mapping, row: &RowView<'_>, field: Field) -> Result<String, Refusal> {
    let Some(column) = mapping.column(field) else {
        return Ok(String::new());
    };
    let is_endless = ENDLESS.contains(&row.cell(column).to_lowercase().as_str());
    if field == Field::Until && is_endless {
        return Ok(String::new());
    }
    let day = row.date(column, field.name())?;
    let day = day.map_or_else(String::new, |moment| moment.written_day().to_string());
    if !day.is_empty() && !answers::is_day(&day) {
        let name = Said::field(field.name());
        return Err(Refusal(said!(
            not_usable,
            "{}: is not of the expected form",
            name
        )));
    }
    Ok(day)
}

fn read_agreed_hours(mapping: &Mapping, row: &RowView<'_>) -> Result<u32, Refusal> {
    let cell = mapping.get(Field::ResponseHours, row);
    let head = mapping.column(Field::ResponseHours).unwrap_or_default();
    read_hours(cell, head).ok_or_else(|| {
        Refusal(said!(
            no_hours,
            "{}: {} is no number of whole hours, 1 to {}; leave it empty if nothing was agreed",
            Said::field(Field::ResponseHours.name()),
            quoted(cell),
            limits::RESPONSE_HOURS
        ))
    })
}

fn read_agreed_visits(mapping: &Mapping, row: &RowView<'_>) -> Result<String, Refusal> {
    let cell = mapping.get(Field::Visits, row);
    let head = mapping.column(Field::Visits).unwrap_or_default();
    read_visits(cell, head).ok_or_else(|| {
        Refusal(said!(
            no_interval,
            "{}: {} does not say how often; write it as every 3 months, every 2 weeks or yearly, up to {} weeks or {} months",
            Said::field(Field::Visits.name()),
            quoted(cell),
            limits::SERIES_WEEKS,
            limits::SERIES_MONTHS
        ))
    })
}
