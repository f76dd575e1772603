//! The cache's page layout: records of one module, spread over pages by a hash of their id.
//!
//! Owns which page a record lives on, and how a module grows to more pages. Pure. A page is one
//! binary value; a module has 2^bits pages, so no directory is needed and no two tabs can disagree.
//! Must never leave the store crate: the engine sees records only.

use afield_domain::{Module, RecordKey, Versioned};
use afield_protocol::Change;
use afield_sync::cache_rules::{CacheAction, key_of_change, plan_change};
use afield_sync::ports::CacheBatch;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Records that a page holds on average before its module grows. The measurement behind it is in
/// docs/adr/0002.
pub const RECORDS_PER_PAGE: u64 = 128;
/// The most pages of a module, as a power of two: 2^12 pages of 128 are half a million records.
pub const MOST_BITS: u8 = 12;

/// A page's place: module and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageId {
    /// The module.
    pub module: Module,
    /// Its number, below 2^bits of its module.
    pub number: u16,
}

impl PageId {
    /// The key in the store: `module/number`, the number as four hex digits.
    #[must_use]
    pub fn key(self) -> String {
        format!("{}/{:04x}", self.module.name(), self.number)
    }
}

/// How many pages and records each module has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    modules: Vec<ModuleLayout>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ModuleLayout {
    module: Module,
    bits: u8,
    records: u64,
}

impl Layout {
    fn bits(&self, module: Module) -> u8 {
        self.find(module).map_or(0, |layout| layout.bits)
    }

    fn records(&self, module: Module) -> u64 {
        self.find(module).map_or(0, |layout| layout.records)
    }

    fn find(&self, module: Module) -> Option<&ModuleLayout> {
        self.modules.iter().find(|layout| layout.module == module)
    }

    fn set(&mut self, module: Module, bits: u8, records: u64) {
        self.modules.retain(|layout| layout.module != module);
        self.modules.push(ModuleLayout {
            module,
            bits,
            records,
        });
    }

    /// The page of a record.
    #[must_use]
    pub fn page_of(&self, key: RecordKey) -> PageId {
        PageId {
            module: key.module,
            number: number(key.id, self.bits(key.module)),
        }
    }

    /// Every page of a module.
    pub fn pages_of(&self, module: Module) -> impl Iterator<Item = PageId> + use<> {
        (0..1_u16 << self.bits(module)).map(move |number| PageId { module, number })
    }

    /// The modules that need more pages before `batch` is applied, with the bits they need.
    #[must_use]
    pub fn plan_growth(&self, batch: &CacheBatch) -> BTreeMap<Module, u8> {
        let mut coming: BTreeMap<Module, u64> = BTreeMap::new();
        for key in batch.changes.iter().filter_map(key_of_change) {
            *coming.entry(key.module).or_default() += 1;
        }
        let totals = batch.state.iter().flat_map(|state| &state.priming.totals);
        let expected: BTreeMap<Module, u64> =
            totals.map(|total| (total.module, total.count)).collect();
        coming
            .into_iter()
            .filter_map(|(module, count)| {
                let expected = expected.get(&module).copied().unwrap_or(0);
                let needed = bits_for((self.records(module) + count).max(expected));
                (needed > self.bits(module)).then_some((module, needed))
            })
            .collect()
    }

    /// The pages that `batch` reads: those of its records and of their parents.
    #[must_use]
    pub fn touched(&self, batch: &CacheBatch) -> BTreeSet<PageId> {
        batch
            .changes
            .iter()
            .flat_map(|change| [key_of_change(change), parent_of(change)])
            .flatten()
            .map(|key| self.page_of(key))
            .collect()
    }
}

fn bits_for(records: u64) -> u8 {
    let pages = records.div_ceil(RECORDS_PER_PAGE).max(1);
    let bits = u64::BITS - (pages - 1).leading_zeros();
    u8::try_from(bits).unwrap_or(MOST_BITS).min(MOST_BITS)
}

fn number(id: Uuid, bits: u8) -> u16 {
    if bits == 0 {
        return 0;
    }
    let (high, low) = id.as_u64_pair();
    let mixed = (high ^ low.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    u16::try_from(mixed >> (64 - u32::from(bits))).unwrap_or(0)
}

fn parent_of(change: &Change) -> Option<RecordKey> {
    match change {
        Change::Upsert(versioned) => versioned.record.parent(),
        Change::Tombstone { .. } | Change::ScopeOut { .. } => None,
    }
}

/// Pages in memory, with what has changed.
#[derive(Debug, Clone, Default)]
pub struct PageSet {
    layout: Layout,
    pages: BTreeMap<PageId, Vec<Versioned>>,
    dirty: BTreeSet<PageId>,
}

impl PageSet {
    /// Starts from a stored layout.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self {
            layout,
            ..Self::default()
        }
    }

    /// Takes a page as it was read.
    pub fn insert(&mut self, page: PageId, records: Vec<Versioned>) {
        self.pages.insert(page, records);
    }

    /// Whether the page was read.
    #[must_use]
    pub fn has(&self, page: PageId) -> bool {
        self.pages.contains_key(&page)
    }

    /// The layout after the changes.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Spreads a module over 2^`bits` pages. All its pages must have been read.
    pub fn grow(&mut self, module: Module, bits: u8) {
        let old: Vec<PageId> = self.layout.pages_of(module).collect();
        let records: Vec<Versioned> = old
            .iter()
            .filter_map(|page| self.pages.remove(page))
            .flatten()
            .collect();
        self.layout.set(module, bits, records.len() as u64);
        for page in self.layout.pages_of(module) {
            self.pages.insert(page, Vec::new());
            self.dirty.insert(page);
        }
        for versioned in records {
            if let Some(key) = versioned.record.key() {
                let page = self.layout.page_of(key);
                self.pages.entry(page).or_default().push(versioned);
            }
        }
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
        let parent_stored = parent_of(change).is_some_and(|parent| self.find(parent).is_some());
        let page = self.layout.page_of(key);
        let records = self.pages.entry(page).or_default();
        let count = self.layout.records(key.module);
        match (plan_change(batch, change, stored, parent_stored), change) {
            (CacheAction::Put, Change::Upsert(versioned)) => {
                records.retain(|record| record.record.key() != Some(key));
                records.push(versioned.clone());
                let added = u64::from(stored.is_none());
                let bits = self.layout.bits(key.module);
                self.layout.set(key.module, bits, count + added);
            }
            (CacheAction::Remove, _) => {
                records.retain(|record| record.record.key() != Some(key));
                let bits = self.layout.bits(key.module);
                self.layout.set(key.module, bits, count.saturating_sub(1));
            }
            (CacheAction::Put | CacheAction::Nothing, _) => return None,
        }
        self.dirty.insert(page);
        Some(key)
    }

    fn find(&self, key: RecordKey) -> Option<&Versioned> {
        self.pages
            .get(&self.layout.page_of(key))?
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
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;
