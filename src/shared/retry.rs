//! Why something could not be fetched, with **Retry**: as the pages of the office say it.
//!
//! Owns the box. Must never ask by itself.

use crate::error::Trouble;
use crate::shared::labels::trouble_text;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use leptos::prelude::*;
use std::sync::Arc;

/// As long as there is `trouble`: why, and **Retry**, which does `again`.
pub fn retry_line(
    trouble: RwSignal<Option<Trouble>>,
    again: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    // One closure for all: what is drawn for it stands in the app once.
    let again: Arc<dyn Fn() + Send + Sync> = Arc::new(again);
    let line = move || {
        trouble
            .get()
            .map(|trouble| draw(&trouble, Arc::clone(&again)))
    };
    view! { {line} }.into_any()
}

/// Why, and **Retry**, which does `again`.
pub fn retry_notice(trouble: &Trouble, again: impl Fn() + Send + Sync + 'static) -> AnyView {
    draw(trouble, Arc::new(again))
}

fn draw(trouble: &Trouble, again: Arc<dyn Fn() + Send + Sync>) -> AnyView {
    let body = view! {
        <p>{trouble_text(trouble)}</p>
        <div class="actions">
            <button type="button" class="btn" on:click=move |_| again()>{tr!(common.retry)}</button>
        </div>
    };
    notice(Tone::Warning, body.into_any()).into_any()
}
