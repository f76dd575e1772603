//! Push: a batch of mutations of one device, in its order.
//!
//! Owns which of them are looked at and in what order they are answered. Each is decided on its own, in
//! `transaction`. Must never go on after the storage has failed.

use super::batch::{BatchError, Item, read_items};
use super::judge::{Holds, malformed};
use super::save::Visit;
use super::told::{fit, verdict_json};
use super::transaction::{Answer, decide, refused, repeat};
use crate::state::App;
use crate::storage::{SessionRow, Stored};
use afield_domain::{CompanyId, MutationId, Rejection};
use afield_protocol::{PushRequest, Verdict};
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
    let mut answers = Vec::with_capacity(items.len());
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
            } => decide(app, session, mutation, fingerprint, Some(&mut visit)).await,
        };
        match answer {
            Ok(Answer::Verdict { told, rejected }) => {
                if rejected {
                    holds.add(item);
                }
                answers.push(told);
            }
            Ok(Answer::Waits) => holds.add(item),
            Err(error) => {
                tracing::error!(%error, cause = ?std::error::Error::source(&error), mutation = %item.id(), "a mutation could not be decided");
                let retry = Verdict::Retry { after_ms: RETRY_MS };
                answers.extend(verdict_json(item.id(), retry).ok().map(Into::into));
                if !error.is_local() {
                    return Ok(PushReply {
                        verdicts: fit(answers),
                    });
                }
                // One record that does not read keeps nobody from all others.
                holds.add(item);
            }
        }
    }
    if let Err(error) = note_visit(app, session, visit).await {
        tracing::warn!(%error, "a device's visit could not be noted");
    }
    Ok(PushReply {
        verdicts: fit(answers),
    })
}

/// Decides what only a newer build can read: what such a build has decided before stands, else the phone
/// keeps it. Nothing is remembered.
async fn decide_newer(
    app: &App,
    company: CompanyId,
    id: MutationId,
    fingerprint: &str,
) -> Stored<Answer> {
    let mut tx = app.storage.read().await?;
    let decided = tx.mutations(company, &[id], None).await?;
    match decided.into_iter().find(|row| row.id == id) {
        Some(row) if row.fingerprint == fingerprint => repeat(row),
        Some(_) => refused(id, Rejection::IdempotencyMismatch),
        None => refused(id, Rejection::UnknownOp),
    }
}

/// Notes the device's visit on its own, where no mutation of the batch was written with it.
async fn note_visit(app: &App, session: &SessionRow, visit: Visit) -> Stored<()> {
    if visit.noted {
        return Ok(());
    }
    let mut tx = app.storage.write().await?;
    visit
        .note(tx.as_mut(), session.company.id, app.clock.now())
        .await?;
    tx.commit().await
}
