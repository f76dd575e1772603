//! The steps of a job's status as they happened, and the time on the job that follows from them.
//!
//! Owns [`StatusStep`]. Which steps there may be is in `job_status`.

use super::job_status::JobStatus;
use crate::time::Timestamp;
use crate::wire::FromTree;
use serde::Serialize;

/// What a step is beside where it goes to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, FromTree,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum StepKind {
    /// A step of the day, as the machine of the status has it.
    #[default]
    #[wire(other)]
    Usual,
    /// The end of a job that could not be done.
    NotPossible,
    /// A job that its technician had finished by mistake goes on.
    Reopened,
}

impl StepKind {
    /// Whether it is a step of the day: then it is not written.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::Usual
    }
}

/// One step of a job's status, as it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StatusStep {
    /// The status it went to.
    pub to: JobStatus,
    /// When, by the phone's corrected clock, not later than the receipt.
    pub at: Timestamp,
    /// Who took it, by name.
    pub by: String,
    /// What it is beside where it goes to.
    #[serde(default, skip_serializing_if = "StepKind::is_usual")]
    pub kind: StepKind,
    /// Why the job could not be done, or why it ends with required questions open; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl StatusStep {
    /// A step of the day.
    #[must_use]
    pub fn usual(to: JobStatus, at: Timestamp, by: &str) -> Self {
        Self {
            to,
            at,
            by: by.to_owned(),
            kind: StepKind::Usual,
            reason: String::new(),
        }
    }
}

/// Milliseconds of work on a job: [`time_in`] of [`JobStatus::Started`].
#[must_use]
pub fn time_on_job(steps: &[(JobStatus, Timestamp)], now: Timestamp) -> i64 {
    time_in(JobStatus::Started, steps, now)
}

/// Milliseconds in a status: the time between each step there and what came next, until `now` where
/// nothing has. `steps` are in the order in which they happened.
#[must_use]
pub fn time_in(status: JobStatus, steps: &[(JobStatus, Timestamp)], now: Timestamp) -> i64 {
    let mut total = 0;
    let mut since: Option<Timestamp> = None;
    for (to, at) in steps {
        if let Some(start) = since.take() {
            total += at.0.saturating_sub(start.0).max(0);
        }
        if *to == status {
            since = Some(*at);
        }
    }
    since.map_or(total, |start| total + now.0.saturating_sub(start.0).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use JobStatus::{EnRoute, Finished, Paused, Started};

    #[track_caller]
    fn check(steps: &[(JobStatus, i64)], now: i64, expected: i64) {
        let steps: Vec<_> = steps.iter().map(|(to, at)| (*to, Timestamp(*at))).collect();
        assert_eq!(time_on_job(&steps, Timestamp(now)), expected);
    }

    #[test]
    fn only_work_counts_and_pauses_do_not() {
        check(&[], 100, 0);
        check(&[(EnRoute, 0), (Started, 10)], 30, 20);
        check(
            &[(Started, 10), (Paused, 30), (Started, 50), (Finished, 90)],
            900,
            60,
        );
        // A phone's clock that went back never makes time negative.
        check(&[(Started, 50), (Finished, 40)], 100, 0);
        check(&[(Started, 50)], 40, 0);
    }
}
