//! Who may see and do what.
//!
//! Owns the rules. They are decided on the server at arrival; on the phone they only avoid
//! offering what would be refused.

use crate::record::{Job, JobField};
use crate::user::{Actor, Role};

/// Whether `actor` may see and work on `job`.
#[must_use]
pub fn may_work_on(actor: Actor<'_>, job: &Job) -> bool {
    actor.role.is_office() || job.assignee == Some(actor.id)
}

/// Whether `role` may edit `field` of a job that it may work on.
#[must_use]
pub fn may_edit(role: Role, field: JobField) -> bool {
    match field {
        JobField::Title
        | JobField::Description
        | JobField::Priority
        | JobField::Schedule
        | JobField::Answer
        | JobField::Asset
        | JobField::Part => true,
        JobField::Assignee => role.is_office(),
        JobField::Other => false,
    }
}
