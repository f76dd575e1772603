//! The tab Notes of a job: what was written, with its photos and files, and those that stand alone.
//!
//! Owns the rows. Pure: the zone is an argument.

use afield_domain::order::Order;
use afield_domain::{
    Answer, Attachment, AttachmentId, FieldValue, JobId, Note, NoteId, RecordKey, Timestamp,
    UserId, Zone,
};
use afield_sync::view::Projection;

/// What the tab shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Notes {
    /// The notes, newest first.
    pub rows: Vec<NoteRow>,
    /// Photos and files that belong to no note and no answer, oldest first.
    pub loose: Vec<FileRow>,
}

/// A note with its photos and files.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteRow {
    /// The note.
    pub id: NoteId,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub made_at: Timestamp,
    /// When it was written, on the company's clock.
    pub when: String,
    /// Whether it has not reached the office.
    pub unsent: bool,
    /// Whether the user may take it back.
    pub own: bool,
    /// Its photos and files, those that are known here, oldest first.
    pub files: Vec<FileRow>,
}

impl NoteRow {
    /// What it is drawn anew for: a note never changes, its standing and its files do.
    #[must_use]
    pub fn key(&self) -> (NoteId, [bool; 2], Vec<FileKey>) {
        let files = self.files.iter().map(FileRow::key);
        (self.id, [self.unsent, self.own], files.collect())
    }

    /// What goes when it is taken back: the note, then its photos and files.
    #[must_use]
    pub fn parts(&self) -> Vec<RecordKey> {
        let own = self.files.iter().filter(|row| row.own);
        let files = own.map(|row| row.file.id.into());
        std::iter::once(self.id.into()).chain(files).collect()
    }

    /// What goes when its file `row` is taken back: of a note without a text the last file is all there is.
    #[must_use]
    pub fn parts_of(&self, row: &FileRow) -> Vec<RecordKey> {
        if self.text.is_empty() && self.files.len() == 1 && self.own {
            self.parts()
        } else {
            vec![row.file.id.into()]
        }
    }
}

/// A photo, a signature or a file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileRow {
    /// What the picture knows of it; the bytes are elsewhere.
    pub file: Attachment,
    /// When it was taken and by whom, for a gallery.
    pub when: String,
    /// Whether the office does not even know of it yet.
    pub unsent: bool,
    /// Whether the user may take it back.
    pub own: bool,
    /// Its place among the files of its job, the oldest being 1: phones call every photo the same.
    pub number: usize,
}

impl FileRow {
    /// What it is drawn anew for.
    #[must_use]
    pub fn key(&self) -> FileKey {
        (self.file.id, [self.unsent, self.own], self.number)
    }
}

/// What a [`FileRow`] is drawn anew for.
pub type FileKey = (AttachmentId, [bool; 2], usize);

/// The notes, photos and files of the job `id`; `user` may take back their own, if there is one.
#[must_use]
pub fn notes(projection: &Projection, zone: &Zone, id: JobId, user: Option<UserId>) -> Notes {
    let mut files = files_of(projection, zone, id, user);
    let mut notes: Vec<(&Note, bool)> = projection.notes_of(id).collect();
    notes.order_by_key(|(note, _)| std::cmp::Reverse((note.made_at, note.id)));
    let rows = notes
        .iter()
        .map(|(note, unsent)| NoteRow {
            id: note.id,
            author: note.author_name.clone(),
            text: note.text.clone(),
            made_at: note.made_at,
            when: zone.date_and_time(note.made_at),
            unsent: *unsent,
            own: Some(note.author) == user,
            files: files
                .iter()
                .filter(|row| note.files.contains(&row.file.id))
                .cloned()
                .collect(),
        })
        .collect();
    let mut used: Vec<AttachmentId> = answered(projection, id);
    used.extend(notes.iter().flat_map(|(note, _)| &note.files));
    files.retain(|row| !used.contains(&row.file.id));
    Notes { rows, loose: files }
}

/// The photos and files of the job `id`, oldest first, as the viewer and the report have them; `user` may take back their own, if there is one.
#[must_use]
pub fn files_of(
    projection: &Projection,
    zone: &Zone,
    id: JobId,
    user: Option<UserId>,
) -> Vec<FileRow> {
    let files = projection.attachments_of(id);
    let mut files: Vec<FileRow> = files
        .map(|(file, unsent)| FileRow {
            when: zone.date_and_time(file.made_at),
            own: Some(file.author) == user,
            file: file.clone(),
            unsent,
            number: 0,
        })
        .collect();
    files.order_by_key(|row| (row.file.made_at, row.file.id));
    for (number, row) in (1..).zip(files.iter_mut()) {
        row.number = number;
    }
    files
}

/// The files that are answers: they stand at their questions.
fn answered(projection: &Projection, id: JobId) -> Vec<AttachmentId> {
    let mut found = Vec::new();
    let mut add = |answers: &[Answer]| {
        for answer in answers {
            if let FieldValue::Files(files) = &answer.value {
                found.extend_from_slice(files);
            }
        }
    };
    if let Some(job) = projection.job(id) {
        add(&job.answers);
    }
    for (submission, _) in projection.submissions_of(id) {
        add(&submission.answers);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, entry, job, note_entry, user, with_outbox};
    use afield_domain::{AttachmentKind, Op};
    use afield_sync::OutboxEntry;
    use uuid::Uuid;

    fn id(n: u128) -> AttachmentId {
        AttachmentId(Uuid::from_u128(800 + n))
    }

    /// "Take photo `n`", as the `n`th change.
    fn photo(n: u64) -> OutboxEntry {
        let op = Op::AddAttachment {
            attachment: id(n.into()),
            job: job(1).id,
            kind: AttachmentKind::Photo,
            name: format!("photo-{n}.jpg"),
            mime: "image/jpeg".into(),
            bytes: 10,
            sha256: "0".repeat(64),
            width: 4,
            height: 3,
            thumbnail: String::new(),
        };
        entry(n, op)
    }

    fn found(entries: &[OutboxEntry]) -> Notes {
        let me = Some(user().id);
        notes(&with_outbox(entries), &Zone::utc(), job(1).id, me)
    }

    #[test]
    fn notes_are_newest_first_and_marked() {
        let found = found(&[note_entry(2, job(1).id), note_entry(3, job(2).id)]);
        let rows: Vec<(&str, bool)> = found
            .rows
            .iter()
            .map(|note| (note.text.as_str(), note.unsent))
            .collect();
        assert_eq!(rows, [("Note 2", true), ("Valve ordered", false)]);
        assert_eq!(found.rows[1].made_at, NOON);
        assert_eq!(found.rows[1].author, user().name);
    }

    #[test]
    fn a_photo_stands_at_its_note_and_else_in_the_gallery() {
        let with_photo = entry(
            4,
            Op::AddNote {
                note: NoteId(Uuid::from_u128(900)),
                job: job(1).id,
                text: "See photo".into(),
                files: vec![id(1)],
            },
        );
        let found = found(&[photo(1), photo(2), photo(3), with_photo]);
        let names = |rows: &[FileRow]| -> Vec<String> {
            rows.iter().map(|row| row.file.name.clone()).collect()
        };
        assert_eq!(names(&found.rows[0].files), ["photo-1.jpg"]);
        assert_eq!(names(&found.loose), ["photo-2.jpg", "photo-3.jpg"]);
        assert!(found.loose[0].unsent);
    }

    #[test]
    fn one_s_own_can_be_taken_back_and_a_photo_without_words_takes_its_note_along() {
        let note = |n: u128, text: &str, files: &[u128]| {
            let op = Op::AddNote {
                note: NoteId(Uuid::from_u128(900 + n)),
                job: job(1).id,
                text: text.into(),
                files: files.iter().map(|n| id(*n)).collect(),
            };
            entry(u64::try_from(10 + n).unwrap(), op)
        };
        let entries = [
            photo(1),
            photo(2),
            photo(3),
            note(1, "", &[1]),
            note(2, "Words", &[2]),
            note(3, "", &[]),
        ];
        let found = found(&entries);
        let row = |n: u128| {
            let mut rows = found.rows.iter();
            rows.find(|row| row.id.0.as_u128() == 900 + n).unwrap()
        };
        let (words, bare) = (row(2), row(1));
        let key = |n: u128| RecordKey::from(id(n));
        assert_eq!(words.parts(), [words.id.into(), key(2)]);
        assert_eq!(words.parts_of(&words.files[0]), [key(2)]);
        assert_eq!(bare.parts_of(&bare.files[0]), [bare.id.into(), key(1)]);
        let numbers: Vec<usize> = found.loose.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [3]);
        assert!(found.loose[0].own && words.own);
        let others = notes(&with_outbox(&entries), &Zone::utc(), job(1).id, None);
        assert!(!others.loose[0].own && !others.rows[0].own);
    }
}
