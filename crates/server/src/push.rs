//! Push: decides a batch of mutations, each in one transaction of its own.
//!
//! Owns the order of load, judge, write, remember, commit. A verdict is answered only after it is
//! durable together with its effect. Must never answer "applied" for what was not committed.

pub(crate) mod fingerprint;
pub(crate) mod plan;
pub(crate) mod read;

use crate::error::StorageError;
use crate::records::{Fate, Write, save_record};
use crate::state::App;
use crate::storage::{MutationRow, SessionRow, Stored, StoredRecord, WriteTx};
use afield_domain::{CompanyId, Record, RecordKey, Rejection, Timestamp, User, Versioned};
use afield_protocol::{Activity, ActivityKind, Mutation, MutationVerdict, PushRequest, Verdict};
use plan::{Decision, Holds, Known, describe, judge, made_at, malformed};
use read::{BatchError, Item, read_items};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// What a phone is told to wait when the storage failed.
const RETRY_MS: u64 = 2_000;

/// [`afield_protocol::PushResponse`] with each verdict byte for byte as it is stored.
#[derive(Debug, Serialize)]
pub(crate) struct PushReply {
    verdicts: Vec<Box<RawValue>>,
}

/// Decides a batch.
///
/// # Errors
/// When the batch cannot be read; nothing was looked at then.
pub(crate) async fn run_push(
    app: &App,
    session: &SessionRow,
    request: &PushRequest<Value>,
) -> Result<PushReply, BatchError> {
    let items = read_items(request, session.user.id)?;
    let mut holds = Holds::default();
    let mut verdicts = Vec::with_capacity(items.len());
    for item in &items {
        if holds.holds(item) {
            continue;
        }
        let answer = match item {
            Item::Malformed { id, field, .. } => refused(*id, malformed(field)),
            Item::Good {
                mutation,
                fingerprint,
            } => decide(app, session, mutation, fingerprint).await,
        };
        match answer {
            Ok(Answer::Verdict { json, rejected }) => {
                if rejected {
                    holds.add(item);
                }
                verdicts.push(json);
            }
            Ok(Answer::Waits) => holds.add(item),
            Err(error) => {
                tracing::warn!(%error, cause = ?std::error::Error::source(&error), mutation = %item.id(), "a mutation could not be decided");
                let retry = Verdict::Retry { after_ms: RETRY_MS };
                verdicts.extend(verdict_json(item.id(), retry));
                return Ok(PushReply { verdicts });
            }
        }
    }
    if let Err(error) = note_device(app, session, request).await {
        tracing::warn!(%error, "a device's visit could not be noted");
    }
    Ok(PushReply { verdicts })
}

/// The answer for one mutation.
enum Answer {
    /// A verdict, and whether it is a rejection.
    Verdict { json: Box<RawValue>, rejected: bool },
    /// Left alone: something it depends on was refused earlier.
    Waits,
}

async fn decide(
    app: &App,
    session: &SessionRow,
    mutation: &Mutation,
    fingerprint: &str,
) -> Stored<Answer> {
    let company = session.company.id;
    let now = app.clock.now();
    let mut tx = app.storage.write().await?;
    let user = tx.user(company, session.user.id).await?;
    let stored = tx.mutation(company, mutation.id).await?;
    if stored.is_none() && waits(tx.as_mut(), company, mutation).await? {
        return Ok(Answer::Waits);
    }
    let at_seq = tx
        .mutation_at(company, mutation.device, mutation.seq)
        .await?;
    let records = load_read(tx.as_mut(), company, mutation).await?;
    let known = Known {
        user: user.as_ref(),
        stored: stored.as_ref(),
        at_seq,
        records: &records,
        now,
    };
    let decided = Decided {
        company,
        mutation,
        fingerprint,
        actor: user.as_ref().unwrap_or(&session.user),
        records: &records,
        now,
    };
    let (verdict, records_written) = match judge(mutation, fingerprint, &known) {
        Decision::Repeat(row) => return repeat(row),
        Decision::RefuseForNow(reason) => return refused(mutation.id, reason),
        Decision::Refuse(reason) => (Verdict::Rejected { reason }, Vec::new()),
        Decision::Already => (
            Verdict::AlreadyApplied {
                records: decided.target()?,
            },
            Vec::new(),
        ),
        Decision::Write(written) => {
            let versioned = decided.write(tx.as_mut(), &written).await?;
            (Verdict::Applied { records: versioned }, written)
        }
    };
    let answer = decided
        .remember(tx.as_mut(), verdict, &records_written)
        .await?;
    tx.commit().await?;
    app.hub.notify(company);
    Ok(answer)
}

/// Whether something that `mutation` depends on stands as refused.
async fn waits(tx: &mut dyn WriteTx, company: CompanyId, mutation: &Mutation) -> Stored<bool> {
    for id in &mutation.depends_on {
        let row = tx.mutation(company, *id).await?;
        if row.is_some_and(|row| row.rejected) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn load_read(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    mutation: &Mutation,
) -> Stored<Vec<(StoredRecord, Record)>> {
    let stored = tx.records(company, &mutation.op.reads()).await?;
    stored
        .into_iter()
        .map(|row| {
            let record = row.record()?;
            Ok((row, record))
        })
        .collect()
}

/// A mutation with all that its effect needs.
struct Decided<'a> {
    company: CompanyId,
    mutation: &'a Mutation,
    fingerprint: &'a str,
    actor: &'a User,
    records: &'a [(StoredRecord, Record)],
    now: Timestamp,
}

impl Decided<'_> {
    fn find(&self, key: RecordKey) -> Option<&(StoredRecord, Record)> {
        self.records.iter().find(|(stored, _)| stored.key == key)
    }

    /// The record the operation is about, as it is.
    fn target(&self) -> Stored<Vec<Versioned>> {
        let key = self.mutation.op.target();
        let found = key.and_then(|key| self.find(key));
        found
            .map(|(stored, _)| stored.versioned())
            .into_iter()
            .collect()
    }

    async fn write(&self, tx: &mut dyn WriteTx, records: &[Record]) -> Stored<Vec<Versioned>> {
        let mut versioned = Vec::with_capacity(records.len());
        for record in records {
            let old = record.key().and_then(|key| self.find(key));
            let write = Write {
                old: old.map(|(stored, _)| stored),
                record,
                fate: Fate::Present,
                external_key: None,
            };
            versioned.push(save_record(tx, self.company, write, self.now).await?);
        }
        Ok(versioned)
    }

    /// Stores the verdict and what the board shows of it.
    async fn remember(
        &self,
        tx: &mut dyn WriteTx,
        verdict: Verdict,
        written: &[Record],
    ) -> Stored<Answer> {
        for record in written {
            let before = record.key().and_then(|key| self.find(key));
            if let Some((job, what)) = describe(before.map(|(_, record)| record), record) {
                self.add_activity(tx, job.into(), what).await?;
            }
        }
        let reason = match &verdict {
            Verdict::Rejected { reason } => Some(reason.clone()),
            _ => None,
        };
        if let (Some(reason), Some(job)) = (&reason, self.mutation.op.job()) {
            let what = ActivityKind::Refused {
                reason: reason.clone(),
            };
            self.add_activity(tx, job.into(), what).await?;
        }
        let json =
            verdict_json(self.mutation.id, verdict).ok_or(StorageError::Damaged("verdict"))?;
        let row = MutationRow {
            id: self.mutation.id,
            device: self.mutation.device,
            seq: self.mutation.seq,
            user: self.mutation.user,
            fingerprint: self.fingerprint.to_owned(),
            rejected: reason.is_some(),
            verdict: Some(json.get().to_owned()),
            received_at: self.now,
        };
        tx.add_mutation(self.company, &row).await?;
        Ok(Answer::Verdict {
            json,
            rejected: reason.is_some(),
        })
    }

    /// Shows it on the board, if the job exists.
    async fn add_activity(
        &self,
        tx: &mut dyn WriteTx,
        job: RecordKey,
        what: ActivityKind,
    ) -> Stored<()> {
        let Some((_, Record::Job(job))) = self.find(job) else {
            return Ok(());
        };
        let activity = Activity {
            seq: tx.next_seq(self.company).await?,
            actor: self.actor.name.clone(),
            job: job.id,
            job_number: job.number.clone(),
            made_at: made_at(self.mutation, self.now),
            received_at: self.now,
            what,
        };
        tx.add_activity(self.company, &activity).await
    }
}

/// The stored verdict. Its text is pruned only when the phone has acknowledged it; should the phone
/// ask all the same, it learns that the effect is there.
fn repeat(row: MutationRow) -> Stored<Answer> {
    let json = match row.verdict {
        Some(text) => RawValue::from_string(text).ok(),
        None => verdict_json(
            row.id,
            Verdict::AlreadyApplied {
                records: Vec::new(),
            },
        ),
    };
    Ok(Answer::Verdict {
        json: json.ok_or(StorageError::Damaged("verdict"))?,
        rejected: row.rejected,
    })
}

fn refused(id: afield_domain::MutationId, reason: Rejection) -> Stored<Answer> {
    Ok(Answer::Verdict {
        json: verdict_json(id, Verdict::Rejected { reason })
            .ok_or(StorageError::Damaged("verdict"))?,
        rejected: true,
    })
}

fn verdict_json(id: afield_domain::MutationId, verdict: Verdict) -> Option<Box<RawValue>> {
    serde_json::value::to_raw_value(&MutationVerdict { id, verdict }).ok()
}

async fn note_device(app: &App, session: &SessionRow, request: &PushRequest<Value>) -> Stored<()> {
    let mut tx = app.storage.write().await?;
    tx.see_device(
        session.company.id,
        request.device,
        session.user.id,
        request.ack_below,
        app.clock.now(),
    )
    .await?;
    tx.commit().await
}
