//! The outbox database: strict-durable, never dropped.
//!
//! Owns [`IdbOutbox`]. Every transaction goes through [`IdbOutbox::with_tx`]: read, call the pure
//! plan, issue all writes in one turn, commit, and wait for `complete`. If anything fails, nothing
//! is written. Nothing but IndexedDB is awaited inside.

mod connection;

use crate::codec::{row_from_js, row_to_js};
use crate::fault::{from_exception, from_idb, from_js};
use crate::schema::{OUTBOX, OUTBOX_ENTRIES, OUTBOX_META};
use afield_protocol::Seq;
use afield_sync::{
    OutboxEntry, OutboxMeta, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read, StoreError,
    SyncError,
};
use connection::Connection;
use idb::{ObjectStore, Query, Transaction};
use std::future::IntoFuture;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::IdbTransaction;

const META_KEY: &str = "meta";

/// The outbox in IndexedDB. Clones share the connection.
#[derive(Debug, Clone)]
pub struct IdbOutbox {
    connection: Rc<Connection>,
}

struct Stores {
    meta: ObjectStore,
    entries: ObjectStore,
}

impl IdbOutbox {
    /// Opens the device's outbox, making it if there is none.
    ///
    /// # Errors
    /// [`StoreError::Newer`] if a newer version of the app made it, [`StoreError::Blocked`] if an
    /// old tab holds it.
    pub async fn open() -> Result<Self, StoreError> {
        Self::open_named(OUTBOX).await
    }

    /// Opens an outbox of another name, for tests.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_named(name: &str) -> Result<Self, StoreError> {
        let connection = Rc::new(Connection::new(name));
        connection.open().await?;
        Ok(Self { connection })
    }

    /// The one way into a transaction. A lost connection is opened again once.
    async fn with_tx<T, F>(&self, mode: Mode, read: &Read, plan: F) -> Result<T, SyncError>
    where
        F: Fn(&OutboxView) -> Result<OutboxPlan<T>, SyncError>,
    {
        let raw = match self.connection.begin(mode) {
            Ok(raw) => raw,
            Err(StoreError::Closed) => {
                self.connection.open().await?;
                self.connection.begin(mode)?
            }
            Err(error) => return Err(error.into()),
        };
        let transaction = Transaction::from(raw.clone());
        let stores = Stores {
            meta: open_store(&transaction, OUTBOX_META)?,
            entries: open_store(&transaction, OUTBOX_ENTRIES)?,
        };
        // The handlers must stand before anything can end the transaction.
        let ended = transaction.into_future();
        let planned = match load_view(&stores, read).await {
            Ok(view) => plan(&view),
            Err(error) => Err(error.into()),
        };
        let issued = planned.and_then(|OutboxPlan { writes, value }| {
            issue_writes(&stores, writes)?;
            commit(&raw)?;
            Ok(value)
        });
        let value = match issued {
            Ok(value) => value,
            Err(error) => {
                // Without this the transaction would commit what was issued so far. It may have
                // ended by itself already; then there is nothing to take back.
                let _ = raw.abort();
                return Err(error);
            }
        };
        match ended.await {
            Ok(result) if result.is_committed() => Ok(value),
            Ok(_) => Err(abort_reason(&raw).into()),
            Err(error) => Err(from_idb(&error).into()),
        }
    }
}

/// Whether a transaction writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Read,
    StrictWrite,
}

fn open_store(transaction: &Transaction, name: &str) -> Result<ObjectStore, StoreError> {
    transaction
        .object_store(name)
        .map_err(|error| from_idb(&error))
}

/// Ends the transaction now instead of at the end of the turn.
fn commit(raw: &IdbTransaction) -> Result<(), StoreError> {
    // Removed from IndexedDB 2.0 and back in 3.0; web-sys still marks it as deprecated.
    #[allow(deprecated)]
    let committed = raw.commit();
    committed.map_err(|error| from_js(&error))
}

fn abort_reason(raw: &IdbTransaction) -> StoreError {
    raw.error()
        .map_or(StoreError::Closed, |exception| from_exception(&exception))
}

fn seq_key(seq: Seq) -> JsValue {
    JsValue::from_f64(seq.0 as f64)
}

async fn load_view(stores: &Stores, read: &Read) -> Result<OutboxView, StoreError> {
    let wrap = |error: idb::Error| from_idb(&error);
    let key = Query::Key(JsValue::from_str(META_KEY));
    let meta = stores.meta.get(key).map_err(wrap)?.await.map_err(wrap)?;
    let meta: OutboxMeta = meta.map(row_from_js).transpose()?.unwrap_or_default();
    let rows = match read {
        Read::Meta => Vec::new(),
        Read::Entries(seqs) => {
            let mut rows = Vec::with_capacity(seqs.len());
            for seq in seqs {
                let query = Query::Key(seq_key(*seq));
                rows.extend(
                    stores
                        .entries
                        .get(query)
                        .map_err(wrap)?
                        .await
                        .map_err(wrap)?,
                );
            }
            rows
        }
        Read::All => stores
            .entries
            .get_all(None, None)
            .map_err(wrap)?
            .await
            .map_err(wrap)?,
    };
    let mut entries = rows
        .into_iter()
        .map(row_from_js)
        .collect::<Result<Vec<OutboxEntry>, _>>()?;
    entries.sort_by_key(OutboxEntry::seq);
    entries.dedup_by_key(|entry| entry.seq());
    Ok(OutboxView { meta, entries })
}

/// Issues every write without waiting in between, so that no crash can come between them.
fn issue_writes(stores: &Stores, writes: Vec<OutboxWrite>) -> Result<(), StoreError> {
    for write in writes {
        match write {
            OutboxWrite::Meta(meta) => {
                put(
                    &stores.meta,
                    &row_to_js(&meta)?,
                    JsValue::from_str(META_KEY),
                )?;
            }
            OutboxWrite::Put(entry) => {
                put(&stores.entries, &row_to_js(&entry)?, seq_key(entry.seq()))?;
            }
            OutboxWrite::Remove(seq) => {
                stores
                    .entries
                    .delete(Query::Key(seq_key(seq)))
                    .map_err(|error| from_idb(&error))?;
            }
        }
    }
    Ok(())
}

fn put(store: &ObjectStore, value: &JsValue, key: JsValue) -> Result<(), StoreError> {
    store
        .put(value, Some(&key))
        .map(drop)
        .map_err(|error| from_idb(&error))
}

impl OutboxStore for IdbOutbox {
    async fn load(&self, read: Read) -> Result<OutboxView, StoreError> {
        let loaded = self
            .with_tx(Mode::Read, &read, |view| {
                Ok(OutboxPlan::nothing(view.clone()))
            })
            .await;
        loaded.map_err(|error| match error {
            SyncError::Store(error) => error,
            other => StoreError::Failed(other.to_string()),
        })
    }

    async fn transact<T, F>(&self, read: Read, plan: F) -> Result<T, SyncError>
    where
        F: Fn(&OutboxView) -> Result<OutboxPlan<T>, SyncError>,
    {
        self.with_tx(Mode::StrictWrite, &read, plan).await
    }
}
