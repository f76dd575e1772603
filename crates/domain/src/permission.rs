//! Who may see and do what with a record as a whole; who may edit a field, its table says ([`crate::record::JobField`]).
//!
//! Owns the rules. They are decided on the server at arrival; on the phone they only avoid
//! offering what would be refused.

use crate::record::Job;
use crate::user::Actor;

/// Whether `actor` may see and work on `job`.
#[must_use]
pub fn may_work_on(actor: Actor<'_>, job: &Job) -> bool {
    actor.role.is_office() || job.assignee == Some(actor.id)
}
