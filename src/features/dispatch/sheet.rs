//! A sheet over the board: the cards of what was tapped.
//!
//! Owns the dialog. Must never know what stands in it.

use crate::effect::Effect;
use crate::memo::Memo;
use crate::tr;
use crate::view::view;
use leptos::html::Dialog;
use leptos::prelude::*;

/// `cards` for as long as it is `open`, with `actions` beside the button that closes it; `close` is called however it
/// is closed.
pub(super) fn sheet(
    open: Memo<bool>,
    close: impl Fn() + Copy + 'static,
    cards: AnyView,
    actions: AnyView,
) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog class="sheet" aria-label=tr!(pages.job) node_ref=dialog on:close=move |_| close()>
            {cards}
            <div class="sheet-actions">
                {actions}
                <button type="button" class="btn" on:click=move |_| close()>{tr!(common.close)}</button>
            </div>
        </dialog>
    }
    .into_any()
}
