//! Why something cannot be accepted, in words for the office: those of the phone speak to its technician.

use crate::shared::labels::{reason_label, requirable_label, right_label, status_label};
use crate::shared::names::numbered;
use crate::shared::refusals::Reason;
use crate::tr;
use afield_domain::Rejection;
use afield_protocol::ReviewGroup;

/// Why a change of `author` cannot be accepted, and what to do.
pub(super) fn cannot_text(reason: &Rejection, author: &str) -> String {
    match Reason::from(reason) {
        Reason::Gone => tr!(office.late_not_gone).to_owned(),
        Reason::NotYours => tr!(office.late_not_theirs, name = author),
        Reason::NoStep(from) => tr!(office.late_not_step, status = status_label(from)),
        Reason::OpenQuestions => tr!(office.late_not_open).to_owned(),
        Reason::NotPermitted(right) => {
            tr!(office.late_not_permitted, right = right_label(right))
        }
        Reason::Required(field) => {
            tr!(office.late_not_filled, field = requirable_label(field))
        }
        Reason::Empty | Reason::TooLong(_) | Reason::OutOfRange | Reason::Invalid => {
            tr!(office.late_not_valid).to_owned()
        }
        other => tr!(office.late_refused, reason = reason_label(&other)),
    }
}

/// The heading of the part: where the keyboard goes on when a group is decided and others are left.
pub(super) const HEADING: &str = "late";

/// The field for why not. At most one is on the page.
pub(super) const REASON: &str = "late-reason";

/// Number and title of the job, though it was deleted.
pub(super) fn job_name(group: &ReviewGroup) -> String {
    match group.now.as_ref().or(group.was.as_ref()) {
        Some(job) => numbered(&job.number, &job.title),
        None => tr!(sync.unknown_job).to_owned(),
    }
}
