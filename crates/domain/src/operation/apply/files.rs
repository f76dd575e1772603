//! Photos, signatures and files: what registers them, and who may refer to them.

use super::{ApplyContext, Effect};
use crate::ids::{AttachmentId, JobId};
use crate::operation::Op;
use crate::permission::may_work_on;
use crate::record::Attachment;
use crate::record::Job;
use crate::record::{Record, RecordKey};
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::user::Actor;

/// Whether every one of `files` is an attachment of `job`.
pub(super) fn find_files<'r>(
    job: JobId,
    files: &[AttachmentId],
    lookup: &impl Fn(RecordKey) -> Option<&'r Record>,
) -> Result<(), Rejection> {
    let is_of_job = |file: &AttachmentId| matches!(lookup((*file).into()), Some(Record::Attachment(found)) if found.job == job);
    if files.iter().all(is_of_job) {
        Ok(())
    } else {
        Err(Rejection::NotFound)
    }
}

/// The attachment that an [`Op::AddAttachment`] registers, checked.
///
/// # Errors
/// [`Rejection::Invalid`] naming the field; [`Rejection::UnknownOp`] for any other operation.
pub(crate) fn new_attachment(
    op: &Op,
    author: Actor<'_>,
    made_at: Timestamp,
) -> Result<Attachment, Rejection> {
    let Op::AddAttachment {
        attachment,
        job,
        kind,
        name,
        mime,
        bytes,
        sha256,
        width,
        height,
        thumbnail,
    } = op
    else {
        return Err(Rejection::UnknownOp);
    };
    Attachment {
        id: *attachment,
        job: *job,
        kind: *kind,
        name: name.clone(),
        mime: mime.clone(),
        bytes: *bytes,
        sha256: sha256.clone(),
        width: *width,
        height: *height,
        thumbnail: thumbnail.clone(),
        author: author.id,
        author_name: author.name.to_owned(),
        made_at,
    }
    .checked()
}

pub(super) fn add_attachment(
    context: ApplyContext<'_>,
    job: &Job,
    existing: Option<&Record>,
    op: &Op,
) -> Result<Effect, Rejection> {
    if !may_work_on(context.actor, job) {
        return Err(Rejection::Forbidden);
    }
    let made = new_attachment(op, context.actor, context.made_at)?;
    match existing {
        Some(Record::Attachment(there)) if there.job == made.job && there.sha256 == made.sha256 => {
            Ok(Effect::Already)
        }
        // Ids are 122 random bits: an attachment of this id that is another is a forged request.
        Some(_) => Err(Rejection::Forbidden),
        None => Ok(Effect::Write(vec![Record::Attachment(made)])),
    }
}
