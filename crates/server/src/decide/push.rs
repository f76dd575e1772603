//! Push: decides a batch of mutations, each in one transaction of its own.
//!
//! Owns the order of load, judge, write, remember, commit. A verdict is answered only after it is
//! durable together with its effect. Must never answer "applied" for what was not committed.

use super::batch::{BatchError, Item, read_items};
use super::consequences::add_consequences;
use super::judge::{Decision, Holds, Known, judge, malformed, recall};
use super::named::hide_unknown;
use super::save::{self, Case, Visit};
use crate::error::StorageError;
use crate::state::App;
use crate::storage::{MutationRow, SessionRow, Stored};
use afield_domain::{CompanyId, DeviceId, MutationId, Rejection};
use afield_planted::planted;
use afield_protocol::{Mutation, MutationVerdict, PushRequest, Seq, Verdict};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

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
/// When the batch is not looked at; then nothing of it was.
pub(crate) async fn run_push(
    app: &App,
    session: &SessionRow,
    request: &PushRequest<Value>,
) -> Result<PushReply, BatchError> {
    let company = session.company.id;
    let items = read_items(request, session.user.id, &app.epoch)?;
    let mut visit = Visit::of(request, session);
    let mut holds = Holds::default();
    let mut verdicts = Vec::with_capacity(items.len());
    for item in &items {
        if holds.holds(item) {
            continue;
        }
        let answer = match item {
            Item::Malformed { id, field, .. } => refused(*id, malformed(field)),
            Item::Newer {
                id, fingerprint, ..
            } => decide_newer(app, company, *id, fingerprint).await,
            Item::Good {
                mutation,
                fingerprint,
            } => decide(app, session, mutation, fingerprint, &mut visit).await,
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
                tracing::error!(%error, cause = ?std::error::Error::source(&error), mutation = %item.id(), "a mutation could not be decided");
                let retry = Verdict::Retry { after_ms: RETRY_MS };
                verdicts.extend(verdict_json(item.id(), retry).ok());
                if !error.is_local() {
                    return Ok(PushReply { verdicts });
                }
                // One record that does not read keeps nobody from all others.
                holds.add(item);
            }
        }
    }
    if let Err(error) = note_visit(app, session, visit).await {
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
    visit: &mut Visit,
) -> Stored<Answer> {
    let company = session.company.id;
    let mut tx = app.storage.write().await?;
    let replaced = mutation.replaces.iter().map(|old| old.id);
    let others = mutation.depends_on.iter().copied().chain(replaced);
    let ids: Vec<MutationId> = std::iter::once(mutation.id).chain(others).collect();
    let place = (mutation.device, mutation.seq);
    let decided = tx.mutations(company, &ids, place).await?;
    match recall(mutation, fingerprint, &decided) {
        None => {}
        Some(Decision::Repeat(row)) => return repeat(row),
        Some(Decision::Wait) => return Ok(Answer::Waits),
        Some(Decision::RefuseForNow(reason)) => return refused(mutation.id, reason),
        // `recall` gives nothing else; should it, the mutation stays with the phone.
        Some(_) => return Ok(Answer::Waits),
    }
    let user = tx.user(company, session.user.id).await?;
    let user = planted!(StaleUser: user => Some(session.user.clone()));
    let mut records = save::load_read(tx.as_mut(), company, mutation).await?;
    if let Some(user) = &user {
        let (op, now) = (&mutation.op, app.clock.now());
        hide_unknown(tx.as_mut(), company, user, op, now, &mut records).await?;
    }
    let known = Known {
        user: user.as_ref(),
        decided: &decided,
        records: &records,
        now: app.clock.now(),
    };
    let now = known.now;
    let mut decision = judge(mutation, &known)?;
    if let Decision::Write(written) | Decision::Merge(written) = &mut decision {
        let tx = tx.as_mut();
        add_consequences(tx, company, &mutation.op, now, &mut records, written).await?;
    }
    let case = Case {
        company,
        mutation,
        fingerprint,
        actor: user.as_ref().unwrap_or(&session.user),
        records: &records,
        now,
    };
    let verdict = match decision {
        Decision::Repeat(row) => return repeat(row),
        Decision::Wait => return Ok(Answer::Waits),
        Decision::RefuseForNow(reason) => return refused(mutation.id, reason),
        Decision::Refuse(reason) => Verdict::Rejected { reason },
        Decision::Replaced => Verdict::AlreadyApplied {
            records: Vec::new(),
        },
        Decision::Already => Verdict::AlreadyApplied {
            records: case.target()?,
        },
        Decision::Write(records) => {
            let records = case.write(tx.as_mut(), &records).await?;
            Verdict::Applied { records }
        }
        Decision::Merge(records) => {
            let records = case.write(tx.as_mut(), &records).await?;
            Verdict::Merged { records }
        }
    };
    if planted!(VerdictAfterCommit: false => true) {
        tx = save::split(app, tx).await?;
    }
    let rejected = matches!(verdict, Verdict::Rejected { .. });
    let json = case.remember(tx.as_mut(), verdict).await?;
    visit.note(tx.as_mut(), company, now).await?;
    let done = tx.commit().await;
    planted!(CommitUnchecked: done? => ());
    visit.noted = true;
    app.hub.notify(company);
    Ok(Answer::Verdict { json, rejected })
}

/// Decides what only a newer build can read: what such a build has decided before stands, else the phone
/// keeps it. Nothing is remembered.
async fn decide_newer(
    app: &App,
    company: CompanyId,
    id: MutationId,
    fingerprint: &str,
) -> Stored<Answer> {
    let nowhere = (DeviceId(Uuid::nil()), Seq(0));
    let mut tx = app.storage.read().await?;
    let decided = tx.mutations(company, &[id], nowhere).await?;
    match decided.into_iter().find(|row| row.id == id) {
        Some(row) if row.fingerprint == fingerprint => repeat(row),
        Some(_) => refused(id, Rejection::IdempotencyMismatch),
        None => refused(id, Rejection::UnknownOp),
    }
}

/// The stored verdict. Its text is pruned only when the phone has acknowledged it; should the phone
/// ask all the same, it learns that the effect is there.
fn repeat(row: MutationRow) -> Stored<Answer> {
    let json = match row.verdict {
        Some(text) => RawValue::from_string(text).map_err(|_| StorageError::Damaged("verdict"))?,
        None => verdict_json(
            row.id,
            Verdict::AlreadyApplied {
                records: Vec::new(),
            },
        )?,
    };
    Ok(Answer::Verdict {
        json,
        rejected: row.rejected,
    })
}

fn refused(id: MutationId, reason: Rejection) -> Stored<Answer> {
    Ok(Answer::Verdict {
        json: verdict_json(id, Verdict::Rejected { reason })?,
        rejected: true,
    })
}

pub(crate) fn verdict_json(id: MutationId, verdict: Verdict) -> Stored<Box<RawValue>> {
    serde_json::value::to_raw_value(&MutationVerdict { id, verdict })
        .map_err(|_| StorageError::Damaged("verdict"))
}

/// Notes the device's visit on its own, where no mutation of the batch was written with it.
async fn note_visit(app: &App, session: &SessionRow, mut visit: Visit) -> Stored<()> {
    if visit.noted {
        return Ok(());
    }
    let mut tx = app.storage.write().await?;
    visit
        .note(tx.as_mut(), session.company.id, app.clock.now())
        .await?;
    tx.commit().await
}
