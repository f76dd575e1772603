//! Changes that the office refused: what was wanted, why not, and what can be done about it.
//!
//! Owns [`Refused`], [`Intent`] and [`Reason`]. Pure. Must never decide what becomes of a change:
//! that is its user's to say, or the engine's when the reason has gone.

use super::values::{Shown, shown};
use crate::judge::judge;
use crate::routes::Route;
use afield_domain::rejection::Problem;
use afield_domain::{JobField, JobId, JobStatus, MutationId, Op, Rejection, Zone};
use afield_sync::session::plan_revert;
use afield_sync::view::Projection;
use afield_sync::{EntryState, OutboxEntry, SignedIn};

/// A change that the office refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Refused {
    /// The change.
    pub id: MutationId,
    /// The job it is about.
    pub job: Option<JobId>,
    /// What was wanted.
    pub what: Intent,
    /// The whole text of a refused note, so that it can be read and copied; empty for the rest.
    pub text: String,
    /// The values of a refused edit.
    pub values: Vec<(JobField, Shown)>,
    /// Why it was refused.
    pub reason: Reason,
    /// When it was made, on the company's clock.
    pub made: String,
    /// When the verdict came, on the company's clock.
    pub when: String,
    /// How many later changes wait for it, and go with it if it is reverted.
    pub held: usize,
    /// Whether it may be accepted if it is sent as it is.
    pub can_send_again: bool,
}

impl Refused {
    /// Where **Go to record** leads: to the form with what was refused, or to the job.
    #[must_use]
    pub fn record_href(&self) -> Option<String> {
        let job = self.job?;
        match self.what {
            Intent::Edit(_) | Intent::Note(_) => {
                Some(format!("{}?change={}", Route::JobEdit(job).href(), self.id))
            }
            Intent::Status(_) => Some(Route::Job(job).href()),
            // A job that was never accepted has no page, and what cannot be read no form.
            Intent::Create(_) | Intent::Unknown => None,
        }
    }

    /// Whether somebody in the office could give what is missing.
    #[must_use]
    pub fn needs_access(&self) -> bool {
        matches!(self.reason, Reason::NotYours | Reason::Gone)
    }
}

/// What a change wanted, for people.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Intent {
    /// Another status.
    Status(JobStatus),
    /// A note, with its beginning.
    Note(String),
    /// Other values in these fields.
    Edit(Vec<JobField>),
    /// A new job, with its title.
    Create(String),
    /// A change of another build.
    Unknown,
}

/// Why a change was refused, for people.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The job is not the user's any more.
    NotYours,
    /// The record is gone.
    Gone,
    /// The office's copy is at a status from which this step does not exist.
    NoStep(JobStatus),
    /// There is nothing in it.
    Empty,
    /// It has more characters than this.
    TooLong(usize),
    /// The value cannot be stored.
    Invalid,
    /// The server is older than this app.
    ServerTooOld,
    /// The phone's order was used twice: its storage was copied or restored.
    UsedTwice,
    /// Anything else.
    Other,
}

impl From<&Rejection> for Reason {
    fn from(rejection: &Rejection) -> Self {
        match rejection {
            Rejection::Forbidden => Self::NotYours,
            Rejection::NotFound | Rejection::Deleted => Self::Gone,
            Rejection::IllegalStatus { from, .. } => Self::NoStep(*from),
            Rejection::Invalid { problem, .. } => Self::from(problem),
            Rejection::UnknownOp => Self::ServerTooOld,
            Rejection::IdempotencyMismatch | Rejection::SequenceReused => Self::UsedTwice,
            Rejection::Other => Self::Other,
        }
    }
}

impl From<&Problem> for Reason {
    fn from(problem: &Problem) -> Self {
        match problem {
            Problem::Missing => Self::Empty,
            Problem::TooLong { max } => Self::TooLong(*max),
            Problem::Malformed => Self::Invalid,
        }
    }
}

const EXCERPT: usize = 80;

impl From<&Op> for Intent {
    fn from(op: &Op) -> Self {
        match op {
            Op::SetJobStatus { to, .. } => Self::Status(*to),
            Op::AddNote { text, .. } => Self::Note(excerpt(text)),
            Op::EditJob { edits, .. } => Self::Edit(edits.iter().map(|edit| edit.field).collect()),
            Op::CreateJob { title, .. } => Self::Create(excerpt(title)),
            Op::Unknown => Self::Unknown,
        }
    }
}

/// The beginning of `text`, on one line.
#[must_use]
pub fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// Every refused change in `entries` (the signed-in user's), oldest first.
#[must_use]
pub fn refused(
    projection: &Projection,
    entries: &[OutboxEntry],
    session: &SignedIn,
    zone: &Zone,
) -> Vec<Refused> {
    let all: Vec<MutationId> = entries.iter().map(|entry| entry.mutation.id).collect();
    let parked = entries.iter().filter_map(|entry| match &entry.state {
        EntryState::Parked { reason, at, .. } => Some((entry, reason, *at)),
        _ => None,
    });
    parked
        .map(|(entry, reason, at)| {
            let mutation = &entry.mutation;
            let value = |field, value| (field, shown(field, value, zone, session.user()));
            Refused {
                id: mutation.id,
                job: mutation.op.job(),
                what: Intent::from(&mutation.op),
                text: match &mutation.op {
                    Op::AddNote { text, .. } => text.clone(),
                    _ => String::new(),
                },
                values: match &mutation.op {
                    Op::EditJob { edits, .. } => edits
                        .iter()
                        .map(|edit| value(edit.field, &edit.new))
                        .collect(),
                    _ => Vec::new(),
                },
                reason: Reason::from(reason),
                made: zone.format(mutation.wall, "%-d %b, %H:%M"),
                when: zone.format(at, "%-d %b, %H:%M"),
                held: plan_revert(entries, mutation.id, &all)
                    .map_or(0, |plan| plan.value.len().saturating_sub(1)),
                can_send_again: may_pass_now(projection, entry, session),
            }
        })
        .collect()
}

/// Whether the present copy of the record speaks for another try. Where the reason lies in the
/// record, a copy that was there before the refusal proves nothing.
fn may_pass_now(projection: &Projection, entry: &OutboxEntry, session: &SignedIn) -> bool {
    let EntryState::Parked { reason, rev, .. } = &entry.state else {
        return false;
    };
    let op = &entry.mutation.op;
    let is_newer = match reason {
        Rejection::Forbidden
        | Rejection::NotFound
        | Rejection::Deleted
        | Rejection::IllegalStatus { .. } => op
            .job()
            .and_then(|job| projection.view(job.into())?.rev)
            .is_some_and(|copy| rev.is_none_or(|rev| copy > rev)),
        Rejection::Invalid { .. } => false,
        Rejection::UnknownOp
        | Rejection::IdempotencyMismatch
        | Rejection::SequenceReused
        | Rejection::Other => true,
    };
    is_newer && judge(projection, op, session.actor()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{
        edit_entry, job, parked, signed_in, status_entry, title_edit, with_outbox,
    };
    use super::*;

    fn all(entries: &[OutboxEntry]) -> Vec<Refused> {
        let projection = with_outbox(entries);
        refused(&projection, entries, &signed_in(), &Zone::utc())
    }

    #[test]
    fn a_refused_change_says_what_why_and_what_waits_for_it() {
        let entries = [
            parked(
                edit_entry(1, job(1).id, &[title_edit("Boiler", "Pump")]),
                Rejection::Forbidden,
            ),
            status_entry(2, job(1).id, JobStatus::EnRoute),
            status_entry(3, job(1).id, JobStatus::Started),
            status_entry(4, job(2).id, JobStatus::Started),
        ];
        let refused = all(&entries);
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].what, Intent::Edit(vec![JobField::Title]));
        assert_eq!(
            refused[0].values,
            [(JobField::Title, Shown::Text("Pump".into()))]
        );
        assert_eq!(refused[0].reason, Reason::NotYours);
        assert_eq!(refused[0].held, 2);
        assert!(refused[0].needs_access());
        let href = refused[0].record_href().unwrap();
        assert_eq!(
            href,
            format!("/jobs/{}/edit?change={}", job(1).id, refused[0].id)
        );
    }

    #[test]
    fn sending_again_is_offered_where_it_may_help() {
        let started = || status_entry(1, job(1).id, JobStatus::Started);
        let cases = [
            (Rejection::SequenceReused, true),
            (Rejection::UnknownOp, true),
            // The copy is the one that was there when the answer came.
            (Rejection::Forbidden, false),
            (
                Rejection::Invalid {
                    field: "text".into(),
                    problem: Problem::Missing,
                },
                false,
            ),
        ];
        for (reason, expected) in cases {
            let refused = all(&[parked(started(), reason.clone())]);
            assert_eq!(refused[0].can_send_again, expected, "{reason:?}");
        }
        let mut newer = parked(started(), Rejection::Forbidden);
        if let EntryState::Parked { rev, .. } = &mut newer.state {
            *rev = Some(afield_domain::Rev(0));
        }
        assert!(all(&[newer])[0].can_send_again);
        let impossible = status_entry(1, job(1).id, JobStatus::Finished);
        assert!(!all(&[parked(impossible, Rejection::Other)])[0].can_send_again);
    }

    #[test]
    fn an_excerpt_is_one_line_and_cuts_between_characters() {
        assert_eq!(excerpt(" a\n b "), "a b");
        let long = "ä".repeat(100);
        assert_eq!(excerpt(&long).chars().count(), EXCERPT + 1);
    }
}
