//! The files that the office attaches, each with how far it is.
//!
//! Owns [`Row`] and what follows from a list of them. Pure. Must never call a file attached before the server has all
//! of it.

use crate::error::Trouble;
use afield_domain::{Attachment, AttachmentId, JobId, UserId};
use afield_sync::files::direct::DirectEnd;
use afield_sync::view::Projection;

/// A file that was picked.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its place among all that were picked: what it is drawn by.
    pub number: u32,
    /// Who picked it.
    pub user: UserId,
    /// What it is attached to.
    pub job: JobId,
    /// Its id, as the server will know it.
    pub id: AttachmentId,
    /// Its name.
    pub name: String,
    /// How far it is.
    pub stage: Stage,
}

/// How far a file is.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Others go first.
    Waiting,
    /// It is being looked at.
    Reading,
    /// The server has so much of it, in percent.
    Sending(u64),
    /// The server has all of it.
    Received,
    /// It did not go.
    Failed(Why),
}

/// Why a file did not go.
#[derive(Debug, Clone, PartialEq)]
pub enum Why {
    /// It cannot be read, or the server does not want it at this job.
    Trouble(Trouble),
    /// The server was not reached, again and again.
    NoAnswer,
    /// The server, or somebody on the way, does not take its bytes.
    NotTaken(u16),
}

impl Why {
    /// Of how the sending has ended; none if it went.
    #[must_use]
    pub fn of(end: DirectEnd) -> Option<Self> {
        match end {
            DirectEnd::Received => None,
            DirectEnd::NoAnswer => Some(Self::NoAnswer),
            DirectEnd::NotTaken { status: 401 } => Some(Self::Trouble(Trouble::SignedOut)),
            DirectEnd::NotTaken { status } => Some(Self::NotTaken(status)),
        }
    }

    /// Whether trying again may help: what cannot be attached can only be taken from the list.
    #[must_use]
    pub fn may_try(&self) -> bool {
        match self {
            Self::NoAnswer => true,
            Self::NotTaken(status) => {
                matches!(status, 408 | 409 | 425 | 429) || !matches!(status, 400..500)
            }
            Self::Trouble(trouble) => !matches!(
                trouble,
                Trouble::FileEmpty
                    | Trouble::FileTooLarge
                    | Trouble::FileUnreadable
                    | Trouble::NotAllowed
                    | Trouble::Refused(_)
            ),
        }
    }
}

/// So much of `bytes`, in percent; never all of it before it is.
#[must_use]
pub fn percent(stored: u64, bytes: u64) -> u64 {
    let part = stored.saturating_mul(100) / bytes.max(1);
    if stored < bytes { part.min(99) } else { 100 }
}

/// The file that goes next: one at a time, in the order in which they were picked.
#[must_use]
pub fn next(rows: &[Row], user: UserId) -> Option<&Row> {
    let mut waiting = rows.iter();
    waiting.find(|row| row.user == user && row.stage == Stage::Waiting)
}

/// What the page of `job` lists of them: those that the picture does not show as received yet.
#[must_use]
pub fn listed(rows: &[Row], picture: &Projection, job: JobId, user: UserId) -> Vec<Row> {
    let is_there = |row: &Row| {
        let mut files = picture.attachments_of(job);
        files.any(|(file, _)| file.id == row.id && file.received_at.is_some())
    };
    rows.iter()
        .filter(|row| row.job == job && row.user == user && !is_there(row))
        .cloned()
        .collect()
}

/// Whether `file` is on the list of what is being attached, and so not among what is there.
#[must_use]
pub fn is_under_way(rows: &[Row], file: &Attachment) -> bool {
    file.received_at.is_none() && rows.iter().any(|row| row.id == file.id)
}

/// A file of the same bytes that `user` has begun to attach to `job`, and that nobody is at: it goes on instead of
/// standing there twice.
#[must_use]
pub fn begun(
    rows: &[Row],
    picture: &Projection,
    job: JobId,
    user: UserId,
    sha256: &str,
) -> Option<AttachmentId> {
    let mut files = picture.attachments_of(job).map(|(file, _)| file);
    let found = files.find(|file| {
        file.author == user
            && file.sha256 == sha256
            && file.received_at.is_none()
            && !is_under_way(rows, file)
    });
    found.map(|file| file.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job, versioned};
    use crate::shared::answer_picture::picture_of;
    use afield_domain::{AttachmentKind, Record};
    use uuid::Uuid;

    const DORA: UserId = UserId(Uuid::from_u128(4));
    const OTHER: UserId = UserId(Uuid::from_u128(5));

    fn id(n: u128) -> AttachmentId {
        AttachmentId(Uuid::from_u128(n))
    }

    fn row(n: u32, stage: Stage) -> Row {
        Row {
            number: n,
            user: DORA,
            job: job(1).id,
            id: id(n.into()),
            name: "plan.pdf".into(),
            stage,
        }
    }

    fn file(n: u128, author: UserId, received: bool) -> Attachment {
        Attachment {
            id: id(n),
            job: job(1).id,
            author,
            author_name: "Dora".into(),
            kind: AttachmentKind::File,
            name: "plan.pdf".into(),
            mime: "application/pdf".into(),
            bytes: 1,
            sha256: "ab".into(),
            width: 0,
            height: 0,
            thumbnail: String::new(),
            made_at: NOON,
            received_at: received.then_some(NOON),
        }
    }

    fn picture(files: impl IntoIterator<Item = Attachment>) -> Projection {
        let mut records = vec![versioned(Record::Job(job(1)))];
        records.extend(files.into_iter().map(Record::Attachment).map(versioned));
        picture_of(records)
    }

    #[test]
    fn files_go_one_after_the_other_and_one_that_failed_keeps_up_none() {
        let failed = Stage::Failed(Why::NoAnswer);
        let rows = [
            row(1, failed),
            Row {
                user: OTHER,
                ..row(2, Stage::Waiting)
            },
            row(3, Stage::Waiting),
            row(4, Stage::Waiting),
        ];
        assert_eq!(next(&rows, DORA).map(|row| row.number), Some(3));
        assert_eq!(next(&rows[..1], DORA), None);
    }

    #[test]
    fn a_file_leaves_the_list_when_the_job_has_it_and_is_never_on_both() {
        let rows = [row(1, Stage::Received), row(2, Stage::Received)];
        let all = picture([file(1, DORA, true), file(2, DORA, false)]);
        let shown = listed(&rows, &all, job(1).id, DORA);
        assert_eq!(shown.iter().map(|row| row.number).collect::<Vec<_>>(), [2]);
        assert!(listed(&rows, &all, job(1).id, OTHER).is_empty());
        assert!(listed(&rows, &all, job(2).id, DORA).is_empty());
        assert!(is_under_way(&rows, &file(2, DORA, false)));
        assert!(!is_under_way(&rows, &file(1, DORA, true)));
        assert!(!is_under_way(&[], &file(2, DORA, false)));
    }

    #[test]
    fn the_same_file_goes_on_where_it_was_left() {
        let found = |rows: &[Row], file: Attachment, sha256| {
            begun(rows, &picture([file]), job(1).id, DORA, sha256)
        };
        assert_eq!(found(&[], file(2, DORA, false), "ab"), Some(id(2)));
        assert_eq!(found(&[], file(2, DORA, false), "cd"), None);
        assert_eq!(found(&[], file(2, DORA, true), "ab"), None);
        assert_eq!(found(&[], file(2, OTHER, false), "ab"), None);
        let rows = [row(2, Stage::Sending(1))];
        assert_eq!(found(&rows, file(2, DORA, false), "ab"), None);
    }

    #[test]
    fn all_of_it_is_said_only_of_all_of_it() {
        for (stored, bytes, expected) in [(0, 10, 0), (999, 1000, 99), (1, 0, 100), (10, 10, 100)] {
            assert_eq!(percent(stored, bytes), expected, "{stored} of {bytes}");
        }
    }

    #[test]
    fn trying_again_is_offered_where_it_may_help() {
        let not_taken = |status| Why::of(DirectEnd::NotTaken { status });
        for (why, expected) in [
            (Why::of(DirectEnd::NoAnswer), Some(true)),
            (Why::of(DirectEnd::Received), None),
            (not_taken(401), Some(true)),
            (not_taken(404), Some(false)),
            (not_taken(422), Some(false)),
            (not_taken(429), Some(true)),
            (not_taken(460), Some(false)),
            (not_taken(503), Some(true)),
            (Some(Why::Trouble(Trouble::FileTooLarge)), Some(false)),
            (Some(Why::Trouble(Trouble::NoConnection)), Some(true)),
        ] {
            assert_eq!(why.as_ref().map(Why::may_try), expected, "{why:?}");
        }
    }
}
