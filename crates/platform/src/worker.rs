//! The page's side of the service worker.
//!
//! Owns registration, updates and messages. An update waits until the user agrees; nothing here
//! ever reloads a page by itself.

use crate::{global, timer};
use afield_protocol::worker_message::{FromWorker, ToWorker};
use futures::channel::oneshot;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MessageChannel, MessageEvent, RegistrationOptions, ServiceWorker, ServiceWorkerContainer,
    ServiceWorkerRegistration, ServiceWorkerState, ServiceWorkerUpdateViaCache,
};

/// The tag of the one-off Background Sync.
pub const SYNC_TAG: &str = "afield-replay";
/// The tag of the Periodic Background Sync.
pub const ROUND_TAG: &str = "afield-round";
/// The browser is asked for a round no more often than this, in milliseconds. How often one is made, it decides itself.
const ROUND_MS: u32 = 3_600_000;

fn container() -> Option<ServiceWorkerContainer> {
    // Absent on pages that are not secure.
    global::find(&["navigator", "serviceWorker"]).map(JsCast::unchecked_into)
}

async fn registration() -> Option<ServiceWorkerRegistration> {
    let promise = container()?.get_registration();
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

/// Registers the worker at `url` for the whole origin and calls `on_update_ready` whenever a newer
/// one waits.
pub fn register(url: &str, on_update_ready: impl Fn() + 'static) {
    let url = url.to_owned();
    spawn_local(async move {
        let Some(container) = container() else {
            return;
        };
        let options = RegistrationOptions::new();
        options.set_scope("/");
        options.set_update_via_cache(ServiceWorkerUpdateViaCache::None);
        let promise = container.register_with_options(&url, &options);
        let Ok(value) = JsFuture::from(promise).await else {
            return;
        };
        if let Ok(registration) = value.dyn_into::<ServiceWorkerRegistration>() {
            watch_updates(&container, &registration, Rc::new(on_update_ready));
        }
    });
}

fn watch_updates(
    container: &ServiceWorkerContainer,
    registration: &ServiceWorkerRegistration,
    on_update_ready: Rc<dyn Fn()>,
) {
    if registration.waiting().is_some() && container.controller().is_some() {
        on_update_ready();
    }
    let (container, watched) = (container.clone(), registration.clone());
    let look = move || {
        if let Some(installing) = watched.installing() {
            watch_installing(&container, &installing, Rc::clone(&on_update_ready));
        }
    };
    // One may be on its way already: its being found was told before this page listened.
    look();
    let callback = Closure::<dyn Fn()>::new(look);
    registration.set_onupdatefound(Some(callback.as_ref().unchecked_ref()));
    callback.forget();
}

fn watch_installing(
    container: &ServiceWorkerContainer,
    installing: &ServiceWorker,
    on_update_ready: Rc<dyn Fn()>,
) {
    let (container, worker) = (container.clone(), installing.clone());
    let callback = Closure::<dyn Fn()>::new(move || {
        // The first worker of all is no update: there was nothing before it.
        if worker.state() == ServiceWorkerState::Installed && container.controller().is_some() {
            on_update_ready();
        }
    });
    installing.set_onstatechange(Some(callback.as_ref().unchecked_ref()));
    callback.forget();
}

/// Calls `open` with the path that somebody wants to see who has tapped a notification.
pub fn on_open(open: impl Fn(&str) + 'static) {
    let Some(container) = container() else {
        return;
    };
    let callback = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let path = global::get(&event.data(), "open").and_then(|path| path.as_string());
        if let Some(path) = path {
            // The worker loads a page anew that does not answer.
            let _ = global::call(&event.ports().get(0), "postMessage", &[JsValue::TRUE]);
            open(&path);
        }
    });
    container.set_onmessage(Some(callback.as_ref().unchecked_ref()));
    callback.forget();
}

/// Whether the browser treats this address as secure: else there are no workers, and it keeps nothing
/// that is needed to open the app without a network.
#[must_use]
pub fn is_secure() -> bool {
    global::find(&["isSecureContext"]).and_then(|value| value.as_bool()) != Some(false)
}

/// Waits until a worker is in charge: then the whole shell is kept on the device. For ever, where
/// there are no workers.
pub async fn ready() {
    match global::find(&["navigator", "serviceWorker", "ready"]) {
        Some(ready) => {
            let _ = JsFuture::from(js_sys::Promise::from(ready)).await;
        }
        None => std::future::pending().await,
    }
}

/// Asks the browser to look for a newer worker.
pub fn check_for_update() {
    spawn_local(async {
        if let Some(registration) = registration().await {
            let _ = JsFuture::from(registration.update().unwrap_or_else(|_| never())).await;
        }
    });
}

fn never() -> js_sys::Promise {
    js_sys::Promise::resolve(&JsValue::UNDEFINED)
}

fn encode(message: &ToWorker) -> Option<JsValue> {
    serde_json::to_string(message)
        .ok()
        .map(|json| JsValue::from_str(&json))
}

/// Posts a message to the worker of this page in this very turn, for a page that is being left.
pub fn post_last(message: &ToWorker) {
    let worker = global::find(&["navigator", "serviceWorker", "controller"]);
    if let (Some(worker), Some(json)) = (worker, encode(message)) {
        let _ = global::call(&worker, "postMessage", &[json]);
    }
}

/// Posts a message to the active worker and waits for its answer.
///
/// # Errors
/// Why there is none, in English, for logs.
pub async fn request(message: &ToWorker) -> Result<FromWorker, String> {
    let missing = || "no worker is active".to_owned();
    let registration = registration().await.ok_or_else(missing)?;
    let worker = registration.active().ok_or_else(missing)?;
    let json = encode(message).ok_or("the message cannot be encoded")?;
    let channel = MessageChannel::new().map_err(|_| "no message channel".to_owned())?;
    let (sender, receiver) = oneshot::channel();
    let callback = Closure::once_into_js(move |event: MessageEvent| {
        let _ = sender.send(event.data().as_string().unwrap_or_default());
    });
    channel
        .port1()
        .set_onmessage(Some(callback.unchecked_ref()));
    let ports = js_sys::Array::of1(&channel.port2());
    worker
        .post_message_with_transferable(&json, &ports)
        .map_err(|_| "the message was not taken".to_owned())?;
    let answer = receiver.await.map_err(|_| "no answer".to_owned())?;
    serde_json::from_str(&answer).map_err(|error| error.to_string())
}

/// How long a worker that was asked to take over may be silent before it is asked again, in milliseconds.
const ASK_AGAIN_MS: u32 = 2_000;
/// After so many times, and so many more, the old one is told to let go of what it is at: a browser that never hears of
/// an event's end keeps the newer one waiting for minutes. Not each time: what it is told keeps it at work too.
const ASKED_ENOUGH: u32 = 5;
/// After so many times the page is loaded again in any case: whoever waits for a browser that does nothing more can at
/// least go on, and ask again.
const ASKED_IN_VAIN: u32 = 30;

/// Lets the waiting worker take over and reloads the page once it has. Only when the user agreed, and only as
/// long as `may_reload`: the old worker may be at work for minutes, and what its user has begun meanwhile would be
/// lost. Returns if it was given up.
pub async fn apply_update(may_reload: Rc<dyn Fn() -> bool>) {
    let (Some(container), Some(registration)) = (container(), registration().await) else {
        return reload();
    };
    let is_asked = Rc::clone(&may_reload);
    let changed = Closure::<dyn Fn()>::new(move || {
        if is_asked() {
            reload();
        }
    });
    container.set_oncontrollerchange(Some(changed.as_ref().unchecked_ref()));
    // Once is not enough: a browser that is busy loses a message to a worker that it has to start first,
    // and forgets that it may take over when the old one was still at work.
    let mut asked = 0_u32;
    while may_reload() {
        if !ask_to_take_over(&registration, asked) {
            // Also where another tab was faster: nothing waits, and this page is still of the old build.
            reload();
            break;
        }
        asked = asked.saturating_add(1);
        timer::sleep_ms(ASK_AGAIN_MS).await;
        if asked >= ASKED_IN_VAIN && may_reload() {
            reload();
            break;
        }
    }
    container.set_oncontrollerchange(None);
}

/// Asks for the change of workers; false if none waits.
fn ask_to_take_over(registration: &ServiceWorkerRegistration, asked_before: u32) -> bool {
    let tell = |worker: Option<ServiceWorker>, message: &ToWorker| {
        worker
            .zip(encode(message))
            .is_some_and(|(worker, json)| worker.post_message(&json).is_ok())
    };
    if asked_before > 0 && asked_before.is_multiple_of(ASKED_ENOUGH) {
        tell(registration.active(), &ToWorker::LetGo);
    }
    tell(registration.waiting(), &ToWorker::Activate)
}

fn reload() {
    if let Some(window) = global::window() {
        let _ = window.location().reload();
    }
}

/// Whether the browser sends with the app closed.
#[must_use]
pub fn has_background_sync() -> bool {
    has("sync")
}

/// Whether a worker's registration has this.
fn has(what: &str) -> bool {
    let prototype = global::find(&["ServiceWorkerRegistration", "prototype"]);
    prototype.is_some_and(|it| js_sys::Reflect::has(&it, &what.into()).unwrap_or(false))
}

/// Asks the browser to wake the worker when the network is back. Chromium only; elsewhere the page
/// replays by itself.
pub fn register_background_sync() {
    spawn_local(async {
        let Some(registration) = registration().await else {
            return;
        };
        if let Some(manager) = global::get(&registration, "sync") {
            let tag = JsValue::from_str(SYNC_TAG);
            let _ = global::call_async(&manager, "register", &[tag]).await;
        }
    });
}

/// Whether the browser can make rounds while the app is closed. Chromium only, and only once the app is installed.
#[must_use]
pub fn has_periodic_sync() -> bool {
    has("periodicSync")
}

/// Asks the browser for a round now and then while the app is closed. It says no where the app is not installed, or its
/// user has not allowed it: then there are none.
pub fn register_periodic_sync() {
    spawn_local(async {
        let options = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&options, &"minInterval".into(), &ROUND_MS.into());
        tell_rounds("register", &[ROUND_TAG.into(), options.into()]).await;
    });
}

/// Nobody is signed in any more: there is nothing to go round for.
pub fn forget_periodic_sync() {
    spawn_local(async {
        tell_rounds("unregister", &[ROUND_TAG.into()]).await;
    });
}

async fn tell_rounds(what: &str, with: &[JsValue]) {
    let Some(registration) = registration().await else {
        return;
    };
    if let Some(manager) = global::get(&registration, "periodicSync") {
        let _ = global::call_async(&manager, what, with).await;
    }
}
