//! The cache's page layout: records of one module, gathered on pages in the order in which they came.
//!
//! Owns which page a record lives on. Pure. A page is one binary value; a module's directory says
//! which record is on which page. Records that come together are stored together, so a batch writes
//! few pages. Must never leave the store crate: the engine sees records only.

use crate::directory::Directory;
use afield_domain::{Module, RecordKey, Versioned};
use afield_protocol::Change;
use afield_sync::cache_rules::{CacheAction, key_of_change, plan_change};
use afield_sync::ports::CacheBatch;
use std::collections::{BTreeMap, BTreeSet};

/// A page's place: module and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageId {
    /// The module.
    pub module: Module,
    /// Its number within the module.
    pub number: u16,
}

impl PageId {
    /// The key in the store: `module/number`, the number as four hex digits.
    #[must_use]
    pub fn key(self) -> String {
        format!("{}/{:04x}", self.module.name(), self.number)
    }
}

/// The modules whose directories `batch` needs: those of its records and of their parents.
#[must_use]
pub fn modules_of(batch: &CacheBatch) -> BTreeSet<Module> {
    let keys = batch.changes.iter().flat_map(keys_of).flatten();
    keys.map(|key| key.module).collect()
}

fn keys_of(change: &Change) -> [Option<RecordKey>; 2] {
    [key_of_change(change), parent_of(change)]
}

fn parent_of(change: &Change) -> Option<RecordKey> {
    match change {
        Change::Upsert(versioned) => versioned.record.parent(),
        Change::Tombstone { .. } | Change::ScopeOut { .. } => None,
    }
}

/// Pages and directories in memory, with what has changed.
#[derive(Debug, Clone, Default)]
pub struct PageSet {
    directories: BTreeMap<Module, Directory>,
    pages: BTreeMap<PageId, Vec<Versioned>>,
    open: BTreeMap<Module, u16>,
    dirty: BTreeSet<PageId>,
}

impl PageSet {
    /// Starts from stored directories.
    #[must_use]
    pub fn new(directories: BTreeMap<Module, Directory>) -> Self {
        let open = directories
            .iter()
            .map(|(module, directory)| (*module, directory.open_page()))
            .collect();
        Self {
            directories,
            open,
            ..Self::default()
        }
    }

    /// The pages that `batch` reads: those of its records and their parents, and the page of each
    /// module on which new records go first.
    #[must_use]
    pub fn touched(&self, batch: &CacheBatch) -> BTreeSet<PageId> {
        let known = batch.changes.iter().flat_map(keys_of).flatten();
        let known = known.filter_map(|key| self.page_of(key));
        let open = self.open.iter().filter_map(|(module, number)| {
            let exists = self.directories.get(module)?.has_page(*number);
            exists.then_some(PageId {
                module: *module,
                number: *number,
            })
        });
        known.chain(open).collect()
    }

    /// Takes a page as it was read.
    pub fn insert(&mut self, page: PageId, records: Vec<Versioned>) {
        self.pages.insert(page, records);
    }

    /// Applies every change of `batch`; the touched pages must have been read. Gives back the
    /// records that changed.
    pub fn apply(&mut self, batch: &CacheBatch) -> Vec<RecordKey> {
        let mut changed = Vec::new();
        for change in &batch.changes {
            changed.extend(self.apply_change(batch, change));
        }
        changed
    }

    fn apply_change(&mut self, batch: &CacheBatch, change: &Change) -> Option<RecordKey> {
        let key = key_of_change(change)?;
        let stored = self.find(key).map(|versioned| versioned.rev);
        let parent_stored = parent_of(change).is_some_and(|parent| self.page_of(parent).is_some());
        let page = match (plan_change(batch, change, stored, parent_stored), change) {
            (CacheAction::Put, Change::Upsert(versioned)) => self.put(key, versioned),
            (CacheAction::Remove, _) => self.remove(key)?,
            (CacheAction::Put | CacheAction::Nothing, _) => return None,
        };
        self.dirty.insert(page);
        Some(key)
    }

    fn put(&mut self, key: RecordKey, versioned: &Versioned) -> PageId {
        let directory = self.directories.entry(key.module).or_default();
        let open = self.open.entry(key.module).or_default();
        let page = PageId {
            module: key.module,
            number: directory.place(key.id, open),
        };
        let records = self.pages.entry(page).or_default();
        records.retain(|record| record.record.key() != Some(key));
        records.push(versioned.clone());
        page
    }

    fn remove(&mut self, key: RecordKey) -> Option<PageId> {
        let page = self.page_of(key)?;
        self.directories.get_mut(&key.module)?.remove(key.id);
        if let Some(records) = self.pages.get_mut(&page) {
            records.retain(|record| record.record.key() != Some(key));
        }
        Some(page)
    }

    fn page_of(&self, key: RecordKey) -> Option<PageId> {
        let number = self.directories.get(&key.module)?.page_of(key.id)?;
        Some(PageId {
            module: key.module,
            number,
        })
    }

    fn find(&self, key: RecordKey) -> Option<&Versioned> {
        self.pages
            .get(&self.page_of(key)?)?
            .iter()
            .find(|versioned| versioned.record.key() == Some(key))
    }

    /// The pages to write.
    pub fn dirty(&self) -> impl Iterator<Item = (PageId, &[Versioned])> {
        self.dirty.iter().map(|page| {
            let records = self.pages.get(page).map_or(&[][..], Vec::as_slice);
            (*page, records)
        })
    }

    /// The directories to write.
    pub fn dirty_directories(&self) -> impl Iterator<Item = (Module, &Directory)> {
        self.directories
            .iter()
            .filter(|(_, directory)| directory.is_changed())
            .map(|(module, directory)| (*module, directory))
    }
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;
