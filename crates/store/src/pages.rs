//! The cache's page layout: records of one module, gathered on pages in the order in which they came.
//!
//! Owns which page a record lives on. Pure. A page is one binary value; a module's directory says
//! which record is on which page. Records that come together are stored together, so a batch writes
//! few pages, and plain lists hold them. Must never leave the store crate: the engine sees records only.

use crate::directory::Directory;
use afield_domain::{Module, RecordKey, Rev, Versioned};
use afield_protocol::Change;
use afield_sync::cache::rules::{CacheAction, Changed, key_of_change, plan_change};
use afield_sync::ports::CacheBatch;

/// A page's place: module and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageId {
    /// The module.
    pub module: Module,
    /// Its number within the module.
    pub number: u16,
}

/// The modules whose directories `batch` needs: those of its records and of their parents.
#[must_use]
pub fn modules_of(batch: &CacheBatch) -> Vec<Module> {
    let keys = batch.changes.iter().flat_map(keys_of).flatten();
    let mut modules = Vec::new();
    for key in keys {
        add(&mut modules, key.module);
    }
    modules
}

/// Adds what the list does not have.
fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn keys_of(change: &Change) -> [Option<RecordKey>; 2] {
    [key_of_change(change), parent_of(change)]
}

fn parent_of(change: &Change) -> Option<RecordKey> {
    match change {
        Change::Upsert(versioned) => versioned.record.parent(),
        Change::Tombstone { .. } | Change::ScopeOut { .. } | Change::Unread(_) => None,
    }
}

/// Pages and directories in memory, with what has changed.
#[derive(Debug, Clone, Default)]
pub struct PageSet {
    shelves: Vec<Shelf>,
    pages: Vec<Page>,
}

/// A module: its directory, and the page on which new records go first.
#[derive(Debug, Clone)]
struct Shelf {
    module: Module,
    directory: Directory,
    open: u16,
}

#[derive(Debug, Clone)]
struct Page {
    id: PageId,
    records: Vec<Versioned>,
    dirty: bool,
}

impl PageSet {
    /// Starts from stored directories.
    #[must_use]
    pub fn new(directories: Vec<(Module, Directory)>) -> Self {
        let shelves = directories
            .into_iter()
            .map(|(module, directory)| Shelf {
                module,
                open: directory.open_page(),
                directory,
            })
            .collect();
        Self {
            shelves,
            pages: Vec::new(),
        }
    }

    /// The pages that `batch` reads: those of its records and their parents, and the page of each
    /// module on which new records go first.
    #[must_use]
    pub fn touched(&self, batch: &CacheBatch) -> Vec<PageId> {
        let mut touched = Vec::new();
        for key in batch.changes.iter().flat_map(keys_of).flatten() {
            if let Some(page) = self.page_of(key) {
                add(&mut touched, page);
            }
        }
        for shelf in &self.shelves {
            if shelf.directory.has_page(shelf.open) {
                let (module, number) = (shelf.module, shelf.open);
                add(&mut touched, PageId { module, number });
            }
        }
        touched
    }

    /// Takes a page as it was read.
    pub fn insert(&mut self, page: PageId, records: Vec<Versioned>) {
        if let Some(page) = self.page_mut(page) {
            page.records = records;
        }
    }

    /// Applies every change of `batch`; the touched pages must have been read. Gives back the
    /// records that changed.
    pub fn apply(&mut self, batch: &CacheBatch) -> Changed {
        let mut changed = Changed::default();
        for change in &batch.changes {
            if let Some((key, stored)) = self.apply_change(batch, change) {
                changed.note(key, stored);
            }
        }
        changed
    }

    /// The record that has changed, if one has, and the revision that was there.
    fn apply_change(
        &mut self,
        batch: &CacheBatch,
        change: &Change,
    ) -> Option<(RecordKey, Option<Rev>)> {
        let key = key_of_change(change)?;
        let stored = self.find(key).map(|versioned| versioned.rev);
        let parent_stored = parent_of(change).is_some_and(|parent| self.page_of(parent).is_some());
        let page = match (plan_change(batch, change, stored, parent_stored), change) {
            (CacheAction::Put, Change::Upsert(versioned)) => self.put(key, versioned)?,
            (CacheAction::Remove, _) => self.remove(key)?,
            (CacheAction::Put | CacheAction::Nothing, _) => return None,
        };
        self.page_mut(page)?.dirty = true;
        Some((key, stored))
    }

    fn put(&mut self, key: RecordKey, versioned: &Versioned) -> Option<PageId> {
        let shelf = self.shelf_mut(key.module)?;
        let page = PageId {
            module: key.module,
            number: shelf.directory.place(key.id, &mut shelf.open),
        };
        let records = &mut self.page_mut(page)?.records;
        records.retain(|record| record.record.key() != Some(key));
        records.push(versioned.clone());
        Some(page)
    }

    fn remove(&mut self, key: RecordKey) -> Option<PageId> {
        let page = self.page_of(key)?;
        self.shelf_mut(key.module)?.directory.remove(key.id);
        let records = &mut self.page_mut(page)?.records;
        records.retain(|record| record.record.key() != Some(key));
        Some(page)
    }

    fn shelf_mut(&mut self, module: Module) -> Option<&mut Shelf> {
        self.shelves.iter_mut().find(|shelf| shelf.module == module)
    }

    /// The page as it is in memory, empty if it is new.
    fn page_mut(&mut self, id: PageId) -> Option<&mut Page> {
        let index = self.pages.iter().position(|page| page.id == id);
        let index = index.unwrap_or_else(|| {
            self.pages.push(Page {
                id,
                records: Vec::new(),
                dirty: false,
            });
            self.pages.len() - 1
        });
        self.pages.get_mut(index)
    }

    fn page_of(&self, key: RecordKey) -> Option<PageId> {
        let shelf = self.shelves.iter().find(|shelf| shelf.module == key.module);
        let number = shelf?.directory.page_of(key.id)?;
        Some(PageId {
            module: key.module,
            number,
        })
    }

    fn find(&self, key: RecordKey) -> Option<&Versioned> {
        let id = self.page_of(key)?;
        let page = self.pages.iter().find(|page| page.id == id)?;
        page.records
            .iter()
            .find(|versioned| versioned.record.key() == Some(key))
    }

    /// The pages to write.
    pub fn dirty(&self) -> impl Iterator<Item = (PageId, &[Versioned])> {
        let dirty = self.pages.iter().filter(|page| page.dirty);
        dirty.map(|page| (page.id, page.records.as_slice()))
    }

    /// The directories to write.
    pub fn dirty_directories(&self) -> impl Iterator<Item = (Module, &Directory)> {
        let shelves = self.shelves.iter();
        let changed = shelves.filter(|shelf| shelf.directory.is_changed());
        changed.map(|shelf| (shelf.module, &shelf.directory))
    }
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;
