//! Photos and files: saved together with the mutation that registers them, and kept whatever comes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // These are tests.

use afield_sync::files::local_file::chunks_of;
use afield_sync::testing::ModelServer;
use afield_sync::testing::fixtures::{
    TestEngine, attachment_id, device, local_file, register, session, technician,
};
use afield_sync::{FileStore, LocalFile, OutboxEntry, OutboxStore, Read, SyncError, Trigger};
use futures::executor::block_on;
use std::slice;

async fn signed_in() -> TestEngine {
    let engine = device(1, &ModelServer::new(technician(1), Vec::new()));
    let info = session(&technician(1));
    engine.run_signed_in(&info).await.unwrap();
    engine
}

async fn picked(engine: &TestEngine, n: u128, bytes: &[u8]) -> LocalFile {
    for (number, chunk) in (0..).zip(chunks_of(bytes)) {
        let put = engine.outbox.put_chunk(attachment_id(n), number, chunk);
        put.await.unwrap();
    }
    local_file(n, 1, bytes)
}

async fn attach(engine: &TestEngine, file: &LocalFile) -> Result<Vec<OutboxEntry>, SyncError> {
    let intents = [register(file)];
    let written = engine.run_attach(&intents, slice::from_ref(file)).await?;
    Ok(written.put)
}

#[test]
fn a_file_and_its_mutation_are_saved_together() {
    block_on(async {
        let engine = signed_in().await;
        let file = picked(&engine, 1, b"one").await;
        let saved = attach(&engine, &file).await.unwrap();
        assert_eq!(saved.len(), 1);
        assert_eq!(
            engine.outbox.load_files().await.unwrap().files,
            slice::from_ref(&file)
        );
        let bytes = engine.outbox.load_bytes(file.id).await.unwrap();
        assert_eq!(bytes.as_deref(), Some(&b"one"[..]));
        let entries = engine.outbox.load(Read::All).await.unwrap().entries;
        assert_eq!(entries.len(), 1);
    });
}

#[test]
fn what_somebody_else_picked_is_not_saved_under_this_name() {
    block_on(async {
        let engine = signed_in().await;
        let mut file = picked(&engine, 1, b"one").await;
        file.user = technician(2).id;
        let saved = attach(&engine, &file).await;
        assert_eq!(saved, Err(SyncError::SignedOut));
        assert_eq!(engine.outbox.load_files().await.unwrap().files, []);
        let entries = engine.outbox.load(Read::All).await.unwrap().entries;
        assert_eq!(entries, []);
    });
}

#[test]
fn files_stay_whatever_becomes_of_their_mutation_and_their_user() {
    block_on(async {
        let engine = signed_in().await;
        let file = picked(&engine, 1, b"one").await;
        let id = attach(&engine, &file).await.unwrap()[0].mutation.id;
        // The server knows nothing of the job, and refuses.
        engine.run_sync(Trigger::Asked).await.unwrap();
        engine.run_revert(id, &[id]).await.unwrap();
        let entries = engine.outbox.load(Read::All).await.unwrap().entries;
        assert_eq!(entries, []);
        engine.run_signed_out().await.unwrap();
        let other = session(&technician(2));
        engine.run_signed_in(&other).await.unwrap();
        engine.outbox.drop_chunks(file.id).await.unwrap();
        assert_eq!(
            engine.outbox.load_files().await.unwrap().files,
            slice::from_ref(&file)
        );
        assert!(engine.outbox.load_bytes(file.id).await.unwrap().is_some());
    });
}
