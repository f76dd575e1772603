//! That a file was received.
//!
//! Owns the step from "all bytes are stored" to "the record says so": check, put in place, write the record, only then
//! drop the pieces. A kill between any two of them is made good by the next request for that file. Must never be run
//! before the attachment was registered.

use super::content::Refused;
use super::whole::Joined;
use super::{FileKey, Files};
use crate::decide::records::{Fate, OFFICE, Write, save_record};
use crate::error::StorageError;
use crate::events::Wrote;
use crate::state::App;
use afield_domain::{Attachment, CompanyId, Record, RecordKey};

/// How far an upload is, after what was to be done about it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// So many bytes are stored, the last of them at that time (milliseconds since 1970).
    Under { bytes: u64, last_at: i64 },
    /// The file was received whole.
    Received,
    /// All bytes came, and are not those that were announced: the upload begins again.
    OtherBytes,
    /// All bytes came, and are refused.
    Refused(Refused),
}

/// What can fail.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("the store of files: {0}")]
    Store(#[from] object_store::Error),
}

/// Looks how far the upload is, and ends it if all bytes are there.
pub(crate) async fn settle(
    app: &App,
    company: CompanyId,
    attachment: &Attachment,
) -> Result<Progress, FileError> {
    if attachment.received_at.is_some() {
        return Ok(Progress::Received);
    }
    let file = FileKey {
        company,
        attachment: attachment.id,
    };
    let files = &app.config.files;
    // In this order: another server that puts it together meanwhile forgets the pieces only when the file is there.
    let stored = files.stored(file).await?;
    // It was put there after it was found to be right.
    let joined = match files.size(file).await? {
        Some(size) if size == attachment.bytes => Joined::Whole,
        _ if stored.bytes < attachment.bytes => {
            return Ok(Progress::Under {
                bytes: stored.bytes,
                last_at: stored.last_at,
            });
        }
        _ => files.join(file, &stored, &attachment.sha256).await?,
    };
    let progress = match joined {
        Joined::Whole => {
            note_received(app, company, attachment.id.into()).await?;
            Progress::Received
        }
        Joined::OtherBytes => Progress::OtherBytes,
        Joined::Refused(refused) => Progress::Refused(refused),
    };
    forget(files, file).await;
    Ok(progress)
}

/// Pieces that stay are found by the daily housekeeping.
async fn forget(files: &Files, file: FileKey) {
    if let Err(error) = files.forget_pieces(file).await {
        tracing::warn!(%error, "pieces of an upload stay for now");
    }
}

/// Writes into the record when the file was received, if it does not say so yet.
async fn note_received(app: &App, company: CompanyId, key: RecordKey) -> Result<(), StorageError> {
    let mut tx = app.storage.write().await?;
    let now = app.clock.now();
    let found = tx.records(company, &[key]).await?;
    let Some(old) = found.into_iter().find(|row| !row.deleted) else {
        // Its registration came too late, and waits.
        if tx.review_file(company, key, now).await? {
            tx.commit().await?;
            // Whoever is about to decide sees that it is there.
            app.hub.notify(company, Wrote::Untold);
        }
        return Ok(());
    };
    let Record::Attachment(mut attachment) = old.record()? else {
        return Ok(());
    };
    if attachment.received_at.is_some() {
        return Ok(());
    }
    attachment.received_at = Some(now);
    let write = Write {
        old: Some(&old),
        record: &Record::Attachment(attachment),
        fate: Fate::Present,
        external_key: None,
        by: OFFICE,
        made_at: now,
    };
    save_record(tx.as_mut(), company, write, now).await?;
    tx.commit().await?;
    app.hub.notify(company, Wrote::Untold);
    Ok(())
}
