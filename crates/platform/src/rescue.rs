//! Files that leave this browser, and the rescue file on its way in.
//!
//! Owns the download, the call of `public/rescue.js`, and reading a file part by part. Must never hold more of a rescue
//! file than one part.

use crate::global;
use crate::picture::ObjectUrl;
use crate::scaling::hex;
use crate::timer;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Blob;

/// How long a browser may take to begin reading what it downloads, in milliseconds.
const DOWNLOAD_MS: u32 = 60_000;

/// Writes what is unsent of the user with this id into a file, which the browser downloads. None if it could not, and
/// whether the changes in it could be marked here: not where the storage is full.
pub async fn save_rescue_file(user: &str) -> Option<bool> {
    let (page, user) = (js_sys::global(), JsValue::from_str(user));
    // public/boot.mjs knows where the module is.
    let saved = global::call_async(&page, "rescue", &[user]).await;
    saved.map(|is_marked| is_marked.is_truthy())
}

/// Hands `bytes` to the browser as a download of this name.
pub fn download(name: &str, mime: &str, bytes: &[u8]) {
    let Some(url) = ObjectUrl::new(bytes, mime) else {
        return;
    };
    let document = global::window().and_then(|window| window.document());
    let link = document.and_then(|document| document.create_element("a").ok());
    if let Some(link) = link {
        let _ = link.set_attribute("href", url.href());
        let _ = link.set_attribute("download", name);
        global::call(link.unchecked_ref(), "click", &[]);
    }
    spawn_local(async move {
        timer::sleep_ms(DOWNLOAD_MS).await;
        drop(url);
    });
}

/// A time as spreadsheets and other programs read it: ISO 8601, in UTC. `ms` since 1970.
#[must_use]
pub fn iso_time(ms: i64) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(ms as f64));
    String::from(date.to_iso_string())
}

async fn buffer(file: &Blob, at: u64, bytes: u64) -> Option<JsValue> {
    let end = at.saturating_add(bytes);
    let part = file.slice_with_f64_and_f64(at as f64, end as f64).ok()?;
    JsFuture::from(part.array_buffer()).await.ok()
}

/// The whole of a file, held by this page: whatever becomes of it on the disk. None if it cannot be read.
pub async fn keep(file: &Blob) -> Option<Blob> {
    let parts = js_sys::Array::of1(&buffer(file, 0, file.size() as u64).await?);
    Blob::new_with_buffer_source_sequence(&parts).ok()
}

/// These bytes of a file: fewer where it ends, none if it cannot be read.
pub async fn read_part(file: &Blob, at: u64, bytes: u64) -> Option<Vec<u8>> {
    Some(Uint8Array::new(&buffer(file, at, bytes).await?).to_vec())
}

/// The SHA-256 of these bytes of a file, as 64 hexadecimal digits.
pub async fn hash_of_part(file: &Blob, at: u64, bytes: u64) -> Option<String> {
    let part = buffer(file, at, bytes).await?;
    let subtle = global::find(&["crypto", "subtle"])?;
    let digest = global::call_async(&subtle, "digest", &["SHA-256".into(), part]).await?;
    Some(hex(&Uint8Array::new(&digest).to_vec()))
}
