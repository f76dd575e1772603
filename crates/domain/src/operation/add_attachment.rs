//! Register a photo, a signature or a file of a job. Its bytes go another way.

use super::meaning::{Case, Ends, Judgement, Meaning};
use crate::ids::{AttachmentId, JobId, TaskId, UserId};
use crate::permission::Right;
use crate::record::{Attachment, AttachmentKind, Record, RecordKey};
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::user::Actor;

/// See [`super::Op::AddAttachment`].
pub(super) struct AddAttachment<'o> {
    pub(super) attachment: AttachmentId,
    pub(super) job: JobId,
    pub(super) kind: AttachmentKind,
    pub(super) name: &'o str,
    pub(super) mime: &'o str,
    pub(super) bytes: u64,
    pub(super) sha256: &'o str,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) thumbnail: &'o str,
}

impl AddAttachment<'_> {
    fn made(&self, by: Actor<'_>, at: Timestamp) -> Result<Attachment, Rejection> {
        Attachment {
            id: self.attachment,
            job: self.job,
            kind: self.kind,
            name: self.name.to_owned(),
            mime: self.mime.to_owned(),
            bytes: self.bytes,
            sha256: self.sha256.to_owned(),
            width: self.width,
            height: self.height,
            thumbnail: self.thumbnail.to_owned(),
            author: by.id,
            author_name: by.name.to_owned(),
            made_at: at,
            received_at: None,
        }
        .checked()
    }
}

impl Meaning for AddAttachment<'_> {
    fn target(&self) -> RecordKey {
        self.attachment.into()
    }

    fn job(&self) -> Option<JobId> {
        Some(self.job)
    }

    fn task(&self) -> Option<TaskId> {
        None
    }

    fn needs(&self) -> Vec<RecordKey> {
        vec![self.job.into()]
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
        vec![Right::to_add(self.kind)]
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        case.check_right(case.job(self.job)?)?;
        let made = self.made(case.context.actor, case.context.made_at)?;
        match case.find(self.attachment) {
            Some(Record::Attachment(there))
                if there.job == made.job && there.sha256 == made.sha256 =>
            {
                Ok(Judgement::Already)
            }
            // Ids are 122 random bits: an attachment of this id that is another is a forged request.
            Some(_) => Err(Rejection::Forbidden),
            None => Ok(Judgement::as_asked()),
        }
    }

    fn effect(&self, target: Option<Record>, by: Actor<'_>, at: Timestamp) -> Option<Record> {
        target.or_else(|| self.made(by, at).ok().map(Record::Attachment))
    }
}
