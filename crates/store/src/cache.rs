//! The cache database: pages through rexie; it may be dropped and primed again.
//!
//! Owns [`IdbCache`]. What cannot be read counts as missing and is fetched again. Every transaction goes through [`IdbCache::with_tx`], which always commits or
//! aborts: rexie commits a dropped transaction, and its `done` can wait for ever.

mod rows;

use crate::codec::page_from_js;
use crate::fault::from_rexie;
use crate::opening;
use crate::schema::{CACHE, CACHE_PAGES, CACHE_STATE, CACHE_STORES, CACHE_VERSION};
use afield_domain::{Module, RecordKey, Versioned};
use afield_sync::ports::{CacheBatch, CacheOutcome};
use afield_sync::{CacheState, CacheStore, StoreError};
use rexie::{ObjectStore, Rexie, Transaction, TransactionMode};
use rows::Rows;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The cache in IndexedDB. Clones share the connection.
#[derive(Clone)]
pub struct IdbCache {
    connection: Rc<Connection>,
}

/// Closed when it is dropped: rexie would leave it open, deaf to `versionchange`, and so block every
/// later version of the app until this tab or worker has ended.
struct Connection {
    name: String,
    handle: RefCell<Option<Rexie>>,
}

fn wrap(error: rexie::Error) -> StoreError {
    from_rexie(&error)
}

impl Connection {
    async fn open(&self) -> Result<(), StoreError> {
        // Rexie would wait for ever for an old tab that does not let go: after this it never has to
        // upgrade anything.
        opening::open(&self.name, CACHE_VERSION, &CACHE_STORES)
            .await?
            .close();
        let mut builder = Rexie::builder(&self.name).version(CACHE_VERSION);
        for store in CACHE_STORES {
            builder = builder.add_object_store(ObjectStore::new(store));
        }
        let late = |built: rexie::Result<Rexie>| drop(built.map(Rexie::close));
        let rexie = opening::in_time(builder.build(), late)
            .await?
            .map_err(wrap)?;
        // Two transactions may have lost the connection at once: one of the new ones is enough.
        if let Some(other) = self.handle.replace(Some(rexie)) {
            other.close();
        }
        Ok(())
    }

    fn close(&self) {
        if let Some(handle) = self.handle.take() {
            handle.close();
        }
    }

    fn begin(&self, mode: TransactionMode) -> Result<Transaction, StoreError> {
        let begun = match &*self.handle.borrow() {
            Some(handle) => handle.transaction(&CACHE_STORES, mode).map_err(drop),
            None => Err(()),
        };
        begun.map_err(|()| {
            self.close();
            StoreError::Closed
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

impl IdbCache {
    /// Opens the device's cache, making it if there is none.
    ///
    /// # Errors
    /// [`StoreError::Newer`] if a newer version of the app made it, [`StoreError::Blocked`] if an
    /// old tab holds it.
    pub async fn open() -> Result<Self, StoreError> {
        Self::open_named(CACHE).await
    }

    /// Opens a cache of another name, for tests.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_named(name: &str) -> Result<Self, StoreError> {
        let connection = Rc::new(Connection {
            name: name.to_owned(),
            handle: RefCell::default(),
        });
        connection.open().await?;
        Ok(Self { connection })
    }

    /// The one way into a transaction. A lost connection is opened anew, and `work` done once more.
    async fn with_tx<T>(
        &self,
        mode: TransactionMode,
        work: impl AsyncFn(&Rows) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut again = true;
        loop {
            let worked = match self.begin_tx(mode).await {
                Ok((transaction, rows)) => {
                    let worked = work(&rows).await;
                    // What came to its end may be committed, whatever is heard of it.
                    end_tx(transaction, worked.is_ok()).await?;
                    worked
                }
                Err(error) => Err(error),
            };
            let lost = worked.as_ref().err() == Some(&StoreError::Closed);
            if !(lost && again) {
                return worked;
            }
            self.connection.close();
            again = false;
        }
    }

    async fn begin_tx(&self, mode: TransactionMode) -> Result<(Transaction, Rows), StoreError> {
        let transaction = match self.connection.begin(mode) {
            Ok(transaction) => transaction,
            Err(_) => {
                self.connection.open().await?;
                self.connection.begin(mode)?
            }
        };
        let rows = Rows {
            state: transaction.store(CACHE_STATE).map_err(wrap)?,
            pages: transaction.store(CACHE_PAGES).map_err(wrap)?,
            damaged: Cell::new(false),
        };
        Ok((transaction, rows))
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

impl CacheStore for IdbCache {
    async fn load_state(&self) -> Result<CacheState, StoreError> {
        let loaded = self
            .with_tx(TransactionMode::ReadOnly, async |rows| {
                rows.load_state().await
            })
            .await;
        Ok(loaded?.0)
    }

    async fn load_record(&self, key: RecordKey) -> Result<Option<Versioned>, StoreError> {
        self.with_tx(TransactionMode::ReadOnly, async |rows| {
            rows.load_record(rows.shown().await?, key).await
        })
        .await
    }

    async fn load_module(&self, module: Module) -> Result<Vec<Versioned>, StoreError> {
        let pages = self
            .with_tx(TransactionMode::ReadOnly, async |rows| {
                rows.load_pages(rows.shown().await?, module).await
            })
            .await?;
        let mut records = Vec::new();
        let mut damaged = false;
        for page in &pages {
            let (readable, whole) = page_from_js(page);
            records.extend(readable);
            damaged |= !whole;
        }
        if damaged {
            self.with_tx(TransactionMode::ReadWrite, async |rows| {
                rows.damaged.set(true);
                rows.note_damage().await
            })
            .await?;
        }
        Ok(records)
    }

    async fn apply(&self, batch: &CacheBatch) -> Result<CacheOutcome, StoreError> {
        self.with_tx(TransactionMode::ReadWrite, async |rows| {
            rows.apply(batch).await
        })
        .await
    }

    async fn restage(&self, state: &CacheState) -> Result<(), StoreError> {
        self.with_tx(TransactionMode::ReadWrite, async |rows| {
            rows.restage(state).await
        })
        .await
    }

    async fn reset(&self, state: &CacheState) -> Result<(), StoreError> {
        self.with_tx(TransactionMode::ReadWrite, async |rows| {
            rows.reset(state).await
        })
        .await
    }
}
