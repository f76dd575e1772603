//! What is done with a connection: handing a job over, accepting or rejecting it, what the office makes and changes.
//!
//! Owns how such a change becomes a mutation, so that it is decided like every other. It has no device's
//! order to stand in: it is the only mutation of a device of its own, which has its id. Must never write
//! by itself.

use super::answer::Answer;
use super::fingerprint::fingerprint;
use super::transaction::{ForDay, decide, decide_for};
use crate::error::StorageError;
use crate::ids::new_id;
use crate::state::App;
use crate::storage::{SessionRow, Stored};
use afield_domain::{DeviceId, MutationId, OP_VERSION, Op, RecordKey, Rev};
use afield_protocol::{Mutation, MutationVerdict, Seq, Verdict};
use serde_json::json;

/// A change that somebody waits for.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Its id, made once by who asks; none from a page of the version before, whose repeated request is
    /// another change.
    pub(crate) id: Option<MutationId>,
    /// The record that it changes or makes.
    pub(crate) on: RecordKey,
    /// What is wanted.
    pub(crate) op: Op,
    /// The revision of the record that was seen, if it must be the present one.
    pub(crate) base_rev: Option<Rev>,
}

/// Decides a change, or repeats what was decided of it.
///
/// # Errors
/// When the storage fails or holds what cannot be read; nothing is written then.
pub(crate) async fn run_asked(app: &App, session: &SessionRow, asked: Asked) -> Stored<Verdict> {
    let (mutation, content) = as_mutation(app, session, asked)?;
    told(decide(app, session, &mutation, &content).await?)
}

/// As [`run_asked`], for a day of a series; none if that does not have the day any more.
///
/// # Errors
/// Those of [`run_asked`].
pub(crate) async fn run_for(
    app: &App,
    session: &SessionRow,
    asked: Asked,
    of: ForDay<'_>,
) -> Stored<Option<Verdict>> {
    let (mutation, content) = as_mutation(app, session, asked)?;
    let decided = decide_for(app, session, &mutation, &content, of).await?;
    decided.map(told).transpose()
}

/// The mutation that it is, and its fingerprint.
fn as_mutation(app: &App, session: &SessionRow, asked: Asked) -> Stored<(Mutation, String)> {
    let now = app.clock.now();
    let id = match asked.id {
        Some(id) => id,
        None => MutationId(new_id(now).map_err(|error| StorageError::Backend(error.into()))?),
    };
    let user = session.user.id;
    // When it was asked is no part of it: the same request may come again.
    let content = json!({"user": user, "op": asked.op, "base_rev": asked.base_rev});
    let mutation = Mutation {
        id,
        device: DeviceId(id.0),
        seq: Seq(0),
        user,
        lane: asked.on,
        depends_on: Vec::new(),
        replaces: Vec::new(),
        op_version: OP_VERSION,
        op: asked.op,
        base_rev: asked.base_rev,
        wall: now,
        clock_offset_ms: 0,
    };
    Ok((mutation, fingerprint(&content)))
}

fn told(answer: Answer) -> Stored<Verdict> {
    match answer {
        Answer::Verdict { told, .. } => serde_json::from_str::<MutationVerdict>(told.json.get())
            .map(|told| told.verdict)
            .map_err(|_| StorageError::Damaged("verdict")),
        // It depends on nothing.
        Answer::Waits => Err(StorageError::Damaged("verdict")),
        // Asked again, it is answered as any request without a session.
        Answer::Over => Ok(Verdict::Retry { after_ms: 0 }),
    }
}
