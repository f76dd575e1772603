//! What the service worker asks of this module, which is the same as the page's: see service-worker/src/worker.js.
//!
//! Owns the three ways in; what they do is the engine's piece. Must never draw.

use crate::chunk::{NotLoaded, Work, chunk};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Request;

chunk!(engine: fn on_message(json: String) -> Work<Result<Option<String>, JsValue>> {
    Box::pin(async move { afield_worker::messages::answer(&json).await })
});

chunk!(engine: fn on_sync() -> Work<Result<(), JsValue>> {
    Box::pin(afield_worker::replay_job::background_sync())
});

chunk!(engine: fn on_share(request: Request) -> Work<u32> {
    Box::pin(afield_worker::share::take(request))
});

fn missing(_: NotLoaded) -> JsValue {
    JsValue::from_str("the engine's piece of the app is not here")
}

/// A message of a page; gives back the answer, if there is one.
///
/// # Errors
/// The engine did not come.
#[wasm_bindgen]
pub async fn worker_message(json: String) -> Result<Option<String>, JsValue> {
    on_message(json).await.map_err(missing)?.await
}

/// The browser's Background Sync, once or periodic.
///
/// # Errors
/// Not everything was sent: the browser tries again.
#[wasm_bindgen]
pub async fn worker_sync() -> Result<(), JsValue> {
    on_sync().await.map_err(missing)?.await
}

/// Files and texts of another app; gives back how many were kept.
///
/// # Errors
/// The engine did not come.
#[wasm_bindgen]
pub async fn worker_share(request: Request) -> Result<u32, JsValue> {
    Ok(on_share(request).await.map_err(missing)?.await)
}
