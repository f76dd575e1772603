//! A job: one visit's work.
//!
//! Owns [`Job`]. Its statuses are in `status`, what may be done to it in `operation`.

use super::RecordKey;
use super::kind::{Kind, keys};
use crate::answers::Answer;
use crate::answers::Question;
use crate::ids::{
    AssetId, ContractId, CustomerId, JobId, OrganizationId, PropertyId, RouteId, UserId,
};
use crate::record::JobStatus;
use crate::record::{Acceptance, PartLine, PhotoMark, StatusStep, StepKind};
use crate::time::Timestamp;
use crate::wire::FromTree;
use serde::Serialize;
use uuid::Uuid;

/// How pressing a job is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, FromTree,
)]
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

impl Priority {
    /// Every priority, the least pressing first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// Whether it is the usual one, which is not written down.
    #[must_use]
    pub fn is_normal(&self) -> bool {
        *self == Self::Normal
    }

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
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
    /// Under which agreement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractId>,
    /// On which route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<RouteId>,
    /// The finished job that it follows up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<JobId>,
    /// Whether the office asked for it to be accepted.
    #[serde(default, skip_serializing_if = "Acceptance::is_not_asked")]
    pub acceptance: Acceptance,
    /// What there is to check, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<Question>,
    /// What was answered of it, by item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// What it is done on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<AssetId>,
    /// What it uses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartLine>,
    /// Which of its photos show it before the work, and which after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<PhotoMark>,
    /// The steps of its status, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StatusStep>,
    /// Whether its last service task was closed while it was still open: finishing it is offered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tasks_closed: bool,
}

impl Kind for Job {
    const IS_PART_OF_JOB: bool = false;

    fn links(&self) -> Vec<RecordKey> {
        let single = keys([
            self.customer.map(Into::into),
            self.organization.map(Into::into),
            self.property.map(Into::into),
            self.contract.map(Into::into),
            self.route.map(Into::into),
        ]);
        let assets = self.assets.iter().map(|id| RecordKey::from(*id));
        let parts = self.parts.iter().map(|line| RecordKey::from(line.part));
        single.into_iter().chain(assets).chain(parts).collect()
    }

    fn owner(&self) -> Option<RecordKey> {
        None
    }
}

impl Job {
    /// Whether it ended because it could not be done.
    #[must_use]
    pub fn was_not_possible(&self) -> bool {
        let last = self.steps.last();
        self.status == JobStatus::Finished
            && last.is_some_and(|last| last.kind == StepKind::NotPossible)
    }

    /// A job with nothing in it, to build others from.
    pub const BLANK: Self = Self {
        id: JobId(Uuid::nil()),
        number: String::new(),
        title: String::new(),
        description: String::new(),
        priority: Priority::Normal,
        status: JobStatus::Scheduled,
        assignee: None,
        starts: Timestamp(0),
        ends: Timestamp(0),
        customer: None,
        organization: None,
        property: None,
        contract: None,
        route: None,
        follows: None,
        acceptance: Acceptance::NotAsked,
        checklist: Vec::new(),
        answers: Vec::new(),
        assets: Vec::new(),
        parts: Vec::new(),
        photos: Vec::new(),
        steps: Vec::new(),
        tasks_closed: false,
    };
}
