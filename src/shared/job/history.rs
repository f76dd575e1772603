//! The tab History of a job: what happened, as far as the records and this phone's outbox tell.
//!
//! Owns the rows. Pure: the zone is an argument. Entries of the outbox are listed here as what somebody did,
//! in the words of their operation; what a job has become by them stands in the picture alone.

use super::notes::files_of;
use crate::routes::Route;
use crate::shared::progress::{Step, steps_of, waiting};
use crate::shared::refusals::{ChangeSummary, excerpt};
use afield_domain::order::Order;
use afield_domain::{Job, JobId, JobStatus, Op, StepKind, SubmissionId, Timestamp, Zone};
use afield_sync::view::Projection;
use afield_sync::{OutboxEntry, SignedIn};

/// What the tab shows.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Its planned day and times on the company's clock.
    pub planned: String,
    /// Its steps so far, for what became of the plan.
    pub steps: Vec<(JobStatus, Timestamp)>,
    /// What happened, newest first.
    pub rows: Vec<HistoryRow>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HistoryRow {
    /// What happened.
    pub what: HistoryEvent,
    /// Who did it.
    pub by: String,
    /// When, to sort by.
    pub at: Timestamp,
    /// When, on the company's clock.
    pub when: String,
    /// Whether the office does not know of it yet.
    pub unsent: bool,
}

/// The kinds of things that happen to a job.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum HistoryEvent {
    /// The job went to another status: what the step was beside that, and why.
    Status(JobStatus, StepKind, String),
    /// A note, with its beginning.
    Note(String),
    /// A photo or a file, with its name.
    File(String),
    /// A form was submitted, with its name.
    Submission(String, SubmissionId),
    /// Anything else that is still on its way.
    Change(ChangeSummary),
}

impl HistoryEvent {
    /// The page that shows the whole of it.
    #[must_use]
    pub fn href(&self, job: JobId) -> Option<String> {
        match self {
            Self::Submission(_, id) => Some(Route::Submission(job, *id).href()),
            _ => None,
        }
    }
}

/// The history of the job `id`; none if it is not on this phone.
#[must_use]
pub fn history(
    projection: &Projection,
    entries: &[OutboxEntry],
    session: &SignedIn,
    zone: &Zone,
    id: JobId,
) -> Option<History> {
    let job = projection.job(id)?;
    let me = &session.info.user.name;
    let steps = steps_of(job, entries);
    let mut rows: Vec<HistoryRow> = steps.iter().map(|step| status_row(step, zone)).collect();
    rows.extend(note_rows(projection, zone, id));
    rows.extend(
        files_of(projection, zone, id, None)
            .into_iter()
            .rev()
            .map(|row| HistoryRow {
                what: HistoryEvent::File(excerpt(&row.file.name)),
                by: row.file.author_name,
                at: row.file.made_at,
                when: row.when,
                unsent: row.unsent,
            }),
    );
    rows.extend(form_rows(projection, zone, id));
    rows.extend(waiting_rows(projection, job, entries, me, zone));
    rows.order_by_key(|row| std::cmp::Reverse(row.at));
    Some(History {
        planned: zone.span(job.starts, job.ends),
        steps: steps.into_iter().map(|step| (step.to, step.at)).collect(),
        rows,
    })
}

fn status_row(step: &Step, zone: &Zone) -> HistoryRow {
    HistoryRow {
        what: HistoryEvent::Status(step.to, step.kind, step.reason.clone()),
        by: step.by.clone(),
        at: step.at,
        when: zone.date_and_time(step.at),
        unsent: step.unsent,
    }
}

fn note_rows<'a>(
    projection: &'a Projection,
    zone: &'a Zone,
    id: JobId,
) -> impl Iterator<Item = HistoryRow> + 'a {
    projection.notes_of(id).map(|(note, unsent)| HistoryRow {
        what: HistoryEvent::Note(excerpt(&note.text)),
        by: note.author_name.clone(),
        at: note.made_at,
        when: zone.date_and_time(note.made_at),
        unsent,
    })
}

fn form_rows<'a>(
    projection: &'a Projection,
    zone: &'a Zone,
    id: JobId,
) -> impl Iterator<Item = HistoryRow> + 'a {
    projection.submissions_of(id).map(|(made, unsent)| {
        let form = projection.form(made.template);
        let name = form.map_or_else(String::new, |form| form.name.clone());
        HistoryRow {
            what: HistoryEvent::Submission(name, made.id),
            by: made.author_name.clone(),
            at: made.made_at,
            when: zone.date_and_time(made.made_at),
            unsent,
        }
    })
}

/// What the records will not tell once it has been sent: edits, tasks, and that the job was made.
fn waiting_rows(
    projection: &Projection,
    job: &Job,
    entries: &[OutboxEntry],
    me: &str,
    zone: &Zone,
) -> Vec<HistoryRow> {
    let of_job = waiting(entries).filter(|entry| entry.mutation.op.job() == Some(job.id));
    let told = of_job.filter(|entry| {
        matches!(
            entry.mutation.op,
            Op::EditJob { .. } | Op::SetTaskStatus { .. } | Op::CreateJob { .. }
        )
    });
    told.map(|entry| {
        let at = entry.mutation.made_at();
        HistoryRow {
            what: HistoryEvent::Change(ChangeSummary::of(projection, &entry.mutation.op)),
            by: me.to_owned(),
            at,
            when: zone.date_and_time(at),
            unsent: true,
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{
        NOON, edit_entry, entry, job, note_entry, parked, signed_in, status_entry, title_edit,
        with_outbox,
    };
    use afield_domain::{Rejection, TaskId, TaskStatus};
    use uuid::Uuid;

    fn found(entries: &[OutboxEntry]) -> History {
        let projection = with_outbox(entries);
        history(&projection, entries, &signed_in(), &Zone::utc(), job(1).id).unwrap()
    }

    #[test]
    fn what_happened_is_told_newest_first_with_who_and_what_is_unsent() {
        let task = Op::SetTaskStatus {
            task: TaskId(Uuid::from_u128(70)),
            job: job(1).id,
            to: TaskStatus::Done,
        };
        let history = found(&[
            status_entry(1, job(1).id, JobStatus::Started),
            status_entry(2, job(2).id, JobStatus::Started),
            note_entry(3, job(1).id),
            entry(4, task),
        ]);
        let told: Vec<(&HistoryEvent, &str, bool)> = history
            .rows
            .iter()
            .map(|row| (&row.what, row.by.as_str(), row.unsent))
            .collect();
        let note = |text: &str| HistoryEvent::Note(text.to_owned());
        assert_eq!(
            told,
            [
                (
                    &HistoryEvent::Change(ChangeSummary::Task(String::new(), TaskStatus::Done)),
                    "Anna",
                    true
                ),
                (&note("Note 3"), "Anna", true),
                (
                    &HistoryEvent::Status(JobStatus::Started, StepKind::Usual, String::new()),
                    "Anna",
                    true
                ),
                (&note("Valve ordered"), "Anna", false),
            ]
        );
        assert_eq!(history.rows[3].at, NOON);
        assert_eq!(history.steps.len(), 1);
        assert_eq!(history.planned, "Fri 15 Jan, 13:00 – 14:00");
    }

    #[test]
    fn what_was_refused_did_not_happen() {
        let edit = edit_entry(1, job(1).id, &[title_edit("Boiler", "Pump")]);
        assert_eq!(found(std::slice::from_ref(&edit)).rows.len(), 2);
        assert_eq!(found(&[parked(edit, Rejection::Forbidden)]).rows.len(), 1);
    }
}
