//! The origin's storage: how full it is, and whether the browser may evict it.

use crate::global;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::StorageEstimate;

/// Bytes used and allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Bytes used.
    pub used: u64,
    /// Bytes allowed.
    pub quota: u64,
}

/// Missing in older browsers, and where the address is not a secure one.
fn manager() -> Option<JsValue> {
    global::find(&["navigator", "storage"])
}

/// Asks the browser never to evict; whether it agreed. None if it cannot be asked. Pages only.
pub async fn persist() -> Option<bool> {
    global::call_async(&manager()?, "persist", &[])
        .await?
        .as_bool()
}

/// Whether the browser has agreed never to evict; none if it does not tell.
pub async fn is_persisted() -> Option<bool> {
    global::call_async(&manager()?, "persisted", &[])
        .await?
        .as_bool()
}

/// How full the storage is; none if the browser does not tell.
pub async fn estimate() -> Option<Usage> {
    let estimate = global::call_async(&manager()?, "estimate", &[]).await?;
    let estimate: StorageEstimate = estimate.unchecked_into();
    Some(Usage {
        used: estimate.get_usage()? as u64,
        quota: estimate.get_quota()? as u64,
    })
}
