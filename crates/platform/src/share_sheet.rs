//! Gives a text to another app through the system's own sheet, where the browser can (`navigator.share`).
//!
//! Must be called from a tap: browsers refuse it otherwise. What a person does with the sheet is theirs alone.

use crate::global::{call, find};
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Whether this browser has such a sheet.
#[must_use]
pub fn can_share() -> bool {
    find(&["navigator", "share"]).is_some()
}

/// Opens the sheet for `text` under `title`. Whether it was sent anywhere is not told.
pub fn share(title: &str, text: &str) {
    let data = Object::new();
    for (name, value) in [("title", title), ("text", text)] {
        let _ = Reflect::set(&data, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let opened =
        find(&["navigator"]).and_then(|navigator| call(&navigator, "share", &[data.into()]));
    // Closed again without a choice: nothing to be said.
    if let Some(promise) = opened.and_then(|opened| opened.dyn_into::<js_sys::Promise>().ok()) {
        wasm_bindgen_futures::spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
        });
    }
}
