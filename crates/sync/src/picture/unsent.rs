//! The outbox, as far as the picture shows it.
//!
//! Owns which entries stand in the picture: the signed-in user's, without parked ones and those that
//! they hold. Must never be more than the outbox: it is taken whole, or patched by what was written.

use super::node::Node;
use crate::outbox::held::{HeldEntries, held_entries};
use crate::outbox::status::{SyncStatus, count};
use crate::{OutboxEntry, OutboxMeta, OutboxView, SignedIn};
use afield_domain::order::Order;
use afield_domain::{Record, RecordKey, fold_op};
use afield_planted::planted;
use afield_protocol::Seq;

/// The entries, by whose they are.
#[derive(Debug, Clone, Default)]
pub(super) struct Unsent {
    meta: OutboxMeta,
    /// The signed-in user's, rising by `seq`.
    own: Vec<OutboxEntry>,
    /// Everybody else's, rising by `seq`.
    sealed: Vec<OutboxEntry>,
    /// The rows that cannot be read, rising.
    unreadable: Vec<Seq>,
    held: HeldEntries,
}

/// What a change of the outbox touches.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// The records whose own entries have changed.
    pub(super) lanes: Vec<RecordKey>,
    /// The jobs that these entries belong to.
    pub(super) jobs: Vec<RecordKey>,
    /// Whether anything has changed, the meta row included.
    pub(super) is_changed: bool,
}

impl Touched {
    fn add(&mut self, entry: &OutboxEntry) {
        self.is_changed = true;
        self.lanes.push(entry.mutation.lane);
        self.jobs
            .extend(entry.mutation.op.job().map(RecordKey::from));
    }
}

fn place(entries: &[OutboxEntry], seq: Seq) -> Result<usize, usize> {
    entries.binary_search_by_key(&seq, OutboxEntry::seq)
}

impl Unsent {
    pub(super) fn own(&self) -> &[OutboxEntry] {
        &self.own
    }

    pub(super) fn meta(&self) -> &OutboxMeta {
        &self.meta
    }

    pub(super) fn status(&self) -> SyncStatus {
        let own: Vec<&OutboxEntry> = self.own.iter().collect();
        let others = (self.sealed.len(), self.unreadable.len());
        count(&self.meta, &own, others, &self.held)
    }

    /// What stands in the picture, in order: the record and the entry.
    pub(super) fn standing(&self) -> impl Iterator<Item = (RecordKey, Seq)> {
        let stands = |entry: &&OutboxEntry| self.stands(entry);
        let own = self.own.iter().filter(stands);
        own.map(|entry| (entry.mutation.lane, entry.seq()))
    }

    fn stands(&self, entry: &OutboxEntry) -> bool {
        !entry.is_parked() && !self.held.contains(entry.seq())
    }

    /// How many of the changes that the node lists the office does not have.
    pub(super) fn count_of(&self, node: &Node) -> usize {
        let is_unsent = |seq: &&Seq| {
            let place = place(&self.own, **seq).ok();
            let entry = place.and_then(|place| self.own.get(place));
            !entry.is_some_and(OutboxEntry::is_in_review)
        };
        node.changes.iter().filter(is_unsent).count()
    }

    /// The record `key` with the changes that the node lists; none if it lists none.
    pub(super) fn fold(&self, key: RecordKey, node: &Node) -> Option<Box<Record>> {
        let session = self.meta.session.as_ref()?;
        if node.changes.is_empty() {
            return None;
        }
        let mut record = node.base.as_ref().map(|base| base.record.clone());
        for seq in &node.changes {
            let place = place(&self.own, *seq).ok();
            if let Some(entry) = place.and_then(|place| self.own.get(place)) {
                let mutation = &entry.mutation;
                let made_at = mutation.made_at();
                record = fold_op(key, record, &mutation.op, session.actor(), made_at);
            }
        }
        record.map(Box::new)
    }

    /// Takes the outbox as it is.
    pub(super) fn set(&mut self, outbox: &OutboxView) -> Touched {
        let is_gone = |entry: &&OutboxEntry| place(&outbox.entries, entry.seq()).is_err();
        let known = self.own.iter().chain(&self.sealed);
        let removed: Vec<Seq> = known.filter(is_gone).map(OutboxEntry::seq).collect();
        let mut touched = self.patch(&outbox.entries, &removed, Some(&outbox.meta));
        touched.is_changed |= self.unreadable != outbox.unreadable;
        self.unreadable.clone_from(&outbox.unreadable);
        touched
    }

    /// Takes note of rows that were looked at and cannot be read.
    pub(super) fn doubt(&mut self, seqs: &[Seq], touched: &mut Touched) {
        for seq in seqs {
            if let Err(place) = self.unreadable.binary_search(seq) {
                self.unreadable.insert(place, *seq);
                touched.is_changed = true;
            }
        }
    }

    /// Takes what was written.
    pub(super) fn patch(
        &mut self,
        put: &[OutboxEntry],
        removed: &[Seq],
        meta: Option<&OutboxMeta>,
    ) -> Touched {
        let mut touched = Touched::default();
        if let Some(meta) = meta.filter(|meta| **meta != self.meta) {
            touched.is_changed = true;
            self.set_meta(meta, &mut touched);
        }
        // Whatever else was found in its place, or was taken from there.
        self.unreadable.retain(|seq| {
            let is_known = removed.contains(seq) || put.iter().any(|entry| entry.seq() == *seq);
            touched.is_changed |= is_known;
            !is_known
        });
        for seq in removed {
            if let Ok(place) = place(&self.own, *seq) {
                touched.add(&self.own.remove(place));
            }
            if let Ok(place) = place(&self.sealed, *seq) {
                self.sealed.remove(place);
                touched.is_changed = true;
            }
        }
        for entry in put {
            self.put(entry, &mut touched);
        }
        self.hold(&mut touched);
        touched
    }

    fn set_meta(&mut self, meta: &OutboxMeta, touched: &mut Touched) {
        let who = |session: &Option<SignedIn>| session.as_ref().map(|one| one.info.user.clone());
        let is_other = who(&meta.session) != who(&self.meta.session);
        self.meta = meta.clone();
        if !is_other {
            return;
        }
        // Entries that change hands, and those that are shown under another name.
        let mut all = std::mem::take(&mut self.own);
        all.iter().for_each(|entry| touched.add(entry));
        all.append(&mut self.sealed);
        all.order_by_key(OutboxEntry::seq);
        let user = self.meta.session.as_ref().map(SignedIn::user);
        for entry in all {
            if Some(entry.mutation.user) == user {
                touched.add(&entry);
                self.own.push(entry);
            } else {
                self.sealed.push(entry);
            }
        }
    }

    fn put(&mut self, entry: &OutboxEntry, touched: &mut Touched) {
        let user = self.meta.session.as_ref().map(SignedIn::user);
        let is_own = Some(entry.mutation.user) == user;
        let entries = if is_own {
            &mut self.own
        } else {
            &mut self.sealed
        };
        match place(entries, entry.seq()) {
            Ok(place) => {
                let Some(known) = entries.get_mut(place).filter(|known| *known != entry) else {
                    return;
                };
                if is_own {
                    touched.add(known);
                }
                known.clone_from(entry);
            }
            Err(place) => entries.insert(place, entry.clone()),
        }
        touched.is_changed = true;
        if is_own {
            touched.add(entry);
        }
    }

    /// Looks again which entries a parked one holds.
    fn hold(&mut self, touched: &mut Touched) {
        if planted!(HeldAsBefore: !touched.is_changed => true) {
            return;
        }
        let all = || self.own.iter().chain(&self.sealed);
        let held = if !all().any(OutboxEntry::is_parked) {
            HeldEntries::default()
        } else if self.sealed.is_empty() {
            held_entries(&self.own)
        } else {
            let mut all: Vec<OutboxEntry> = all().cloned().collect();
            all.order_by_key(OutboxEntry::seq);
            held_entries(&all)
        };
        if held == self.held {
            return;
        }
        let before = std::mem::replace(&mut self.held, held);
        for entry in &self.own {
            let seq = entry.seq();
            if before.contains(seq) != self.held.contains(seq) {
                touched.add(entry);
            }
        }
    }
}
