//! Taking changes back, against the model server: what was taken back never arrives, what arrived stays.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // These are tests.

use afield_domain::JobStatus::{EnRoute, Scheduled, Started};
use afield_sync::testing::ModelServer;
use afield_sync::testing::fixtures::{TestEngine, device, job, session, set, technician};
use afield_sync::{Intent, NoUndo, OutboxStore, Read, SyncError, Trigger, Undo};
use futures::executor::block_on;

fn primed(server: &ModelServer) -> TestEngine {
    let engine = device(1, server);
    block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
    assert!(
        block_on(engine.run_sync(Trigger::SignIn))
            .unwrap()
            .is_done()
    );
    engine
}

fn save(engine: &TestEngine, intent: Intent) -> Undo {
    let op = intent.op.clone();
    let saved = block_on(engine.run_enqueue(&[intent])).unwrap();
    let id = saved.put[0].mutation.id;
    Undo { id, op }
}

#[test]
fn what_was_taken_back_never_arrives_and_what_arrived_stays() {
    let server = ModelServer::new(technician(1), vec![job(1, &technician(1), Scheduled)]);
    let engine = primed(&server);
    save(&engine, set(1, EnRoute));
    let started = save(&engine, set(1, Started));
    block_on(engine.run_undo(&started)).unwrap();
    assert_eq!(
        block_on(engine.run_undo(&started)),
        Err(SyncError::NoUndo(NoUndo::Gone))
    );
    // The place in the order that is missing now does not disturb what follows.
    let again = save(&engine, set(1, Started));
    assert!(block_on(engine.run_sync(Trigger::Asked)).unwrap().is_done());
    let seqs: Vec<u64> = server.applied().iter().map(|m| m.seq.0).collect();
    assert_eq!(seqs, [1, 3]);
    assert_eq!(
        block_on(engine.run_undo(&again)),
        Err(SyncError::NoUndo(NoUndo::Gone))
    );
    let left = block_on(engine.outbox.load(Read::All)).unwrap();
    assert!(left.entries.is_empty());
}
