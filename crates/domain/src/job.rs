//! A job: one visit's work.
//!
//! Owns [`Job`]. Its statuses are in `status`, what may be done to it in `op` and `apply`.

use crate::from_tree;
use crate::ids::{CustomerId, JobId, OrganizationId, PropertyId, UserId};
use crate::status::JobStatus;
use crate::time::Timestamp;
use serde::Serialize;

/// How pressing a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Priority {
    /// Can wait.
    Low,
    /// As planned.
    #[default]
    Normal,
    /// Before the others.
    High,
    /// Danger or a standstill.
    Urgent,
}

from_tree! {
    names Priority {
        "low" => Low,
        "normal" => Normal,
        "high" => High,
        "urgent" => Urgent,
    }
}

impl Priority {
    /// Every priority, the least pressing first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// Its name on the wire and in storage.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The priority of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|priority| priority.name() == name)
    }
}

/// One visit's work, as the server and every phone hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Job {
    /// Its id, stable for ever.
    pub id: JobId,
    /// What people call it, such as `J-1042`; given by the server, empty until then.
    pub number: String,
    /// One line: what is wrong or what to do.
    pub title: String,
    /// The details, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// How pressing it is.
    #[serde(default)]
    pub priority: Priority,
    /// Where it stands.
    pub status: JobStatus,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<UserId>,
    /// Planned start.
    pub starts: Timestamp,
    /// Planned end, not before the start.
    pub ends: Timestamp,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Ordered by which organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationId>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<PropertyId>,
}

from_tree! {
    struct Job {
        id,
        number,
        title,
        description = String::new(),
        priority = Priority::Normal,
        status,
        assignee,
        starts,
        ends,
        customer,
        organization,
        property,
    }
}
