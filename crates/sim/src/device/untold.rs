//! What passes have written and nobody has told of: a page that only listens shows it as it was.
//!
//! Owns what is untold, and the accusation at a pass's end. Must never look at what people save: whoever saves shows
//! it, and the pass that sends it tells of it.

use super::Device;
use afield_domain::{RecordKey, Versioned};
use afield_protocol::Seq;
use afield_protocol::worker_message::Notice;
use afield_sync::OutboxEntry;
use afield_sync::memory::OutboxRows;
use std::collections::BTreeMap;

/// A tab that is frozen between the two tells late; in milliseconds.
const SOON_MS: i64 = 1_000;

/// With the time of the writing, in true time.
#[derive(Debug, Default)]
pub(super) struct Untold {
    entries: BTreeMap<Seq, i64>,
    records: BTreeMap<RecordKey, i64>,
}

impl Untold {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.records.is_empty()
    }

    /// Somebody has told of this.
    pub(super) fn hear(&mut self, notice: &Notice) {
        match notice {
            Notice::Outbox { seqs: None } => self.entries.clear(),
            Notice::Outbox { seqs: Some(seqs) } => {
                self.entries.retain(|seq, _| !seqs.contains(seq));
            }
            Notice::Records { keys } if keys.is_empty() => *self = Self::default(),
            Notice::Records { keys } => self.records.retain(|key, _| !keys.contains(key)),
            Notice::Drafts | Notice::SyncStarted | Notice::SyncEnded | Notice::Unknown => {}
        }
    }

    /// An outbox was written: what a pass has put on the wire or taken off it.
    pub(super) fn outbox_written(&mut self, before: &OutboxRows, after: &OutboxRows, now: i64) {
        let is_sent = |entry: Option<&OutboxEntry>| entry.is_some_and(OutboxEntry::is_in_flight);
        for seq in before.entries.keys().chain(after.entries.keys()) {
            let (old, new) = (before.entries.get(seq), after.entries.get(seq));
            if old != new && (is_sent(old) || is_sent(new)) {
                self.entries.insert(*seq, now);
            }
        }
    }

    /// A cache was written.
    pub(super) fn cache_written(
        &mut self,
        before: &BTreeMap<RecordKey, Versioned>,
        after: &BTreeMap<RecordKey, Versioned>,
        now: i64,
    ) {
        for key in before.keys().chain(after.keys()) {
            if before.get(key) != after.get(key) {
                self.records.insert(*key, now);
            }
        }
    }
}

/// A pass has ended: whatever was written a while ago has been told.
pub(super) fn all_is_told(device: &Device) {
    let latest = device.sim.now() - SOON_MS;
    let untold = device.untold.borrow();
    let entry = untold.entries.iter().find(|(_, at)| **at < latest);
    let record = untold.records.iter().find(|(_, at)| **at < latest);
    let what = match (entry, record) {
        (Some((seq, _)), _) => format!("seq {}", seq.0),
        (None, Some((key, _))) => key.to_string(),
        (None, None) => return,
    };
    if device.is_turn_sure() {
        let accusation = format!("{what} has changed, and no page was told");
        device.ledger.borrow_mut().accuse(accusation);
    }
}
