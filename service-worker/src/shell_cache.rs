//! The shell in the Cache API: filled at install, from files whose hashes the build wrote down.
//!
//! Owns install, activation and answers from the cache. A file whose bytes are not those of this
//! build fails the install: versions are never mixed.

use crate::manifest::{BuildManifest, ShellFile, plan_cleanup};
use crate::scope::scope;
use afield_platform::shell::{fetch_as_asked, fetch_verified};
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, Request};

const APP: &str = "/";

fn manifest() -> Result<BuildManifest, JsValue> {
    let value = Reflect::get(&js_sys::global(), &"AFIELD_BUILD".into())?;
    let json = js_sys::JSON::stringify(&value)?;
    serde_json::from_str(&String::from(json)).map_err(|error| JsValue::from(error.to_string()))
}

async fn open(name: &str) -> Result<Cache, JsValue> {
    let cache = JsFuture::from(scope().caches()?.open(name)).await?;
    cache.dyn_into()
}

/// Fetches every file of the shell and checks its hash.
pub(crate) async fn install() -> Result<(), JsValue> {
    let manifest = manifest()?;
    let cache = open(&manifest.cache_name()).await?;
    // All at once: on a slow network the round trips cost more than the bytes.
    let fetched: Array = manifest
        .files
        .iter()
        .map(|file| wasm_bindgen_futures::future_to_promise(add(cache.clone(), file.clone())))
        .collect();
    JsFuture::from(Promise::all(&fetched)).await?;
    Ok(())
}

async fn add(cache: Cache, file: ShellFile) -> Result<JsValue, JsValue> {
    let response = fetch_verified(&file.url, &file.integrity).await?;
    JsFuture::from(cache.put_with_str(&file.url, &response)).await
}

/// Removes the shells of other builds. On the very first visit the page is taken over, so that it
/// works offline without a reload.
pub(crate) async fn activate() -> Result<(), JsValue> {
    let keep = manifest()?.cache_name();
    let caches = scope().caches()?;
    let names: Array = JsFuture::from(caches.keys()).await?.unchecked_into();
    let names: Vec<String> = names.iter().filter_map(|name| name.as_string()).collect();
    for name in plan_cleanup(&names, &keep) {
        JsFuture::from(caches.delete(&name)).await?;
    }
    JsFuture::from(scope().clients().claim()).await?;
    Ok(())
}

async fn find(url: &str) -> Result<Option<JsValue>, JsValue> {
    let cache = open(&manifest()?.cache_name()).await?;
    let found = JsFuture::from(cache.match_with_str(url)).await?;
    Ok((!found.is_undefined()).then_some(found))
}

/// The app's page; from the network only if the cache was evicted.
pub(crate) async fn shell(request: Request) -> Result<JsValue, JsValue> {
    match find(APP).await {
        Ok(Some(response)) => Ok(response),
        Ok(None) | Err(_) => fetch_as_asked(&request).await,
    }
}

/// A file of the shell, or whatever the network has.
pub(crate) async fn cache_first(request: Request) -> Result<JsValue, JsValue> {
    match find(&request.url()).await {
        Ok(Some(response)) => Ok(response),
        Ok(None) | Err(_) => fetch_as_asked(&request).await,
    }
}
