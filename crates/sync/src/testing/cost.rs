//! What one tap and one batch cost, with so many unsent changes in front of them.
//!
//! Owns the benchmark that the memory store runs natively and the IndexedDB store in a real browser.

use crate::outbox::undo::Undo;
use crate::pass::trigger::Trigger;
use crate::ports::OutboxStore;
use crate::testing::counted::{CountedOutbox, ReadCount};
use crate::testing::fixtures::{attach, job, session, set, technician};
use crate::testing::{Fault, ManualHost, ModelServer};
use crate::{Engine, Intent, MemoryCache, SyncError};
use afield_domain::JobStatus;

/// Jobs over which the unsent changes are spread.
const JOBS: u128 = 500;
/// Changes saved in one transaction, while the outbox is filled.
const FILL: usize = 250;

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Unsent changes before.
    pub unsent: usize,
    /// Saving one more.
    pub save: ReadCount,
    /// Taking it back.
    pub undo: ReadCount,
    /// A pass that puts one batch on the wire and gets no answer.
    pub batch: ReadCount,
}

/// Fills `outbox`, which is empty, with `unsent` registrations of photos, thumbnails included, and
/// measures. With `reads_all`, as if every transaction that reads an entry read all.
///
/// # Errors
/// The outbox failed.
pub async fn measure<O: OutboxStore + Clone>(
    outbox: O,
    unsent: usize,
    reads_all: bool,
) -> Result<Cost, SyncError> {
    let user = technician(1);
    let jobs = (0..JOBS).map(|n| job(n, &user, JobStatus::Scheduled));
    let server = ModelServer::new(user.clone(), jobs.collect());
    let outbox = CountedOutbox::new(outbox, reads_all);
    let engine = Engine {
        outbox: outbox.clone(),
        cache: MemoryCache::default(),
        remote: server.clone(),
        host: ManualHost::new(1),
    };
    engine.run_signed_in(&session(&user)).await?;
    let photos: Vec<Intent> = (0..unsent)
        .zip(0_u128..)
        .map(|(_, n)| with_thumbnail(attach(n, n % JOBS)))
        .collect();
    for some in photos.chunks(FILL) {
        engine.run_enqueue(some).await?;
    }
    outbox.take();
    let intent = set(JOBS + 1, JobStatus::EnRoute);
    let saved = engine.run_enqueue(std::slice::from_ref(&intent)).await?;
    let save = outbox.take();
    for entry in saved.put {
        let (id, op) = (entry.mutation.id, intent.op.clone());
        engine.run_undo(&Undo { id, op }).await?;
    }
    let undo = outbox.take();
    server.plan([Fault::LoseRequest]);
    engine.run_sync(Trigger::Asked).await?;
    let batch = outbox.take();
    Ok(Cost {
        unsent,
        save,
        undo,
        batch,
    })
}

/// A thumbnail of a usual size.
fn with_thumbnail(mut intent: Intent) -> Intent {
    if let afield_domain::Op::AddAttachment { thumbnail, .. } = &mut intent.op {
        *thumbnail = "x".repeat(4_000);
    }
    intent
}
