//! The room for photos, and what an observer sees of their bytes.
//!
//! Owns how much there is, that nothing goes which the server may not have, and that text does not wait behind pieces.

use super::Device;
use crate::executor::ContextId;
use afield_domain::AttachmentId;
use afield_protocol::Seq;
use afield_sync::memory::OutboxRows;

/// So long after text was first seen to wait, in milliseconds, no further piece begins. It may be taken back for half
/// of that.
const TEXT_WAITS_MS: i64 = 10_000;

/// What was seen of the lease under which files are being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pieces {
    lease: u64,
    /// The last change that had been saved when its first piece began.
    last: Seq,
    /// When a later one was first seen.
    text_since: Option<i64>,
}

impl Device {
    /// How much is left for photos, in bytes; none if there is no end of it.
    #[must_use]
    pub fn room_left(&self) -> Option<u64> {
        let used = self.outbox.peek(|rows| {
            let lengths = rows.chunks.values().map(|chunk| chunk.len() as u64);
            lengths.sum()
        });
        self.room.get().map(|room| room.saturating_sub(used))
    }

    /// Whether a chunk of so many bytes does not fit.
    #[must_use]
    pub fn is_too_full(&self, bytes: usize) -> bool {
        self.full.get() || self.room_left().is_some_and(|left| left < bytes as u64)
    }

    /// A context begins to send a piece.
    pub fn piece_begins(&self, context: ContextId) {
        let (lease, last) = self
            .outbox
            .peek(|rows| (rows.meta.lease.clone(), rows.meta.last_seq));
        if lease.holder != context.0.to_string() {
            return;
        }
        let (mut seen, now) = (self.pieces.get(), self.sim.now());
        if seen.lease != lease.number {
            (seen.lease, seen.last, seen.text_since) = (lease.number, last, None);
        }
        if last > seen.last {
            let since = *seen.text_since.get_or_insert(now);
            if now - since > TEXT_WAITS_MS {
                let what = format!("seq {} waits behind the pieces of a file", last.0);
                self.ledger.borrow_mut().accuse(what);
            }
        }
        self.pieces.set(seen);
    }

    /// The store was asked to drop a file; `before` is what was there.
    pub(super) fn file_dropped(&self, id: AttachmentId, before: &OutboxRows) {
        let mut ledger = self.ledger.borrow_mut();
        ledger.touch();
        let is_gone = self.outbox.peek(|rows| !rows.files.contains_key(&id));
        if let Some(file) = before.files.get(&id).filter(|_| is_gone) {
            ledger.dropped.insert((self.number, id));
            if file.sending.received.is_none() {
                ledger.accuse(format!("{id} was dropped before the server had it"));
            }
        }
    }
}
