//! The cache database: pages through rexie; it may be dropped and primed again.
//!
//! Owns [`IdbCache`]. Every transaction goes through [`IdbCache::with_tx`], which always commits or
//! aborts: rexie commits a dropped transaction, and its `done` can wait for ever.

use crate::codec::{page_from_js, page_to_js, row_from_js, row_to_js};
use crate::directory::Directory;
use crate::fault::from_rexie;
use crate::pages::{PageId, PageSet, modules_of};
use crate::schema::{CACHE, CACHE_PAGES, CACHE_STATE, CACHE_STORES, CACHE_VERSION};
use afield_domain::tree::FromTree;
use afield_domain::{Module, RecordKey, Versioned};
use afield_sync::ports::{CacheBatch, CacheOutcome};
use afield_sync::{CacheState, CacheStore, StoreError};
use js_sys::Uint8Array;
use rexie::{KeyRange, ObjectStore, Rexie, Store, Transaction, TransactionMode};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};

const STATE_KEY: &str = "state";

fn directory_key(module: Module) -> String {
    format!("directory/{}", module.name())
}

/// The cache in IndexedDB. Clones share the connection.
#[derive(Clone)]
pub struct IdbCache {
    name: Rc<str>,
    handle: Rc<RefCell<Option<Rc<Rexie>>>>,
}

struct Stores {
    state: Store,
    pages: Store,
}

fn wrap(error: rexie::Error) -> StoreError {
    from_rexie(&error)
}

impl IdbCache {
    /// Opens the device's cache, making it if there is none.
    ///
    /// # Errors
    /// [`StoreError::Newer`] if a newer version of the app made it.
    pub async fn open() -> Result<Self, StoreError> {
        Self::open_named(CACHE).await
    }

    /// Opens a cache of another name, for tests.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_named(name: &str) -> Result<Self, StoreError> {
        let cache = Self {
            name: name.into(),
            handle: Rc::default(),
        };
        cache.reopen().await?;
        Ok(cache)
    }

    async fn reopen(&self) -> Result<(), StoreError> {
        let mut builder = Rexie::builder(&self.name).version(CACHE_VERSION);
        for store in CACHE_STORES {
            builder = builder.add_object_store(ObjectStore::new(store));
        }
        let rexie = builder.build().await.map_err(wrap)?;
        *self.handle.borrow_mut() = Some(Rc::new(rexie));
        Ok(())
    }

    fn begin(&self, mode: TransactionMode) -> Result<Transaction, StoreError> {
        let handle = self.handle.borrow().clone().ok_or(StoreError::Closed)?;
        let begun = handle.transaction(&CACHE_STORES, mode);
        begun.map_err(|_| StoreError::Closed)
    }

    /// The one way into a transaction. A lost connection is opened again once.
    async fn with_tx<T>(
        &self,
        mode: TransactionMode,
        work: impl AsyncFnOnce(&Stores) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (transaction, stores) = self.begin_tx(mode).await?;
        let worked = work(&stores).await;
        end_tx(transaction, worked.is_ok()).await?;
        worked
    }

    async fn begin_tx(&self, mode: TransactionMode) -> Result<(Transaction, Stores), StoreError> {
        let transaction = match self.begin(mode) {
            Ok(transaction) => transaction,
            Err(_) => {
                self.reopen().await?;
                self.begin(mode)?
            }
        };
        let stores = Stores {
            state: transaction.store(CACHE_STATE).map_err(wrap)?,
            pages: transaction.store(CACHE_PAGES).map_err(wrap)?,
        };
        Ok((transaction, stores))
    }
}

async fn end_tx(transaction: Transaction, worked: bool) -> Result<(), StoreError> {
    if worked {
        transaction.commit().await.map(drop).map_err(wrap)
    } else {
        // It may have ended by itself already; then there is nothing to take back.
        let _ = transaction.abort().await;
        Ok(())
    }
}

impl Stores {
    async fn load_row<T: for<'de> FromTree<'de> + Default>(
        &self,
        key: &str,
    ) -> Result<T, StoreError> {
        let row = self.state.get(JsValue::from_str(key)).await.map_err(wrap)?;
        Ok(row.map(row_from_js).transpose()?.unwrap_or_default())
    }

    async fn save_row<T: serde::Serialize>(&self, key: &str, row: &T) -> Result<(), StoreError> {
        let key = JsValue::from_str(key);
        let put = self.state.put(&row_to_js(row)?, Some(&key)).await;
        put.map(drop).map_err(wrap)
    }

    async fn save_bytes(&self, store: &Store, key: &str, bytes: JsValue) -> Result<(), StoreError> {
        let put = store.put(&bytes, Some(&JsValue::from_str(key))).await;
        put.map(drop).map_err(wrap)
    }

    async fn load_directory(&self, module: Module) -> Result<Directory, StoreError> {
        let key = JsValue::from_str(&directory_key(module));
        let Some(value) = self.state.get(key).await.map_err(wrap)? else {
            return Ok(Directory::default());
        };
        value
            .dyn_ref::<Uint8Array>()
            .and_then(|bytes| Directory::from_bytes(&bytes.to_vec()))
            .ok_or_else(|| StoreError::Corrupt("a directory is damaged".to_owned()))
    }

    async fn load_page(&self, page: PageId) -> Result<Vec<Versioned>, StoreError> {
        let key = JsValue::from_str(&page.key());
        let value = self.pages.get(key).await.map_err(wrap)?;
        value.map_or(Ok(Vec::new()), |value| page_from_js(&value))
    }

    async fn load_pages(&self, module: Module) -> Result<Vec<JsValue>, StoreError> {
        let from = JsValue::from_str(&format!("{}/", module.name()));
        // The character after "/" is "0".
        let until = JsValue::from_str(&format!("{}0", module.name()));
        let range = KeyRange::bound(&from, &until, None, Some(true))
            .map_err(|error| crate::fault::from_idb(&error))?;
        self.pages.get_all(Some(range), None).await.map_err(wrap)
    }

    async fn apply(&self, batch: &CacheBatch) -> Result<CacheOutcome, StoreError> {
        if let Some(expected) = &batch.expected_cursor {
            let state: CacheState = self.load_row(STATE_KEY).await?;
            if state.cursor != *expected {
                return Ok(CacheOutcome::CursorMoved);
            }
        }
        let mut directories = Vec::new();
        for module in modules_of(batch) {
            directories.push((module, self.load_directory(module).await?));
        }
        let mut set = PageSet::new(directories);
        for page in set.touched(batch) {
            set.insert(page, self.load_page(page).await?);
        }
        let changed = set.apply(batch);
        for (page, records) in set.dirty() {
            self.save_bytes(&self.pages, &page.key(), page_to_js(records)?)
                .await?;
        }
        for (module, directory) in set.dirty_directories() {
            let bytes = Uint8Array::from(directory.to_bytes().as_slice());
            self.save_bytes(&self.state, &directory_key(module), bytes.into())
                .await?;
        }
        if let Some(state) = &batch.state {
            self.save_row(STATE_KEY, state).await?;
        }
        Ok(CacheOutcome::Written(changed))
    }
}

impl CacheStore for IdbCache {
    async fn load_state(&self) -> Result<CacheState, StoreError> {
        self.with_tx(TransactionMode::ReadOnly, async |stores| {
            stores.load_row(STATE_KEY).await
        })
        .await
    }

    async fn load_record(&self, key: RecordKey) -> Result<Option<Versioned>, StoreError> {
        self.with_tx(TransactionMode::ReadOnly, async |stores| {
            let directory = stores.load_directory(key.module).await?;
            let Some(number) = directory.page_of(key.id) else {
                return Ok(None);
            };
            let module = key.module;
            let records = stores.load_page(PageId { module, number }).await?;
            Ok(records
                .into_iter()
                .find(|versioned| versioned.record.key() == Some(key)))
        })
        .await
    }

    async fn load_module(&self, module: Module) -> Result<Vec<Versioned>, StoreError> {
        let pages = self
            .with_tx(TransactionMode::ReadOnly, async |stores| {
                stores.load_pages(module).await
            })
            .await?;
        let mut records = Vec::new();
        for page in &pages {
            records.extend(page_from_js(page)?);
        }
        Ok(records)
    }

    async fn apply(&self, batch: &CacheBatch) -> Result<CacheOutcome, StoreError> {
        self.with_tx(TransactionMode::ReadWrite, async |stores| {
            stores.apply(batch).await
        })
        .await
    }

    async fn reset(&self, state: &CacheState) -> Result<(), StoreError> {
        self.with_tx(TransactionMode::ReadWrite, async |stores| {
            stores.pages.clear().await.map_err(wrap)?;
            stores.state.clear().await.map_err(wrap)?;
            stores.save_row(STATE_KEY, state).await
        })
        .await
    }
}
