//! Files and texts that another app shares with this one, kept until they have a job.
//!
//! Owns the cache they wait in: the worker puts them there, for it answers while no page is open, and
//! the page takes them out. They belong to the user who was signed in, and are nobody else's to see. Must never drop a file that was not saved or refused by its user.

use crate::global;
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FilePropertyBag, Headers, Request, Response, ResponseInit};

/// No shell's name begins like this, so that no update removes it.
const CACHE: &str = "afield-shared";
/// The field of the form, as the manifest names it.
const FIELD: &str = "files";
/// The fields of the form that are text, as the manifest names them.
const TEXT_FIELDS: [&str; 3] = ["title", "text", "url"];
const NAME: &str = "x-afield-name";
/// Whose it is; missing or empty if nobody was signed in, [`UNKNOWN`] if nobody could tell.
const USER: &str = "x-afield-user";
/// Of whom it may be: whoever says so.
pub const UNKNOWN: &str = "?";
/// Stands on what was shared as a text.
const TEXT: &str = "x-afield-text";
/// The name of a text, as a file.
const TEXT_NAME: &str = "text.txt";

/// A file or a text that waits.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Where it is kept.
    pub key: String,
    /// The file; of a text, the text as a file.
    pub file: File,
    /// The text, if it is one.
    pub text: Option<String>,
    /// Whether nobody knows whose it is. It must not be shown before its user has said that it is theirs.
    pub unclaimed: bool,
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

/// Keeps for `user`, if anybody is signed in ([`UNKNOWN`] if that cannot be told), the files and the text of a
/// form that another app has sent; gives how many.
///
/// # Errors
/// The browser's exception: then the other app still has the files.
pub async fn keep(request: &Request, user: Option<&str>) -> Result<usize, JsValue> {
    let form = call(request, "formData", &[]).await?;
    let files = global::call(&form, "getAll", &[FIELD.into()]).ok_or("no form")?;
    let mut files: Vec<File> = Array::from(&files)
        .iter()
        .filter_map(|file| file.dyn_into().ok())
        .collect();
    let field = |name: &str| global::call(&form, "get", &[name.into()])?.as_string();
    let texts = TEXT_FIELDS.map(|name| field(name).unwrap_or_default());
    let text = joined(&texts);
    let first_text = files.len();
    if !text.is_empty() {
        let parts = Array::of1(&text.into());
        files.push(File::new_with_str_sequence(&parts, TEXT_NAME)?);
    }
    let cache = cache().await?;
    for (place, file) in files.iter().enumerate() {
        let response = Response::new_with_opt_blob(Some(file))?;
        let headers = response.headers();
        headers.set(USER, user.unwrap_or_default())?;
        if place >= first_text {
            headers.set(TEXT, "1")?;
        }
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

/// What another app has said, in the order of the fields; what another field says too stands there alone.
fn joined(texts: &[String]) -> String {
    // Forms send lines as Windows ends them.
    let texts: Vec<String> = texts
        .iter()
        .map(|text| text.replace("\r\n", "\n").trim().to_owned())
        .collect();
    let is_said = |place: usize, text: &str| {
        let mut others = texts.iter().enumerate();
        others.any(|(other, said)| {
            other != place && said.contains(text) && (said.len() > text.len() || other < place)
        })
    };
    let said = texts.iter().enumerate();
    let said: Vec<&str> = said
        .filter(|(place, text)| !is_said(*place, text))
        .map(|(_, text)| text.as_str())
        .collect();
    said.join("\n")
}

/// What waits for `user`, or for nobody knows whom, the oldest first.
///
/// # Errors
/// The browser's exception.
pub async fn load(user: &str) -> Result<Vec<Shared>, JsValue> {
    let cache = cache().await?;
    let keys = call(&cache, "keys", &[]).await?;
    let mut shared = Vec::new();
    for request in Array::from(&keys).iter() {
        let found = call(&cache, "match", std::slice::from_ref(&request)).await?;
        let found: Response = found.dyn_into()?;
        let headers = found.headers();
        let owner = headers.get(USER)?.unwrap_or_default();
        let unclaimed = owner == UNKNOWN;
        if !owner.is_empty() && !unclaimed && owner != user {
            continue;
        }
        let name = headers.get(NAME)?.unwrap_or_default();
        let name = js_sys::decode_uri_component(&name).map_or(name, String::from);
        let bag = FilePropertyBag::new();
        bag.set_type(&headers.get("content-type")?.unwrap_or_default());
        let blob: Blob = JsFuture::from(found.blob()?).await?.dyn_into()?;
        let file = File::new_with_blob_sequence_and_options(&Array::of1(&blob), &name, &bag)?;
        let key = Reflect::get(&request, &"url".into())?;
        let text = match headers.get(TEXT)? {
            Some(_) => JsFuture::from(file.text()).await?.as_string(),
            None => None,
        };
        shared.push(Shared {
            key: key.as_string().unwrap_or_default(),
            file,
            text,
            unclaimed,
        });
    }
    Ok(shared)
}

/// What nobody knew whose it is is from now on that of `user`, who has said so.
///
/// # Errors
/// The browser's exception: it stays as it was.
pub async fn claim(key: &str, user: &str) -> Result<(), JsValue> {
    let cache = cache().await?;
    let found: Response = call(&cache, "match", &[key.into()]).await?.dyn_into()?;
    let headers = Headers::new_with_headers(&found.headers())?;
    headers.set(USER, user)?;
    let init = ResponseInit::new();
    init.set_headers(&headers);
    let blob: Blob = JsFuture::from(found.blob()?).await?.dyn_into()?;
    let response = Response::new_with_opt_blob_and_init(Some(&blob), &init)?;
    call(&cache, "put", &[key.into(), response.into()])
        .await
        .map(drop)
}

/// Lets go of a file that was saved, or that its user does not want.
///
/// # Errors
/// The browser's exception: it still waits.
pub async fn forget(key: &str) -> Result<(), JsValue> {
    let cache = cache().await?;
    call(&cache, "delete", &[key.into()]).await.map(drop)
}
