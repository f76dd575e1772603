//! The status machine of a job.
//!
//! Owns which steps exist and who may take them. Must never decide by time or network.

use crate::user::Role;
use crate::wire::FromTree;
use serde::Serialize;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum JobStatus {
    /// Planned, nobody has moved yet.
    Scheduled,
    /// The technician is on the way.
    EnRoute,
    /// Work has begun.
    Started,
    /// Work is interrupted.
    Paused,
    /// Work is done.
    Finished,
    /// The office has called it off.
    Cancelled,
}

impl JobStatus {
    /// Every status, in the order of a day.
    pub const ALL: [Self; 6] = [
        Self::Scheduled,
        Self::EnRoute,
        Self::Started,
        Self::Paused,
        Self::Finished,
        Self::Cancelled,
    ];

    /// The legal next steps, the most likely first.
    #[must_use]
    pub fn next_steps(self, role: Role) -> &'static [Self] {
        use JobStatus::{Cancelled, EnRoute, Finished, Paused, Scheduled, Started};
        match (role, self) {
            (Role::Technician, Scheduled) => &[EnRoute, Started],
            (Role::Technician, EnRoute) => &[Started, Scheduled],
            (Role::Technician, Started) => &[Finished, Paused],
            (Role::Technician, Paused) => &[Started, Finished],
            (Role::Technician, Finished | Cancelled) => &[],
            (Role::Dispatcher | Role::Admin, Scheduled) => &[EnRoute, Started, Cancelled],
            (Role::Dispatcher | Role::Admin, EnRoute) => &[Started, Scheduled, Cancelled],
            (Role::Dispatcher | Role::Admin, Started) => &[Finished, Paused, Cancelled],
            (Role::Dispatcher | Role::Admin, Paused) => &[Started, Finished, Cancelled],
            (Role::Dispatcher | Role::Admin, Finished) => &[Started],
            (Role::Dispatcher | Role::Admin, Cancelled) => &[Scheduled],
        }
    }

    /// Whether `role` may take a job from this status to `to`.
    #[must_use]
    pub fn may_become(self, to: Self, role: Role) -> bool {
        self.next_steps(role).contains(&to)
    }

    /// Whether a job that stands here has left `step` behind on its way through a day. Nothing leaves being
    /// scheduled, finished or cancelled behind: to go there again is another wish.
    #[must_use]
    pub fn is_beyond(self, step: Self) -> bool {
        use JobStatus::{Cancelled, EnRoute, Finished, Paused, Scheduled, Started};
        match step {
            EnRoute => matches!(self, Started | Paused | Finished),
            Started | Paused => self == Finished,
            Scheduled | Finished | Cancelled => false,
        }
    }

    /// Whether somebody is at it: on the way, at work, or interrupted. It is then with its technician whatever its day.
    #[must_use]
    pub fn is_in_hand(self) -> bool {
        matches!(self, Self::EnRoute | Self::Started | Self::Paused)
    }

    /// Whether the job still asks for something from the technician.
    #[must_use]
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Finished | Self::Cancelled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_step_leads_to_itself_and_the_office_may_all_a_technician_may() {
        for from in JobStatus::ALL {
            for role in [Role::Technician, Role::Dispatcher, Role::Admin] {
                assert!(!from.may_become(from, role), "{from:?}");
            }
            for to in from.next_steps(Role::Technician) {
                assert!(from.may_become(*to, Role::Dispatcher), "{from:?} {to:?}");
            }
        }
    }

    #[test]
    fn what_lies_behind_is_a_step_of_the_same_day_and_none_that_can_be_taken() {
        let behind: Vec<_> = JobStatus::ALL
            .into_iter()
            .flat_map(|at| JobStatus::ALL.map(|step| (at, step)))
            .filter(|(at, step)| at.is_beyond(*step))
            .collect();
        use JobStatus::{EnRoute, Finished, Paused, Started};
        let expected = [
            (Started, EnRoute),
            (Paused, EnRoute),
            (Finished, EnRoute),
            (Finished, Started),
            (Finished, Paused),
        ];
        assert_eq!(behind, expected);
        for (at, step) in behind {
            assert!(!at.may_become(step, Role::Technician), "{at:?} {step:?}");
        }
    }

    #[test]
    fn a_technician_can_neither_cancel_nor_reopen() {
        for from in JobStatus::ALL {
            assert!(!from.may_become(JobStatus::Cancelled, Role::Technician));
        }
        assert!(JobStatus::Finished.next_steps(Role::Technician).is_empty());
    }
}
