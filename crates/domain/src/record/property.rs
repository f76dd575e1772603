//! A property: where work is done.
//!
//! Owns [`Property`]: its primary details. A technician reads them and cannot change them.

use super::RecordKey;
use super::kind::{Kind, keys};
use super::position::Position;
use crate::ids::{CustomerId, PropertyId};
use crate::wire::FromTree;
use serde::Serialize;

/// A place where work is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Property {
    /// Its id.
    pub id: PropertyId,
    /// Street and number, or an intersection.
    pub address: String,
    /// City or borough, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// Postal code, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// How to get in: key, code, whom to ask. May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub access: String,
    /// Where it is, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Whether it is offered no more. What refers to it keeps it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

impl Kind for Property {
    const IS_PART_OF_JOB: bool = false;

    fn links(&self) -> Vec<RecordKey> {
        keys([self.customer.map(Into::into)])
    }

    fn owner(&self) -> Option<RecordKey> {
        None
    }
}
