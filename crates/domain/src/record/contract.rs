//! A contract: what was agreed with a customer.
//!
//! Owns [`Contract`]. A technician reads it; the record itself is the office's.

use super::RecordKey;
use super::kind::{Kind, keys};
use crate::ids::{ContractId, CustomerId};
use crate::wire::FromTree;
use serde::Serialize;

/// What was agreed with a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
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
    /// How often its visits are due, `P3M` every three months or `P2W` every two weeks; empty if none are agreed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub visits: String,
    /// With whom; it is on every phone that holds this customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Whether it is offered no more. What refers to it keeps it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

impl Kind for Contract {
    const IS_PART_OF_JOB: bool = false;

    fn links(&self) -> Vec<RecordKey> {
        keys([self.customer.map(Into::into)])
    }

    fn owner(&self) -> Option<RecordKey> {
        self.customer.map(Into::into)
    }
}
