//! The drafts database: what was typed and not yet saved, strict-durable, never dropped.
//!
//! Owns [`IdbDrafts`]: JSON text by key, in one store. Must never know what a draft is of, nor delete one
//! by itself: that is its user's to do.

use crate::fault::from_idb;
use crate::outbox::Mode;
use crate::outbox::connection::Connection;
use crate::outbox::settle::{Running, settle};
use crate::schema::{DRAFTS, DRAFTS_ROWS, DRAFTS_STORES, DRAFTS_VERSION};
use afield_sync::StoreError;
use idb::{ObjectStore, Query, Transaction};
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// The drafts in IndexedDB. Clones share the connection.
#[derive(Debug, Clone)]
pub struct IdbDrafts {
    connection: Rc<Connection>,
}

impl IdbDrafts {
    /// Opens the device's drafts, making the database if there is none.
    ///
    /// # Errors
    /// [`StoreError::Newer`] if a newer version of the app made it, [`StoreError::Blocked`] if an
    /// old tab holds it.
    pub async fn open() -> Result<Self, StoreError> {
        Self::open_named(DRAFTS).await
    }

    /// Opens drafts of another name, for tests.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_named(name: &str) -> Result<Self, StoreError> {
        let connection = Rc::new(Connection::new(name, DRAFTS_VERSION, &DRAFTS_STORES));
        connection.open().await?;
        Ok(Self { connection })
    }

    /// Every draft: its key and its text, in the order of the keys. A row of another shape is left alone.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn load(&self) -> Result<Vec<(String, String)>, StoreError> {
        match self.try_load().await {
            Err(error) if self.connection.is_lost(&error) => self.try_load().await,
            ended => ended,
        }
    }

    async fn try_load(&self) -> Result<Vec<(String, String)>, StoreError> {
        let raw = self.connection.begin(&DRAFTS_STORES, Mode::Read).await?;
        let store = rows(&Transaction::from(raw))?;
        let keys = store.get_all_keys(None, None);
        let keys = keys.map_err(|error| from_idb(&error))?;
        let values = store.get_all(None, None);
        let values = values.map_err(|error| from_idb(&error))?;
        // Both were asked for before the first is waited for: one transaction, one picture.
        let keys = Array::from(&settle(keys.into()).await?);
        let values = Array::from(&settle(values.into()).await?);
        let pairs = keys.iter().zip(values.iter());
        Ok(pairs
            .filter_map(|(key, value)| Some((key.as_string()?, value.as_string()?)))
            .collect())
    }

    /// Writes each text under its key, or removes what is there; all of it or nothing.
    ///
    /// # Errors
    /// Nothing was written.
    pub async fn save(&self, changes: &[(String, Option<String>)]) -> Result<(), StoreError> {
        match self.try_save(changes).await {
            Err(error) if self.connection.is_lost(&error) => self.try_save(changes).await,
            ended => ended,
        }
    }

    async fn try_save(&self, changes: &[(String, Option<String>)]) -> Result<(), StoreError> {
        let raw = self
            .connection
            .begin(&DRAFTS_STORES, Mode::StrictWrite)
            .await?;
        let transaction = Transaction::from(raw.clone());
        let running = Running::watch(raw);
        let store = rows(&transaction)?;
        for (key, text) in changes {
            let key = JsValue::from_str(key);
            let issued = match text {
                Some(text) => store.put(&JsValue::from_str(text), Some(&key)).map(drop),
                None => store.delete(Query::Key(key)).map(drop),
            };
            issued.map_err(|error| from_idb(&error))?;
        }
        running.commit().await
    }
}

fn rows(transaction: &Transaction) -> Result<ObjectStore, StoreError> {
    let store = transaction.object_store(DRAFTS_ROWS);
    store.map_err(|error| from_idb(&error))
}
