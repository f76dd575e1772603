//! A photo of before and one of after: beside each other on a wide screen, one over the other on a phone, where the
//! slider says how much of each is seen.
//!
//! Must never hold more than the two.

use super::preview::{Shown, preview};
use super::whole_file::{Loaded, Whole, load_whole};
use crate::runtime::commands::Commands;
use crate::signal::RwSignal;
use crate::tr;
use crate::view::view;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The two, and the slider between them.
pub(super) fn compare(before: &Shown, after: &Shown, commands: Option<Commands>) -> AnyView {
    let at = RwSignal::new("50".to_owned());
    view! {
        <div class="compare">
            <div class="compare-both" style:--at=move || format!("{}%", at.get())>
                {side(before, tr!(photo.before), commands)}
                {side(after, tr!(photo.after), commands)}
            </div>
            <input
                class="compare-slider"
                type="range"
                min="0"
                max="100"
                value="50"
                aria-label=tr!(photo.slider)
                on:input=move |event| at.set(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}

/// The whole photo as soon as it is there, its small picture until then or where it does not come.
fn side(photo: &Shown, word: &'static str, commands: Option<Commands>) -> AnyView {
    let whole = leptos::prelude::RwSignal::new_local(None::<Loaded>);
    let id = photo.id;
    spawn_local(async move {
        let found = load_whole(commands, id).await;
        let _ = whole.try_set(Some(found));
    });
    let small = preview(&photo.thumbnail);
    let src = move || {
        let whole = whole.with(|whole| match whole {
            Some(Ok(Whole::Here(url, _))) if url.is_picture() => Some(url.href().to_owned()),
            _ => None,
        });
        whole.or_else(|| small.clone())
    };
    view! {
        <figure class="compare-side">
            <img src=src alt=word draggable="false" />
            <figcaption class="compare-word" aria-hidden="true">{word}</figcaption>
        </figure>
    }
    .into_any()
}
