//! The origin's storage: how full it is, and whether the browser may evict it.

use crate::global;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

/// Bytes used and allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Bytes used.
    pub used: u64,
    /// Bytes allowed.
    pub quota: u64,
}

fn manager() -> Option<StorageManager> {
    global::find(&["navigator", "storage"]).map(JsCast::unchecked_into)
}

/// Asks the browser never to evict; whether it agreed. Pages only.
pub async fn persist() -> bool {
    let Some(promise) = manager().and_then(|manager| manager.persist().ok()) else {
        return false;
    };
    JsFuture::from(promise)
        .await
        .is_ok_and(|value| value == true)
}

/// Whether the browser has agreed never to evict.
pub async fn is_persisted() -> bool {
    let Some(promise) = manager().and_then(|manager| manager.persisted().ok()) else {
        return false;
    };
    JsFuture::from(promise)
        .await
        .is_ok_and(|value| value == true)
}

/// How full the storage is; none if the browser does not tell.
pub async fn estimate() -> Option<Usage> {
    let value = JsFuture::from(manager()?.estimate().ok()?).await.ok()?;
    let estimate: StorageEstimate = value.unchecked_into();
    Some(Usage {
        used: estimate.get_usage()? as u64,
        quota: estimate.get_quota()? as u64,
    })
}
