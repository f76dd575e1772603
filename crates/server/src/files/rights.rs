//! Who may send and fetch the bytes of an attachment.
//!
//! Owns the two rules: its author sends them, even when the job is somebody else's by now, for the registration was
//! accepted or waits for the office; its author, whoever has the job, and the office fetch them. For everybody else it is not there. Must
//! never read a file.

use super::FileKey;
use crate::state::App;
use crate::storage::{FileRemoved, SessionRow, Stored};
use afield_domain::{Actor, Attachment, AttachmentId, Record, RecordKey, fold_op};

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
        Some(_) => None,
        None => load_reviewed(app, session, id)
            .await?
            .filter(|attachment| attachment.author == user),
    })
}

/// The attachment whose bytes the user may fetch.
pub(crate) async fn load_to_fetch(
    app: &App,
    session: &SessionRow,
    id: AttachmentId,
) -> Stored<Option<Attachment>> {
    let user = &session.user;
    let attachment = match load(app, session, id.into()).await? {
        Some(Record::Attachment(attachment)) => attachment,
        Some(_) => return Ok(None),
        None => {
            let may = |file: &Attachment| user.role.is_office() || file.author == user.id;
            return Ok(load_reviewed(app, session, id).await?.filter(may));
        }
    };
    if user.role.is_office() || attachment.author == user.id {
        return Ok(Some(attachment));
    }
    let job = load(app, session, attachment.job.into()).await?;
    let is_theirs = matches!(job, Some(Record::Job(job)) if job.assignee == Some(user.id));
    Ok(is_theirs.then_some(attachment))
}

/// Whether the bytes of a file were removed because it was old.
pub(crate) async fn load_removed(app: &App, file: FileKey) -> Stored<Option<FileRemoved>> {
    let mut tx = app.storage.read().await?;
    tx.file_removed(file.company, file.attachment).await
}

/// The attachment as it would be, of a registration that came too late and was not accepted (yet).
async fn load_reviewed(
    app: &App,
    session: &SessionRow,
    id: AttachmentId,
) -> Stored<Option<Attachment>> {
    let mut tx = app.storage.read().await?;
    let company = session.company.id;
    // Of what was accepted there was a record: where that is gone, so is the file.
    if !tx.records(company, &[id.into()]).await?.is_empty() {
        return Ok(None);
    }
    for row in tx.reviews_in(company, id.into()).await? {
        let account = tx.account_of(company, row.mutation.user).await?;
        let made_at = row.mutation.made_before(row.received_at);
        let made = account.and_then(|author| {
            let author = Actor::from(&author.user);
            fold_op(id.into(), None, &row.mutation.op, author, made_at)
        });
        if let Some(Record::Attachment(mut file)) = made {
            file.received_at = row.file_at;
            return Ok(Some(file));
        }
    }
    Ok(None)
}

async fn load(app: &App, session: &SessionRow, key: RecordKey) -> Stored<Option<Record>> {
    let mut tx = app.storage.read().await?;
    let found = tx.records(session.company.id, &[key]).await?;
    let found = found.into_iter().find(|row| !row.deleted);
    found.map(|row| row.record()).transpose()
}
