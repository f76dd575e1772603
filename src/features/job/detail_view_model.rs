//! One job's page, above its tabs: the job, what to do next, and what was refused of it.
//!
//! Owns what stands over every tab and which steps it offers. Pure: the zone is an argument.

use crate::shared::job_rows::{Marks, marks_of};
pub use crate::shared::map_app::MapApp;
use crate::shared::progress::{JobProgress, progress};
use crate::shared::refusals::{Reason, Refused, refused};
use afield_domain::permission::{may_reopen, may_work_on};
use afield_domain::{Acceptance, Job, JobId, JobStatus, Timestamp, Zone};
use afield_sync::view::Projection;
use afield_sync::{EntryState, OutboxEntry, SignedIn};

/// What stands over the tabs of one job.
#[derive(Debug, Clone, PartialEq)]
pub struct JobDetail {
    /// The job, unsent changes included.
    pub job: Job,
    /// Its planned day and times on the company's clock.
    pub when: String,
    /// Whether anything of the record itself has not reached the office.
    pub unsent: bool,
    /// What this phone has not sent of it.
    pub marks: Marks,
    /// The steps that the signed-in user may take, the most likely first.
    pub steps: &'static [JobStatus],
    /// Whether the user may write on it.
    pub may_write: bool,
    /// How much of it is done.
    pub progress: JobProgress,
    /// Whether the office waits for the user's word that they take it.
    pub is_asked: bool,
    /// Whether the user may end it as not possible.
    pub may_end: bool,
    /// Until when the user may reopen it: the end of the company's day on which they finished it.
    pub reopens_until: Option<Timestamp>,
    /// Whether its last service task is done, and finishing it is the next step.
    pub offers_finish: bool,
    /// What was refused of it, oldest first.
    pub refused: Vec<Refused>,
}

/// What the page of `id` shows; none if the job is not on this phone.
/// `entries` are the signed-in user's.
#[must_use]
pub fn job_detail(
    projection: &Projection,
    entries: &[OutboxEntry],
    session: &SignedIn,
    zone: &Zone,
    id: JobId,
) -> Option<JobDetail> {
    let job = projection.job(id)?;
    let refused: Vec<Refused> = refused(projection, entries, session, zone)
        .into_iter()
        .filter(|refused| refused.job == Some(id))
        .collect();
    // The copy on this phone may be older than the refusal: what would be refused is not offered.
    let was_taken = refused
        .iter()
        .any(|refused| matches!(refused.reason, Reason::NotYours | Reason::Gone));
    let may_write =
        may_work_on(session.actor(), job) && !was_taken && !is_as_reviewed(projection, entries, id);
    let steps = if may_write {
        job.status.next_steps(session.info.user.role)
    } else {
        &[]
    };
    let progress = progress(projection, job);
    let may_finish = steps.contains(&JobStatus::Finished);
    Some(JobDetail {
        when: zone.span(job.starts, job.ends),
        unsent: projection
            .view(id.into())
            .is_some_and(|view| view.unsent > 0),
        marks: marks_of(entries, id),
        steps,
        may_write,
        is_asked: job.acceptance == Acceptance::Asked
            && job.status.is_open()
            && job.assignee == Some(session.user()),
        may_end: may_write && job.status.is_open(),
        reopens_until: last_finish(session, zone, job).filter(|_| may_write),
        offers_finish: may_finish && progress.offers_finish(job),
        progress,
        refused,
        job: job.clone(),
    })
}

/// Whether the copy on this phone is still the one that something came too late for.
fn is_as_reviewed(projection: &Projection, entries: &[OutboxEntry], id: JobId) -> bool {
    let copy = projection.view(id.into()).and_then(|view| view.rev);
    let mut waiting = entries.iter().filter(|entry| entry.is_in_review());
    waiting.any(|entry| {
        let is_of = entry.mutation.op.job() == Some(id);
        let seen = matches!(&entry.state, EntryState::Parked { rev, .. } if copy <= *rev);
        is_of && seen
    })
}

/// The end of the day on which the user finished `job`, if they may still reopen it then.
fn last_finish(session: &SignedIn, zone: &Zone, job: &Job) -> Option<Timestamp> {
    let finished = job.steps.last()?.at;
    let ends = zone.at(zone.day(finished).plus(1), 0, 0);
    may_reopen(session.actor(), job, finished).then_some(ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{
        job, note_entry, parked, projection, signed_in, status_entry, with_outbox,
    };
    use crate::shared::refusals::ChangeSummary;
    use afield_domain::{Rejection, StepKind};

    fn detail(entries: &[OutboxEntry]) -> JobDetail {
        let projection = with_outbox(entries);
        job_detail(&projection, entries, &signed_in(), &Zone::utc(), job(1).id).unwrap()
    }

    #[test]
    fn unsent_changes_show_at_once_and_are_marked() {
        let entries = [
            status_entry(1, job(1).id, JobStatus::EnRoute),
            note_entry(2, job(1).id),
        ];
        let detail = detail(&entries);
        assert_eq!(detail.job.status, JobStatus::EnRoute);
        assert!(detail.unsent);
        assert_eq!(detail.steps[0], JobStatus::Started);
        assert_eq!(detail.progress.notes, 2);
        assert_eq!(detail.marks.unsent, 2);
    }

    #[test]
    fn a_refused_change_is_shown_with_its_reason_and_what_waits_for_it() {
        let entries = [
            parked(
                status_entry(1, job(1).id, JobStatus::Started),
                Rejection::Forbidden,
            ),
            status_entry(2, job(1).id, JobStatus::Finished),
        ];
        let detail = detail(&entries);
        assert_eq!(detail.job.status, JobStatus::Scheduled);
        assert_eq!(detail.refused.len(), 1);
        assert_eq!(
            detail.refused[0].what,
            ChangeSummary::Status(JobStatus::Started, StepKind::Usual)
        );
        assert_eq!(detail.refused[0].reason, Reason::NotYours);
        assert_eq!(detail.refused[0].held, 1);
        assert!(detail.steps.is_empty(), "the job is somebody else's");
    }

    #[test]
    fn what_came_too_late_stays_on_the_job_and_nothing_more_is_offered_there() {
        let late = parked(
            status_entry(1, job(1).id, JobStatus::EnRoute),
            Rejection::InReview,
        );
        let detail = detail(&[late]);
        assert_eq!(detail.job.status, JobStatus::EnRoute, "it is shown as done");
        assert!(!detail.unsent && !detail.may_write);
        assert_eq!(detail.marks, crate::shared::job_rows::Marks::default());
        assert!(detail.refused[0].is_received());
        assert_eq!(detail.refused[0].held, 0);
    }

    #[test]
    fn what_was_finished_by_mistake_can_be_reopened_until_midnight() {
        let started = status_entry(1, job(1).id, JobStatus::Started);
        assert_eq!(detail(std::slice::from_ref(&started)).reopens_until, None);
        let finished = status_entry(2, job(1).id, JobStatus::Finished);
        let at = finished.mutation.made_at();
        let until = detail(&[started, finished]).reopens_until.unwrap();
        let zone = Zone::utc();
        assert_eq!(zone.day(until), zone.day(at).plus(1));
        assert_eq!(zone.day(until.plus_ms(-1)), zone.day(at));
    }

    #[test]
    fn nobody_is_offered_a_step_on_another_s_job() {
        let mut session = signed_in();
        session.info.user.id = afield_domain::UserId(uuid::Uuid::from_u128(77));
        let detail = job_detail(&projection(), &[], &session, &Zone::utc(), job(1).id).unwrap();
        assert!(detail.steps.is_empty() && !detail.may_write);
    }
}
