//! Changes of a job that somebody makes with a connection: handing it over, accepting or rejecting it.
//!
//! Owns how such a change is written: the record and what the board shows of it. Must never judge;
//! whoever calls commits and notifies.

use super::records::{Fate, Write, save_record};
use crate::storage::{SessionRow, Stored, StoredRecord, WriteTx};
use afield_domain::{Actor, Job, Record, Timestamp};
use afield_protocol::{Activity, ActivityKind};

/// Writes `job` as the session's user, in place of `old`, and shows it as `what`.
pub(crate) async fn save_online(
    tx: &mut dyn WriteTx,
    session: &SessionRow,
    old: Option<&StoredRecord>,
    job: Job,
    what: ActivityKind,
    now: Timestamp,
) -> Stored<()> {
    let company = session.company.id;
    let (id, number) = (job.id, job.number.clone());
    let write = Write {
        old,
        record: &Record::Job(job),
        fate: Fate::Present,
        external_key: None,
        by: Actor::from(&session.user),
        made_at: now,
    };
    save_record(tx, company, write, now).await?;
    let activity = Activity {
        seq: tx.next_seq(company).await?,
        actor: session.user.name.clone(),
        job: id,
        job_number: number,
        made_at: now,
        received_at: now,
        what,
    };
    tx.add_activity(company, &activity).await
}
