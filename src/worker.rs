//! What the service worker asks of this module, which is the same as the page's: see service-worker/src/worker.js.
//!
//! Owns the ways in; what they do is in other pieces. Must never draw.

use crate::chunk::{NotLoaded, Work, chunk};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Request;

chunk!(engine: fn on_message(json: String) -> Work<Result<Option<String>, JsValue>> {
    Box::pin(async move { afield_worker::messages::answer(&json).await })
});

chunk!(engine: fn on_sync(is_notified: bool) -> Work<Result<(), JsValue>> {
    if is_notified {
        Box::pin(afield_worker::notified::pass())
    } else {
        Box::pin(afield_worker::replay_job::background_sync())
    }
});

chunk!(engine: fn on_share(request: Request) -> Work<u32> {
    Box::pin(afield_worker::share::take(request))
});

// Times are written as on the page of the day: what writes them stands there.
chunk!(day: fn on_words(job: String, language: String) -> Work<Result<Option<String>, JsValue>> {
    Box::pin(async move { afield_worker::notified::words(&job, &language).await })
});

chunk!(seldom: fn on_subscribe(before: String) -> Work<Result<(), JsValue>> {
    Box::pin(async move { afield_worker::notified::subscribe_anew(&before).await })
});

fn missing(_: NotLoaded) -> JsValue {
    JsValue::from_str("a piece of the app is not here")
}

/// A message of a page; gives back the answer, if there is one.
///
/// # Errors
/// The engine did not come.
#[wasm_bindgen]
pub async fn worker_message(json: String) -> Result<Option<String>, JsValue> {
    on_message(json).await.map_err(missing)?.await
}

/// The browser's Background Sync, once or periodic; or a notification, of which the browser does not try again.
///
/// # Errors
/// Not everything was sent: the browser tries again.
#[wasm_bindgen]
pub async fn worker_sync(is_notified: bool) -> Result<(), JsValue> {
    on_sync(is_notified).await.map_err(missing)?.await
}

/// Files and texts of another app; gives back how many were kept.
///
/// # Errors
/// The engine did not come.
#[wasm_bindgen]
pub async fn worker_share(request: Request) -> Result<u32, JsValue> {
    Ok(on_share(request).await.map_err(missing)?.await)
}

/// What this phone can say of a job, by its id and the tag of a language.
///
/// # Errors
/// The piece that knows did not come, or what is here cannot be read.
#[wasm_bindgen]
pub async fn worker_words(job: String, language: String) -> Result<Option<String>, JsValue> {
    on_words(job, language).await.map_err(missing)?.await
}

/// The browser has taken away the address `before`, by which it was told: it asks for another and tells the server.
///
/// # Errors
/// The server was not told.
#[wasm_bindgen]
pub async fn worker_subscribe(before: String) -> Result<(), JsValue> {
    on_subscribe(before).await.map_err(missing)?.await
}
