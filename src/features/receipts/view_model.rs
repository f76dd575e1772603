//! What of a day has reached the office, as far as this phone knows.
//!
//! Owns what counts, and the list for a spreadsheet. Pure: the day and the zone are arguments. Must never count as
//! received what the office has not said it has.

use crate::shared::names::job_name;
use crate::shared::refusals::ChangeSummary;
use crate::shared::waiting_files::{FileState, OwnFiles};
use afield_domain::time::Day;
use afield_domain::{AttachmentId, JobId, Module, MutationId, Op, Record, Timestamp, UserId, Zone};
use afield_protocol::Mutation;
use afield_sync::view::Projection;
use afield_sync::{Acknowledged, EntryState, LocalFile, OutboxEntry};

/// The receipts of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipts {
    /// The user's photos and files of that day, and those of earlier days that the office has not received: these
    /// first, then the newest.
    pub files: Vec<FileReceipt>,
    /// The user's changes that the office took that day, in their order; what registers a photo or a file counts with it.
    pub changes: Vec<ChangeReceipt>,
    /// Changes that the office has and is to decide, of whatever day.
    pub in_review: Vec<ChangeReceipt>,
    /// Changes that are unsent, of whatever day.
    pub unsent: Vec<ChangeReceipt>,
}

/// A photo or a file, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReceipt {
    /// Its id.
    pub id: AttachmentId,
    /// Its name.
    pub name: String,
    /// Number and title of its job; empty if that is not on this phone.
    pub job: String,
    /// Its SHA-256, as 64 hexadecimal digits.
    pub sha256: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// How it stands.
    pub state: FileState,
}

/// A change, and when the office took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeReceipt {
    /// Its id.
    pub id: MutationId,
    /// What it wanted.
    pub what: ChangeSummary,
    /// Number and title of its job; empty if that is not on this phone.
    pub job: String,
    /// When, by the server's clock; none for what is unsent.
    pub received_at: Option<Timestamp>,
}

impl FileReceipt {
    /// When the office had all of it.
    #[must_use]
    pub fn received_at(&self) -> Option<Timestamp> {
        match self.state {
            FileState::Received(at) => Some(at),
            _ => None,
        }
    }
}

impl Receipts {
    /// How many have reached the office, and of how many.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        let arrived = self.files.iter().filter_map(FileReceipt::received_at);
        let taken = self.changes.len() + self.in_review.len();
        let all = self.files.len() + taken + self.unsent.len();
        (arrived.count() + taken, all)
    }
}

/// Whose receipts, of which day.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The user.
    pub user: UserId,
    /// The day.
    pub day: Day,
    /// The company's zone.
    pub zone: &'a Zone,
}

/// The receipts: of files by what the records say and by the rows of this phone, of changes by what this phone keeps of
/// those that were acknowledged.
#[must_use]
pub fn receipts(
    projection: &Projection,
    own: &OwnFiles,
    acknowledged: &[Acknowledged],
    asked: Asked<'_>,
) -> Receipts {
    let counts = |mutation: &Mutation| !matches!(mutation.op, Op::AddAttachment { .. });
    let waiting = projection.entries().iter();
    let waiting = waiting.filter(|entry| counts(&entry.mutation));
    let (in_review, unsent): (Vec<_>, Vec<_>) = waiting.partition(|entry| entry.is_in_review());
    let is_asked = |kept: &&Acknowledged| {
        let of_day = asked.zone.day(kept.at) == asked.day;
        kept.mutation.user == asked.user && of_day && counts(&kept.mutation)
    };
    let change = |mutation: &Mutation, received_at| ChangeReceipt {
        id: mutation.id,
        what: ChangeSummary::of(projection, &mutation.op),
        job: job_name(projection, mutation.op.job()),
        received_at,
    };
    let taken = acknowledged.iter().filter(is_asked);
    Receipts {
        files: file_receipts(projection, own, asked),
        changes: taken
            .map(|kept| change(&kept.mutation, Some(kept.at)))
            .collect(),
        in_review: in_review
            .into_iter()
            .map(|entry| change(&entry.mutation, arrived_at(entry)))
            .collect(),
        unsent: unsent
            .into_iter()
            .map(|entry| change(&entry.mutation, None))
            .collect(),
    }
}

/// When the office had what it has not taken.
fn arrived_at(entry: &OutboxEntry) -> Option<Timestamp> {
    match entry.state {
        EntryState::Parked { at, .. } => Some(at),
        _ => None,
    }
}

fn file_receipts(projection: &Projection, own: &OwnFiles, asked: Asked<'_>) -> Vec<FileReceipt> {
    let of = |job: JobId| job_name(projection, Some(job));
    let known = projection
        .views(Module::Attachment)
        .filter_map(|view| match view.record {
            Record::Attachment(file) if file.author == asked.user => Some(FileReceipt {
                id: file.id,
                name: file.name.clone(),
                job: of(file.job),
                sha256: file.sha256.clone(),
                made_at: file.made_at,
                state: own.state(file.id, file.received_at),
            }),
            _ => None,
        });
    let mut files: Vec<FileReceipt> = known.collect();
    // Of a job that has left this phone there is no record, but still the bytes.
    let known: Vec<AttachmentId> = files.iter().map(|file| file.id).collect();
    let is_left = |file: &&LocalFile| !file.is_copy && !known.contains(&file.id);
    files.extend(own.files.iter().filter(is_left).map(|file| FileReceipt {
        id: file.id,
        name: file.name.clone(),
        job: of(file.job),
        sha256: file.sha256.clone(),
        made_at: file.made_at,
        state: own.state(file.id, None),
    }));
    let is_asked = |file: &FileReceipt| {
        file.received_at().is_none() || asked.zone.day(file.made_at) == asked.day
    };
    files.retain(is_asked);
    files.sort_by_key(|file| {
        let newest_first = std::cmp::Reverse((file.made_at, file.id));
        (file.received_at().is_some(), newest_first)
    });
    files
}

/// A row of a spreadsheet: what is quoted, is quoted as RFC 4180 says, and no cell begins a formula.
#[must_use]
pub fn csv_row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

fn csv_cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', ';', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
#[path = "view_model_tests.rs"]
mod tests;
