//! Prints what one tap and one batch read of the outbox, with 10 and with 10,000 unsent changes: in
//! proportion, and as if every transaction read all.
//!
//! `cargo run --release -p afield-sync --example outbox_cost`

#![allow(clippy::print_stdout)] // It prints: that is what it is for.

use afield_sync::MemoryOutbox;
use afield_sync::testing::cost::measure;
use futures::executor::block_on;

fn main() -> Result<(), afield_sync::SyncError> {
    println!("transactions / entries / bytes read");
    for reads_all in [true, false] {
        for unsent in [10, 10_000] {
            let cost = block_on(measure(MemoryOutbox::default(), unsent, reads_all))?;
            let how = if reads_all { "all" } else { "in proportion" };
            println!("{unsent} unsent, read {how}:");
            for (what, count) in [
                ("save one more", cost.save),
                ("take it back", cost.undo),
                ("send a batch", cost.batch),
            ] {
                let (transactions, entries, bytes) =
                    (count.transactions, count.entries, count.bytes);
                println!("  {what}: {transactions} / {entries} / {bytes}");
            }
        }
    }
    Ok(())
}
