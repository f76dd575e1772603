//! Says that what stands in the inputs was typed in an earlier run, with a way to begin anew.

use super::drafts::{DraftKey, use_drafts};
use crate::memo::Memo;
use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use leptos::prelude::*;

/// The notice over the inputs of `key`, as long as their draft is from an earlier run. `discard` empties
/// them; without it the page has a button of its own that does.
pub fn restored(key: DraftKey, discard: Option<Callback<()>>) -> AnyView {
    let drafts = use_drafts();
    let is_restored = Memo::new(move |_| drafts.is_restored(key));
    let content = move || {
        is_restored.get().then(|| {
            let button = discard.map(|discard| {
                view! {
                    <button type="button" class="btn" on:click=move |_| discard.run(())>
                        {tr!(answer.discard)}
                    </button>
                }
            });
            let body = view! { <p>{tr!(form.restored)}</p> {button} };
            notice(Tone::Info, body.into_any())
        })
    };
    view! { <div role="status">{content}</div> }.into_any()
}
