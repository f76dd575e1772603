//! What the office asks of one job, and of what happened: everything of it in one answer, and one change of it.

use crate::board::Activity;
use crate::device::JobOnPhone;
use crate::series::OfSeries;
use afield_domain::wire::FromTree;
use afield_domain::{MutationId, Op, Rev, Timestamp, User, Versioned};
use serde::Serialize;

/// Everything of one job.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OfficeJob {
    /// The job, its parts, and what it and they refer to.
    #[wire(each, readable)]
    pub records: Vec<Versioned>,
    /// How many more there are that the server cannot read, or that are too many for one answer.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[wire(readable)]
    pub left_out: u64,
    /// The technicians, by name.
    #[wire(each, readable)]
    pub technicians: Vec<User>,
    /// The latest that happened to it, newest first.
    #[wire(each, readable)]
    pub activity: Vec<Activity>,
    /// What is known of the phones of whoever has it; none if nobody has, or nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub holder: Option<Holder>,
    /// On which phones something of it stands alone, as these last told; at most fifty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub phones: Vec<JobOnPhone>,
    /// The series that has made it; none if none has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub series: Option<OfSeries>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As serde calls it.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What the server knows of a user's phones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Holder {
    /// When one of them last spoke with the server, as far as it remembers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
    /// Changes that stood on them alone when they last told, of whatever job.
    #[serde(default)]
    pub unsent: u64,
    /// Photos and files that did.
    #[serde(default)]
    pub files: u64,
    /// When the oldest of these changes was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Timestamp>,
    /// Whether all of that was counted by job: then [`OfficeJob::phones`] has what is of this one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[wire(readable)]
    pub by_job: bool,
}

/// Everything of one customer.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OfficeCustomer {
    /// The customer, its places, assets and contracts, archived ones too, and the organization it belongs to.
    #[wire(each, readable)]
    pub records: Vec<Versioned>,
    /// Its jobs, the latest first: at most fifty.
    #[wire(each, readable)]
    pub jobs: Vec<Versioned>,
    /// Whether it has more jobs behind these.
    #[serde(default)]
    #[wire(readable)]
    pub more: bool,
}

/// A change of one job, customer or other record by the office, or a new one.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OfficeChange {
    /// The id of this change, made once: a repeated request gets the stored verdict.
    pub id: MutationId,
    /// What is wanted. What it is of must be that of the address.
    pub op: Op,
    /// The revision that was seen, where the change is of that one alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_rev: Option<Rev>,
}

/// Records that were looked for, the best match first; or open conflicts, the newest first, and what they are about.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Found {
    /// As many as one answer takes.
    #[wire(each, readable)]
    pub records: Vec<Versioned>,
    /// How many more there are.
    #[serde(default)]
    #[wire(readable)]
    pub more: u64,
}

/// What happened, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ActivityPage {
    /// At most fifty, each with a lower `seq` than was asked for.
    #[wire(each, readable)]
    pub activity: Vec<Activity>,
    /// Whether there is more before these.
    #[serde(default)]
    #[wire(readable)]
    pub more: bool,
}
