//! What IndexedDB's exceptions mean.
//!
//! Owns the mapping from a DOMException's name to a [`StoreError`].

use afield_sync::StoreError;
use wasm_bindgen::{JsCast, JsValue};

/// What public/away.mjs says when it refuses.
const AWAY: &str = "the page is away";

/// What browsers say of a connection that is no more, as that of a phone that slept.
const LOST: [&str; 4] = [
    "InvalidStateError",
    "TransactionInactiveError",
    "AbortError",
    "UnknownError",
];

/// The meaning of an error whose text or name is `text`.
pub(crate) fn from_text(text: &str) -> StoreError {
    let has = |name: &str| text.contains(name);
    if has("QuotaExceededError") {
        StoreError::Quota
    } else if has("VersionError") {
        StoreError::Newer
    } else if has(AWAY) {
        StoreError::Away
    } else if LOST.iter().any(|name| has(name)) {
        StoreError::Closed
    } else {
        StoreError::Failed(text.to_owned())
    }
}

/// The meaning of a thrown value.
pub(crate) fn from_js(value: &JsValue) -> StoreError {
    match value.dyn_ref::<web_sys::DomException>() {
        Some(exception) => from_exception(exception),
        None => from_text(&format!("{value:?}")),
    }
}

/// The meaning of a DOMException.
pub(crate) fn from_exception(exception: &web_sys::DomException) -> StoreError {
    from_text(&format!("{}: {}", exception.name(), exception.message()))
}

/// The meaning of an error of the idb library, whose exception is only in its debug form.
pub(crate) fn from_idb(error: &idb::Error) -> StoreError {
    match error {
        idb::Error::DomException(exception) => from_exception(exception),
        other => from_text(&format!("{other:?}")),
    }
}

/// The meaning of an error of rexie, which hides idb's.
pub(crate) fn from_rexie(error: &rexie::Error) -> StoreError {
    match error {
        rexie::Error::IdbError(error) => from_idb(error),
        other => StoreError::Failed(other.to_string()),
    }
}
