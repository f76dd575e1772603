//! The question before a page is left on which something was typed and not saved.

use crate::effect::Effect;
use crate::signal::RwSignal;
use crate::tr;
use crate::view::view;
use afield_platform::leaving::watch_leaving;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Asks before a link is followed while `is_unsaved`; the browser asks before the window is closed.
pub(super) fn ask_before_leaving(
    to: RwSignal<Option<String>>,
    is_unsaved: impl Fn() -> bool + Clone + 'static,
) -> AnyView {
    let watching = watch_leaving(is_unsaved, move |href| {
        let _ = to.try_set(Some(href));
    });
    let watching = StoredValue::new_local(watching);
    on_cleanup(move || {
        watching.try_update_value(Option::take);
    });
    view! { {move || to.get().map(|href| question(to, href))} }.into_any()
}

fn question(to: RwSignal<Option<String>>, href: String) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    let go = use_navigate();
    let leave = move |_| go(&href, NavigateOptions::default());
    let stay = move || {
        let _ = to.try_set(None);
    };
    // Closed, it gives the focus back to where it was.
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog
            class="sheet"
            aria-labelledby="leave-title"
            node_ref=dialog
            on:close=move |_| stay()
        >
            <h2 id="leave-title" class="sheet-title">{tr!(company.leave)}</h2>
            <div class="sheet-form">
                <p>{tr!(company.leave_hint)}</p>
                <div class="sheet-actions">
                    <button type="button" class="btn btn-primary" on:click=close>
                        {tr!(company.stay)}
                    </button>
                    <button type="button" class="btn" on:click=leave>{tr!(company.leave_unsaved)}</button>
                </div>
            </div>
        </dialog>
    }
    .into_any()
}
