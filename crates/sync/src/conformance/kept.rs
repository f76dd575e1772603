//! What every outbox must do with what is kept of acknowledged mutations, and with its log.

use super::{entry, seqs, write};
use crate::SyncError;
use crate::outbox::entry::{Acknowledged, Decided, Decision, OutboxEntry};
use crate::ports::{OutboxPlan, OutboxStore, OutboxWrite, Read};
use afield_domain::Timestamp;
use afield_protocol::Seq;

/// Follows the checks of the entries: 1, 2, 3, 10 and 100 are there.
pub(super) async fn suite<O: OutboxStore>(store: &O, again: &impl AsyncFn() -> O) {
    what_is_kept_stands_apart(store, again).await;
    what_is_kept_is_forgotten_one_by_one(store, again).await;
    the_log_stands_apart(store, again).await;
}

fn line(seq: u64, decision: Decision) -> OutboxEntry {
    let decided = Decided {
        decision,
        at: Timestamp(1_795_248_000_000),
        behind: (seq > 10).then(|| entry(10).mutation.id),
    };
    OutboxEntry {
        decided: Some(decided),
        ..entry(seq)
    }
}

/// Lines have the `seq` of entries and of what is kept.
async fn the_log_stands_apart<O: OutboxStore>(store: &O, again: &impl AsyncFn() -> O) {
    let before = store.load(Read::AllAndAcknowledged).await.unwrap();
    assert_eq!(before.log, []);
    let writes = [100, 9, 10].map(|seq| OutboxWrite::Log(line(seq, Decision::Reverted)));
    write(store, writes.to_vec()).await;
    let replaced = OutboxWrite::Log(line(9, Decision::Released));
    write(store, vec![replaced, OutboxWrite::Unlog(Seq(77))]).await;
    let other = again().await;
    let log = [
        line(9, Decision::Released),
        line(10, Decision::Reverted),
        line(100, Decision::Reverted),
    ];
    let view = other.load(Read::AllAndLog).await.unwrap();
    assert_eq!((&view.log[..], &view.entries), (&log[..], &before.entries));
    let view = other.load(Read::Log).await.unwrap();
    assert_eq!((&view.log[..], view.entries.len()), (&log[..], 0));
    assert_eq!(view.meta, before.meta);
    assert_eq!(other.load(Read::AllAndAcknowledged).await.unwrap(), before);
    let failed: Result<(), _> = store
        .transact(Read::AllAndLog, |_| Err(SyncError::SignedOut))
        .await;
    assert_eq!(failed, Err(SyncError::SignedOut));
    let writes = [9, 10, 100].map(|seq| OutboxWrite::Unlog(Seq(seq)));
    write(store, writes.to_vec()).await;
    assert_eq!(other.load(Read::AllAndLog).await.unwrap().log, []);
    assert_eq!(other.load(Read::AllAndAcknowledged).await.unwrap(), before);
}

fn kept(seq: u64) -> Acknowledged {
    Acknowledged {
        mutation: entry(seq).mutation,
        at: Timestamp(1_795_248_000_000 + i64::try_from(seq).unwrap()),
    }
}

async fn kept_of<O: OutboxStore>(store: &O) -> Vec<Acknowledged> {
    store
        .load(Read::AllAndAcknowledged)
        .await
        .unwrap()
        .acknowledged
}

/// One of them has the `seq` of an entry, which never comes about, so that a store that mixes the two
/// up is seen.
async fn what_is_kept_stands_apart<O: OutboxStore>(store: &O, again: &impl AsyncFn() -> O) {
    let writes = [12, 5, 10].map(|seq| OutboxWrite::Keep(kept(seq)));
    write(store, writes.to_vec()).await;
    let other = again().await;
    assert_eq!(kept_of(&other).await, [kept(5), kept(10), kept(12)]);
    let all = || vec![1, 2, 3, 10, 100];
    assert_eq!(seqs(&other, Read::AllAndAcknowledged).await, all());
    assert_eq!(seqs(&other, Read::All).await, all());
    for read in [
        Read::Meta,
        Read::All,
        Read::Entries(vec![Seq(5), Seq(10), Seq(12)]),
    ] {
        let view = other.load(read.clone()).await.unwrap();
        assert_eq!(view.acknowledged, [], "{read:?}");
    }
    let planned = store.transact(Read::AllAndAcknowledged, |view| {
        Ok(OutboxPlan::nothing(view.acknowledged.len()))
    });
    assert_eq!(planned.await, Ok(3));
}

async fn what_is_kept_is_forgotten_one_by_one<O: OutboxStore>(
    store: &O,
    again: &impl AsyncFn() -> O,
) {
    let mut later = kept(5);
    later.at = Timestamp(later.at.0 + 1);
    let writes = vec![
        OutboxWrite::Forget(Seq(10)),
        OutboxWrite::Forget(Seq(77)),
        OutboxWrite::Forget(Seq(100)),
        OutboxWrite::Keep(later.clone()),
    ];
    write(store, writes).await;
    let other = again().await;
    assert_eq!(kept_of(&other).await, [later.clone(), kept(12)]);
    assert_eq!(seqs(&other, Read::All).await, [1, 2, 3, 10, 100]);
    // What was acknowledged leaves the entries and is kept, both or neither.
    let acknowledged = vec![OutboxWrite::Remove(Seq(3)), OutboxWrite::Keep(kept(3))];
    write(store, acknowledged).await;
    assert_eq!(kept_of(&other).await, [kept(3), later, kept(12)]);
    assert_eq!(seqs(&other, Read::All).await, [1, 2, 10, 100]);
    write(store, vec![OutboxWrite::Remove(Seq(12))]).await;
    assert_eq!(kept_of(&other).await.len(), 3);
    let failed: Result<(), _> = store
        .transact(Read::AllAndAcknowledged, |_| Err(SyncError::SignedOut))
        .await;
    assert_eq!(failed, Err(SyncError::SignedOut));
    assert_eq!(kept_of(&other).await.len(), 3);
}
