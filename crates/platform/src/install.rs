//! Installing the app from its web page.
//!
//! Owns the browser's offer to install, which comes once and early, and what kind of place the app runs
//! in. Must never ask by itself: the offer is made when its user taps.

use crate::global;
use js_sys::Reflect;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Where the offer is kept: on the window, for it comes before anybody asks.
const OFFER: &str = "afieldInstallOffer";

/// Where the app runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Installed.
    Installed,
    /// In a browser that offers to install it.
    Offered,
    /// On an iPhone or iPad, where only its user can install it.
    AppleBrowser,
    /// In any other browser.
    Browser,
}

/// Keeps the browser's offer when it comes, and calls `changed` then and when it was taken.
pub fn listen(changed: impl Fn() + Clone + 'static) {
    let Some(window) = global::window() else {
        return;
    };
    let heard = changed.clone();
    let keep = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        // Our own button instead of the browser's bar.
        let _ = global::call(&event, "preventDefault", &[]);
        let _ = Reflect::set(&js_sys::global(), &OFFER.into(), &event);
        heard();
    });
    let taken = Closure::<dyn Fn()>::new(move || {
        let _ = Reflect::set(&js_sys::global(), &OFFER.into(), &JsValue::NULL);
        changed();
    });
    for (event, callback) in [
        ("beforeinstallprompt", keep.as_ref()),
        ("appinstalled", taken.as_ref()),
    ] {
        let _ = window.add_event_listener_with_callback(event, callback.unchecked_ref());
    }
    keep.forget();
    taken.forget();
}

/// Where the app runs now.
#[must_use]
pub fn place() -> Place {
    let matches = |query: &str| {
        let window = global::window()?;
        window.match_media(query).ok()?.map(|list| list.matches())
    };
    let agent = global::find(&["navigator", "userAgent"]);
    let agent = agent
        .and_then(|agent| agent.as_string())
        .unwrap_or_default();
    // An iPad calls itself a Mac and has a touch screen.
    let touches = global::find(&["navigator", "maxTouchPoints"]).and_then(|n| n.as_f64());
    let is_ipad = agent.contains("Macintosh") && touches.is_some_and(|n| n > 1.0);
    let on_home_screen = global::find(&["navigator", "standalone"]) == Some(JsValue::TRUE);
    if on_home_screen || matches("(display-mode: standalone)").unwrap_or(false) {
        Place::Installed
    } else if global::find(&[OFFER]).is_some() {
        Place::Offered
    } else if is_ipad || agent.contains("iPhone") || agent.contains("iPad") {
        Place::AppleBrowser
    } else {
        Place::Browser
    }
}

/// Makes the browser's offer.
pub fn offer() {
    if let Some(offer) = global::find(&[OFFER]) {
        let _ = global::call(&offer, "prompt", &[]);
    }
}
