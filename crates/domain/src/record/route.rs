//! The route of one technician's day.
//!
//! Owns [`Route`]. Its stops are the jobs that refer to it.

use super::RecordKey;
use super::kind::Kind;
use super::position::Position;
use crate::ids::RouteId;
use crate::wire::FromTree;
use serde::Serialize;

/// The route of one technician's day. Its stops are the jobs that refer to it, by planned start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Route {
    /// Its id.
    pub id: RouteId,
    /// What people call it.
    pub name: String,
    /// Its day, `YYYY-MM-DD`, in the company's zone.
    pub day: String,
    /// Where it begins, in words; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub start: String,
    /// Where it begins, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

impl Kind for Route {
    const IS_PART_OF_JOB: bool = false;

    fn links(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn owner(&self) -> Option<RecordKey> {
        None
    }
}
