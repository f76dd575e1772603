//! Between stored values and Rust types.
//!
//! Owns the two encodings: rows (meta, entries, state) as plain objects, which people can read in
//! the browser's tools; pages as bytes, which are the unit of storage and later of encryption.
//! Both go through JSON text, rows by way of the browser's own `JSON`: a second format in Rust would
//! be compiled once more for every stored type, and be downloaded.

use afield_domain::Versioned;
use afield_domain::wire::{FromTree, Tree};
use afield_sync::StoreError;
use js_sys::{JSON, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

/// Always by way of a [`Tree`]: a list read by serde itself brings all of its error texts with it.
fn read<'de, T: FromTree<'de>>(json: &'de str) -> Result<T, StoreError> {
    let tree: Tree<'de> = serde_json::from_str(json).map_err(corrupt)?;
    T::from_tree(tree).map_err(corrupt)
}

/// A row as a plain object.
pub(crate) fn row_to_js<T: Serialize>(row: &T) -> Result<JsValue, StoreError> {
    let json = serde_json::to_string(row).map_err(corrupt)?;
    JSON::parse(&json).map_err(|_| corrupt("a row is not JSON"))
}

/// The row of a stored value.
pub(crate) fn row_from_js<T: for<'de> FromTree<'de>>(value: JsValue) -> Result<T, StoreError> {
    // A value without a JSON form gives `undefined`, which no `JsString` should be made of.
    let json = JSON::stringify(&value).map(JsValue::from);
    let json = json.ok().and_then(|json| json.as_string());
    let json = json.ok_or_else(|| corrupt("a row is not an object"))?;
    read(&json)
}

/// A page's bytes: its records as JSON.
pub(crate) fn page_to_js(records: &[Versioned]) -> Result<JsValue, StoreError> {
    let bytes = serde_json::to_vec(records).map_err(corrupt)?;
    Ok(Uint8Array::from(bytes.as_slice()).into())
}

/// The records of a page's bytes that can be read, and whether those are all.
pub(crate) fn page_from_js(value: &JsValue) -> (Vec<Versioned>, bool) {
    let bytes = value.dyn_ref().map(Uint8Array::to_vec).unwrap_or_default();
    let json = std::str::from_utf8(&bytes).unwrap_or_default();
    let Ok(Tree::List(rows)) = serde_json::from_str(json) else {
        return (Vec::new(), false);
    };
    let count = rows.len();
    let records = rows.into_iter().map(Versioned::from_tree);
    let records: Vec<Versioned> = records.filter_map(Result::ok).collect();
    let whole = records.len() == count;
    (records, whole)
}
