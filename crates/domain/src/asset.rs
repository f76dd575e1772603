//! What is serviced, under what agreement, with what: assets, contracts, parts and services.
//!
//! Owns their primary details. A technician reads them, links assets to jobs and uses parts; the
//! records themselves are the office's.

use crate::from_tree;
use crate::ids::{AssetId, ContractId, CustomerId, PartId, PropertyId};
use serde::Serialize;

/// A thing that is serviced: a boiler, a lift, a lamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Asset {
    /// Its id.
    pub id: AssetId,
    /// What people call it.
    pub name: String,
    /// Maker and model, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// Its serial number, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub serial: String,
    /// The text of the barcode on it, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// Where on the property it is, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub location: String,
    /// The day it was installed, `YYYY-MM-DD`, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub installed: String,
    /// Whose it is; it is on every phone that holds this customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<PropertyId>,
}

from_tree! {
    struct Asset {
        id,
        name,
        model = String::new(),
        serial = String::new(),
        code = String::new(),
        location = String::new(),
        installed = String::new(),
        customer,
        property,
    }
}

/// What was agreed with a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Contract {
    /// Its id.
    pub id: ContractId,
    /// What people call it, such as `C-204`.
    pub number: String,
    /// Its name.
    pub name: String,
    /// What it covers, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub covers: String,
    /// Its first day, `YYYY-MM-DD`, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// Its last day, `YYYY-MM-DD`, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// Hours within which somebody must be there; 0 if nothing was agreed.
    #[serde(default)]
    pub response_hours: u32,
    /// With whom; it is on every phone that holds this customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
}

from_tree! {
    struct Contract {
        id,
        number,
        name,
        covers = String::new(),
        from = String::new(),
        until = String::new(),
        response_hours = 0,
        customer,
    }
}

/// Whether it is a thing or work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PartKind {
    /// A thing that is built in or used up.
    #[default]
    Part,
    /// Work that is charged.
    Service,
}

from_tree! {
    names PartKind { "part" => Part, "service" => Service, else Part }
}

/// A part or a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Part {
    /// Its id.
    pub id: PartId,
    /// Its name.
    pub name: String,
    /// Its number in the stock list, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Whether it is a thing or work.
    #[serde(default)]
    pub kind: PartKind,
    /// What is counted, such as `piece`, `m`, `hour`; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The price of one unit with its currency, as the office writes it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub price: String,
    /// The details, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

from_tree! {
    struct Part {
        id,
        name,
        number = String::new(),
        kind = PartKind::Part,
        unit = String::new(),
        price = String::new(),
        description = String::new(),
    }
}
