//! Who may send and fetch the bytes of an attachment.
//!
//! Owns the two rules: its author sends them, even when the job is somebody else's by now, for the registration was
//! accepted; its author, whoever has the job, and the office fetch them. For everybody else it is not there. Must
//! never read a file.

use crate::state::App;
use crate::storage::{SessionRow, Stored};
use afield_domain::{Attachment, AttachmentId, Record, RecordKey};

/// The attachment whose bytes the user may send.
pub(crate) async fn load_to_send(
    app: &App,
    session: &SessionRow,
    id: AttachmentId,
) -> Stored<Option<Attachment>> {
    let found = load(app, session, id.into()).await?;
    let user = session.user.id;
    Ok(match found {
        Some(Record::Attachment(attachment)) if attachment.author == user => Some(attachment),
        _ => None,
    })
}

/// The attachment whose bytes the user may fetch.
pub(crate) async fn load_to_fetch(
    app: &App,
    session: &SessionRow,
    id: AttachmentId,
) -> Stored<Option<Attachment>> {
    let Some(Record::Attachment(attachment)) = load(app, session, id.into()).await? else {
        return Ok(None);
    };
    let user = &session.user;
    if user.role.is_office() || attachment.author == user.id {
        return Ok(Some(attachment));
    }
    let job = load(app, session, attachment.job.into()).await?;
    let is_theirs = matches!(job, Some(Record::Job(job)) if job.assignee == Some(user.id));
    Ok(is_theirs.then_some(attachment))
}

async fn load(app: &App, session: &SessionRow, key: RecordKey) -> Stored<Option<Record>> {
    let mut tx = app.storage.read().await?;
    let found = tx.records(session.company.id, &[key]).await?;
    let found = found.into_iter().find(|row| !row.deleted);
    found.map(|row| row.record()).transpose()
}
