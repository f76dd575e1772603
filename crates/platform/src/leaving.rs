//! Being told before somebody leaves a page on which something was typed.
//!
//! Owns the listeners. Must never decide whether the page is left: whoever watches does.

use crate::global;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Document, Event, Window};

type Listener = Closure<dyn FnMut(Event)>;

/// Watches until it is dropped.
pub struct Leaving {
    document: Document,
    window: Window,
    click: Listener,
    unload: Listener,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        let (click, unload) = (&self.click, &self.unload);
        let click = click.as_ref().unchecked_ref();
        let _ = self
            .document
            .remove_event_listener_with_callback_and_bool("click", click, true);
        let unload = unload.as_ref().unchecked_ref();
        let _ = self
            .window
            .remove_event_listener_with_callback("beforeunload", unload);
    }
}

/// While `is_unsaved`, a link of this app is not followed, but told to `ask` by its address, and the browser asks before
/// the window is closed. None where there is no window.
pub fn watch_leaving(
    is_unsaved: impl Fn() -> bool + Clone + 'static,
    ask: impl Fn(String) + 'static,
) -> Option<Leaving> {
    let window = global::window()?;
    let document = window.document()?;
    let asked = is_unsaved.clone();
    let click = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        if let Some(href) = link_of(&event).filter(|_| asked()) {
            event.prevent_default();
            // Nor is the router to see it.
            event.stop_propagation();
            ask(href);
        }
    });
    let unload = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        if is_unsaved() {
            event.prevent_default();
        }
    });
    let listener = click.as_ref().unchecked_ref();
    document
        .add_event_listener_with_callback_and_bool("click", listener, true)
        .ok()?;
    let listener = unload.as_ref().unchecked_ref();
    window
        .add_event_listener_with_callback("beforeunload", listener)
        .ok()?;
    Some(Leaving {
        document,
        window,
        click,
        unload,
    })
}

/// The address of the link of this app that was clicked, if it opens in this window.
fn link_of(event: &Event) -> Option<String> {
    let is_held = |key: &str| global::get(event, key).is_some_and(|held| held.is_truthy());
    if ["ctrlKey", "metaKey", "shiftKey"].into_iter().any(is_held) {
        return None;
    }
    let target = event.target()?;
    let link = global::call(&target, "closest", &["a[href^='/']:not([target])".into()])?;
    global::call(&link, "getAttribute", &["href".into()])?.as_string()
}
