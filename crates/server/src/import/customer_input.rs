//! From cells to inputs of customers and assets: read, checked, not yet stored.
//!
//! Owns what makes such a row acceptable. Pure: no ids, no time, no storage.

use super::Table;
use super::columns::{Field, Mapping, some};
use super::dates::Moment;
use super::job_input::{PlaceInput, PlannedRow, Refusal, check_lines, each_key_once, plan_rows};
use afield_domain::{answers, limits, text};
use jiff::tz::TimeZone;

/// A customer as a row describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerInput {
    /// The row's line.
    pub line: u64,
    /// Its key in the other system, with a prefix that tells what it was made of.
    pub external_key: String,
    /// Its name.
    pub name: String,
    /// A number to call, may be empty.
    pub phone: String,
    /// A mail address, may be empty.
    pub email: String,
    /// The organization it belongs to.
    pub organization: Option<String>,
    /// Where it is.
    pub place: Option<PlaceInput>,
    /// How to get in there, may be empty.
    pub access: String,
}

/// An asset as a row describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetInput {
    /// The row's line.
    pub line: u64,
    /// Its key in the other system, with a prefix that tells what it was made of.
    pub external_key: String,
    /// What people call it.
    pub name: String,
    /// Maker and model, may be empty.
    pub model: String,
    /// Its serial number, may be empty.
    pub serial: String,
    /// The text of the barcode on it, may be empty.
    pub code: String,
    /// Where on the property it is, may be empty.
    pub location: String,
    /// The day it was installed, `YYYY-MM-DD`, may be empty.
    pub installed: String,
    /// Whose it is: the customer's key in the other system, or their name.
    pub customer: Option<String>,
    /// Where it stands.
    pub place: Option<PlaceInput>,
}

/// The key of a customer that no key of another system is known of: what an import of jobs gives it.
#[must_use]
pub fn customer_key(name: &str, phone: &str) -> String {
    format!("name:{}|{phone}", name.to_lowercase())
}

/// Every row as a customer or a refusal, in the order of the file.
///
/// # Errors
/// When the file lacks a column.
pub fn plan_customers(
    table: &Table,
    mapping: &Mapping,
) -> Result<Vec<PlannedRow<CustomerInput>>, Refusal> {
    let needed: Vec<&str> = mapping.columns().collect();
    let planned = plan_rows(table, &needed, |line, cells, cell| {
        read_customer(mapping, line, cells, &cell)
    })?;
    Ok(each_key_once(planned, |input| &input.external_key))
}

/// Every row as an asset or a refusal, in the order of the file.
///
/// # Errors
/// When the file lacks a column.
pub fn plan_assets(
    table: &Table,
    mapping: &Mapping,
) -> Result<Vec<PlannedRow<AssetInput>>, Refusal> {
    let needed: Vec<&str> = mapping.columns().collect();
    let planned = plan_rows(table, &needed, |line, cells, cell| {
        read_asset(mapping, line, cells, &cell)
    })?;
    Ok(each_key_once(planned, |input| &input.external_key))
}

fn read_customer<'r>(
    mapping: &Mapping,
    line: u64,
    cells: &[String],
    cell: &impl Fn(&str) -> &'r str,
) -> Result<CustomerInput, Refusal> {
    let get = |field| mapping.get(field, cell).to_owned();
    let (name, phone) = (name(mapping, cell)?, get(Field::Phone));
    let external_key = match mapping.get(Field::ExternalKey, cell) {
        "" => customer_key(&name, &phone),
        _ => mapping.key(cells, cell),
    };
    let input = CustomerInput {
        line,
        external_key,
        name,
        phone,
        email: get(Field::Email),
        organization: some(mapping.get(Field::Organization, cell)),
        place: mapping.place(cell)?,
        access: get(Field::Access),
    };
    check_lines(&[
        ("phone", &input.phone),
        ("email", &input.email),
        (
            "organization",
            input.organization.as_deref().unwrap_or_default(),
        ),
        ("access", &input.access),
    ])?;
    input.place.as_ref().map_or(Ok(()), PlaceInput::check)?;
    Ok(input)
}

fn read_asset<'r>(
    mapping: &Mapping,
    line: u64,
    cells: &[String],
    cell: &impl Fn(&str) -> &'r str,
) -> Result<AssetInput, Refusal> {
    let get = |field| mapping.get(field, cell).to_owned();
    let input = AssetInput {
        line,
        external_key: mapping.key(cells, cell),
        name: name(mapping, cell)?,
        model: get(Field::Model),
        serial: get(Field::Serial),
        code: get(Field::Code),
        location: get(Field::Location),
        installed: day(mapping.get(Field::Installed, cell))?,
        customer: some(mapping.get(Field::Customer, cell)),
        place: mapping.place(cell)?,
    };
    check_lines(&[
        ("model", &input.model),
        ("serial", &input.serial),
        ("code", &input.code),
        ("location", &input.location),
    ])?;
    input.place.as_ref().map_or(Ok(()), PlaceInput::check)?;
    Ok(input)
}

fn name<'r>(mapping: &Mapping, cell: &impl Fn(&str) -> &'r str) -> Result<String, Refusal> {
    let name = mapping.get(Field::Name, cell);
    text::required("name", name, limits::LINE_CHARS)
        .map_err(|rejection| Refusal(rejection.to_string()))
}

/// A day in any of the forms that an import reads, as `YYYY-MM-DD`.
fn day(written: &str) -> Result<String, Refusal> {
    if written.is_empty() || answers::is_day(written) {
        return Ok(written.to_owned());
    }
    let moment = Moment::read(written);
    let day = moment.map(|moment| moment.day(&TimeZone::UTC).to_string());
    day.filter(|day| answers::is_day(day)).ok_or_else(|| {
        Refusal(format!(
            "installed \"{written}\" is no date that can be read"
        ))
    })
}
