//! The outbox database: strict-durable, never dropped.
//!
//! Owns [`IdbOutbox`]. Every transaction goes through [`IdbOutbox::with_tx`]: read, call the pure
//! plan, issue all writes in one turn, commit, and wait for `complete`. If anything fails, nothing
//! is written. Nothing but IndexedDB is awaited inside.

pub(crate) mod connection;
mod files;
mod reading;
pub(crate) mod settle;

use crate::codec::row_to_js;
use crate::fault::from_idb;
use crate::file_keys::row_key;
use crate::schema::{
    OUTBOX, OUTBOX_CHUNKS, OUTBOX_ENTRIES, OUTBOX_KEPT, OUTBOX_LOG, OUTBOX_META, OUTBOX_STORES,
    OUTBOX_VERSION,
};
use afield_protocol::Seq;
use afield_sync::{OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read, StoreError, SyncError};
use connection::{Connection, Reach};
use idb::{ObjectStore, Query, Transaction};
use reading::marked;
use settle::{Running, settle};
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::IdbTransaction;

const META_KEY: &str = "meta";

/// The outbox in IndexedDB. Clones share the connection.
#[derive(Debug, Clone)]
pub struct IdbOutbox {
    connection: Rc<Connection>,
}

/// What to write, given what was read.
type Plan<'a> = &'a dyn Fn(&OutboxView) -> Result<Vec<OutboxWrite>, SyncError>;

struct Stores {
    meta: ObjectStore,
    entries: ObjectStore,
    kept: ObjectStore,
    log: ObjectStore,
    /// Only where something is written: reading entries must not wait for a photo.
    files: Option<ObjectStore>,
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
        let connection = Rc::new(Connection::new(name, OUTBOX_VERSION, &OUTBOX_STORES));
        connection.open().await?;
        let outbox = Self { connection };
        outbox.mark_older_rows().await?;
        Ok(outbox)
    }

    /// The one way into a transaction. A lost connection is opened anew, and the transaction done once more.
    async fn with_tx<T, F>(&self, mode: Mode, read: &Read, plan: F) -> Result<T, SyncError>
    where
        F: Fn(&OutboxView) -> Result<OutboxPlan<T>, SyncError>,
    {
        let planned = Cell::new(None);
        self.run_tx(mode, read, &|view| {
            let OutboxPlan { writes, value } = plan(view)?;
            planned.set(Some(value));
            Ok(writes)
        })
        .await?;
        let value = planned.into_inner();
        Ok(value.ok_or_else(|| StoreError::Failed("nothing was planned".to_owned()))?)
    }

    async fn begin(&self, reach: Reach, mode: Mode) -> Result<IdbTransaction, StoreError> {
        self.connection.begin(reach.stores(mode), mode).await
    }

    /// The part of a transaction that no plan's type changes: boxed, so that its code exists once.
    fn run_tx<'a>(
        &'a self,
        mode: Mode,
        read: &'a Read,
        plan: Plan<'a>,
    ) -> Pin<Box<dyn Future<Output = Result<(), SyncError>> + 'a>> {
        Box::pin(async move {
            let mut again = true;
            loop {
                match self.try_tx(mode, read, plan).await {
                    Err(SyncError::Store(ref error)) if again && self.connection.is_lost(error) => {
                        again = false;
                    }
                    ended => return ended,
                }
            }
        })
    }

    async fn try_tx(&self, mode: Mode, read: &Read, plan: Plan<'_>) -> Result<(), SyncError> {
        let raw = self.begin(Reach::Entries, mode).await?;
        let transaction = Transaction::from(raw.clone());
        // From here on `?`, and a future dropped half-way, take the transaction back.
        let running = Running::watch(raw);
        let stores = Stores {
            meta: open_store(&transaction, OUTBOX_META)?,
            entries: open_store(&transaction, OUTBOX_ENTRIES)?,
            kept: open_store(&transaction, OUTBOX_KEPT)?,
            log: open_store(&transaction, OUTBOX_LOG)?,
            files: match mode {
                Mode::Read => None,
                Mode::StrictWrite => Some(open_store(&transaction, OUTBOX_CHUNKS)?),
            },
        };
        let view = reading::load_view(&stores, read).await?;
        let writes = plan(&view)?;
        files::check_whole(&stores, &writes).await?;
        issue_writes(&stores, writes)?;
        running.commit().await?;
        Ok(())
    }
}

/// Whether a transaction writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    StrictWrite,
}

fn open_store(transaction: &Transaction, name: &str) -> Result<ObjectStore, StoreError> {
    transaction
        .object_store(name)
        .map_err(|error| from_idb(&error))
}

fn seq_key(seq: Seq) -> JsValue {
    JsValue::from_f64(seq.0 as f64)
}

async fn get(store: &ObjectStore, key: JsValue) -> Result<Option<JsValue>, StoreError> {
    let request = store
        .get(Query::Key(key))
        .map_err(|error| from_idb(&error))?;
    let row = settle(request.into()).await?;
    Ok((!row.is_undefined()).then_some(row))
}

/// Issues every write without waiting in between, so that no crash can come between them.
fn issue_writes(stores: &Stores, writes: Vec<OutboxWrite>) -> Result<(), StoreError> {
    for write in writes {
        match write {
            OutboxWrite::Meta(meta) => {
                let key = JsValue::from_str(META_KEY);
                put(&stores.meta, &row_to_js(&meta)?, key)?;
            }
            OutboxWrite::Put(entry) => {
                put(&stores.entries, &marked(&entry)?, seq_key(entry.seq()))?;
            }
            OutboxWrite::Keep(kept) => {
                let key = seq_key(kept.mutation.seq);
                put(&stores.kept, &row_to_js(&kept)?, key)?;
            }
            OutboxWrite::Remove(seq) => delete(&stores.entries, seq)?,
            OutboxWrite::Forget(seq) => delete(&stores.kept, seq)?,
            OutboxWrite::Log(line) => put(&stores.log, &row_to_js(&line)?, seq_key(line.seq()))?,
            OutboxWrite::Unlog(seq) => delete(&stores.log, seq)?,
            OutboxWrite::File(file) => {
                let files = stores.files.as_ref().ok_or(StoreError::Closed)?;
                let key = JsValue::from_str(&row_key(file.id));
                put(files, &row_to_js(&file)?, key)?;
            }
            OutboxWrite::DropFile(id) => {
                let files = stores.files.as_ref().ok_or(StoreError::Closed)?;
                files::drop_file(files, id)?;
            }
        }
    }
    Ok(())
}

fn delete(store: &ObjectStore, seq: Seq) -> Result<(), StoreError> {
    store
        .delete(Query::Key(seq_key(seq)))
        .map(drop)
        .map_err(|error| from_idb(&error))
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
