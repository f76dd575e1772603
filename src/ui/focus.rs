//! Where the keyboard goes on when what it stood on has gone.
//!
//! Must never take the focus from something that is still there, unless a person asked for it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Moves the focus to the element `id`, if it is there.
pub fn by_id(id: &str) -> bool {
    focus(document().get_element_by_id(id))
}

/// Moves the focus to the page's heading.
pub fn heading() {
    let heading = document().query_selector("main h1").ok().flatten();
    if !focus(heading) {
        by_id("main");
    }
}

/// Whether what had the focus is gone.
#[must_use]
pub fn is_lost() -> bool {
    document()
        .active_element()
        .is_none_or(|element| element.tag_name() == "BODY")
}

/// Whether the element `id` has the focus.
#[must_use]
pub fn is_at(id: &str) -> bool {
    document()
        .active_element()
        .is_some_and(|element| element.id() == id)
}

/// Whether what has the focus stands in the element `id`.
#[must_use]
pub fn is_in(id: &str) -> bool {
    let selector = format!("#{id}");
    let around = document().active_element();
    around.is_some_and(|element| matches!(element.closest(&selector), Ok(Some(_))))
}

fn focus(element: Option<web_sys::Element>) -> bool {
    let element = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}
