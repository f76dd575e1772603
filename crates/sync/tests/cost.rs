//! With 10,000 unsent changes a tap and a batch read what they read with 10.

#![allow(clippy::unwrap_used)]

use afield_sync::MemoryOutbox;
use afield_sync::outbox::batch::BatchLimits;
use afield_sync::testing::cost::{Cost, measure};
use futures::executor::block_on;

fn cost(unsent: usize) -> Cost {
    block_on(measure(MemoryOutbox::default(), unsent, false)).unwrap()
}

#[test]
fn a_tap_and_a_batch_cost_the_same_however_much_waits() {
    let (few, many) = (cost(10), cost(2_000));
    assert_eq!((few.save.transactions, many.save.transactions), (1, 1));
    assert_eq!((few.save.entries, many.save.entries), (1, 1));
    assert_eq!((few.undo.transactions, many.undo.transactions), (1, 1));
    assert_eq!((few.undo.entries, many.undo.entries), (1, 1));
    assert_eq!(few.batch.transactions, many.batch.transactions);
    // A batch is read to be sent, and again to be taken back; one entry more says that it is full.
    let most = 2 * BatchLimits::USUAL.items + 1;
    assert!(many.batch.entries <= most, "{}", many.batch.entries);
}
