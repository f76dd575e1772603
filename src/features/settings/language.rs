//! The language of the app, on the page Settings.
//!
//! Texts are read when they are drawn, so another language shows after the page has loaded again. Must
//! never do that over something typed: then the choice waits for the next start.

use crate::runtime::prefs;
use crate::shared::drafts::use_drafts;
use crate::signal::RwSignal;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::section;
use crate::view::view;
use crate::{texts, tr};
use afield_domain::Language;
use leptos::prelude::*;

/// The choice of the language.
pub(super) fn language_part() -> impl IntoView {
    let chosen = RwSignal::new(prefs::chosen_language());
    let waits = RwSignal::new(false);
    let drafts = use_drafts();
    let choose = move |language| {
        prefs::choose_language(language);
        // Asked again: a browser that keeps nothing has chosen nothing.
        chosen.set(prefs::chosen_language());
        let is_another = prefs::language() != texts::language();
        let has_drafts = untrack(|| drafts.are_dirty());
        waits.set(is_another && has_drafts);
        if is_another && !has_drafts {
            let _ = window().location().reload();
        }
    };
    let option = move |language: Option<Language>| {
        view! {
            <button
                type="button"
                class="chip"
                lang=language.map(Language::tag)
                aria-pressed=move || (chosen.get() == language).to_string()
                on:click=move |_| choose(language)
            >
                {language_label(language)}
            </button>
        }
    };
    let options = view! {
        <div class="card pad chips" role="group" aria-label=tr!(settings.language)>
            {option(None)}
            {Language::ALL.map(|language| option(Some(language))).collect_view()}
        </div>
        <div aria-live="polite">
            {move || waits.get().then(|| {
                notice(Tone::Info, view! { <p>{tr!(settings.language_waits)}</p> }.into_any())
            })}
        </div>
    };
    section(tr!(settings.language), options.into_any())
}

/// Each language in its own words, so that whoever reads only that one finds it.
fn language_label(language: Option<Language>) -> &'static str {
    match language {
        None => tr!(settings.language_system),
        Some(Language::English) => tr!(settings.english),
        Some(Language::German) => tr!(settings.german),
    }
}
