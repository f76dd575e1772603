//! What every store must do about rows of the outbox that cannot be read.

use super::{entry, write};
use crate::outbox::batch::BatchLimits;
use crate::outbox::lookup::Mark;
use crate::ports::{OutboxPlan, OutboxStore, OutboxWrite, Read};
use crate::testing::fixtures::{session, technician};
use crate::{OutboxEntry, SignedIn};
use afield_domain::Timestamp;
use afield_protocol::Seq;

/// Runs every check on a fresh, empty store. `damage` makes the row of an entry unreadable, by whatever
/// means but the store's own.
pub async fn damaged_suite<O: OutboxStore>(store: O, damage: impl AsyncFn(Seq)) {
    let mut meta = store.load(Read::Meta).await.unwrap().meta;
    let (info, at) = (session(&technician(1)), Timestamp(1));
    meta.session = Some(SignedIn { info, at });
    meta.last_seq = Seq(5);
    let mut writes = vec![OutboxWrite::Meta(meta)];
    writes.extend((1..=5).map(|seq| OutboxWrite::Put(entry(seq))));
    write(&store, writes).await;
    let lane = || vec![Mark::Lane(entry(1).mutation.lane)];
    check(&store, Read::All, &[1, 2, 3, 4, 5], &[]).await;

    damage(Seq(1)).await;
    damage(Seq(5)).await;
    check(&store, Read::Meta, &[], &[]).await;
    check(&store, Read::All, &[2, 3, 4], &[1, 5]).await;
    check(&store, Read::AllAndAcknowledged, &[2, 3, 4], &[1, 5]).await;
    let some = vec![Seq(5), Seq(3), Seq(9)];
    check(&store, Read::Entries(some), &[3], &[5]).await;
    check(&store, Read::Found(lane()), &[2, 3, 4], &[1, 5]).await;
    check(&store, Read::FoundAndLast(Vec::new()), &[], &[5]).await;
    for items in [1, 2, 64] {
        let limits = BatchLimits {
            items,
            ..BatchLimits::USUAL
        };
        let view = store.load(Read::Head(limits)).await.unwrap();
        let first = view.entries.first().map(OutboxEntry::seq);
        assert_eq!(first, Some(Seq(2)), "{items}");
        assert_eq!(view.ack_below(), Seq(1), "{items}");
    }

    // What is written beside them leaves them as they are.
    let written = store
        .transact(Read::All, |_| {
            let writes = vec![OutboxWrite::Remove(Seq(2)), OutboxWrite::Put(entry(6))];
            Ok(OutboxPlan { writes, value: () })
        })
        .await;
    assert_eq!(written, Ok(()));
    check(&store, Read::All, &[3, 4, 6], &[1, 5]).await;
}

async fn check<O: OutboxStore>(store: &O, read: Read, entries: &[u64], unreadable: &[u64]) {
    let view = store.load(read.clone()).await.unwrap();
    let seqs: Vec<u64> = view.entries.iter().map(|entry| entry.seq().0).collect();
    let damaged: Vec<u64> = view.unreadable.iter().map(|seq| seq.0).collect();
    assert_eq!((&*seqs, &*damaged), (entries, unreadable), "{read:?}");
}
