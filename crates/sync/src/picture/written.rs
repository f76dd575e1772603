//! What a transaction has written of the outbox, for the picture of the page that asked for it.
//!
//! Owns [`Written`]: from the transaction itself, or from a look at what another page's has touched. Must
//! never say more than the transaction did.

use crate::{OutboxEntry, OutboxMeta, OutboxPlan, OutboxView, OutboxWrite};
use afield_protocol::Seq;
use afield_protocol::worker_message::Notice;

/// What a transaction has written of the outbox's rows that the picture follows from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// The entries that are new or changed, in the order in which they were written.
    pub put: Vec<OutboxEntry>,
    /// The entries that are gone.
    pub removed: Vec<Seq>,
    /// The entries whose rows cannot be read; they are among the removed ones too, for nobody can show them.
    pub unreadable: Vec<Seq>,
    /// The meta row, if it was written.
    pub meta: Option<OutboxMeta>,
}

impl Written {
    /// What `writes` come to.
    #[must_use]
    pub fn of(writes: &[OutboxWrite]) -> Self {
        let mut written = Self::default();
        for write in writes {
            match write {
                OutboxWrite::Meta(meta) => written.meta = Some(meta.clone()),
                OutboxWrite::Put(entry) => written.put.push(entry.clone()),
                OutboxWrite::Remove(seq) => written.removed.push(*seq),
                OutboxWrite::Keep(_)
                | OutboxWrite::Forget(_)
                | OutboxWrite::Log(_)
                | OutboxWrite::Unlog(_)
                | OutboxWrite::File(_)
                | OutboxWrite::DropFile(_) => {}
            }
        }
        written
    }

    /// What somebody else must have written of the entries `seqs`, by what a look at them found: those
    /// that were not found are gone.
    #[must_use]
    pub fn found(seqs: &[Seq], view: OutboxView) -> Self {
        let is_gone = |seq: &&Seq| !view.entries.iter().any(|entry| entry.seq() == **seq);
        Self {
            removed: seqs.iter().filter(is_gone).copied().collect(),
            put: view.entries,
            unreadable: view.unreadable,
            meta: Some(view.meta),
        }
    }

    /// What every tab and the worker are told of it.
    #[must_use]
    pub fn notice(&self) -> Notice {
        let put = self.put.iter().map(OutboxEntry::seq);
        let seqs = put.chain(self.removed.iter().copied()).collect();
        Notice::Outbox { seqs: Some(seqs) }
    }
}

impl<T> OutboxPlan<T> {
    /// The same plan, handing back what it writes.
    #[must_use]
    pub fn handing_back(self) -> OutboxPlan<Written> {
        OutboxPlan {
            value: Written::of(&self.writes),
            writes: self.writes,
        }
    }
}
