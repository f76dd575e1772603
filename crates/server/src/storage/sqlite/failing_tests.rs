//! A real file whose disk is full, whose commits fail, whose users hang up: the next write is none the wiser.

use super::*;
use afield_protocol::EpochId;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use tempfile::TempDir;

async fn storage() -> (SqliteStorage, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let storage = SqliteStorage::open(&file, Durability::ProcessOnly)
        .await
        .unwrap();
    rename(&storage, "first").await.unwrap();
    (storage, folder)
}

/// A write that takes room in proportion to `name`.
async fn rename(storage: &SqliteStorage, name: &str) -> Stored<()> {
    let mut tx = storage.write().await?;
    let epoch = EpochId(name.to_owned());
    tx.name_epoch(&epoch).await?;
    tx.rename_epoch(&epoch).await?;
    tx.commit().await
}

async fn name(storage: &SqliteStorage) -> String {
    let mut tx = storage.read().await.unwrap();
    tx.epoch().await.unwrap().unwrap().0
}

#[tokio::test]
async fn a_full_disk_fails_what_needs_room_and_nothing_after_it() {
    let (storage, _folder) = storage().await;
    let large = "x".repeat(100_000);
    for round in 0..3 {
        // As many as there are: none may be added.
        storage.tell("PRAGMA max_page_count = 1").await;
        assert!(rename(&storage, &large).await.is_err(), "{round}");
        assert_eq!(name(&storage).await, "first");
    }
    storage.tell("PRAGMA max_page_count = 1000000").await;
    rename(&storage, &large).await.unwrap();
    assert_eq!(name(&storage).await, large);
}

#[tokio::test]
async fn a_commit_that_sqlite_takes_back_by_itself() {
    let (storage, _folder) = storage().await;
    let writer = storage.writer.take().await.unwrap();
    writer.get().unwrap().commit_hook(Some(|| true)).unwrap();
    drop(writer);
    assert!(rename(&storage, "second").await.is_err());
    assert_eq!(name(&storage).await, "first");
    rename(&storage, "third").await.unwrap();
    assert_eq!(name(&storage).await, "third");
}

/// Does `work` until it has been polled so often, then drops it; whether it came to its end.
async fn drop_after(polls: usize, work: impl Future<Output = Stored<()>>) -> bool {
    let mut work = pin!(work);
    let mut left = polls;
    poll_fn(|context| {
        left -= 1;
        match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(done.is_ok()),
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn whoever_hangs_up_at_any_moment_leaves_all_or_nothing() {
    let (storage, _folder) = storage().await;
    let mut done = false;
    for polls in 1..500 {
        let before = name(&storage).await;
        let wanted = format!("after {polls}");
        done = drop_after(polls, rename(&storage, &wanted)).await;
        // Comes after whatever the other left behind.
        drop(storage.write().await.unwrap());
        let now = name(&storage).await;
        assert!(now == wanted || (now == before && !done), "{polls}: {now}");
        let next = format!("next {polls}");
        rename(&storage, &next).await.unwrap();
        assert_eq!(name(&storage).await, next);
        if done {
            break;
        }
    }
    assert!(done, "it was cut at every moment that there is");
}

#[tokio::test]
async fn a_panic_in_the_middle_takes_its_writes_back() {
    let (storage, _folder) = storage().await;
    let inside = storage.clone();
    let task = tokio::spawn(async move {
        let mut tx = inside.write().await.unwrap();
        tx.rename_epoch(&EpochId("half".into())).await.unwrap();
        panic!("as told");
    });
    assert!(task.await.is_err());
    rename(&storage, "second").await.unwrap();
    assert_eq!(name(&storage).await, "second");
}

#[tokio::test]
async fn another_program_that_writes_is_waited_for_and_no_longer() {
    let (storage, folder) = storage().await;
    let file = SqliteConnectOptions::new().filename(folder.path().join("a.db"));
    let mut other = file.connect().await.unwrap();
    let begin = sqlx::query("BEGIN IMMEDIATE");
    begin.execute(&mut other).await.unwrap();
    storage.tell("PRAGMA busy_timeout = 0").await;
    assert!(rename(&storage, "second").await.is_err());
    assert_eq!(name(&storage).await, "first");
    let end = sqlx::query("ROLLBACK");
    end.execute(&mut other).await.unwrap();
    rename(&storage, "third").await.unwrap();
    assert_eq!(name(&storage).await, "third");
}

#[tokio::test]
async fn a_file_that_went_is_not_replaced_by_an_empty_one() {
    let (storage, folder) = storage().await;
    std::fs::rename(folder.path().join("a.db"), folder.path().join("b.db")).unwrap();
    let writer = storage.writer.take().await.unwrap();
    writer.get().unwrap().commit_hook(Some(|| true)).unwrap();
    drop(writer);
    assert!(rename(&storage, "second").await.is_err());
    assert!(rename(&storage, "third").await.is_err());
    assert!(!folder.path().join("a.db").exists());
}
