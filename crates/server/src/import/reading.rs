//! From rows to what they describe: read, checked, not yet compared with what is there.
//!
//! Owns the accounting of rows: each is an input or refused with its line and the reason. Pure: no ids,
//! no time, no storage.

use super::asset_input::AssetInput;
use super::bounds::quoted;
use super::cell::unspoilt;
use super::columns::Mapping;
use super::contract_input::ContractInput;
use super::customer_input::CustomerInput;
use super::date_columns::DateOptions;
use super::dates::DateOrder;
use super::field::Field;
use super::input::{Described, Input, InputRow, OWN_KEY, contract_key, customer_key, part_key};
use super::job_input::JobInput;
use super::kind::Kind;
use super::part_input::PartInput;
use super::refusal::{Refusal, check_lines};
use super::row::{Columns, RowView};
use super::spreadsheet_damage::doubtful_code;
use super::{Format, nyc311, table::Table};
use crate::auth::token::sha256_hex;
use crate::said::{Said, said};
use std::collections::HashMap;

/// Every row as an input or a refusal, in the order of the file.
///
/// # Errors
/// When the file lacks a column, or it is not clear how its dates are to be read.
pub fn read_inputs(
    table: &Table,
    format: &Format,
    dates: DateOptions,
) -> Result<Vec<InputRow>, Refusal> {
    let inputs = match format {
        Format::Nyc311 => {
            let names = nyc311::COLUMNS
                .iter()
                .map(|name| (*name, *name == nyc311::CREATED));
            let dates = DateOptions {
                order: Some(DateOrder::MonthFirst),
                ..dates
            };
            let columns = Columns::find(table, names, dates)?;
            each_row(table, &columns, nyc311::read_input)
        }
        Format::Mapped(mapping) => {
            let names = mapping
                .columns()
                .map(|(name, field)| (name, field.is_date()));
            let columns = Columns::find(table, names, dates)?;
            each_row(table, &columns, |row| read_mapped(mapping, row))
        }
    };
    Ok(each_key_once(inputs))
}

fn each_row<'t>(
    table: &'t Table,
    columns: &'t Columns<'t>,
    read: impl Fn(&RowView<'t>) -> Result<Input, Refusal>,
) -> Vec<InputRow> {
    let rows = table.rows.iter().map(|row| {
        let input = match &row.cells {
            Err(why) => Err(Refusal(why.clone())),
            Ok(cells) => read(&RowView {
                cells,
                columns,
                date_cells: &row.date_cells,
                is_text: table.is_text,
            }),
        };
        (row.line, input)
    });
    rows.collect()
}

fn read_mapped(mapping: &Mapping, row: &RowView<'_>) -> Result<Input, Refusal> {
    mapping.check(row)?;
    let (external_key, described) = match mapping.kind() {
        Kind::Jobs => (
            row_key(mapping, row),
            Described::Job(JobInput::read(mapping, row)?),
        ),
        Kind::Assets => (
            row_key(mapping, row),
            Described::Asset(AssetInput::read(mapping, row)?),
        ),
        Kind::Customers => {
            let customer = CustomerInput::read(mapping, row)?;
            let key = own_key(mapping, row);
            let key = key.unwrap_or_else(|| customer_key(&customer.name, &customer.phone));
            (key, Described::Customer(customer))
        }
        Kind::Contracts => {
            let contract = ContractInput::read(mapping, row)?;
            let key = own_key(mapping, row).unwrap_or_else(|| contract_key(&contract));
            (key, Described::Contract(contract))
        }
        Kind::Parts => {
            let part = PartInput::read(mapping, row)?;
            let key = own_key(mapping, row).unwrap_or_else(|| part_key(&part));
            (key, Described::Part(part))
        }
    };
    check_lines(&[("external_key", mapping.get(Field::ExternalKey, row))])?;
    let codes = mapping.columns().filter(|(_, field)| field.is_code_like());
    let notes = codes.filter_map(|(column, field)| {
        let cell = row.cell(column);
        let doubt = doubtful_code(cell)?;
        Some(said!(
            doubtful,
            "{} {} {}",
            Said::field(field.name()),
            quoted(cell),
            doubt
        ))
    });
    let mut notes: Vec<Said> = notes.collect();
    notes.extend(mapping.columns().filter_map(|(column, field)| {
        let cell = row.cell(column);
        let (name, meant) = (Said::field(field.name()), unspoilt(cell)?);
        let (cell, meant) = (quoted(cell), quoted(&meant));
        Some(said!(
            wrong_encoding,
            "{} {} may be {}, read in a wrong encoding before",
            name,
            cell,
            meant
        ))
    }));
    Ok(Input {
        external_key,
        described,
        notes,
    })
}

/// The row's key in the other system, if it says one.
fn own_key(mapping: &Mapping, row: &RowView<'_>) -> Option<String> {
    let key = mapping.get(Field::ExternalKey, row);
    (!key.is_empty()).then(|| format!("{OWN_KEY}{key}"))
}

/// The row's key in the other system, or one made of its content.
fn row_key(mapping: &Mapping, row: &RowView<'_>) -> String {
    let content = || format!("row:{}", sha256_hex(row.cells.join("\u{1f}").as_bytes()));
    own_key(mapping, row).unwrap_or_else(content)
}

/// The rows without those whose key stands on an earlier line.
fn each_key_once(inputs: Vec<InputRow>) -> Vec<InputRow> {
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut once = Vec::with_capacity(inputs.len());
    for (line, input) in inputs {
        let input = input.and_then(|input| match seen.get(&input.external_key) {
            None => {
                seen.insert(input.external_key.clone(), line);
                Ok(input)
            }
            Some(first) => Err(Refusal(said!(
                same_on_line,
                "the same {} on line {}",
                key_words(&input.external_key),
                *first
            ))),
        });
        once.push((line, input));
    }
    once
}

/// What two rows of one key have in common.
fn key_words(external_key: &str) -> Said {
    match external_key.split(':').next() {
        Some("name") => said!(name_and_phone_stand, "name and phone stand"),
        Some("row") => said!(row_stands, "row stands"),
        Some("number") => said!(number_stands, "number stands"),
        Some("called") => said!(name_stands, "name stands"),
        Some("number-of") => said!(number_of_stands, "number and customer stand"),
        Some("name-of") => said!(name_of_stands, "name and customer stand"),
        _ => said!(key_stands, "key stands"),
    }
}
