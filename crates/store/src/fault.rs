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
        None => {
            let error = value.dyn_ref::<js_sys::Error>();
            let text = error.map(|error| String::from(error.message()));
            from_text(&text.or_else(|| value.as_string()).unwrap_or_default())
        }
    }
}

/// The meaning of a DOMException.
pub(crate) fn from_exception(exception: &web_sys::DomException) -> StoreError {
    from_text(&format!("{}: {}", exception.name(), exception.message()))
}

/// The meaning of an error of the idb library. Each kind by name: its debug form would bring that of every type in it.
pub(crate) fn from_idb(error: &idb::Error) -> StoreError {
    use idb::Error as E;
    match error {
        E::DomException(exception) => from_exception(exception),
        // Whatever else it may say, the transaction is no more.
        E::TransactionAbortError(value) => match from_js(value) {
            StoreError::Failed(_) => StoreError::Closed,
            known => known,
        },
        E::AddFailed(value)
        | E::ClearFailed(value)
        | E::CountFailed(value)
        | E::CursorAdvanceFailed(value)
        | E::CursorContinueFailed(value)
        | E::CursorKeyNotFound(value)
        | E::CursorPrimaryKeyNotFound(value)
        | E::CursorValueNotFound(value)
        | E::DeleteFailed(value)
        | E::GetAllFailed(value)
        | E::GetAllKeysFailed(value)
        | E::GetFailed(value)
        | E::GetKeyFailed(value)
        | E::IndexCreateFailed(value)
        | E::IndexDeleteFailed(value)
        | E::IndexedDbDeleteFailed(value)
        | E::IndexedDbNotFound(value)
        | E::IndexedDbOpenFailed(value)
        | E::IndexNotFound(value)
        | E::KeyPathNotFound(value)
        | E::KeyRangeBoundNotFound(value)
        | E::KeyRangeCreateFailed(value)
        | E::KeyRangeIncludesFailed(value)
        | E::ObjectStoreCreateFailed(value)
        | E::ObjectStoreDeleteFailed(value)
        | E::ObjectStoreNotFound(value)
        | E::OpenCursorFailed(value)
        | E::OpenKeyCursorFailed(value)
        | E::RequestErrorNotFound(value)
        | E::RequestResultNotFound(value)
        | E::TransactionCommitError(value)
        | E::TransactionModeNotFound(value)
        | E::TransactionOpenFailed(value)
        | E::UnexpectedJsType(_, value)
        | E::UpdateFailed(value) => from_js(value),
        // What the library says of itself.
        _ => StoreError::Failed("IndexedDB answered otherwise than it should".to_owned()),
    }
}

/// The meaning of an error of rexie, which hides idb's.
pub(crate) fn from_rexie(error: &rexie::Error) -> StoreError {
    match error {
        rexie::Error::IdbError(error) => from_idb(error),
        other => StoreError::Failed(other.to_string()),
    }
}
