//! Noting what is to be told, in the transaction that has decided it: what is not committed is never told, and a restart
//! forgets nothing.
//!
//! Owns what is read and written for it. What is worth telling is in `plan`.

use super::plan::{job_of, plan_due, plan_news};
use crate::storage::{Stored, StoredRecord, WriteTx};
use afield_domain::{CompanyId, Record, Timestamp, UserId};

/// A record that was written.
pub(crate) struct Written<'a> {
    /// As it was, if it was there.
    pub(crate) before: Option<&'a StoredRecord>,
    /// As it is.
    pub(crate) record: &'a Record,
    /// Whether it has gone.
    pub(crate) is_gone: bool,
    /// Who wrote it.
    pub(crate) by: UserId,
}

/// Has the devices of whoever has the job told of it, unless they wrote it themselves.
///
/// # Errors
/// When the storage fails or the record as it was cannot be read.
pub(crate) async fn note(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    written: &Written<'_>,
    now: Timestamp,
) -> Stored<()> {
    let Some(job) = job_of(written.record) else {
        return Ok(());
    };
    let listeners = tx.listeners(company, job, written.by).await?;
    if listeners.is_empty() {
        return Ok(());
    }
    let before = written.before.filter(|before| !before.deleted);
    let before = before.map(StoredRecord::record).transpose()?;
    let Some(news) = plan_news(before.as_ref(), written.record, written.is_gone) else {
        return Ok(());
    };
    for listener in &listeners {
        if let Some(news) = plan_due(listener, news) {
            tx.put_due(listener.subscription, job, &news.text(), now)
                .await?;
        }
    }
    Ok(())
}
