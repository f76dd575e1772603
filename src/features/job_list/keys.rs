//! The keyboard on the page Jobs: `/` to the search, arrows through the rows, Escape clears.
//!
//! Owns the keys and the hint about them. `/` can be switched off: somebody who speaks to the
//! machine would press it by mistake (WCAG 2.1.4).

use super::active_filter::ActiveFilter;
use crate::runtime::prefs;
use crate::tr;
use crate::ui::focus;
use crate::view::view;
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The id of the search field.
pub(super) const FIELD: &str = "job-search";
/// The id of what holds the rows.
pub(super) const LIST: &str = "job-list";

/// Puts the focus into the search field.
pub(super) fn focus_field() {
    focus::by_id(FIELD);
}

/// Listens for `/` as long as the page is shown.
pub(super) fn listen() {
    let handle = window_event_listener(ev::keydown, move |event| {
        let is_plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
        if event.key() == "/" && is_plain && prefs::slash_searches() && !is_typing(&event) {
            event.prevent_default();
            focus_field();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Whether the key goes into a field, or to a dialog above the page.
fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target();
    let target = target.and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        let within = target.closest("input, textarea, select, dialog, [contenteditable]");
        within.ok().flatten().is_some()
    })
}

/// A key in the search field.
pub(super) fn in_field(event: &KeyboardEvent, active: ActiveFilter) {
    match event.key().as_str() {
        "ArrowDown" if focus_row(|_, _| Some(0)) => event.prevent_default(),
        "Escape" => {
            event.prevent_default();
            active.clear_query();
        }
        _ => {}
    }
}

/// A key in the list.
pub(super) fn in_list(event: &KeyboardEvent, active: ActiveFilter) {
    let is_done = match event.key().as_str() {
        "ArrowDown" => focus_row(|at, count| Some((at? + 1).min(count.saturating_sub(1)))),
        "ArrowUp" => {
            focus_row(|at, _| at?.checked_sub(1)) || {
                focus_field();
                true
            }
        }
        "Escape" => {
            active.clear_query();
            focus_field();
            true
        }
        _ => false,
    };
    if is_done {
        event.prevent_default();
    }
}

/// Moves the focus to the row that `to` gives, from the row that has it and how many there are.
fn focus_row(to: impl FnOnce(Option<usize>, usize) -> Option<usize>) -> bool {
    let Some(list) = document().get_element_by_id(LIST) else {
        return false;
    };
    let links = list.get_elements_by_class_name("job-link");
    let active = document().active_element();
    let count = links.length();
    let at = (0..count).find(|index| links.item(*index) == active && active.is_some());
    let to = to(at.map(|at| at as usize), count as usize);
    let link = to
        .and_then(|to| u32::try_from(to).ok())
        .and_then(|to| links.item(to))
        .and_then(|link| link.dyn_into::<HtmlElement>().ok());
    link.is_some_and(|link| link.focus().is_ok())
}

/// What the keys do, for who has a keyboard, with the switch for `/`.
pub(super) fn hint() -> AnyView {
    view! {
        <p id="job-keys" class="sr-only">{tr!(jobs.keys)}</p>
        <details class="keys muted">
            <summary>{tr!(jobs.keys_title)}</summary>
            <p aria-hidden="true">{tr!(jobs.keys)}</p>
            <label class="line">
                <input
                    type="checkbox"
                    prop:checked=prefs::slash_searches()
                    on:change:target=move |event| prefs::set_slash_searches(event.target().checked())
                />
                {tr!(jobs.keys_slash)}
            </label>
        </details>
    }
    .into_any()
}
