//! The steps of a job's status as they happened, and the time on the job that follows from them.
//!
//! Owns [`StatusStep`]. Which steps there may be is in `job_status`.

use super::job_status::JobStatus;
use crate::time::Timestamp;
use crate::wire::FromTree;
use serde::Serialize;

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
}

/// Milliseconds of work on a job: the time between each start and what ended it, until `now` where
/// nothing has. `steps` are in the order in which they happened.
#[must_use]
pub fn time_on_job(steps: &[(JobStatus, Timestamp)], now: Timestamp) -> i64 {
    let mut total = 0;
    let mut since: Option<Timestamp> = None;
    for (to, at) in steps {
        if let Some(start) = since.take() {
            total += at.0.saturating_sub(start.0).max(0);
        }
        if *to == JobStatus::Started {
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
