//! A part or a service as a row describes it.
//!
//! Owns what makes such a row acceptable, and which words stand for a part and which for a service.

use super::bounds::quoted;
use super::columns::Mapping;
use super::field::Field;
use super::refusal::{Refusal, check_description, check_lines, required};
use super::row::RowView;
use crate::said::{Said, said};
use afield_domain::{PartKind, is_price, limits};

/// A part or a service as a row describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct PartInput {
    /// Its number in the stock list, may be empty.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Whether it is a thing or work.
    pub kind: PartKind,
    /// What is counted, may be empty.
    pub unit: String,
    /// The price of one unit as the file writes it, may be empty.
    pub price: String,
    /// The details, may be empty.
    pub description: String,
}

impl PartInput {
    /// Reads a row.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn read(mapping: &Mapping, row: &RowView<'_>) -> Result<Self, Refusal> {
        let get = |field| mapping.get(field, row).to_owned();
        let input = Self {
            number: get(Field::Number),
            name: required("name", mapping.get(Field::Name, row), limits::LINE_CHARS)?,
            kind: read_kind(mapping.get(Field::PartKind, row))?,
            unit: get(Field::Unit),
            price: get(Field::Price),
            description: get(Field::Description),
        };
        check_lines(&[
            ("number", &input.number),
            ("unit", &input.unit),
            ("price", &input.price),
        ])?;
        check_description(&input.description)?;
        if !is_price(&input.price) {
            return Err(Refusal(said!(
                no_price,
                "{}: {} is no price; write one amount, with its currency or without: 4.50 EUR",
                Said::field(Field::Price.name()),
                quoted(&input.price)
            )));
        }
        Ok(input)
    }
}

/// What a word stands for; nothing stands for a part.
fn read_kind(word: &str) -> Result<PartKind, Refusal> {
    Ok(match word.to_lowercase().as_str() {
        "" | "part" | "parts" | "spare part" | "material" | "article" | "item" | "product"
        | "goods" | "teil" | "ersatzteil" | "artikel" | "ware" | "produkt" => PartKind::Part,
        "service" | "services" | "labour" | "labor" | "work" | "leistung" | "dienstleistung"
        | "arbeit" | "arbeitszeit" | "lohn" => PartKind::Service,
        _ => {
            return Err(Refusal(said!(
                no_part_kind,
                "{}: nobody knows {}; write part or service",
                Said::field(Field::PartKind.name()),
                quoted(word)
            )));
        }
    })
}
