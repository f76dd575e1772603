//! Who may see and do what with a record as a whole; who may edit a field, its table says ([`crate::record::JobField`]);
//! what a company has taken from a role, [`Rights`] say.
//!
//! Owns the rules. They are decided on the server at arrival; on the phone they only avoid
//! offering what would be refused.

mod right;
mod rights;

pub use right::{Requirable, Right};
pub use rights::{CompanyRights, Rights, RightsChange, UNCHANGED};

use crate::limits;
use crate::record::{Job, JobStatus};
use crate::time::Timestamp;
use crate::user::Actor;

/// Whether `actor` may see and work on `job`.
#[must_use]
pub fn may_work_on(actor: Actor<'_>, job: &Job) -> bool {
    actor.role.is_office() || job.assignee == Some(actor.id)
}

/// Whether `actor` may go on with a finished `job` at `at`: the office always, a technician with what they
/// have finished themselves, for a day. The phone offers it until midnight on the company's clock.
#[must_use]
pub fn may_reopen(actor: Actor<'_>, job: &Job, at: Timestamp) -> bool {
    let Some(last) = job.steps.last() else {
        return false;
    };
    let is_own = last.by == actor.name && at.0.abs_diff(last.at.0) < limits::REOPEN_MS;
    job.status == JobStatus::Finished
        && may_work_on(actor, job)
        && (actor.role.is_office() || is_own)
}
