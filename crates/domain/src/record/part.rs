//! Parts and services, and the lines in which a job uses them.
//!
//! Owns [`Part`] and [`PartLine`]. A technician reads a part and puts it on jobs; the record itself is
//! the office's.

use super::RecordKey;
use super::kind::Kind;
use crate::ids::PartId;
use crate::wire::FromTree;
use serde::Serialize;

/// Whether it is a thing or work.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, FromTree,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PartKind {
    /// A thing that is built in or used up.
    #[default]
    #[wire(other)]
    Part,
    /// Work that is charged.
    Service,
}

/// A part or a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
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
    /// Whether it is offered no more. What refers to it keeps it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

impl Kind for Part {
    const IS_PART_OF_JOB: bool = false;

    fn links(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn owner(&self) -> Option<RecordKey> {
        None
    }
}

/// A part or service that a job uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PartLine {
    /// Which.
    pub part: PartId,
    /// How many or how much, in the part's unit: a decimal number as text.
    pub quantity: String,
}
