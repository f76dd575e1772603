//! Fetching on behalf of the service worker's shell cache.
//!
//! Owns the two ways the shell reaches the network: verified, when a build is installed, and as the
//! page asked, when the cache has nothing.

use crate::global;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestCache, RequestInit, Response};

async fn fetch(request: &Request) -> Result<JsValue, JsValue> {
    let promise = global::call(&js_sys::global(), "fetch", &[request.into()])
        .ok_or("this context cannot fetch")?;
    JsFuture::from(promise.unchecked_into::<js_sys::Promise>()).await
}

/// Fetches `url`; fails unless its bytes have the hash `integrity` (`sha256-` and base64). What the
/// page has just loaded is not loaded twice; if the browser's own cache has other bytes, it is passed by.
///
/// # Errors
/// The browser's exception, or the HTTP status in words.
pub async fn fetch_verified(url: &str, integrity: &str) -> Result<Response, JsValue> {
    match fetch_whole(url, integrity, RequestCache::Default).await {
        Ok(response) => Ok(response),
        Err(_) => fetch_whole(url, integrity, RequestCache::Reload).await,
    }
}

async fn fetch_whole(url: &str, integrity: &str, cache: RequestCache) -> Result<Response, JsValue> {
    let init = RequestInit::new();
    init.set_cache(cache);
    init.set_integrity(integrity);
    let request = Request::new_with_str_and_init(url, &init)?;
    let response: Response = fetch(&request).await?.dyn_into()?;
    if !response.ok() {
        return Err(format!("{url}: HTTP {}", response.status()).into());
    }
    Ok(response)
}

/// Fetches what the page asked for, as it asked for it.
///
/// # Errors
/// The browser's exception.
pub async fn fetch_as_asked(request: &Request) -> Result<JsValue, JsValue> {
    fetch(request).await
}
