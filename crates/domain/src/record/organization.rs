//! An organization that customers belong to, or that orders work.
//!
//! Owns [`Organization`]: its primary details. A technician reads them and cannot change them.

use super::RecordKey;
use super::kind::Kind;
use crate::ids::OrganizationId;
use crate::wire::FromTree;
use serde::Serialize;

/// An organization: several customers' owner, or an agency that orders work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// A number to call, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
}

impl Kind for Organization {
    const IS_PART_OF_JOB: bool = false;

    fn links(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn owner(&self) -> Option<RecordKey> {
        None
    }
}
