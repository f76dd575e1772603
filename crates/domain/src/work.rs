//! What is done on a job beside its fields: answers, used parts, the steps of its status.
//!
//! Owns the small types that a job carries. Must never judge: what may be answered is in
//! `question`, what a step means in `status`.

use crate::edit::FieldValue;
use crate::from_tree;
use crate::ids::PartId;
use crate::status::JobStatus;
use crate::time::Timestamp;
use serde::Serialize;

/// The answer to one question of a checklist or a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Answer {
    /// The question's key.
    pub item: String,
    /// What was answered: text in the canonical form of the question's kind, or files.
    pub value: FieldValue,
}

from_tree! {
    struct Answer { item, value }
}

/// A part or service that a job uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PartLine {
    /// Which.
    pub part: PartId,
    /// How many or how much, in the part's unit: a decimal number as text.
    pub quantity: String,
}

from_tree! {
    struct PartLine { part, quantity }
}

/// One step of a job's status, as it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StatusStep {
    /// The status it went to.
    pub to: JobStatus,
    /// When, by the phone's corrected clock, not later than the receipt.
    pub at: Timestamp,
    /// Who took it, by name.
    pub by: String,
}

from_tree! {
    struct StatusStep { to, at, by }
}

/// Whether the office asked the technician to accept the job, and what they said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Acceptance {
    /// Nobody asked: it is simply the technician's.
    #[default]
    NotAsked,
    /// The office waits for an answer.
    Asked,
    /// Accepted.
    Accepted,
    /// Rejected; the job is nobody's until the office gives it to somebody else.
    Rejected,
}

from_tree! {
    names Acceptance {
        "not_asked" => NotAsked,
        "asked" => Asked,
        "accepted" => Accepted,
        "rejected" => Rejected,
        else NotAsked
    }
}

impl Acceptance {
    /// Whether nobody asked: then it is not written.
    #[must_use]
    pub fn is_not_asked(&self) -> bool {
        *self == Self::NotAsked
    }

    /// What it becomes when the job goes to somebody else: where the office asks, it asks anew,
    /// whatever the one before has said.
    #[must_use]
    pub fn asked_anew(self) -> Self {
        match self {
            Self::NotAsked => Self::NotAsked,
            Self::Asked | Self::Accepted | Self::Rejected => Self::Asked,
        }
    }
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
