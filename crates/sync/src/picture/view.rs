//! What the user sees: fold(base record, the user's outbox entries of that record).
//!
//! Owns [`Projection`], the folded picture in memory, and its index. There is no second, "optimistic"
//! copy: everything in it follows from base and outbox. A change costs work in proportion to what it
//! changes and to the outbox, never to the number of records.

use super::node::{Node, refs_of};
use super::unsent::{Touched, Unsent};
use super::written::Written;
use crate::outbox::status::SyncStatus;
use crate::{OutboxEntry, OutboxMeta, OutboxView};
use afield_domain::order::Order;
use afield_domain::{Module, Record, RecordKey, Rev, Versioned};
use afield_planted::planted;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use uuid::Uuid;

fn keys_of(module: Module) -> RangeInclusive<RecordKey> {
    RecordKey::new(module, Uuid::nil())..=RecordKey::new(module, Uuid::max())
}

// From so many changed records on, everything counts as changed: one number instead of many. The tests
// have few records, and walk both ways.
const MANY: usize = if cfg!(test) { 2 } else { 256 };

/// A record as the user sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View<'a> {
    /// The record with the user's own unsent changes.
    pub record: &'a Record,
    /// The revision of the server's copy beneath; none if the server does not have it yet.
    pub rev: Option<Rev>,
    /// How many of the user's changes to it are unsent.
    pub unsent: usize,
}

/// Base records and unsent entries, folded.
#[derive(Debug, Clone, Default)]
pub struct Projection {
    nodes: BTreeMap<RecordKey, Node>,
    unsent: Unsent,
    expired: bool,
    /// What unsent work refers to, rising; known only while `expired`.
    pinned: Vec<RecordKey>,
    /// Rises with every change.
    version: u64,
    /// The version at which everything counted as changed.
    all_changed: u64,
    /// The version at which the outbox last changed.
    outbox_version: u64,
}

// Reading.
impl Projection {
    /// The record `key` as the user sees it.
    #[must_use]
    pub fn view(&self, key: RecordKey) -> Option<View<'_>> {
        self.view_of(key, self.nodes.get(&key)?)
    }

    fn view_of<'a>(&'a self, key: RecordKey, node: &'a Node) -> Option<View<'a>> {
        let is_seen = !node.is_taken && self.is_shown(key);
        let base = node.base.as_deref().filter(|_| is_seen);
        let folded = node.folded.as_deref();
        Some(View {
            record: folded.or_else(|| base.map(|base| &base.record))?,
            rev: base.map(|base| base.rev),
            unsent: self.unsent.count_of(node),
        })
    }

    /// As [`Self::view`], the record alone.
    #[must_use]
    pub fn record(&self, key: RecordKey) -> Option<&Record> {
        self.view(key).map(|view| view.record)
    }

    /// Every record of a module as the user sees it, by key.
    pub fn views(&self, module: Module) -> impl Iterator<Item = View<'_>> {
        let nodes = self.nodes.range(keys_of(module));
        nodes.filter_map(|(key, node)| self.view_of(*key, node))
    }

    /// The keys of a module, rising: of each record that the server has or the user made, whether or
    /// not it is shown. For who looks at the records a few at a time.
    pub fn keys(&self, module: Module) -> impl Iterator<Item = RecordKey> {
        let nodes = self.nodes.range(keys_of(module));
        nodes
            .filter(|(_, node)| node.is_there())
            .map(|(key, _)| *key)
    }

    /// The records of `module` that refer to `key`, by their own key: its parts, what it brings along,
    /// the jobs it is linked to. Costs work in proportion to what refers to `key`.
    pub fn referring(&self, key: RecordKey, module: Module) -> impl Iterator<Item = View<'_>> {
        let all = self.nodes.get(&key).map_or(&[][..], |node| &node.referrers);
        let of_module = all.iter().filter(|other| other.module == module);
        let mut keys: Vec<RecordKey> = of_module.copied().collect();
        keys.order();
        keys.into_iter().filter_map(|key| self.view(key))
    }

    /// The server's copy of a record, whether or not it is shown.
    #[must_use]
    pub fn base(&self, key: RecordKey) -> Option<&Versioned> {
        self.nodes.get(&key)?.base.as_deref()
    }

    /// The record `key` as the user sees it, even if it is too old to be shown: what names other things.
    #[must_use]
    pub fn known(&self, key: RecordKey) -> Option<&Record> {
        self.nodes.get(&key)?.shown()
    }

    /// Of a record that is shown: a number that is another one whenever it has changed, or one that refers
    /// to it or that it refers to, or the unsent work on it. What was drawn at this number is still right.
    #[must_use]
    pub fn stamp(&self, key: RecordKey) -> u64 {
        let own = self.nodes.get(&key).map_or(0, |node| node.stamp);
        own.max(self.all_changed)
    }

    /// The signed-in user's unsent changes, refused ones included, in order.
    #[must_use]
    pub fn entries(&self) -> &[OutboxEntry] {
        self.unsent.own()
    }

    /// A number that is another one whenever the outbox has changed.
    #[must_use]
    pub fn outbox_version(&self) -> u64 {
        self.outbox_version
    }

    /// How sync stands.
    #[must_use]
    pub fn status(&self) -> SyncStatus {
        self.unsent.status()
    }

    /// The outbox's meta row.
    #[must_use]
    pub fn meta(&self) -> &OutboxMeta {
        self.unsent.meta()
    }

    fn is_shown(&self, key: RecordKey) -> bool {
        !self.expired || key.module == Module::Conflict || self.pinned.binary_search(&key).is_ok()
    }
}

// Changing. Each says whether anything has changed, so that nothing is drawn again for nothing.
impl Projection {
    /// Replaces the base records of a whole module. Of two records of one key the last counts.
    pub fn set_module(&mut self, module: Module, records: Vec<Versioned>) -> bool {
        let keyed = |versioned: Versioned| Some((versioned.record.key()?, Box::new(versioned)));
        let mut here: Vec<_> = records.into_iter().rev().filter_map(keyed).collect();
        here.order_by_key(|(key, _)| *key);
        here.dedup_by_key(|(key, _)| *key);
        let is_here = |key: RecordKey| here.binary_search_by_key(&key, |(key, _)| *key).is_ok();
        let mut gone: Vec<RecordKey> = self.keys(module).collect();
        gone.retain(|key| self.base(*key).is_some() && !is_here(*key));
        self.version += 1;
        let mut changed = 0;
        for key in gone {
            changed += usize::from(self.put_base(key, None, changed < MANY));
        }
        let mut links = Vec::new();
        for (key, base) in here {
            let is_changed = if changed < MANY {
                self.put_base(key, Some(base), true)
            } else {
                self.put_one_of_many(key, base, &mut links)
            };
            changed += usize::from(is_changed);
        }
        self.link(links);
        if changed > MANY {
            self.all_changed = self.version;
        }
        changed > 0
    }

    /// Replaces one base record, or removes it.
    pub fn set_record(&mut self, key: RecordKey, base: Option<Versioned>) -> bool {
        self.version += 1;
        self.put_base(key, base.map(Box::new), true)
    }

    /// Takes the outbox as it is now. Entries of other users, parked ones and those they hold are
    /// not folded: the office refused them, and the attention list shows them instead.
    pub fn set_outbox(&mut self, outbox: &OutboxView) -> bool {
        let touched = self.unsent.set(outbox);
        self.take(touched)
    }

    /// Takes what a transaction has written: what was just saved is in the picture without a look at
    /// the outbox.
    pub fn take_written(&mut self, written: &Written) -> bool {
        if planted!(OwnSaveNotTaken: false => true) {
            return false;
        }
        let Written {
            put,
            removed,
            unreadable,
            meta,
        } = written;
        let mut touched = self.unsent.patch(put, removed, meta.as_ref());
        self.unsent.doubt(unreadable, &mut touched);
        self.take(touched)
    }

    /// Hides what is too old to be shown, or shows it again ([`crate::is_expired`]): all but what the
    /// user's unsent work refers to, and the conflict log.
    pub fn set_expired(&mut self, expired: bool) -> bool {
        if self.expired == expired {
            return false;
        }
        self.version += 1;
        self.all_changed = self.version;
        self.expired = expired;
        self.pin();
        true
    }

    fn take(&mut self, touched: Touched) -> bool {
        let Touched {
            mut lanes,
            jobs,
            is_changed,
        } = touched;
        if !is_changed {
            return false;
        }
        self.version += 1;
        self.outbox_version = self.version;
        lanes.order();
        lanes.dedup();
        for lane in &lanes {
            self.nodes.entry(*lane).or_default().changes.clear();
        }
        for (lane, seq) in self.unsent.standing() {
            if lanes.binary_search(&lane).is_ok()
                && let Some(node) = self.nodes.get_mut(&lane)
            {
                node.changes.push(seq);
            }
        }
        for lane in lanes {
            self.fold(lane, None, true);
        }
        for job in jobs {
            self.stamp_one(job);
        }
        if self.expired {
            self.pin();
            self.all_changed = self.version;
        }
        true
    }

    fn pin(&mut self) {
        self.pinned.clear();
        if self.expired {
            self.pinned = crate::pinned_records(self.unsent.own());
        }
    }

    fn put_base(&mut self, key: RecordKey, base: Option<Box<Versioned>>, stamps: bool) -> bool {
        if self.base(key) == base.as_deref() {
            return false;
        }
        self.fold(key, Some(base), stamps);
        true
    }

    /// [`Self::put_base`] where everything counts as changed anyway. What a record that was not there
    /// refers to goes to `links`, as what is referred to and who refers to it: [`Self::link`] is to
    /// follow.
    fn put_one_of_many(
        &mut self,
        key: RecordKey,
        base: Box<Versioned>,
        links: &mut Vec<(RecordKey, RecordKey)>,
    ) -> bool {
        let node = self.nodes.entry(key).or_default();
        if node.shown().is_some() {
            return self.put_base(key, Some(base), false);
        }
        node.base = Some(base);
        node.fold(self.unsent.fold(key, node));
        node.stamp = self.version;
        links.extend(
            refs_of(node.shown())
                .into_iter()
                .map(|target| (target, key)),
        );
        true
    }

    /// Adds to the index who refers to what.
    fn link(&mut self, links: Vec<(RecordKey, RecordKey)>) {
        for (target, referrer) in links {
            self.nodes
                .entry(target)
                .or_default()
                .referrers
                .push(referrer);
        }
    }

    /// Folds `key` anew, after its base was replaced if there is a new one, and brings the index up to
    /// date; with `stamps` those of its referrers too.
    fn fold(&mut self, key: RecordKey, base: Option<Option<Box<Versioned>>>, stamps: bool) {
        let node = self.nodes.entry(key).or_default();
        let before = refs_of(node.shown());
        if let Some(base) = base {
            node.base = base;
        }
        node.fold(self.unsent.fold(key, node));
        node.stamp = self.version;
        let after = refs_of(node.shown());
        let is_there = node.is_there();
        if stamps {
            for referrer in planted!(ReferrersNotStamped: node.referrers.clone() => Vec::new()) {
                self.stamp_one(referrer);
            }
        }
        for target in after.iter().filter(|target| !before.contains(target)) {
            let target = self.nodes.entry(*target).or_default();
            target.referrers.push(key);
        }
        for target in before.iter().filter(|target| !after.contains(target)) {
            if let Some(target) = self.nodes.get_mut(target) {
                target.referrers.retain(|referrer| *referrer != key);
            }
            self.drop_if_empty(*target);
        }
        if stamps {
            for target in before.into_iter().chain(after) {
                self.stamp_one(target);
            }
        }
        if !is_there {
            self.drop_if_empty(key);
        }
    }

    fn stamp_one(&mut self, key: RecordKey) {
        if let Some(node) = self.nodes.get_mut(&key) {
            node.stamp = self.version;
        }
    }

    fn drop_if_empty(&mut self, key: RecordKey) {
        if self.nodes.get(&key).is_some_and(Node::is_empty) {
            self.nodes.remove(&key);
        }
    }
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "patch_tests.rs"]
mod patch_tests;

#[cfg(test)]
#[path = "world_tests.rs"]
mod world_tests;
