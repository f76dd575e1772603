//! The phone: a frame with the technician's app, and the switches beside it.
//!
//! The frame's element says whose app it is and how the phone is; `public/office-preview.js` reads that. Must never talk
//! with the app in the frame: it is another user's.

use crate::memo::Memo;
use crate::routes::Route;
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::view::view;
use afield_domain::{Language, UserId};
use leptos::prelude::*;

/// How the phone is.
#[derive(Clone, Copy)]
struct Phone {
    offline: RwSignal<bool>,
    slow: RwSignal<bool>,
    later: RwSignal<bool>,
    small: RwSignal<bool>,
    language: RwSignal<Language>,
    /// Which look it is: the next one gets ready anew.
    look: RwSignal<u32>,
}

/// The app of `user`, who is called `name`.
pub(super) fn frame(user: UserId, name: &str) -> AnyView {
    let phone = Phone {
        offline: RwSignal::new(false),
        slow: RwSignal::new(false),
        later: RwSignal::new(false),
        small: RwSignal::new(false),
        language: RwSignal::new(language()),
        look: RwSignal::new(0),
    };
    let title = tr!(preview.of, name = name);
    let drawn = Memo::new(move |_| (phone.look.get(), phone.language.get()));
    let app = move || {
        let (_, spoken) = drawn.get();
        view! {
            <iframe
                class=move || if phone.small.get() { "preview-phone preview-small" } else { "preview-phone" }
                title=title.clone()
                src=Route::Today.href()
                data-user=user.to_string()
                data-language=spoken.tag()
                data-words=tr!(preview.nothing_saved)
                data-offline=move || phone.offline.get().to_string()
                data-slow=move || phone.slow.get().to_string()
                data-later=move || phone.later.get().to_string()
            ></iframe>
        }
    };
    view! {
        <div class="preview-side">
            {switches(phone)}
            {app}
        </div>
    }
    .into_any()
}

fn switches(phone: Phone) -> AnyView {
    let look_again = move |_| phone.look.update(|look| *look = look.wrapping_add(1));
    let spoken = move |value: &str| {
        phone
            .language
            .set(Language::from_tag(value).unwrap_or_default())
    };
    let languages = Language::ALL.map(|one| {
        let chosen = one == phone.language.get_untracked();
        view! { <option value=one.tag() selected=chosen>{own_name(one)}</option> }
    });
    view! {
        <fieldset class="preview-switches">
            <legend class="sr-only">{tr!(preview.phone)}</legend>
            {switch(tr!(preview.offline), phone.offline)}
            {switch(tr!(preview.slow), phone.slow)}
            {switch(tr!(preview.later), phone.later)}
            {switch(tr!(preview.small), phone.small)}
            <label class="check">
                <span>{tr!(preview.language)}</span>
                <select class="select select-sm" on:change:target=move |event| spoken(&event.target().value())>
                    {languages.into_iter().collect_view()}
                </select>
            </label>
            <button type="button" class="btn" on:click=look_again>{tr!(preview.again)}</button>
        </fieldset>
    }
    .into_any()
}

fn switch(label: &'static str, on: RwSignal<bool>) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                class="checkbox"
                prop:checked=move || on.get()
                on:change:target=move |event| on.set(event.target().checked())
            />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// What a language calls itself.
fn own_name(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::German => "Deutsch",
    }
}
