//! A series as it is stored, and its days.

use super::agreed::Agreed;
use crate::error::StorageError;
use crate::storage::{CompanyRow, Stored};
use crate::zones::zone;
use afield_domain::time::Day;
use afield_domain::{JobPlan, Rejection, Repetition, Timestamp, UserId, Zone};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Days beyond the company's window for which jobs are made ahead: what the office plans for.
const MARGIN_DAYS: i64 = 28;
/// Days back at which a series may begin, and for which a job that was not made in time is still made.
pub(super) const BACK_DAYS: i64 = 7;

/// A series as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) plan: JobPlan,
    pub(super) repeat: Repetition,
    pub(super) by: UserId,
    pub(super) made_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ended: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refused: Option<Rejection>,
    /// What its contract has agreed, where it repeats by contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) agreed: Option<Agreed>,
}

impl Kept {
    pub(super) fn read(data: &str) -> Stored<Self> {
        serde_json::from_str(data).map_err(|_| StorageError::Damaged("series"))
    }

    pub(super) fn text(&self) -> Stored<String> {
        serde_json::to_string(self).map_err(|_| StorageError::Damaged("series"))
    }

    /// Whether the series still has a say in that day.
    pub(super) fn has_day(&self, day: &str) -> bool {
        self.ended.as_deref().is_none_or(|ended| day < ended)
    }

    /// Its days, until it was ended; `latest` is the last that is looked at of what has no end of its own.
    pub(super) fn days(&self, zone: &Zone, latest: Day) -> Vec<Day> {
        let days = match &self.agreed {
            Some(agreed) => Ok(agreed.days(latest)),
            None => self.repeat.days(zone.day(self.plan.starts)),
        };
        let end: Option<Day> = self.ended.as_deref().and_then(|day| day.parse().ok());
        let is_of_it = |day: &Day| end.is_none_or(|end| *day < end);
        days.unwrap_or_default()
            .into_iter()
            .filter(is_of_it)
            .collect()
    }

    /// The days whose job is to be made on `today`.
    pub(super) fn due(
        &self,
        zone: &Zone,
        today: Day,
        window_days: u32,
        made: &HashSet<String>,
    ) -> Vec<Day> {
        let until = today.plus(i64::from(window_days) + MARGIN_DAYS);
        let is_due = |day: &Day| {
            (today.plus(-BACK_DAYS)..=until).contains(day) && !made.contains(&day.to_string())
        };
        self.days(zone, until).into_iter().filter(is_due).collect()
    }
}

/// Its job of `day`: the same time of the clock, and as long.
pub(super) fn plan_of(plan: &JobPlan, day: Day, zone: &Zone) -> JobPlan {
    let starts = zone.on_day(plan.starts, day);
    JobPlan {
        starts,
        ends: starts.plus_ms(plan.ends.since(plan.starts)),
        ..plan.clone()
    }
}

pub(super) fn zone_of(company: &CompanyRow) -> Stored<Zone> {
    zone(&company.zone).ok_or(StorageError::Damaged("zone"))
}
