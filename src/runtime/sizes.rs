//! What unsent changes weigh on their way. What writes them is the engine's piece.

use super::live::Live;
use crate::chunk::chunk;
use afield_protocol::Seq;
use afield_sync::outbox::batch::mutation_bytes;

chunk!(engine:
    /// The bytes of each of these changes.
    pub fn sizes_of(live: Live, seqs: Vec<Seq>) -> Vec<(Seq, u64)> {
        live.projection.with_untracked(|all| {
            let entries = all.entries().iter().filter(|entry| seqs.contains(&entry.seq()));
            let size = |entry: &afield_sync::OutboxEntry| {
                let bytes = mutation_bytes(&entry.mutation);
                (entry.seq(), u64::try_from(bytes).unwrap_or(u64::MAX))
            };
            entries.map(size).collect()
        })
    }
);
