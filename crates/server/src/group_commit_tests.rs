//! Pushes of several devices at the same moment: one commit, and what is wrong with one is nobody else's.

use crate::App;
use crate::decide::group::Groups;
use crate::full_disk_tests::{note_of, notes, start, verdicts};
use crate::metrics::Metrics;
use afield_domain::{DeviceId, Op};
use afield_protocol::Mutation;
use futures::future::join_all;
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;
use uuid::Uuid;

const DEVICES: u128 = 10;

fn device(n: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(100 + n))
}

/// Whether it was applied.
fn is_applied(json: impl AsRef<str>) -> bool {
    json.as_ref().contains(r#""verdict":"applied""#)
}

/// One note of each device, at once.
async fn push_all(app: &App, seq: u64) -> Vec<Vec<String>> {
    let batches: Vec<Vec<Mutation>> = (0..DEVICES)
        .map(|n| vec![note_of(device(n), seq)])
        .collect();
    join_all(batches.iter().map(|batch| verdicts(app, batch))).await
}

#[tokio::test]
async fn those_who_wait_at_the_same_time_share_one_commit() {
    let (app, storage, _folder) = start().await;
    let commits = storage.watch_commits(|| true).await;
    let told = push_all(&app, 1).await;
    assert!(told.iter().flatten().all(is_applied), "{told:?}");
    assert_eq!(commits.load(Ordering::SeqCst), 1);
    assert_eq!(notes(&app).await, 10);
    let again = push_all(&app, 1).await;
    assert_eq!(again, told, "and each has the verdict that was stored");
    assert_eq!(notes(&app).await, 10);
}

/// On a slow database those who wait would join one transaction without end, and its locks would be held as long.
#[tokio::test]
async fn a_transaction_that_is_open_for_long_takes_in_nobody_more() {
    for (longest, transactions) in [(Duration::MAX, 1), (Duration::ZERO, 2)] {
        let (app, storage, _folder) = start().await;
        let groups = Groups::new(Arc::clone(&app.storage), Metrics::default()).open_for(longest);
        let commits = storage.watch_commits(|| true).await;
        let first = groups.join().await.unwrap();
        let second = async { groups.join().await.unwrap().leave(0).await };
        assert_eq!(futures::join!(first.leave(0), second), (true, true));
        assert_eq!(commits.load(Ordering::SeqCst), transactions, "{longest:?}");
    }
}

#[tokio::test]
async fn a_batch_is_one_commit_and_a_refusal_in_it_holds_only_its_lane() {
    let (app, storage, _folder) = start().await;
    let commits = storage.watch_commits(|| true).await;
    let mut batch: Vec<Mutation> = (1..=20).map(|seq| note_of(device(1), seq)).collect();
    if let Op::AddNote { text, .. } = &mut batch[7].op {
        text.clear();
    }
    let other = [note_of(device(2), 1)];
    let (told, others) = futures::join!(verdicts(&app, &batch), verdicts(&app, &other));
    assert_eq!(
        told.iter().filter(|json| is_applied(json.as_str())).count(),
        19
    );
    assert!(told[7].contains("rejected"), "{}", told[7]);
    assert!(others.iter().all(is_applied));
    assert_eq!(commits.load(Ordering::SeqCst), 1);
    assert_eq!(notes(&app).await, 20);
}

#[tokio::test]
async fn nothing_is_answered_of_a_transaction_that_was_not_committed() {
    let (app, storage, _folder) = start().await;
    // Only the first commit fails; each then has one of its own.
    let left = std::sync::atomic::AtomicUsize::new(1);
    let fails = move || left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
    storage.watch_commits(move || fails().is_err()).await;
    let told = push_all(&app, 1).await;
    assert!(told.iter().flatten().all(is_applied), "{told:?}");
    assert_eq!(notes(&app).await, 10);
    // A connection that was not made anew would fail for ever.
    assert!(push_all(&app, 2).await.iter().flatten().all(is_applied));
}

#[tokio::test]
async fn a_full_disk_answers_for_what_is_there_and_no_more() {
    let (app, storage, _folder) = start().await;
    storage.tell("PRAGMA max_page_count = 1").await;
    for _ in 0..3 {
        let told = push_all(&app, 1).await;
        let applied = told
            .iter()
            .flatten()
            .filter(|json| is_applied(json.as_str()));
        assert_eq!(notes(&app).await, applied.count());
    }
    storage.tell("PRAGMA max_page_count = 1000000").await;
    assert!(push_all(&app, 1).await.iter().flatten().all(is_applied));
    assert_eq!(notes(&app).await, 10);
}

#[tokio::test]
async fn whoever_hangs_up_at_any_moment_takes_nothing_from_the_others() {
    let (app, _storage, _folder) = start().await;
    let mut is_done = false;
    for seq in 1..200 {
        let gone = [note_of(device(1), seq)];
        let stays = [note_of(device(2), seq)];
        let (_, told) = futures::join!(
            async {
                let mut push = pin!(verdicts(&app, &gone));
                let mut left = seq;
                is_done = poll_fn(|context| {
                    left -= 1;
                    match push.as_mut().poll(context) {
                        Poll::Ready(_) => Poll::Ready(true),
                        Poll::Pending if left == 0 => Poll::Ready(false),
                        Poll::Pending => Poll::Pending,
                    }
                })
                .await;
            },
            verdicts(&app, &stays)
        );
        assert!(told.iter().all(is_applied), "{seq}: {told:?}");
        let again = verdicts(&app, &gone).await;
        assert!(again.iter().all(is_applied), "{seq}: {again:?}");
        assert_eq!(notes(&app).await, usize::try_from(seq).unwrap() * 2);
        if is_done {
            break;
        }
    }
    assert!(is_done, "it was cut at every moment that there is");
}
