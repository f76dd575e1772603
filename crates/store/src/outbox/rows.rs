//! Rows of a store with their keys, asked for before anybody waits for them.
//!
//! Owns that what does not depend on another answer is asked for with it: each answer is a way to the browser's
//! process and back. Must never look into a row.

use super::settle::Settling;
use crate::fault::from_idb;
use afield_sync::StoreError;
use idb::{Index, KeyRange, ObjectStore, Query};
use js_sys::Array;
use wasm_bindgen::JsValue;

/// Rows that are on their way.
pub(super) struct Rows {
    keys: Settling,
    rows: Settling,
}

impl Rows {
    /// Rows of a store in the order of their keys: of these keys or all, up to so many.
    pub(super) fn ask(
        store: &ObjectStore,
        keys: Option<KeyRange>,
        count: Option<u32>,
    ) -> Result<Self, StoreError> {
        let range = || keys.clone().map(Query::KeyRange);
        let keys = store.get_all_keys(range(), count);
        let keys = keys.map_err(|error| from_idb(&error))?;
        let keys = Settling::watch(keys.into());
        let rows = store.get_all(range(), count);
        let rows = rows.map_err(|error| from_idb(&error))?;
        let rows = Settling::watch(rows.into());
        Ok(Self { keys, rows })
    }

    /// The rows that an index has under `key`.
    pub(super) fn ask_marked(index: &Index, key: &str) -> Result<Self, StoreError> {
        let key = || Some(Query::Key(JsValue::from_str(key)));
        let keys = index.get_all_keys(key(), None);
        let keys = keys.map_err(|error| from_idb(&error))?;
        let keys = Settling::watch(keys.into());
        let rows = index.get_all(key(), None);
        let rows = rows.map_err(|error| from_idb(&error))?;
        let rows = Settling::watch(rows.into());
        Ok(Self { keys, rows })
    }

    /// Waits for them: each with its key.
    pub(super) async fn load(self) -> Result<Vec<(JsValue, JsValue)>, StoreError> {
        let keys = Array::from(&self.keys.value().await?);
        let rows = Array::from(&self.rows.value().await?);
        Ok(keys.iter().zip(rows.iter()).collect())
    }
}
