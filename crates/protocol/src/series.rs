//! What the office asks of jobs that repeat.

use afield_domain::wire::FromTree;
use afield_domain::{
    ContractId, CustomerId, JobId, JobPlan, JobStatus, MutationId, Rejection, Repetition, SeriesId,
    Timestamp,
};
use serde::Serialize;

/// A new series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SeriesRequest {
    /// The id of the change that makes its first job, made once: a repeated request gets the stored verdict.
    pub id: MutationId,
    /// Its jobs: the times are those of the first day, whose time of the clock all have.
    pub plan: JobPlan,
    /// How it repeats.
    pub repeat: Repetition,
}

/// A series, as the office sees it.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Series {
    /// Its id.
    pub id: SeriesId,
    /// What its jobs are called, as they were planned.
    #[wire(readable)]
    pub title: String,
    /// Planned start of the first day; all have its time of the clock.
    pub starts: Timestamp,
    /// Planned end of the first day.
    pub ends: Timestamp,
    /// How it repeats.
    #[wire(readable)]
    pub repeat: Repetition,
    /// Its contract as the series has last seen it, where it repeats by contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub contract: Option<SeriesContract>,
    /// Who has planned it, by name.
    #[wire(readable)]
    pub by: String,
    /// When.
    pub made_at: Timestamp,
    /// The day, `YYYY-MM-DD`, from which on it makes none, if somebody has ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub ended: Option<String>,
    /// What it has made, by day.
    #[wire(each, readable)]
    pub jobs: Vec<SeriesJob>,
    /// The days, `YYYY-MM-DD`, whose jobs are still to be made.
    #[wire(each, readable)]
    pub ahead: Vec<String>,
    /// Why its next job could not be made at the last try; it is tried again every day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[wire(readable)]
    pub refused: Option<Rejection>,
}

/// The contract by which a series repeats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SeriesContract {
    /// Its id.
    pub id: ContractId,
    /// Its number.
    #[serde(default)]
    pub number: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// How often its visits are due, as a contract writes it; none while none are agreed or it is archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visits: Option<String>,
    /// Its last day, `YYYY-MM-DD`, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// With whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
}

/// A job that a series has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SeriesJob {
    /// The day, `YYYY-MM-DD`, for which it was made.
    pub day: String,
    /// Its id.
    pub job: JobId,
    /// What people call it.
    pub number: String,
    /// Where it stands.
    pub status: JobStatus,
    /// When it is planned to begin, now.
    pub starts: Timestamp,
}

/// To which series a job belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OfSeries {
    /// Which.
    pub id: SeriesId,
    /// The day, `YYYY-MM-DD`, for which it was made.
    pub day: String,
}

/// To end a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SeriesEnd {
    /// From which day on, `YYYY-MM-DD`: that day's job is the first that is not made any more.
    pub from: String,
    /// Whether its jobs of these days that nobody has begun are cancelled.
    #[serde(default)]
    pub cancel: bool,
}

/// What ending it came to.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SeriesEnded {
    /// The series as it is now.
    pub series: Series,
    /// How many of its jobs were cancelled.
    #[wire(readable)]
    pub cancelled: u64,
    /// How many of those days stay as they are: begun, finished or cancelled before.
    #[wire(readable)]
    pub kept: u64,
}
