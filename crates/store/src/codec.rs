//! Between stored values and Rust types.
//!
//! Owns the two encodings: rows (meta, entries, state) as plain objects, which people can read in
//! the browser's tools; pages as bytes, which are the unit of storage and later of encryption.

use afield_domain::Versioned;
use afield_sync::StoreError;
use js_sys::Uint8Array;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

/// A row as a plain object.
pub(crate) fn row_to_js<T: Serialize>(row: &T) -> Result<JsValue, StoreError> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    row.serialize(&serializer).map_err(corrupt)
}

/// The row of a stored value.
pub(crate) fn row_from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, StoreError> {
    serde_wasm_bindgen::from_value(value).map_err(corrupt)
}

/// A page's bytes: its records as JSON.
pub(crate) fn page_to_js(records: &[Versioned]) -> Result<JsValue, StoreError> {
    let bytes = serde_json::to_vec(records).map_err(corrupt)?;
    Ok(Uint8Array::from(bytes.as_slice()).into())
}

/// The records of a page's bytes.
pub(crate) fn page_from_js(value: &JsValue) -> Result<Vec<Versioned>, StoreError> {
    let bytes = value
        .dyn_ref::<Uint8Array>()
        .ok_or_else(|| corrupt("a page is not bytes"))?;
    serde_json::from_slice(&bytes.to_vec()).map_err(corrupt)
}
