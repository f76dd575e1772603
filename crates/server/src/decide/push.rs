//! Push: a batch of mutations of one device, in its order.
//!
//! Owns which of them are looked at and in what order they are answered. Each is decided on its own (`transaction`),
//! all in one transaction, which batches that wait at the same time share (`group`). Must never go on after the
//! storage has failed, nor answer before what is answered is durable.

use super::answer::{Answer, refused, repeat};
use super::batch::{BatchError, Item, read_items};
use super::judge::{Holds, malformed};
use super::save::Visit;
use super::told::{Load, Told, fit, verdict_json};
use super::transaction::{as_it_stands, decide, decide_in};
use crate::error::StorageError;
use crate::events::Wrote;
use crate::state::App;
use crate::storage::{MutationRow, ReadTx, SessionRow, Stored, WriteTx};
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    undecided: Vec<MutationId>,
}

/// Decides a batch.
///
/// # Errors
/// When the batch is not looked at; then nothing of it was. Where the session has ended only since, what was decided
/// before that stands, and is told when it comes again.
pub(crate) async fn run_push(
    app: &App,
    session: &SessionRow,
    request: &PushRequest<Value>,
) -> Result<PushReply, BatchError> {
    let items = read_items(request, session.user.id, &app.epoch)?;
    let session = &SessionRow {
        // What the office brings in is told to nobody who could wait for it.
        reviews: request.review && session.brought_by.is_none(),
        ..session.clone()
    };
    let visit = Visit::of(request, session);
    let batch = Batch {
        items: &items,
        asks: &request.asks,
    };
    let Answered { told, undecided } = match run_together(app, session, batch, &visit).await {
        Together::Durable(answered) => answered,
        Together::Refused(error) => return Err(error),
        Together::NotBegun(error) => {
            let mut answers = Answers::default();
            if let Some(first) = items.first() {
                answers.add(first, Err(error));
            }
            answers.said
        }
        Together::Lost => run_alone(app, session, batch, &visit).await?,
    };
    for told in &told {
        app.metrics.decided(told.kind);
    }
    Ok(PushReply {
        verdicts: fit(told),
        undecided,
    })
}

/// What a phone has sent.
#[derive(Clone, Copy)]
struct Batch<'a> {
    items: &'a [Item],
    /// Of these it only asks what was decided.
    asks: &'a [MutationId],
}

/// What it is answered.
#[derive(Default)]
struct Answered {
    told: Vec<Told>,
    /// What was asked about and never decided.
    undecided: Vec<MutationId>,
}

/// What became of a batch in the transaction that pushes share.
enum Together {
    /// Its answers; all that they say is durable.
    Durable(Answered),
    /// It is not looked at: the session has ended, or its device was revoked, since the request began.
    Refused(BatchError),
    /// There was no transaction to work in.
    NotBegun(StorageError),
    /// The transaction was taken back, because of this batch or of another's.
    Lost,
}

/// Decides a batch in one transaction with the batches that wait at the same time.
async fn run_together(
    app: &App,
    session: &SessionRow,
    batch: Batch<'_>,
    visit: &Visit,
) -> Together {
    let mut seat = match app.groups.join().await {
        Ok(seat) => seat,
        Err(error) => return Together::NotBegun(error),
    };
    let company = session.company.id;
    let mut answers = Answers::default();
    let mut last = None;
    let worked = async {
        let tx = seat.tx()?;
        let session = &match as_it_stands(tx, session).await? {
            Some(session) if session.revoked_at.is_some() && !session.reviews => {
                return Ok(Err(BatchError::Revoked));
            }
            Some(session) => session,
            None => return Ok(Err(BatchError::Over)),
        };
        for item in batch.items {
            if answers.load.is_full() {
                break;
            }
            let asked = batch.asks.contains(&item.id());
            if asked || answers.holds.holds(item) {
                match was_decided(tx, company, item).await {
                    Ok(before) if answers.leaves(item, asked, before) => continue,
                    Ok(_) => {}
                    // A row that does not read keeps nobody from all others.
                    Err(error) if error.is_local() => {
                        answers.add(item, Err(error));
                        continue;
                    }
                    Err(error) => return Err(error),
                }
            }
            tx.mark().await?;
            let answer = decide_item(tx, app, session, item).await;
            match &answer {
                Ok(_) => tx.keep_marked().await?,
                Err(error) if error.is_local() => tx.undo_marked().await?,
                Err(_) => {}
            }
            if !answers.add(item, answer) {
                return Err(StorageError::Backend(
                    "the transaction is taken back".into(),
                ));
            }
        }
        visit.note(tx, session, app.clock.now()).await?;
        if app.own_work.is_heard(&session.token_hash) {
            last = tx
                .latest_activity(company, 1)
                .await?
                .first()
                .map(|activity| activity.seq);
        }
        Ok(Ok(()))
    };
    // Dropping the seat takes back what others have done in it too; each then goes on alone.
    let Ok(looked_at) = worked.await else {
        return Together::Lost;
    };
    if !seat.leave(batch.items.len()).await {
        return Together::Lost;
    }
    if let Err(error) = looked_at {
        return Together::Refused(error);
    }
    if let Some(last) = last {
        app.own_work.note(&session.token_hash, last);
    }
    app.hub.notify(company, answers.wrote);
    Together::Durable(answers.said)
}

/// Decides a batch after the shared transaction was lost: each mutation in one of its own, so that what can be stored
/// is, however full the disk.
async fn run_alone(
    app: &App,
    session: &SessionRow,
    batch: Batch<'_>,
    visit: &Visit,
) -> Result<Answered, BatchError> {
    let mut answers = Answers::default();
    for item in batch.items {
        if answers.load.is_full() {
            break;
        }
        let asked = batch.asks.contains(&item.id());
        if asked || answers.holds.holds(item) {
            match was_decided_alone(app, session, item).await {
                Ok(before) if answers.leaves(item, asked, before) => continue,
                Ok(_) => {}
                Err(error) => match answers.add(item, Err(error)) {
                    true => continue,
                    false => return Ok(answers.said),
                },
            }
        }
        let answer = decide_alone(app, session, item).await;
        if matches!(answer, Ok(Answer::Over)) {
            return Err(BatchError::Over);
        }
        if !answers.add(item, answer) {
            return Ok(answers.said);
        }
    }
    if let Err(error) = note_visit(app, session, visit).await {
        tracing::warn!(%error, "a device's visit could not be noted");
    }
    Ok(answers.said)
}

/// What was decided of it before, and whether it was refused.
async fn was_decided<T: ReadTx + ?Sized>(
    tx: &mut T,
    company: CompanyId,
    item: &Item,
) -> Stored<Option<Before>> {
    let decided = tx.mutations(company, &[item.id()], None).await?;
    let row = decided.iter().find(|row| row.id == item.id());
    Ok(row.map(|row| match row.rejected {
        true => Before::Refused,
        false => Before::Accepted,
    }))
}

async fn was_decided_alone(app: &App, session: &SessionRow, item: &Item) -> Stored<Option<Before>> {
    let mut tx = app.storage.read().await?;
    was_decided(tx.as_mut(), session.company.id, item).await
}

/// How something was decided before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Accepted,
    Refused,
}

/// The answers of a batch while it is decided.
#[derive(Default)]
struct Answers {
    holds: Holds,
    said: Answered,
    /// What the reply carries: once it is full, what is left is not decided, and comes again.
    load: Load,
    /// What was written.
    wrote: Wrote,
}

impl Answers {
    /// Whether `item`, which stands behind something refused or is only asked about, is not looked at now. What was
    /// accepted there before is told all the same: else its phone would take it for something that waits, and for its
    /// user's to take back. What was declined there is told to those who ask; else the first one says it for all.
    fn leaves(&mut self, item: &Item, asked: bool, before: Option<Before>) -> bool {
        if before == Some(Before::Accepted) || asked && before.is_some() {
            return false;
        }
        if asked {
            self.said.undecided.push(item.id());
        }
        self.holds.add(item);
        true
    }

    /// Takes the answer for `item`; whether the batch goes on.
    fn add(&mut self, item: &Item, answer: Stored<Answer>) -> bool {
        match answer {
            Ok(Answer::Verdict {
                told,
                rejected,
                wrote,
            }) => {
                if rejected {
                    self.holds.add(item);
                }
                self.wrote = self.wrote.max(wrote);
                self.load.add(&told);
                self.said.told.push(told);
                true
            }
            Ok(Answer::Waits | Answer::Over) => {
                self.holds.add(item);
                true
            }
            Err(error) => {
                tracing::error!(%error, cause = ?std::error::Error::source(&error), mutation = %item.id(), "a mutation could not be decided");
                let retry = Verdict::Retry { after_ms: RETRY_MS };
                self.said
                    .told
                    .extend(verdict_json(item.id(), retry).ok().map(Into::into));
                // One record that does not read keeps nobody from all others.
                self.holds.add(item);
                error.is_local()
            }
        }
    }
}

async fn decide_item(
    tx: &mut dyn WriteTx,
    app: &App,
    session: &SessionRow,
    item: &Item,
) -> Stored<Answer> {
    match item {
        Item::Malformed { id, field, .. } => refused(*id, malformed(field)),
        Item::Newer {
            id, fingerprint, ..
        } => {
            let decided = tx.mutations(session.company.id, &[*id], None).await?;
            answer_newer(*id, fingerprint, decided)
        }
        Item::Good {
            mutation,
            fingerprint,
        } => decide_in(tx, app, session, mutation, fingerprint).await,
    }
}

async fn decide_alone(app: &App, session: &SessionRow, item: &Item) -> Stored<Answer> {
    match item {
        Item::Malformed { id, field, .. } => refused(*id, malformed(field)),
        Item::Newer {
            id, fingerprint, ..
        } => {
            let mut tx = app.storage.read().await?;
            let decided = tx.mutations(session.company.id, &[*id], None).await?;
            answer_newer(*id, fingerprint, decided)
        }
        Item::Good {
            mutation,
            fingerprint,
        } => decide(app, session, mutation, fingerprint).await,
    }
}

/// The answer for what only a newer build can read: what such a build has decided before stands, else the phone
/// keeps it. Nothing is remembered.
fn answer_newer(id: MutationId, fingerprint: &str, decided: Vec<MutationRow>) -> Stored<Answer> {
    match decided.into_iter().find(|row| row.id == id) {
        Some(row) if row.fingerprint == fingerprint => repeat(row),
        Some(_) => refused(id, Rejection::IdempotencyMismatch),
        None => refused(id, Rejection::UnknownOp),
    }
}

async fn note_visit(app: &App, session: &SessionRow, visit: &Visit) -> Stored<()> {
    let mut tx = app.storage.write().await?;
    let Some(session) = &as_it_stands(tx.as_mut(), session).await? else {
        return Ok(());
    };
    visit.note(tx.as_mut(), session, app.clock.now()).await?;
    tx.commit().await
}
