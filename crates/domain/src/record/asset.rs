//! An asset: a thing that is serviced.
//!
//! Owns [`Asset`]. A technician reads it and links it to jobs; the record itself is the office's.

use super::RecordKey;
use super::kind::{Kind, keys};
use crate::ids::{AssetId, CustomerId, PropertyId};
use crate::wire::FromTree;
use serde::Serialize;

/// A thing that is serviced: a boiler, a lift, a lamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
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
    /// Whether it is offered no more. What refers to it keeps it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

impl Kind for Asset {
    const IS_PART_OF_JOB: bool = false;

    fn links(&self) -> Vec<RecordKey> {
        keys([self.customer.map(Into::into), self.property.map(Into::into)])
    }

    fn owner(&self) -> Option<RecordKey> {
        self.customer.map(Into::into)
    }
}
