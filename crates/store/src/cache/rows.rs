//! What a transaction of the cache reads and writes.
//!
//! Owns the rows: the state, the directories and the pages, of the generation that is shown and of
//! the one that pulls fill. The keys are [`Generation`]'s, the pages' content is [`PageSet`]'s, what
//! a batch does is `afield_sync::cache::plan`.

use super::wrap;
use crate::codec::{page_from_js, page_to_js, row_from_js, row_to_js};
use crate::directory::Directory;
use crate::fault::{from_idb, from_js};
use crate::generation::{Generation, Keys};
use crate::pages::{PageId, PageSet, modules_of};
use afield_domain::{Module, RecordKey, Versioned};
use afield_protocol::Change;
use afield_sync::cache::plan::{ApplyPlan, plan_apply, plan_take_over};
use afield_sync::cache::rules::{Changed, carried_copy};
use afield_sync::ports::{CacheBatch, CacheOutcome, Source};
use afield_sync::{CacheState, StoreError};
use js_sys::{Reflect, Uint8Array};
use rexie::{KeyRange, Store};
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};

const STATE_KEY: &str = "state";

/// Says in the row of the state that the second generation is shown. It stands beside the state's own
/// fields, so that one read brings both and one write switches.
const SECOND_FIELD: &str = "second";

pub(super) struct Rows {
    pub(super) state: Store,
    pub(super) pages: Store,
    /// Whether something could not be read. It counts as missing, and everything is fetched again.
    pub(super) damaged: Cell<bool>,
}

fn generation_of(row: &JsValue) -> Generation {
    // A damaged row need not be an object.
    let second = Reflect::get(row, &JsValue::from_str(SECOND_FIELD));
    if second.is_ok_and(|second| second.is_truthy()) {
        Generation::Second
    } else {
        Generation::First
    }
}

fn range((from, until): Keys) -> Result<KeyRange, StoreError> {
    let (from, until) = (JsValue::from_str(&from), JsValue::from_str(&until));
    KeyRange::bound(&from, &until, None, Some(true)).map_err(|error| from_idb(&error))
}

impl Rows {
    async fn load_row(&self) -> Result<Option<JsValue>, StoreError> {
        let key = JsValue::from_str(STATE_KEY);
        self.state.get(key).await.map_err(wrap)
    }

    /// The state, and which generation is shown.
    pub(super) async fn load_state(&self) -> Result<(CacheState, Generation), StoreError> {
        match self.load_row().await? {
            Some(row) => {
                // Of a damaged one nobody knows whose the records are and how far they go: they stay
                // until the next pull, which begins anew.
                let state = self.or_missing(row_from_js(row.clone()).ok());
                Ok((state, generation_of(&row)))
            }
            None => Ok(Default::default()),
        }
    }

    /// Which generation is shown.
    pub(super) async fn shown(&self) -> Result<Generation, StoreError> {
        let row = self.load_row().await?;
        Ok(row.as_ref().map(generation_of).unwrap_or_default())
    }

    async fn save_state(&self, state: &CacheState, shown: Generation) -> Result<(), StoreError> {
        let mut state = state.clone();
        if self.damaged.get() {
            // As filled by a build that could not read what is missing.
            state.records_version = 0;
        }
        let row = row_to_js(&state)?;
        if shown == Generation::Second {
            let second = JsValue::from_str(SECOND_FIELD);
            Reflect::set(&row, &second, &JsValue::TRUE).map_err(|error| from_js(&error))?;
        }
        self.save(&self.state, STATE_KEY, row).await
    }

    async fn save(&self, store: &Store, key: &str, value: JsValue) -> Result<(), StoreError> {
        let put = store.put(&value, Some(&JsValue::from_str(key))).await;
        put.map(drop).map_err(wrap)
    }

    async fn load_directory(
        &self,
        generation: Generation,
        module: Module,
    ) -> Result<Directory, StoreError> {
        let key = JsValue::from_str(&generation.directory(module));
        let Some(value) = self.state.get(key).await.map_err(wrap)? else {
            return Ok(Directory::default());
        };
        let bytes = value.dyn_ref::<Uint8Array>();
        match bytes.and_then(|bytes| Directory::from_bytes(&bytes.to_vec())) {
            Some(directory) => Ok(directory),
            None => self.made_again(generation, module).await,
        }
    }

    /// In place of a damaged directory: what its pages say. Else they would be written over.
    async fn made_again(
        &self,
        generation: Generation,
        module: Module,
    ) -> Result<Directory, StoreError> {
        self.damaged.set(true);
        let mut directory = Directory::default();
        for number in 0..=u16::MAX {
            let page = generation.page(PageId { module, number });
            let page = self.pages.get(JsValue::from_str(&page)).await;
            let Some(page) = page.map_err(wrap)? else {
                break;
            };
            let records = self.read_page(&page);
            let keys = records.iter().filter_map(|one| one.record.key());
            directory.add_page(number, keys.map(|key| key.id));
        }
        Ok(directory)
    }

    fn or_missing<T: Default>(&self, read: Option<T>) -> T {
        read.unwrap_or_else(|| {
            self.damaged.set(true);
            T::default()
        })
    }

    /// The records of a page that can be read.
    pub(super) fn read_page(&self, value: &JsValue) -> Vec<Versioned> {
        let (records, whole) = page_from_js(value);
        if !whole {
            self.damaged.set(true);
        }
        records
    }

    /// Has everything fetched again, beside what is shown, if something could not be read.
    pub(super) async fn note_damage(&self) -> Result<(), StoreError> {
        let damaged = self.damaged.get();
        let (state, shown) = self.load_state().await?;
        if damaged && state.records_version != 0 {
            self.save_state(&state, shown).await?;
        }
        Ok(())
    }

    async fn load_page(
        &self,
        generation: Generation,
        page: PageId,
    ) -> Result<Vec<Versioned>, StoreError> {
        let key = JsValue::from_str(&generation.page(page));
        let value = self.pages.get(key).await.map_err(wrap)?;
        Ok(value
            .map(|value| self.read_page(&value))
            .unwrap_or_default())
    }

    pub(super) async fn load_pages(
        &self,
        generation: Generation,
        module: Module,
    ) -> Result<Vec<JsValue>, StoreError> {
        let range = range(generation.pages_of(module))?;
        self.pages.get_all(Some(range), None).await.map_err(wrap)
    }

    pub(super) async fn load_record(
        &self,
        generation: Generation,
        key: RecordKey,
    ) -> Result<Option<Versioned>, StoreError> {
        let directory = self.load_directory(generation, key.module).await?;
        self.find(generation, &directory, key).await
    }

    /// A record by way of its module's directory.
    async fn find(
        &self,
        generation: Generation,
        directory: &Directory,
        key: RecordKey,
    ) -> Result<Option<Versioned>, StoreError> {
        let module = key.module;
        let Some(number) = directory.page_of(key.id) else {
            return Ok(None);
        };
        let page = PageId { module, number };
        let records = self.load_page(generation, page).await?;
        Ok(records
            .into_iter()
            .find(|versioned| versioned.record.key() == Some(key)))
    }

    pub(super) async fn apply(&self, batch: &CacheBatch) -> Result<CacheOutcome, StoreError> {
        let (state, shown) = self.load_state().await?;
        let plan = match plan_apply(&state, batch) {
            ApplyPlan::Nothing(outcome) => return Ok(outcome),
            ApplyPlan::Write(plan) => plan,
        };
        let mut filled = None;
        if plan.fills {
            filled = Some(self.change(shown.other(), &plan.batch).await?);
        }
        let mut changed = Changed::default();
        if plan.shows {
            changed = self.change(shown, &plan.batch).await?;
        }
        match plan.state_after(&state, filled.as_ref().unwrap_or(&changed)) {
            Some(next) if plan.takes_over => {
                self.take_over(shown, &plan.batch.pinned, &next).await?;
            }
            Some(next) => self.save_state(&next, shown).await?,
            None if self.damaged.get() => self.save_state(&state, shown).await?,
            None => {}
        }
        Ok(plan.outcome(changed.keys))
    }

    /// Applies the changes to one generation.
    async fn change(
        &self,
        generation: Generation,
        batch: &CacheBatch,
    ) -> Result<Changed, StoreError> {
        let mut directories = Vec::new();
        for module in modules_of(batch) {
            directories.push((module, self.load_directory(generation, module).await?));
        }
        let mut set = PageSet::new(directories);
        for page in set.touched(batch) {
            set.insert(page, self.load_page(generation, page).await?);
        }
        let changed = set.apply(batch);
        for (page, records) in set.dirty() {
            self.save(&self.pages, &generation.page(page), page_to_js(records)?)
                .await?;
        }
        for (module, directory) in set.dirty_directories() {
            let bytes = Uint8Array::from(directory.to_bytes().as_slice());
            self.save(&self.state, &generation.directory(module), bytes.into())
                .await?;
        }
        Ok(changed)
    }

    /// Shows the generation that was filled. Only the pinned records that it does not have are copied;
    /// all the rest is the switch, and removing what was shown until now.
    async fn take_over(
        &self,
        old: Generation,
        pinned: &[RecordKey],
        next: &CacheState,
    ) -> Result<(), StoreError> {
        let new = old.other();
        let mut shelves = Vec::new();
        for key in pinned {
            let module = key.module;
            if !shelves.iter().any(|(known, _, _)| *known == module) {
                let was = self.load_directory(old, module).await?;
                shelves.push((module, was, self.load_directory(new, module).await?));
            }
        }
        let shelf_of = |key: RecordKey| shelves.iter().find(|shelf| shelf.0 == key.module);
        let plan = plan_take_over(
            next,
            pinned,
            |key| shelf_of(key).is_some_and(|shelf| shelf.1.page_of(key.id).is_some()),
            |key| shelf_of(key).is_some_and(|shelf| shelf.2.page_of(key.id).is_some()),
        );
        let mut changes = Vec::new();
        for key in &plan.carried {
            if let Some((_, was, _)) = shelf_of(*key) {
                let record = self.find(old, was, *key).await?;
                changes.extend(record.map(carried_copy).map(Change::Upsert));
            }
        }
        let copies = CacheBatch {
            source: Source::Pull,
            expected_cursor: None,
            epoch: None,
            changes,
            pinned: Vec::new(),
            made: Vec::new(),
            state: None,
        };
        self.change(new, &copies).await?;
        self.clear(old).await?;
        self.save_state(&plan.state, new).await
    }

    async fn clear(&self, generation: Generation) -> Result<(), StoreError> {
        for (store, keys) in [
            (&self.pages, generation.pages()),
            (&self.state, generation.directories()),
        ] {
            store.delete(range(keys)?.into()).await.map_err(wrap)?;
        }
        Ok(())
    }

    pub(super) async fn restage(&self, state: &CacheState) -> Result<(), StoreError> {
        let shown = self.shown().await?;
        self.clear(shown.other()).await?;
        self.save_state(state, shown).await
    }

    /// Does not look at what is there, which may be damaged.
    pub(super) async fn reset(&self, state: &CacheState) -> Result<(), StoreError> {
        self.pages.clear().await.map_err(wrap)?;
        self.state.clear().await.map_err(wrap)?;
        self.save_state(state, Generation::First).await
    }
}
