//! A customer: for whom work is done.
//!
//! Owns [`Customer`]: its primary details. A technician reads them and cannot change them.

use super::RecordKey;
use super::kind::{Kind, keys};
use crate::ids::{CustomerId, OrganizationId};
use crate::wire::FromTree;
use serde::Serialize;

/// A person or firm that work is done for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Its name.
    pub name: String,
    /// A number to call, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// A mail address, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// The organization it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationId>,
}

impl Kind for Customer {
    const IS_PART_OF_JOB: bool = false;

    fn links(&self) -> Vec<RecordKey> {
        keys([self.organization.map(Into::into)])
    }

    fn owner(&self) -> Option<RecordKey> {
        None
    }
}
