//! What happened, in words, and how long ago: for the board's feed and the office's page of a job.

use super::age::Age;
use super::labels::{
    field_label, field_list, reason_label, reported, status_label, task_status_label,
};
use super::refusals::{Reason, excerpt};
use crate::runtime::session::Account;
use crate::tr;
use afield_domain::{Rejection, StepKind};
use afield_protocol::{Activity, ActivityKind};

/// How long ago.
#[must_use]
pub fn age_label(age: Age) -> String {
    match age {
        Age::Now => tr!(age.now).to_owned(),
        Age::Minutes(count) => tr!(age.minutes, count = count),
        Age::Hours(count) => tr!(age.hours, count = count),
        Age::Days(count) => tr!(age.days, count = count),
    }
}

/// Who of the office has brought it in or accepted it for whoever did it; none if neither was needed. What was declined
/// says itself by whom.
#[must_use]
pub fn brought_label(activity: &Activity) -> Option<String> {
    let by = &activity.brought_by;
    match &activity.what {
        ActivityKind::Refused {
            reason: Rejection::Declined { .. },
        } => None,
        _ if by.is_empty() => None,
        _ if activity.was_accepted => Some(tr!(board.accepted_by, name = by)),
        _ => Some(tr!(board.brought, name = by)),
    }
}

/// What somebody did, after their name.
#[must_use]
pub fn happened_label(account: &Account, kind: &ActivityKind) -> String {
    match kind {
        ActivityKind::Status {
            step: StepKind::NotPossible,
            reason,
            ..
        } => tr!(board.not_possible, reason = reason),
        ActivityKind::Status {
            step: StepKind::Reopened,
            ..
        } => tr!(board.reopened).to_owned(),
        ActivityKind::Status { reason, .. } if !reason.is_empty() => {
            tr!(board.left_open, reason = reason)
        }
        ActivityKind::Status { from, to, .. } => tr!(
            board.did_status,
            from = status_label(*from),
            to = status_label(*to)
        ),
        ActivityKind::Note { text } => tr!(board.did_note, text = excerpt(text)),
        ActivityKind::Assigned { to: None, .. } => tr!(board.did_unassign).to_owned(),
        ActivityKind::Assigned { to_name, .. } => tr!(board.did_assign, name = to_name),
        ActivityKind::Created => tr!(board.did_create).to_owned(),
        ActivityKind::Edited { fields } => tr!(board.did_edit, fields = field_list(fields)),
        ActivityKind::Conflict { field } => tr!(board.did_conflict, field = field_label(*field)),
        ActivityKind::Attached { name, .. } => tr!(board.attached, name = name),
        ActivityKind::Task { title, to } => {
            tr!(board.task, title = title, status = task_status_label(*to))
        }
        ActivityKind::Submitted { form, failures: 0 } => tr!(board.submitted, form = form),
        ActivityKind::Submitted { form, failures } => {
            tr!(board.submitted_failing, form = form, count = failures)
        }
        ActivityKind::Answered { accepted: true, .. } => tr!(board.accepted).to_owned(),
        ActivityKind::Answered { reason, .. } => tr!(board.rejected, reason = reason),
        ActivityKind::Withdrawn { name } if name.is_empty() => tr!(board.withdrew_note).to_owned(),
        ActivityKind::Withdrawn { name } => tr!(board.withdrew, name = name),
        ActivityKind::Refused {
            reason: Rejection::InReview,
        } => tr!(office.late_came).to_owned(),
        ActivityKind::Refused { reason } => {
            tr!(
                board.did_refused,
                reason = reason_label(&Reason::from(reason))
            )
        }
        ActivityKind::Imported { created, updated } => {
            tr!(board.did_import, created = created, updated = updated)
        }
        ActivityKind::Left {
            unsent,
            files,
            told_at,
            cleared,
        } => {
            let (changes, files) = reported(*unsent, *files);
            let time = account.date_time(*told_at);
            if *cleared {
                tr!(
                    board.left_cleared,
                    changes = changes,
                    files = files,
                    time = time
                )
            } else {
                tr!(board.left, changes = changes, files = files, time = time)
            }
        }
        ActivityKind::Other => tr!(board.did_other).to_owned(),
    }
}
