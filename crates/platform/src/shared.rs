//! Files that another app shares with this one, kept until they have a job.
//!
//! Owns the cache they wait in: the worker puts them there, for it answers while no page is open, and
//! the page takes them out. Must never drop a file that was not saved or refused by its user.

use crate::global;
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FilePropertyBag, Request, Response};

/// No shell's name begins like this, so that no update removes it.
const CACHE: &str = "afield-shared";
/// The field of the form, as the manifest names it.
const FIELD: &str = "files";
const NAME: &str = "x-afield-name";

/// A file that waits.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Where it is kept.
    pub key: String,
    /// The file.
    pub file: File,
}

async fn settle(value: Option<JsValue>) -> Result<JsValue, JsValue> {
    let promise: Promise = value.ok_or("not supported here")?.dyn_into()?;
    JsFuture::from(promise).await
}

async fn call(target: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    settle(global::call(target, name, arguments)).await
}

async fn cache() -> Result<JsValue, JsValue> {
    let caches = global::find(&["caches"]).ok_or("no caches here")?;
    call(&caches, "open", &[CACHE.into()]).await
}

/// Keeps the files of a form that another app has sent; gives how many.
///
/// # Errors
/// The browser's exception: then the other app still has the files.
pub async fn keep(request: &Request) -> Result<usize, JsValue> {
    let form = call(request, "formData", &[]).await?;
    let files = global::call(&form, "getAll", &[FIELD.into()]).ok_or("no form")?;
    let files: Vec<File> = Array::from(&files)
        .iter()
        .filter_map(|file| file.dyn_into().ok())
        .collect();
    let cache = cache().await?;
    for (place, file) in files.iter().enumerate() {
        let response = Response::new_with_opt_blob(Some(file))?;
        let headers = response.headers();
        headers.set(
            NAME,
            &String::from(js_sys::encode_uri_component(&file.name())),
        )?;
        headers.set("content-type", &file.type_())?;
        // The time and the place: two shares never meet under one key.
        let key = format!("/shared/{}-{place}", js_sys::Date::now() as u64);
        call(&cache, "put", &[key.into(), response.into()]).await?;
    }
    Ok(files.len())
}

/// The files that wait, the oldest first.
///
/// # Errors
/// The browser's exception.
pub async fn load() -> Result<Vec<Shared>, JsValue> {
    let cache = cache().await?;
    let keys = call(&cache, "keys", &[]).await?;
    let mut shared = Vec::new();
    for request in Array::from(&keys).iter() {
        let found = call(&cache, "match", std::slice::from_ref(&request)).await?;
        let found: Response = found.dyn_into()?;
        let headers = found.headers();
        let name = headers.get(NAME)?.unwrap_or_default();
        let name = js_sys::decode_uri_component(&name).map_or(name, String::from);
        let bag = FilePropertyBag::new();
        bag.set_type(&headers.get("content-type")?.unwrap_or_default());
        let blob: Blob = JsFuture::from(found.blob()?).await?.dyn_into()?;
        let file = File::new_with_blob_sequence_and_options(&Array::of1(&blob), &name, &bag)?;
        let key = Reflect::get(&request, &"url".into())?;
        shared.push(Shared {
            key: key.as_string().unwrap_or_default(),
            file,
        });
    }
    Ok(shared)
}

/// Lets go of a file that was saved, or that its user does not want.
///
/// # Errors
/// The browser's exception: it still waits.
pub async fn forget(key: &str) -> Result<(), JsValue> {
    let cache = cache().await?;
    call(&cache, "delete", &[key.into()]).await.map(drop)
}
