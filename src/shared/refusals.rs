//! Changes that the office refused: what was wanted, why not, and what can be done about it.
//!
//! Owns [`Refused`], [`ChangeSummary`] and [`Reason`]. Pure. Must never decide what becomes of a change:
//! that is its user's to say, or the engine's when the reason has gone.

use super::field_values::{FieldName, ShownValue, field_name, shown};
use crate::routes::{JobTab, Route};
use crate::runtime::judge::judge;
use afield_domain::rejection::Problem;
use afield_domain::{
    AttachmentId, FieldEdit, JobField, JobId, JobStatus, MutationId, Op, Record, RecordKey,
    Rejection, Requirable, Right, StepKind, TaskStatus, Zone,
};
use afield_sync::plan_revert;
use afield_sync::view::Projection;
use afield_sync::{EntryState, OutboxEntry, SignedIn};

/// A change that the office refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Refused {
    /// The refused change.
    pub id: MutationId,
    /// The job it is about.
    pub job: Option<JobId>,
    /// What was wanted.
    pub what: ChangeSummary,
    /// The whole text of a refused note, or the reason of a step, so that it can be read and copied; empty for the rest.
    pub text: String,
    /// The refused photo, or the photos and files of a refused note: what can be said of them on this phone.
    pub files: Vec<RefusedFile>,
    /// The values of a refused edit.
    pub values: Vec<(FieldName, ShownValue)>,
    /// Why it was refused.
    pub reason: Reason,
    /// What the back end says of that in its own words; empty if it says nothing.
    pub message: String,
    /// When it was made, on the company's clock.
    pub made: String,
    /// When the verdict came, on the company's clock.
    pub when: String,
    /// How many later changes wait for it, and go with it if it is reverted.
    pub held: usize,
    /// Whether it may be accepted if it is sent as it is.
    pub can_send_again: bool,
}

/// A photo or a file of a refused change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RefusedFile {
    /// Its name; empty if it is not on this phone.
    pub name: String,
    /// Its small picture, base64; empty if it has none.
    pub picture: String,
}

impl Refused {
    /// Where **Go to record** leads: to the form with what was refused, or to the place on the job
    /// where it was done.
    #[must_use]
    pub fn record_href(&self) -> Option<String> {
        let job = self.job?;
        let is_new = matches!(self.what, ChangeSummary::Create(_));
        if let (true, Reason::Required(_)) = (is_new, &self.reason) {
            return Some(format!("{}?change={}", Route::JobNew.href(), self.id));
        }
        if let (false, Reason::NotPermitted(_)) = (is_new, &self.reason) {
            // No form makes good what was taken.
            return Some(JobTab::Overview.href(job));
        }
        let form = || format!("{}?change={}", Route::JobEdit(job).href(), self.id);
        match &self.what {
            ChangeSummary::Edit(fields) => Some(match tab_of(fields) {
                Some(tab) => tab.href(job),
                None => form(),
            }),
            ChangeSummary::Note(_) => Some(form()),
            ChangeSummary::Status(..) => Some(JobTab::Overview.href(job)),
            ChangeSummary::Attachment(_) | ChangeSummary::Withdraw(_) => {
                Some(JobTab::Notes.href(job))
            }
            ChangeSummary::Task(..) | ChangeSummary::Submission(_) => Some(JobTab::Tasks.href(job)),
            // A job that was never accepted has no page, and what cannot be read no form.
            ChangeSummary::Create(_) | ChangeSummary::Made(_) | ChangeSummary::Unknown => None,
        }
    }

    /// Whether it is none: the office has it, and decides.
    #[must_use]
    pub fn is_received(&self) -> bool {
        self.reason == Reason::Received
    }

    /// Whether somebody in the office could give what is missing.
    #[must_use]
    pub fn needs_access(&self) -> bool {
        matches!(
            self.reason,
            Reason::NotYours | Reason::Gone | Reason::NotPermitted(_)
        )
    }
}

/// The tab on which all of these were edited; none if any of them stands in the form.
fn tab_of(fields: &[FieldName]) -> Option<JobTab> {
    let tab = |name: &FieldName| match name.field {
        JobField::Answer => Some(JobTab::Checklist),
        JobField::Asset | JobField::Part => Some(JobTab::Material),
        JobField::Photo => Some(JobTab::Notes),
        _ => None,
    };
    let first = tab(fields.first()?);
    first.filter(|_| fields.iter().all(|name| tab(name).is_some()))
}

/// What a change wanted, for people.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ChangeSummary {
    /// To take the job to another status, by which kind of step.
    Status(JobStatus, StepKind),
    /// A note, with its beginning.
    Note(String),
    /// Other values in these fields.
    Edit(Vec<FieldName>),
    /// A new job, with its title.
    Create(String),
    /// Another record that is new, with what people call it.
    Made(String),
    /// A photo or a file, with its name.
    Attachment(String),
    /// Another status of a service task, with what there is to do; empty if it is not on this phone.
    Task(String, TaskStatus),
    /// A filled-in form, with its name; empty if it is not on this phone.
    Submission(String),
    /// A note, a photo or a file less, with what it says or is called; empty if it is not on this phone.
    Withdraw(String),
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
    /// Required questions are open.
    OpenQuestions,
    /// There is nothing in it.
    Empty,
    /// It has more characters than this.
    TooLong(usize),
    /// A number is beyond its limits.
    OutOfRange,
    /// The user's company has taken the right from their role.
    NotPermitted(Right),
    /// A field is empty that the company wants filled in.
    Required(Requirable),
    /// The value cannot be stored.
    Invalid,
    /// The server is older than this app.
    ServerTooOld,
    /// The phone's order was used twice: its storage was copied or restored.
    UsedTwice,
    /// A later change of the same record was accepted before it.
    CameTooLate,
    /// It is no refusal: it came too late, and the office decides.
    Received,
    /// The office has declined what came too late: who, and why.
    Declined(String, String),
    /// A reason that this build has no words for.
    Other,
}

impl From<&Rejection> for Reason {
    fn from(rejection: &Rejection) -> Self {
        match rejection {
            Rejection::Forbidden => Self::NotYours,
            Rejection::NotFound | Rejection::Deleted => Self::Gone,
            Rejection::IllegalStatus { from, .. } => Self::NoStep(*from),
            Rejection::OpenQuestions => Self::OpenQuestions,
            Rejection::NotPermitted { right, .. } => Self::NotPermitted(*right),
            Rejection::FieldRequired { field, .. } => Self::Required(*field),
            Rejection::Invalid { problem, .. } => Self::from(problem),
            Rejection::UnknownOp => Self::ServerTooOld,
            Rejection::IdempotencyMismatch | Rejection::SequenceReused => Self::UsedTwice,
            Rejection::Outdated => Self::CameTooLate,
            Rejection::InReview => Self::Received,
            Rejection::Declined { by, reason } => Self::Declined(by.clone(), reason.clone()),
            Rejection::Other => Self::Other,
        }
    }
}

impl From<&Problem> for Reason {
    fn from(problem: &Problem) -> Self {
        match problem {
            Problem::Missing => Self::Empty,
            Problem::TooLong { max } => Self::TooLong(*max),
            Problem::OutOfRange => Self::OutOfRange,
            Problem::Malformed => Self::Invalid,
        }
    }
}

const EXCERPT: usize = 80;

impl ChangeSummary {
    /// What `op` wants, in the names of the records on this phone.
    #[must_use]
    pub fn of(projection: &Projection, op: &Op) -> Self {
        match op {
            Op::SetJobStatus { to, kind, .. } => Self::Status(*to, *kind),
            Op::AddNote { text, .. } => Self::Note(excerpt(text)),
            Op::EditJob { job, edits, .. } => {
                let name = |edit: &FieldEdit| field_name(projection, *job, edit.field, &edit.item);
                Self::Edit(edits.iter().map(name).collect())
            }
            Op::CreateJob { title, .. } => Self::Create(excerpt(title)),
            Op::Create { record } => Self::Made(excerpt(called(record))),
            Op::AddAttachment { name, .. } => Self::Attachment(excerpt(name)),
            Op::SetTaskStatus { task, to, .. } => {
                let task = projection.task(*task);
                Self::Task(
                    task.map_or_else(String::new, |task| excerpt(&task.title)),
                    *to,
                )
            }
            Op::SubmitForm { template, .. } => {
                Self::Submission(record_name(projection, (*template).into()))
            }
            Op::Withdraw { part, .. } => Self::Withdraw(record_name(projection, *part)),
            // What needs a connection is never kept on the phone.
            Op::AssignJob { .. }
            | Op::AnswerOffer { .. }
            | Op::PlanJob { .. }
            | Op::EditCustomer { .. }
            | Op::EditRecord { .. }
            | Op::Unknown => Self::Unknown,
        }
    }
}

/// What the record is called or says; empty if it is not on this phone.
fn record_name(projection: &Projection, key: RecordKey) -> String {
    // What its user has taken back is not shown, but still there.
    let base = || Some(&projection.base(key)?.record);
    excerpt(match projection.record(key).or_else(base) {
        Some(Record::Form(form)) => &form.name,
        Some(Record::Note(note)) => &note.text,
        Some(Record::Attachment(file)) => &file.name,
        _ => "",
    })
}

/// What people call what was made on site.
fn called(record: &Record) -> &str {
    match record {
        Record::Customer(customer) => &customer.name,
        Record::Property(property) => &property.address,
        Record::Asset(asset) => &asset.name,
        _ => "",
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

/// Every refused change in `entries` (the signed-in user's), oldest first, and what the office has yet to decide.
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
            let value = |job, edit: &FieldEdit| {
                let name = field_name(projection, job, edit.field, &edit.item);
                (name, shown(edit.field, &edit.new, zone, session.user()))
            };
            Refused {
                id: mutation.id,
                job: mutation.op.job(),
                what: ChangeSummary::of(projection, &mutation.op),
                text: match &mutation.op {
                    Op::AddNote { text, .. } | Op::SetJobStatus { reason: text, .. } => {
                        text.clone()
                    }
                    _ => String::new(),
                },
                files: match &mutation.op {
                    Op::AddAttachment {
                        name, thumbnail, ..
                    } => vec![RefusedFile {
                        name: name.clone(),
                        picture: thumbnail.clone(),
                    }],
                    Op::AddNote { files, .. } => {
                        let file = |id: &AttachmentId| file_of(projection, entries, *id);
                        files.iter().map(file).collect()
                    }
                    _ => Vec::new(),
                },
                values: match &mutation.op {
                    Op::EditJob { job, edits, .. } => {
                        edits.iter().map(|edit| value(*job, edit)).collect()
                    }
                    _ => Vec::new(),
                },
                reason: Reason::from(reason),
                message: entry.message.clone(),
                made: zone.date_and_time(mutation.wall),
                when: zone.date_and_time(at),
                held: plan_revert(entries, mutation.id, &all)
                    .map_or(0, |plan| plan.value.len().saturating_sub(1)),
                can_send_again: may_pass_now(projection, entry, session),
            }
        })
        .collect()
}

/// A file of a note: sent, unsent, or refused itself.
fn file_of(projection: &Projection, entries: &[OutboxEntry], id: AttachmentId) -> RefusedFile {
    let sent = match projection.record(id.into()) {
        Some(Record::Attachment(file)) => Some((&file.name, &file.thumbnail)),
        _ => None,
    };
    let unsent = || {
        let mut ops = entries.iter().map(|entry| &entry.mutation.op);
        ops.find_map(|op| match op {
            Op::AddAttachment {
                attachment,
                name,
                thumbnail,
                ..
            } if *attachment == id => Some((name, thumbnail)),
            _ => None,
        })
    };
    let (name, picture) = sent.or_else(unsent).unzip();
    RefusedFile {
        name: name.cloned().unwrap_or_default(),
        picture: picture.cloned().unwrap_or_default(),
    }
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
        | Rejection::IllegalStatus { .. }
        | Rejection::Declined { .. }
        | Rejection::OpenQuestions => op
            .job()
            .and_then(|job| projection.view(job.into())?.rev)
            .is_some_and(|copy| rev.is_none_or(|rev| copy > rev)),
        // Newer rights send it again by themselves.
        Rejection::Invalid { .. }
        | Rejection::InReview
        | Rejection::NotPermitted { .. }
        | Rejection::FieldRequired { .. } => false,
        Rejection::UnknownOp
        | Rejection::IdempotencyMismatch
        | Rejection::SequenceReused
        | Rejection::Outdated
        | Rejection::Other => true,
    };
    is_newer && judge(projection, op, session).is_ok()
}

#[cfg(test)]
#[path = "refusals_tests.rs"]
mod tests;
