//! Parts of forms: a field with its flaw, and the bar that saves or cancels.

use super::icon::{Icon, icon};
use crate::tr;
use leptos::prelude::*;

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

/// **Save** and **Cancel**, where the thumb is.
pub fn save_bar(busy: RwSignal<bool>, cancel: impl Fn() + 'static) -> impl IntoView {
    view! {
        <div class="steps">
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
