//! What a series that repeats by contract has agreed with it, and the days that this comes to. Pure.

use afield_domain::time::Day;
use afield_domain::{Contract, Interval, Visits};
use serde::{Deserialize, Serialize};

/// What a series has seen of its contract, and its rhythm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Agreed {
    /// The contract as it was last seen.
    pub(super) contract: Contract,
    /// How often, as it was agreed last; it stands also while nothing is agreed.
    interval: String,
    /// The visit from which the others are counted, `YYYY-MM-DD`.
    anchor: String,
    /// On which day of the month.
    on: u32,
    /// The first day, `YYYY-MM-DD`, for which it makes jobs: the day after the last change.
    since: String,
    /// Days to come whose jobs were cancelled because the contract changed: they are brought back if it changes back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) dropped: Vec<String>,
}

impl Agreed {
    pub(super) fn begin(contract: Contract, interval: Interval, first: Day) -> Self {
        Self {
            contract,
            interval: interval.to_string(),
            anchor: first.to_string(),
            on: first.of_month(),
            since: first.to_string(),
            dropped: Vec::new(),
        }
    }

    pub(super) fn contract(&self) -> &Contract {
        &self.contract
    }

    pub(super) fn with_dropped(self, dropped: Vec<String>) -> Self {
        Self { dropped, ..self }
    }

    fn rhythm(&self) -> Option<Visits> {
        Some(Visits {
            interval: self.interval.parse().ok()?,
            anchor: self.anchor.parse().ok()?,
            on: self.on,
        })
    }

    /// Its days until `latest`; none while the contract has agreed none.
    pub(super) fn days(&self, latest: Day) -> Vec<Day> {
        let since = self.since.parse::<Day>().ok();
        let is_agreed = self.contract.interval().is_some();
        match (self.rhythm(), since) {
            (Some(rhythm), Some(since)) if is_agreed => {
                self.contract.visits_of(&rhythm, &(since..=latest))
            }
            _ => Vec::new(),
        }
    }

    /// What decides its days.
    fn terms(contract: &Contract) -> (Option<Interval>, &str, &str) {
        (contract.interval(), &contract.from, &contract.until)
    }

    /// Whether the rhythm is another one by `contract`.
    fn has_other_interval(&self, contract: &Contract) -> bool {
        let interval = contract.interval().map(|interval| interval.to_string());
        interval.is_some_and(|interval| interval != self.interval)
    }

    /// By `contract` as it is now; `last` is the last visit that there was.
    pub(super) fn changed(self, contract: Contract, last: Option<Day>, today: Day) -> Self {
        let mut after = self;
        if let (true, Some(rhythm), Some(interval)) = (
            after.has_other_interval(&contract),
            after.rhythm(),
            contract.interval(),
        ) {
            let rhythm = rhythm.changed(interval, last);
            after.interval = interval.to_string();
            after.anchor = rhythm.anchor.to_string();
            after.on = rhythm.on;
        }
        if Self::terms(&after.contract) != Self::terms(&contract) {
            // Days are written so that they sort.
            after.since = after.since.max(today.plus(1).to_string());
        }
        Self { contract, ..after }
    }
}
