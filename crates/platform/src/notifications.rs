//! Being told while the app is closed: the browser's permission, and the address by which its push service reaches it.
//!
//! Owns the subscription, in page and worker. What it is told of is the server's. Must never ask for the permission by
//! itself: a browser puts that question to its user, and after a tap only.

use crate::api::{self, ApiFailure};
use crate::{global, timer};
use afield_protocol::{
    NotificationAnswer, NotificationFlaw, NotificationSubscription, NotificationWishes,
};
use futures::future::select;
use std::pin::pin;
use wasm_bindgen::JsValue;

/// How long a browser may take to give an address back, in milliseconds.
const UNSUBSCRIBE_MS: u32 = 3_000;

/// What the browser allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// It cannot.
    Missing,
    /// It would ask its user.
    Unasked,
    /// Its user has said no, or it has by itself.
    Blocked,
    /// It may be told.
    Granted,
}

/// Why this device is not told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTold {
    /// The browser got no address from its push service: no connection to it, or it has none.
    #[error("the browser's push service gave no address")]
    NoAddress,
    /// The server does not write there.
    #[error("the server does not write there: {0:?}")]
    Refused(NotificationFlaw),
    /// The server was not asked, or said no.
    #[error(transparent)]
    Server(#[from] ApiFailure),
}

/// What the browser allows now.
#[must_use]
pub fn permission() -> Permission {
    let can = ["PushManager", "Notification", "ServiceWorkerRegistration"];
    if !can.iter().all(|name| global::find(&[name]).is_some()) {
        return Permission::Missing;
    }
    let said = global::find(&["Notification", "permission"]).and_then(|said| said.as_string());
    read_permission(said.as_deref())
}

fn read_permission(said: Option<&str>) -> Permission {
    match said {
        Some("granted") => Permission::Granted,
        Some("denied") => Permission::Blocked,
        _ => Permission::Unasked,
    }
}

/// Has the browser ask its user, in the turn of a tap.
pub async fn ask() -> Permission {
    let Some(notification) = global::find(&["Notification"]) else {
        return Permission::Missing;
    };
    global::call_async(&notification, "requestPermission", &[]).await;
    permission()
}

/// The address by which this device is told; none where there is none.
pub async fn endpoint() -> Option<String> {
    endpoint_of(&subscription().await?)
}

/// Has this device told of what is wished for, in the language of the tag `language`.
///
/// # Errors
/// [`NotTold`].
pub async fn set(language: &str, wishes: NotificationWishes) -> Result<(), NotTold> {
    let key = api::load_notification_key().await?.key;
    let told = match subscription().await {
        // One of another server, or of this one before it had another key, is of no use.
        Some(known) if is_for(&known, &key) => known,
        Some(old) => {
            let _ = global::call_async(&old, "unsubscribe", &[]).await;
            subscribe(&key).await?
        }
        None => subscribe(&key).await?,
    };
    let wanted = written(&told, language, wishes).ok_or(NotTold::NoAddress)?;
    match api::set_notifications(&wanted).await? {
        NotificationAnswer::Set => Ok(()),
        NotificationAnswer::Refused { why } => Err(NotTold::Refused(why)),
    }
}

/// This device is told no more. The server hears of it where there is a connection; without one it finds out.
pub async fn end() {
    let Some(told) = subscription().await else {
        return;
    };
    if let Some(endpoint) = endpoint_of(&told) {
        let _ = api::end_notifications(endpoint).await;
    }
    // Some browsers ask their push service, and wait for a connection to it. Whoever signs out does not.
    let ended = pin!(global::call_async(&told, "unsubscribe", &[]));
    let _ = select(ended, pin!(timer::sleep_ms(UNSUBSCRIBE_MS))).await;
}

/// The browser has taken away the address `before`: the wishes that stood there are set for another one.
///
/// # Errors
/// [`NotTold`].
pub async fn renew(before: &str) -> Result<(), NotTold> {
    let set_before = api::load_notifications().await?.subscriptions;
    let found = set_before.into_iter().find(|one| one.endpoint == before);
    let Some(found) = found else {
        return Ok(());
    };
    set(&found.language, found.wishes).await?;
    let _ = api::end_notifications(before.to_owned()).await;
    Ok(())
}

/// The worker's own, or that of the page.
async fn registration() -> Option<JsValue> {
    if let Some(own) = global::find(&["registration"]) {
        return Some(own);
    }
    let container = global::find(&["navigator", "serviceWorker"])?;
    global::call_async(&container, "getRegistration", &[])
        .await
        .filter(|found| !found.is_undefined())
}

async fn manager() -> Option<JsValue> {
    global::get(&registration().await?, "pushManager")
}

async fn subscription() -> Option<JsValue> {
    let found = global::call_async(&manager().await?, "getSubscription", &[]).await?;
    (!found.is_null() && !found.is_undefined()).then_some(found)
}

async fn subscribe(key: &str) -> Result<JsValue, NotTold> {
    let manager = manager().await.ok_or(NotTold::NoAddress)?;
    let options = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&options, &"userVisibleOnly".into(), &JsValue::TRUE);
    let _ = js_sys::Reflect::set(&options, &"applicationServerKey".into(), &key.into());
    global::call_async(&manager, "subscribe", &[options.into()])
        .await
        .ok_or(NotTold::NoAddress)
}

/// What the server needs of `told`.
fn written(
    told: &JsValue,
    language: &str,
    wishes: NotificationWishes,
) -> Option<NotificationSubscription> {
    let json = global::call(told, "toJSON", &[])?;
    let keys = global::get(&json, "keys")?;
    let text = |of: &JsValue, name: &str| global::get(of, name)?.as_string();
    Some(NotificationSubscription {
        endpoint: endpoint_of(told)?,
        p256dh: text(&keys, "p256dh")?,
        auth: text(&keys, "auth")?,
        language: language.to_owned(),
        wishes,
    })
}

fn endpoint_of(told: &JsValue) -> Option<String> {
    global::get(told, "endpoint")?.as_string()
}

/// Whether `told` was made for the server of this key. A browser that does not tell is believed.
fn is_for(told: &JsValue, key: &str) -> bool {
    let options = global::get(told, "options");
    let known = options.and_then(|options| global::get(&options, "applicationServerKey"));
    known.is_none_or(|known| base64url(&js_sys::Uint8Array::new(&known).to_vec()) == key)
}

fn base64url(bytes: &[u8]) -> String {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let encoded = global::call(&js_sys::global(), "btoa", &[text.into()]);
    let encoded = encoded.and_then(|it| it.as_string()).unwrap_or_default();
    let plain = encoded.replace('+', "-").replace('/', "_");
    plain.trim_end_matches('=').to_owned()
}
