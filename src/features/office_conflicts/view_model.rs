//! What the office reads of a group that came too late, before it decides.
//!
//! Owns what each change says, in the names of the records that came with the group. Pure. Must never leave out a change:
//! whoever decides, decides about all of them.

use crate::shared::answer_picture::picture_of;
use crate::shared::answers::view_model::{
    ShownAnswer, asked, is_answerable, shown as shown_answer,
};
use crate::shared::field_values::{FieldName, ShownValue, shown};
use crate::shared::refusals::{ChangeSummary, Refused, excerpt, refused};
use afield_domain::answers::answer_to;
use afield_domain::time::Day;
use afield_domain::{
    Answer, AttachmentId, CustomerId, DeviceId, JobField, JobId, Language, MutationId, OP_VERSION,
    Op, Record, RecordKey, TemplateId, UserId, Zone,
};
use afield_protocol::{Mutation, ReviewEntry, ReviewGroup, Seq};
use afield_sync::view::Projection;
use afield_sync::{EntryState, OutboxEntry, SignedIn};
use uuid::Uuid;

/// What tells a group from another: one that has got more is another one, so nobody decides on what they have not read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GroupKey {
    /// The job.
    pub job: JobId,
    /// Who did it.
    pub author: UserId,
    /// All its changes.
    pub mutations: Vec<MutationId>,
}

impl GroupKey {
    /// The key of `group`.
    #[must_use]
    pub fn of(group: &ReviewGroup) -> Self {
        let ids = group.entries.iter().map(|entry| entry.mutation);
        Self {
            job: group.job,
            author: group.author,
            mutations: ids.collect(),
        }
    }
}

/// One change of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateRow {
    /// What it wanted, with its values, answers and words.
    pub change: Refused,
    /// The file that it registers.
    pub file: Option<LateFile>,
}

/// A file of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateFile {
    /// Its id.
    pub id: AttachmentId,
    /// Its small picture, base64; empty if it has none.
    pub thumbnail: String,
    /// Whether all of it has come.
    pub is_here: bool,
}

/// Whose jobs are offered for what was done on the wrong one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The same customer's.
    Customer(CustomerId),
    /// The author's, of the day on which it was done: the job has no customer.
    Author(UserId, Day),
}

/// Whether this version knows all that is asked for. What nobody can read here, nobody accepts.
#[must_use]
pub fn is_known(group: &ReviewGroup) -> bool {
    group.entries.iter().all(|entry| entry.op != Op::Unknown)
}

/// What is left out where `ticked` are: those, and what needs one that is left out.
#[must_use]
pub fn left_out(group: &ReviewGroup, ticked: &[MutationId]) -> Vec<MutationId> {
    let mut left: Vec<MutationId> = Vec::new();
    loop {
        let is_out = |entry: &&ReviewEntry| {
            let needs_one = || entry.needs.iter().any(|id| left.contains(id));
            !left.contains(&entry.mutation) && (ticked.contains(&entry.mutation) || needs_one())
        };
        let more = group.entries.iter().filter(is_out);
        let more: Vec<MutationId> = more.map(|entry| entry.mutation).collect();
        if more.is_empty() {
            return left;
        }
        left.extend(more);
    }
}

/// Whose other jobs are offered; none if nothing is known of the job.
#[must_use]
pub fn whose(group: &ReviewGroup, zone: &Zone) -> Option<Whose> {
    let job = group.now.as_ref().or(group.was.as_ref())?;
    let first = group.entries.first()?;
    Some(match job.customer {
        Some(customer) => Whose::Customer(customer),
        None => Whose::Author(group.author, zone.day(first.made_at)),
    })
}

/// What each change of the group wanted, one for each, in their order.
#[must_use]
pub fn late_rows(
    group: &ReviewGroup,
    reader: &SignedIn,
    zone: &Zone,
    language: Language,
) -> Vec<LateRow> {
    let picture = picture_of(group.records.clone());
    let parked = group.entries.iter().zip(1..);
    let parked: Vec<OutboxEntry> = parked
        .map(|(entry, seq)| as_parked(group, entry, seq))
        .collect();
    let changes = refused(&picture, &parked, reader, zone);
    let rows = group.entries.iter().zip(changes);
    rows.map(|(entry, mut change)| {
        match &entry.op {
            Op::SubmitForm {
                template, answers, ..
            } => {
                change.values = answered(&picture, *template, answers, language, |value| {
                    shown(JobField::Answer, value, zone, reader.user())
                });
            }
            Op::Withdraw { part, .. } if change.what == ChangeSummary::Withdraw(String::new()) => {
                change.what = ChangeSummary::Withdraw(made_here(group, *part));
            }
            _ => {}
        }
        // Of no use here, and another one with whoever has the job: what is shown would be drawn anew for it.
        change.can_send_again = false;
        LateRow {
            file: file_of(entry),
            change,
        }
    })
    .collect()
}

/// The change as the phone has it, for the same words.
fn as_parked(group: &ReviewGroup, entry: &ReviewEntry, seq: u64) -> OutboxEntry {
    let mut parked = OutboxEntry::new(Mutation {
        id: entry.mutation,
        device: DeviceId(Uuid::nil()),
        seq: Seq(seq),
        user: group.author,
        // One of another version is about nothing that is known here.
        lane: entry.op.target().unwrap_or(group.job.into()),
        depends_on: Vec::new(),
        replaces: Vec::new(),
        op_version: OP_VERSION,
        op: entry.op.clone(),
        base_rev: entry.base_rev,
        wall: entry.made_at,
        clock_offset_ms: 0,
    });
    parked.state = EntryState::Parked {
        reason: entry.reason.clone(),
        at: entry.received_at,
        rev: entry.base_rev,
    };
    parked
}

/// The questions of the form with what was answered; the answers alone if the form did not come.
fn answered(
    picture: &Projection,
    template: TemplateId,
    answers: &[Answer],
    language: Language,
    alone: impl Fn(&afield_domain::FieldValue) -> ShownValue,
) -> Vec<(FieldName, ShownValue)> {
    let named = |about: &str, value| {
        let name = FieldName {
            field: JobField::Answer,
            about: about.to_owned(),
        };
        (name, value)
    };
    let Some(Record::Form(form)) = picture.record(template.into()) else {
        let all = answers.iter();
        return all.map(|answer| named("", alone(&answer.value))).collect();
    };
    let questions = asked(&form.questions, answers);
    let questions = questions.iter().filter(|question| is_answerable(question));
    questions
        .map(|question| {
            let value = answer_to(answers, &question.item);
            let value = match shown_answer(question, value, language) {
                ShownAnswer::Nothing => ShownValue::Empty,
                ShownAnswer::Yes(true) => ShownValue::Yes,
                ShownAnswer::Yes(false) => ShownValue::No,
                ShownAnswer::Text(text) => ShownValue::Text(text),
                ShownAnswer::Day(day) => ShownValue::Text(match day.parse::<Day>() {
                    Ok(day) => day.date(language),
                    Err(_) => day,
                }),
                ShownAnswer::Files(files) => ShownValue::Files(files.len()),
            };
            named(&question.label, value)
        })
        .collect()
}

/// What a part is called that the group itself makes and takes back; empty if it does not.
fn made_here(group: &ReviewGroup, part: RecordKey) -> String {
    let mut ops = group.entries.iter().map(|entry| &entry.op);
    let found = ops.find_map(|op| match op {
        Op::AddNote { note, text, .. } if RecordKey::from(*note) == part => Some(text),
        Op::AddAttachment {
            attachment, name, ..
        } if RecordKey::from(*attachment) == part => Some(name),
        _ => None,
    });
    found.map(|text| excerpt(text)).unwrap_or_default()
}

fn file_of(entry: &ReviewEntry) -> Option<LateFile> {
    match &entry.op {
        Op::AddAttachment {
            attachment,
            thumbnail,
            ..
        } => Some(LateFile {
            id: *attachment,
            thumbnail: thumbnail.clone(),
            is_here: entry.file_at.is_some(),
        }),
        _ => None,
    }
}

#[cfg(test)]
#[path = "view_model_tests.rs"]
mod tests;
