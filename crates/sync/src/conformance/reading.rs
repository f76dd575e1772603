//! Reads that give a part of the outbox: by mark, and from the first entry on.
//!
//! Owns the contract that a part is that of the whole, whatever was written, replaced and removed before.

use super::{entry, write};
use crate::outbox::batch::{BatchLimits, plan_batch};
use crate::outbox::entry::{EntryState, OutboxEntry};
use crate::outbox::lookup::{Mark, marks_of};
use crate::ports::{OutboxStore, OutboxWrite, Read};
use crate::testing::fixtures::{add, attach, create, edit, session, set, technician};
use crate::{Intent, OutboxMeta, SignedIn};
use afield_domain::{JobStatus, MutationId, Rejection, Timestamp};
use uuid::Uuid;

/// Leaves the outbox as it was found: empty but for what was there.
pub(super) async fn suite<O: OutboxStore>(store: &O, again: &impl AsyncFn() -> O) {
    let before = store.load(Read::All).await.unwrap();
    let mut writes = vec![OutboxWrite::Meta(signed_in(&before.meta))];
    writes.extend(many().into_iter().map(OutboxWrite::Put));
    write(store, writes).await;
    check(&again().await).await;
    a_full_batch_ends_the_reading(store).await;
    what_was_replaced_is_found_no_more(store, again).await;
    let gone = many().into_iter().map(|entry| entry.seq());
    let mut writes: Vec<_> = gone.map(OutboxWrite::Remove).collect();
    writes.push(OutboxWrite::Meta(before.meta.clone()));
    write(store, writes).await;
    check(&again().await).await;
    assert_eq!(again().await.load(Read::All).await.unwrap(), before);
}

fn signed_in(meta: &OutboxMeta) -> OutboxMeta {
    let mut meta = meta.clone();
    let (info, at) = (session(&technician(1)), Timestamp(1));
    meta.session = Some(SignedIn { info, at });
    meta
}

fn of_intent(seq: u64, intent: Intent) -> OutboxEntry {
    let mut made = entry(seq);
    made.mutation.lane = intent.op.target().unwrap();
    made.mutation.op = intent.op;
    made
}

/// A hundred entries of every kind and state, behind those that are there.
fn many() -> Vec<OutboxEntry> {
    let one = |seq: u64| {
        let n = u128::from(seq);
        let intent = match seq % 5 {
            0 => add(n, n % 7),
            1 => edit(n % 7, "a", "b"),
            2 => set(n % 7, JobStatus::Finished),
            3 => create(n),
            _ => attach(n, n % 7),
        };
        let mut made = of_intent(seq, intent);
        if seq.is_multiple_of(3) {
            made.mutation.depends_on = vec![MutationId(Uuid::from_u128(n + 0x4ff))];
        }
        if seq.is_multiple_of(11) {
            made.mutation.user = technician(2).id;
        }
        made.state = match seq % 17 {
            4 => parked(),
            9 => EntryState::InFlight { lease: 3 },
            _ => EntryState::Pending,
        };
        made
    };
    (200..300).map(one).collect()
}

fn parked() -> EntryState {
    EntryState::Parked {
        reason: Rejection::Forbidden,
        at: Timestamp(1),
        rev: None,
    }
}

/// Every part is that of the whole.
async fn check<O: OutboxStore>(store: &O) {
    let all = store.load(Read::All).await.unwrap().entries;
    let mut marks: Vec<Mark> = all.iter().flat_map(marks_of).collect();
    marks.extend([Mark::InFlight, Mark::Parked]);
    marks.extend(many().iter().flat_map(marks_of));
    marks.sort_unstable();
    marks.dedup();
    for mark in &marks {
        let found = store.load(Read::Found(vec![*mark])).await.unwrap();
        let marked = all.iter().filter(|entry| marks_of(entry).contains(mark));
        assert_eq!(
            found.entries,
            marked.cloned().collect::<Vec<_>>(),
            "{mark:?}"
        );
    }
    let found = store.load(Read::Found(marks.clone())).await.unwrap();
    assert_eq!(found.entries, all);
    let last = Read::FoundAndLast(vec![Mark::InFlight, Mark::Parked]);
    let found = store.load(last).await.unwrap().entries;
    let expected = all.iter().enumerate().filter(|(index, entry)| {
        entry.is_parked() || entry.is_in_flight() || index + 1 == all.len()
    });
    let expected: Vec<_> = expected.map(|(_, entry)| entry.clone()).collect();
    assert_eq!(found, expected);
    for items in [1, 2, 3, 64, 1_000] {
        let limits = BatchLimits {
            items,
            ..BatchLimits::USUAL
        };
        let view = store.load(Read::Head(limits)).await.unwrap();
        let head = view.entries.clone();
        assert!(all.starts_with(&head), "{items}");
        let user = technician(1).id;
        let batch = plan_batch(&head, user, limits);
        assert_eq!(batch, plan_batch(&all, user, limits), "{items}");
        let whole = store.load(Read::All).await.unwrap();
        assert_eq!(view.ack_below(), whole.ack_below(), "{items}");
    }
}

async fn a_full_batch_ends_the_reading<O: OutboxStore>(store: &O) {
    let limits = BatchLimits {
        items: 2,
        ..BatchLimits::USUAL
    };
    let head = store.load(Read::Head(limits)).await.unwrap().entries;
    assert!(head.len() < 20, "{}", head.len());
}

async fn what_was_replaced_is_found_no_more<O: OutboxStore>(
    store: &O,
    again: &impl AsyncFn() -> O,
) {
    let mut entries = many();
    for (entry, n) in entries.iter_mut().zip(0_u128..) {
        entry.state = match entry.state {
            EntryState::Pending => parked(),
            _ => EntryState::Pending,
        };
        entry.mutation.depends_on.clear();
        *entry = OutboxEntry {
            state: entry.state.clone(),
            ..of_intent(entry.seq().0, set(n % 3, JobStatus::Paused))
        };
    }
    let writes = entries.into_iter().map(OutboxWrite::Put).collect();
    write(store, writes).await;
    check(&again().await).await;
}
