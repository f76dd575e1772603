//! What the user sees: fold(base record, the user's outbox entries of that record).
//!
//! Owns [`Projection`], the folded picture in memory. There is no second, "optimistic" copy: the
//! projection is recomputed from base and outbox and holds nothing of its own.

use crate::batch::held_entries;
use crate::entry::OutboxEntry;
use crate::ports::OutboxView;
use crate::scope::pinned_records;
use afield_domain::{Actor, Module, Record, RecordKey, Rev, UserId, Versioned, fold_op};
use std::collections::BTreeMap;

/// A record as the user sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The record with the user's own unsent changes.
    pub record: Record,
    /// The revision of the server's copy beneath; none if the server does not have it yet.
    pub rev: Option<Rev>,
    /// How many of the user's changes to it are unsent.
    pub unsent: usize,
}

/// Base records and unsent entries, folded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Projection {
    base: BTreeMap<RecordKey, Versioned>,
    entries: Vec<OutboxEntry>,
    by_target: BTreeMap<RecordKey, Vec<usize>>,
    author: Option<(UserId, String)>,
    role: Option<afield_domain::Role>,
    pinned: Vec<RecordKey>,
    expired: bool,
}

impl Projection {
    /// Replaces the base records of a whole module.
    pub fn set_module(&mut self, module: Module, records: Vec<Versioned>) {
        self.base.retain(|key, _| key.module != module);
        self.base.extend(
            records
                .into_iter()
                .filter_map(|versioned| Some((versioned.record.key()?, versioned))),
        );
    }

    /// Replaces one base record, or removes it.
    pub fn set_record(&mut self, key: RecordKey, versioned: Option<Versioned>) {
        match versioned {
            Some(versioned) => self.base.insert(key, versioned),
            None => self.base.remove(&key),
        };
    }

    /// Takes the outbox as it is now. Entries of other users, parked ones and those they hold are
    /// not folded: the office refused them, and the attention list shows them instead.
    pub fn set_outbox(&mut self, view: &OutboxView) {
        let session = view.meta.session.as_ref();
        self.author = session.map(|session| (session.user(), session.info.user.name.clone()));
        self.role = session.map(|session| session.info.user.role);
        let user = session.map(super::meta::SignedIn::user);
        let held = held_entries(&view.entries);
        let own = view.entries.iter();
        let own: Vec<OutboxEntry> = own
            .filter(|entry| Some(entry.mutation.user) == user)
            .cloned()
            .collect();
        self.pinned = pinned_records(&own);
        self.entries = view
            .entries
            .iter()
            .filter(|entry| {
                Some(entry.mutation.user) == user
                    && !entry.is_parked()
                    && !held.contains_key(&entry.seq())
            })
            .cloned()
            .collect();
        self.by_target.clear();
        for (index, entry) in self.entries.iter().enumerate() {
            self.by_target
                .entry(entry.mutation.lane)
                .or_default()
                .push(index);
        }
    }

    /// Hides what is too old to be shown, or shows it again ([`crate::is_expired`]): all but what the
    /// user's unsent work refers to, and the conflict log.
    pub fn set_expired(&mut self, expired: bool) {
        self.expired = expired;
    }

    fn is_shown(&self, key: RecordKey) -> bool {
        !self.expired || key.module == Module::Conflict || self.pinned.contains(&key)
    }

    /// The record `key` as the user sees it.
    #[must_use]
    pub fn view(&self, key: RecordKey) -> Option<View> {
        let base = self.base.get(&key).filter(|_| self.is_shown(key));
        let rev = base.map(|versioned| versioned.rev);
        let mut record = base.map(|versioned| versioned.record.clone());
        let indices = self.by_target.get(&key).map_or(&[][..], Vec::as_slice);
        if let (Some((id, name)), Some(role)) = (&self.author, self.role) {
            let author = Actor {
                id: *id,
                name,
                role,
            };
            for entry in indices.iter().filter_map(|index| self.entries.get(*index)) {
                let mutation = &entry.mutation;
                record = fold_op(key, record, &mutation.op, author, mutation.made_at());
            }
        }
        record.map(|record| View {
            record,
            rev,
            unsent: indices.len(),
        })
    }

    /// Every record of a module as the user sees it, by key.
    pub fn views(&self, module: Module) -> impl Iterator<Item = View> + '_ {
        self.keys(module).filter_map(|key| self.view(key))
    }

    /// The keys of a module: of each record that the server has or the user made, whether or not it
    /// is shown. For who looks at the records a few at a time.
    pub fn keys(&self, module: Module) -> impl Iterator<Item = RecordKey> + '_ {
        let own = self
            .by_target
            .keys()
            .filter(move |key| key.module == module && !self.base.contains_key(key));
        let base = self.base.keys().filter(move |key| key.module == module);
        base.chain(own).copied()
    }

    /// The server's copy of a record.
    #[must_use]
    pub fn base(&self, key: RecordKey) -> Option<&Versioned> {
        self.base.get(&key)
    }
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
