//! The texts of a place, an asset, a contract and a part, by the names of their fields: what the office edits.
//!
//! Owns [`RecordField`], which kind has which of them, how each reads as text, and which texts a number and a price take.

use super::{Asset, Contract, Module, Part, PartKind, Property, Record};
use crate::ids::PropertyId;
use crate::limits;
use crate::visits::Interval;
use crate::wire::FromTree;
use serde::Serialize;

/// The longest word for a currency.
const CURRENCY_CHARS: usize = 6;

/// A field of a record that the office edits as a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum RecordField {
    /// What people call it.
    Name,
    /// Street and number.
    Address,
    /// City.
    City,
    /// Postal code.
    Postcode,
    /// How to get in.
    Access,
    /// Maker and model.
    Model,
    /// The serial number.
    Serial,
    /// The text of the barcode.
    Code,
    /// Where on the property it is.
    Location,
    /// The day it was installed, `YYYY-MM-DD`.
    Installed,
    /// Where it stands: the id of a property; empty for nowhere.
    Place,
    /// Its number.
    Number,
    /// What it covers.
    Covers,
    /// Its first day, `YYYY-MM-DD`.
    From,
    /// Its last day, `YYYY-MM-DD`.
    Until,
    /// Hours within which somebody must be there; empty if nothing was agreed.
    ResponseHours,
    /// How often its visits are due, as [`Interval`] writes it; empty if none are agreed.
    Visits,
    /// `part` or `service`.
    Kind,
    /// What is counted.
    Unit,
    /// The price of one unit with its currency.
    Price,
    /// The details.
    Description,
    /// A field of another build.
    #[serde(other)]
    Other,
}

/// An edit of one text of a record, with what its user saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RecordEdit {
    /// Which.
    pub field: RecordField,
    /// What stood there when it was edited.
    pub base: String,
    /// What shall stand there.
    pub new: String,
}

/// A text that its field cannot take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSuchText;

impl RecordField {
    /// The fields of a kind of record, in the order of a form; none of a kind that is not edited so.
    #[must_use]
    pub fn of(module: Module) -> &'static [Self] {
        match module {
            Module::Property => &[Self::Address, Self::City, Self::Postcode, Self::Access],
            Module::Asset => &[
                Self::Name,
                Self::Model,
                Self::Serial,
                Self::Code,
                Self::Place,
                Self::Location,
                Self::Installed,
            ],
            Module::Contract => &[
                Self::Number,
                Self::Name,
                Self::Covers,
                Self::From,
                Self::Until,
                Self::ResponseHours,
                Self::Visits,
            ],
            Module::Part => &[
                Self::Name,
                Self::Number,
                Self::Kind,
                Self::Unit,
                Self::Price,
                Self::Description,
            ],
            _ => &[],
        }
    }

    /// Its name in a refusal.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::City => "city",
            Self::Postcode => "postcode",
            Self::Access => "access",
            Self::Model => "model",
            Self::Serial => "serial",
            Self::Code => "code",
            Self::Location => "location",
            Self::Installed => "installed",
            Self::Place => "property",
            Self::Number => "number",
            Self::Covers => "covers",
            Self::From => "from",
            Self::Until => "until",
            Self::ResponseHours => "response_hours",
            Self::Visits => "visits",
            Self::Kind => "kind",
            Self::Unit => "unit",
            Self::Price => "price",
            Self::Description => "description",
            Self::Other => "other",
        }
    }
}

impl Record {
    /// What stands in a field, as text; none if its kind has no such field.
    #[must_use]
    pub fn text(&self, field: RecordField) -> Option<String> {
        if !RecordField::of(self.key()?.module).contains(&field) {
            return None;
        }
        let written = |number: u32| match number {
            0 => String::new(),
            number => number.to_string(),
        };
        let mut copy = self.clone();
        match (&mut copy, field) {
            (Self::Asset(asset), RecordField::Place) => {
                Some(asset.property.map(|id| id.to_string()).unwrap_or_default())
            }
            (Self::Contract(contract), RecordField::ResponseHours) => {
                Some(written(contract.response_hours))
            }
            (Self::Part(part), RecordField::Kind) => Some(kind_name(part.kind).to_owned()),
            (record, field) => record.line_mut(field).map(std::mem::take),
        }
    }

    /// Puts a text into a field, without white space at its ends.
    ///
    /// # Errors
    /// [`NoSuchText`]: its kind has no such field, or the field takes no such text.
    pub fn set_text(&mut self, field: RecordField, text: &str) -> Result<(), NoSuchText> {
        let text = text.trim();
        match (self, field) {
            (Self::Asset(asset), RecordField::Place) => {
                asset.property = match text {
                    "" => None,
                    id => Some(id.parse::<PropertyId>().map_err(|_| NoSuchText)?),
                };
            }
            (Self::Contract(contract), RecordField::ResponseHours) => {
                contract.response_hours = match text {
                    "" => 0,
                    number => hours(number)?,
                };
            }
            (Self::Contract(_), RecordField::Visits) if !is_interval(text) => {
                return Err(NoSuchText);
            }
            (Self::Part(part), RecordField::Kind) => part.kind = kind_named(text)?,
            (Self::Part(_), RecordField::Price) if !is_price(text) => return Err(NoSuchText),
            (record, field) => text.clone_into(record.line_mut(field).ok_or(NoSuchText)?),
        }
        Ok(())
    }

    /// Whether it is offered no more; none of a kind that is not archived.
    #[must_use]
    pub fn archived(&self) -> Option<bool> {
        match self {
            Self::Customer(it) => Some(it.archived),
            Self::Property(it) => Some(it.archived),
            Self::Asset(it) => Some(it.archived),
            Self::Contract(it) => Some(it.archived),
            Self::Part(it) => Some(it.archived),
            _ => None,
        }
    }

    /// Archives it or brings it back, where its kind is edited by [`RecordField`].
    pub fn set_archived(&mut self, archived: bool) {
        match self {
            Self::Property(it) => it.archived = archived,
            Self::Asset(it) => it.archived = archived,
            Self::Contract(it) => it.archived = archived,
            Self::Part(it) => it.archived = archived,
            _ => {}
        }
    }

    fn line_mut(&mut self, field: RecordField) -> Option<&mut String> {
        match self {
            Self::Property(it) => of_property(it, field),
            Self::Asset(it) => of_asset(it, field),
            Self::Contract(it) => of_contract(it, field),
            Self::Part(it) => of_part(it, field),
            _ => None,
        }
    }
}

fn of_property(it: &mut Property, field: RecordField) -> Option<&mut String> {
    Some(match field {
        RecordField::Address => &mut it.address,
        RecordField::City => &mut it.city,
        RecordField::Postcode => &mut it.postcode,
        RecordField::Access => &mut it.access,
        _ => return None,
    })
}

fn of_asset(it: &mut Asset, field: RecordField) -> Option<&mut String> {
    Some(match field {
        RecordField::Name => &mut it.name,
        RecordField::Model => &mut it.model,
        RecordField::Serial => &mut it.serial,
        RecordField::Code => &mut it.code,
        RecordField::Location => &mut it.location,
        RecordField::Installed => &mut it.installed,
        _ => return None,
    })
}

fn of_contract(it: &mut Contract, field: RecordField) -> Option<&mut String> {
    Some(match field {
        RecordField::Number => &mut it.number,
        RecordField::Name => &mut it.name,
        RecordField::Covers => &mut it.covers,
        RecordField::From => &mut it.from,
        RecordField::Until => &mut it.until,
        RecordField::Visits => &mut it.visits,
        _ => return None,
    })
}

fn of_part(it: &mut Part, field: RecordField) -> Option<&mut String> {
    Some(match field {
        RecordField::Name => &mut it.name,
        RecordField::Number => &mut it.number,
        RecordField::Unit => &mut it.unit,
        RecordField::Price => &mut it.price,
        RecordField::Description => &mut it.description,
        _ => return None,
    })
}

fn hours(text: &str) -> Result<u32, NoSuchText> {
    let hours = text.parse().map_err(|_| NoSuchText)?;
    (hours <= limits::RESPONSE_HOURS)
        .then_some(hours)
        .ok_or(NoSuchText)
}

/// Whether `text` says how often visits are due; that none are agreed is said by nothing.
pub(crate) fn is_interval(text: &str) -> bool {
    text.is_empty() || text.parse::<Interval>().is_ok()
}

/// Whether `text` says a price: one amount, with its currency before or after it or none; nothing is a price too. What
/// an import has brought stands as it was written until somebody writes another one.
#[must_use]
pub fn is_price(text: &str) -> bool {
    let text = text.trim();
    let is_digit = |at: char| at.is_ascii_digit();
    let (Some(from), Some(last)) = (text.find(is_digit), text.rfind(is_digit)) else {
        return text.is_empty();
    };
    let (before, rest) = text.split_at_checked(from).unwrap_or_default();
    let (amount, after) = rest.split_at_checked(last + 1 - from).unwrap_or_default();
    let is_part = |at: char| at.is_ascii_digit() || ".,'’ \u{a0}\u{202f}".contains(at);
    // `12,–` and `12.-` are whole amounts.
    let after = after.trim_start_matches(['.', ',', '-', '–']).trim();
    let is_currency = |at: char| at.is_alphabetic() || "€$£¥₣₺₽₴₹.".contains(at);
    let currency = [before.trim(), after].concat();
    let is_one = before.trim().is_empty() || after.is_empty();
    amount.chars().all(is_part)
        && is_one
        && currency.chars().count() <= CURRENCY_CHARS
        && currency.chars().all(is_currency)
}

fn kind_name(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Part => "part",
        PartKind::Service => "service",
    }
}

fn kind_named(name: &str) -> Result<PartKind, NoSuchText> {
    [PartKind::Part, PartKind::Service]
        .into_iter()
        .find(|kind| kind_name(*kind) == name)
        .ok_or(NoSuchText)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_an_amount_with_its_currency_or_nothing() {
        for text in [
            "",
            " ",
            "4.50 EUR",
            "4,50 €",
            "€ 4.50",
            "CHF 12.–",
            "12,-",
            "1.234,50 EUR",
            "1’200 CHF",
            "120",
            "0",
            "Fr. 3",
        ] {
            assert!(is_price(text), "{text}");
        }
        for text in [
            "abc",
            "EUR",
            "-4 EUR",
            "−7",
            "4.50 EUR per 10 pieces",
            "EUR 4 EUR",
            "4 to 5",
            "4 apples each",
            "4%",
        ] {
            assert!(!is_price(text), "{text}");
        }
    }
}
