//! What the server asks to wait with holds its lane and what depends on it, and nobody else.
//!
//! Owns what one pass remembers of it. Must never outlive the pass: the next one asks again.

use crate::outbox::batch::BatchLimits;
use crate::pass::replay::ReplayEnd;
use crate::pass::verdicts::{Decided, Tally};
use crate::ports::Read;
use afield_domain::RecordKey;

/// Pushes of a pass that may decide nothing and only ask to wait: so that a server that asks so for
/// everything is not asked on and on.
const FRUITLESS_PUSHES: u32 = 8;

/// What the server asked to wait with, in one pass.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// The lanes.
    lanes: Vec<RecordKey>,
    /// How long, in milliseconds.
    pub(crate) asked_ms: Option<u64>,
    /// Pushes so far that decided nothing.
    fruitless: u32,
}

impl Waiting {
    /// Notes what a push has decided. Whether the pass must stop.
    pub(crate) fn note(&mut self, decided: Decided) -> bool {
        self.asked_ms = self.asked_ms.max(decided.asked_ms);
        self.lanes.extend(decided.waiting);
        if decided.tally == Tally::default() {
            self.fruitless += 1;
        }
        decided.stop || self.fruitless >= FRUITLESS_PUSHES
    }

    /// The lanes of which nothing goes in this pass any more.
    pub(crate) fn lanes(&self) -> &[RecordKey] {
        &self.lanes
    }

    /// What to read for the next batch.
    pub(crate) fn read(&self, limits: BatchLimits) -> Read {
        let waiting = self.lanes.clone();
        Read::Head { limits, waiting }
    }

    /// How a replay ends that found nothing more to send.
    pub(crate) fn end(&self) -> ReplayEnd {
        if self.lanes.is_empty() {
            ReplayEnd::Drained
        } else {
            ReplayEnd::Waits
        }
    }
}
