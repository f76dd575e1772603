//! A field that narrows a list of records, and the list, of which one is chosen.
//!
//! Must never know where the records are from.

use super::choices::RecordOption;
use crate::memo::Memo;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::view::view;
use leptos::prelude::*;

/// What stands in it.
#[derive(Clone, Copy)]
pub struct ChoiceTexts {
    /// The name of its radio buttons.
    pub name: &'static str,
    /// What is chosen.
    pub legend: &'static str,
    /// The name of the field that narrows the list.
    pub search: &'static str,
    /// Said where nothing fits.
    pub nothing: &'static str,
    /// Said instead as long as something else is to be done first; of a form that knows such a thing.
    pub first: Option<Memo<Option<&'static str>>>,
}

/// One of the records, or none: a field that narrows the list, and the list. `choose`
/// hears the id, or nothing as an empty text.
pub fn choice(
    texts: ChoiceTexts,
    query: RwSignal<String>,
    found: Memo<(Vec<RecordOption>, usize)>,
    chosen: Memo<Option<String>>,
    choose: Callback<String>,
) -> AnyView {
    let rows = move || found.with(|(rows, _)| rows.clone());
    let told = move || {
        found.with(|(rows, more)| match (rows.len(), more) {
            (0, _) => {
                let first = texts.first.and_then(|first| first.get());
                first.unwrap_or(texts.nothing).to_owned()
            }
            (_, 0) => String::new(),
            (_, more) => tr!(job.found_more, count = more),
        })
    };
    let ChoiceTexts {
        name,
        legend,
        search,
        ..
    } = texts;
    let none = RecordOption {
        id: String::new(),
        name: tr!(job.none).to_owned(),
        detail: String::new(),
    };
    view! {
        <fieldset class="choice">
            <legend>{legend}</legend>
            <label class="search">
                <span class="sr-only">{search}</span>
                {icon(Icon::Search)}
                <input
                    type="search"
                    class="input w-full"
                    placeholder=search
                    autocomplete="off"
                    on:input:target=move |event| query.set(event.target().value())
                />
            </label>
            <div class="card list choice-list">
                {radio(name, none, chosen, choose)}
                <For each=rows key=Clone::clone let(row)>
                    {radio(name, row, chosen, choose)}
                </For>
            </div>
            <p class="muted" role="status">{told}</p>
        </fieldset>
    }
    .into_any()
}

fn radio(
    name: &'static str,
    choice: RecordOption,
    chosen: Memo<Option<String>>,
    choose: Callback<String>,
) -> AnyView {
    let id = choice.id.clone();
    let is_chosen = {
        let id = id.clone();
        move || chosen.with(|chosen| chosen.as_deref().unwrap_or_default() == id)
    };
    view! {
        <label class="choice-row">
            <input
                type="radio"
                name=name
                prop:checked=is_chosen
                on:change=move |_| choose.run(id.clone())
            />
            <span class="choice-text">
                <span class="job-title" dir="auto">{choice.name}</span>
                <span class="job-place">{choice.detail}</span>
            </span>
        </label>
    }
    .into_any()
}
