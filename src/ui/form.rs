//! Parts of forms: a field with its flaw, and the bar that saves or cancels.

use super::icon::{Icon, icon};
use crate::signal::RwSignal;
use crate::tr;
use crate::view::view;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// A labelled control with what is wrong with it. The control has the id `id` and is described by
/// `{id}-flaw`.
pub fn field(
    id: &'static str,
    label: &'static str,
    control: AnyView,
    flaw: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {control}
            <p id=format!("{id}-flaw") class="flaw">
                {move || flaw().map(|flaw| view! { {icon(Icon::Alert)} <span>{flaw}</span> })}
            </p>
        </div>
    }
}

/// Enter in a line submits nothing: hand scanners end with it. What was typed is taken. For `on:keydown` of a form.
pub fn enter_stays(event: KeyboardEvent) {
    if event.key() == "Enter"
        && let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
    {
        event.prevent_default();
        // Only a field that is left says what was typed in it.
        let _ = input.blur().and_then(|()| input.focus());
    }
}

/// **Save** and **Cancel**, where the thumb is.
pub fn save_bar(busy: RwSignal<bool>, cancel: impl Fn() + 'static) -> impl IntoView {
    view! {
        <div class="save-bar">
            <button
                type="submit"
                class="btn btn-primary btn-lg"
                aria-disabled=move || busy.get().then_some("true")
            >
                {tr!(common.save)}
            </button>
            <button type="button" class="btn btn-lg" on:click=move |_| cancel()>
                {tr!(common.cancel)}
            </button>
        </div>
    }
}
