//! Add a note to a job.

use super::meaning::{Case, Ends, Judgement, Meaning, keys_of};
use crate::ids::{AttachmentId, JobId, NoteId, TaskId, UserId};
use crate::limits;
use crate::permission::Right;
use crate::record::{Note, Record, RecordKey};
use crate::rejection::{Problem, Rejection};
use crate::text;
use crate::time::Timestamp;
use crate::user::Actor;

/// See [`super::Op::AddNote`].
pub(super) struct AddNote<'o> {
    pub(super) note: NoteId,
    pub(super) job: JobId,
    pub(super) text: &'o str,
    pub(super) files: &'o [AttachmentId],
}

impl AddNote<'_> {
    fn check(&self) -> Result<(), Rejection> {
        if self.files.is_empty() {
            text::required("text", self.text, limits::NOTE_CHARS)?;
        } else {
            text::optional("text", self.text, limits::NOTE_CHARS)?;
        }
        if self.files.len() > limits::NOTE_FILES {
            return Err(Rejection::Invalid {
                field: "files".to_owned(),
                problem: Problem::TooLong {
                    max: limits::NOTE_FILES,
                },
            });
        }
        Ok(())
    }
}

impl Meaning for AddNote<'_> {
    fn target(&self) -> RecordKey {
        self.note.into()
    }

    fn job(&self) -> Option<JobId> {
        Some(self.job)
    }

    fn task(&self) -> Option<TaskId> {
        None
    }

    fn needs(&self) -> Vec<RecordKey> {
        let mut needs = vec![self.job.into()];
        needs.extend(keys_of(self.files));
        needs
    }

    fn creates(&self) -> bool {
        true
    }

    fn looks_at(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn ends(&self) -> Ends {
        Ends::Nothing
    }

    fn needs_connection(&self) -> bool {
        false
    }

    fn assignees(&self) -> Vec<UserId> {
        Vec::new()
    }

    fn rights(&self) -> Vec<Right> {
        vec![Right::AddNote]
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        case.check_files(self.job, self.files)?;
        case.check_right(case.job(self.job)?)?;
        self.check()?;
        match case.find(self.note) {
            Some(Record::Note(note))
                if note.job == self.job
                    && note.author == case.context.actor.id
                    && note.text == self.text.trim()
                    && note.files == self.files =>
            {
                Ok(Judgement::Already)
            }
            // Ids are 122 random bits: a note of this id that says something else is a forged request.
            Some(_) => Err(Rejection::Forbidden),
            None => Ok(Judgement::as_asked()),
        }
    }

    fn effect(&self, target: Option<Record>, by: Actor<'_>, at: Timestamp) -> Option<Record> {
        target.or_else(|| {
            Some(Record::Note(Note {
                id: self.note,
                job: self.job,
                author: by.id,
                author_name: by.name.to_owned(),
                text: self.text.trim().to_owned(),
                files: self.files.to_vec(),
                made_at: at,
            }))
        })
    }
}
