//! Whether the browser believes in a network, and whether the page is seen.
//!
//! Owns hints only: `onLine` is wrong in captive portals and cellars alike. It wakes the engine and
//! words the status; it never decides that something was or was not delivered.

use crate::global;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

/// Whether the browser believes to be online.
#[must_use]
pub fn is_online() -> bool {
    global::find(&["navigator", "onLine"])
        .and_then(|value| value.as_bool())
        .unwrap_or(true)
}

/// Whether the network is left to text: it is of the second generation, or its user saves data. None where the browser
/// does not tell.
#[must_use]
pub fn is_slow() -> Option<bool> {
    let tells = |name| global::find(&["navigator", "connection", name]);
    let kind = tells("effectiveType").and_then(|kind| kind.as_string());
    let is_saving = tells("saveData").and_then(|saving| saving.as_bool());
    match is_saving {
        Some(true) => Some(true),
        _ => kind.map(|kind| matches!(kind.as_str(), "slow-2g" | "2g")),
    }
}

/// Whether the network is a mobile one. None where the browser does not tell, or does not know.
#[must_use]
pub fn is_cellular() -> Option<bool> {
    let kind = global::find(&["navigator", "connection", "type"])?.as_string()?;
    match kind.as_str() {
        "cellular" => Some(true),
        "wifi" | "ethernet" => Some(false),
        _ => None,
    }
}

/// Whether the browser ever tells what kind of network it is on.
#[must_use]
pub fn tells_kind() -> bool {
    global::find(&["navigator", "connection", "type"]).is_some()
}

fn listen(target: &web_sys::EventTarget, event: &str, work: impl Fn() + 'static) {
    let callback = Closure::<dyn Fn()>::new(work);
    let _ = target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
    callback.forget();
}

/// Calls `work` whenever the browser's belief changes, as long as the page lives.
pub fn on_change(work: impl Fn(bool) + Clone + 'static) {
    let Some(window) = global::window() else {
        return;
    };
    let offline = work.clone();
    listen(&window, "online", move || work(true));
    listen(&window, "offline", move || offline(false));
}

/// Calls `work` whenever the network may have become slow or quick, as long as the page lives.
pub fn on_speed(work: impl Fn() + 'static) {
    let connection = global::find(&["navigator", "connection"]);
    if let Some(target) = connection.and_then(|found| found.dyn_into().ok()) {
        listen(&target, "change", work);
    }
}

/// Whether the page is seen.
#[must_use]
pub fn is_seen() -> bool {
    let document = global::window().and_then(|window| window.document());
    document.is_some_and(|page| page.visibility_state() == web_sys::VisibilityState::Visible)
}

/// Calls `work` whenever the page comes to the front, as long as the page lives.
pub fn on_visible(work: impl Fn() + 'static) {
    let Some(document) = global::window().and_then(|window| window.document()) else {
        return;
    };
    let seen = document.clone();
    listen(&document, "visibilitychange", move || {
        if seen.visibility_state() == web_sys::VisibilityState::Visible {
            work();
        }
    });
}

/// Calls `work` whenever the page goes to the background or away: the last moment that a phone is sure to
/// give it.
pub fn on_hidden(work: impl Fn() + Clone + 'static) {
    let Some(window) = global::window() else {
        return;
    };
    if let Some(document) = window.document() {
        let (seen, work) = (document.clone(), work.clone());
        listen(&document, "visibilitychange", move || {
            if seen.visibility_state() == web_sys::VisibilityState::Hidden {
                work();
            }
        });
    }
    // The page lets go of its databases only afterwards: see public/away.mjs.
    listen(&window, "pagehide", work);
}
