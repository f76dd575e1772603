//! A panel that opens, searches what is on this phone as somebody types, and adds what they choose.
//!
//! Owns the panel; what is found and what choosing means is the caller's. It stays open: who adds one
//! thing often adds the next.

use crate::memo::Memo;
use crate::shared::item_names::{ItemName, names_apart};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::view::view;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use std::sync::Arc;

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PickerItem {
    /// Its id, as text.
    pub(super) item: String,
    /// What names it.
    pub(super) about: ItemName,
    /// Whether it is marked as near.
    pub(super) is_near: bool,
}

/// The words of a panel.
#[derive(Debug, Clone, Copy)]
pub(super) struct PickerTexts {
    /// The id of its field.
    pub(super) id: &'static str,
    /// The button that opens it.
    pub(super) open: &'static str,
    /// The label of its field.
    pub(super) search: &'static str,
    /// What can be typed.
    pub(super) hint: &'static str,
    /// The button that chooses.
    pub(super) choose: &'static str,
    /// What stands in its place once that is done.
    pub(super) chosen: &'static str,
}

/// Finds what matches the words.
pub(super) type Find = Arc<dyn Fn(&str) -> Vec<PickerItem> + Send + Sync>;

/// What a panel does.
#[derive(Clone)]
pub(super) struct PickerDoes {
    /// What matches the words; tracks.
    pub(super) find: Find,
    /// Whether it was chosen before; tracks.
    pub(super) is_chosen: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// Runs with what was picked.
    pub(super) choose: Callback<PickerItem>,
    /// Enter was pressed on the words.
    pub(super) enter: Callback<String>,
}

/// The button and its panel. `query` holds the words, `message` what the panel says, `beside` stands
/// beside the field.
pub(super) fn picker(
    texts: PickerTexts,
    does: PickerDoes,
    query: RwSignal<String>,
    message: RwSignal<String>,
    beside: fn(RwSignal<String>, Callback<String>) -> AnyView,
) -> AnyView {
    let is_open = RwSignal::new(false);
    let toggle = move |_| {
        is_open.update(|open| *open = !*open);
        query.set(String::new());
        message.set(String::new());
        if is_open.get_untracked() {
            request_animation_frame(move || {
                focus::by_id(texts.id);
            });
        }
    };
    view! {
        <button
            type="button"
            class="btn mt-3"
            aria-expanded=move || is_open.get().to_string()
            on:click=toggle
        >
            {move || icon(if is_open.get() { Icon::Close } else { Icon::Search })}
            {texts.open}
        </button>
        {move || is_open.get().then(|| panel(texts, does.clone(), query, message, beside))}
    }
    .into_any()
}

fn panel(
    texts: PickerTexts,
    does: PickerDoes,
    query: RwSignal<String>,
    message: RwSignal<String>,
    beside: fn(RwSignal<String>, Callback<String>) -> AnyView,
) -> AnyView {
    let find = Arc::clone(&does.find);
    let found = Memo::new(move |_| query.with(|query| find(query)));
    let called = Memo::new(move |_| {
        found.with(|found| {
            let abouts: Vec<&ItemName> = found.iter().map(|choice| &choice.about).collect();
            let called = names_apart(&abouts).into_iter();
            found.iter().cloned().zip(called).collect::<Vec<_>>()
        })
    });
    let none =
        Memo::new(move |_| found.with(Vec::is_empty) && query.with(|query| !query.is_empty()));
    let enter = does.enter;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        enter.run(query.get_untracked());
    };
    let type_in = move |text: String| {
        message.set(String::new());
        query.set(text);
    };
    view! {
        <div class="card pad picker">
            <form role="search" aria-label=texts.search class="picker-search" novalidate on:submit=submit>
                <label class="field">
                    <span>{texts.search}</span>
                    <input
                        id=texts.id
                        type="search"
                        class="input w-full"
                        placeholder=texts.hint
                        autocomplete="off"
                        enterkeyhint="search"
                        prop:value=move || query.get()
                        on:input:target=move |event| type_in(event.target().value())
                    />
                </label>
                {beside(query, enter)}
            </form>
            <p role="status" class="muted">
                {move || if none.get() { tr!(assets.found_none).to_owned() } else { String::new() }}
                {move || message.get()}
            </p>
            <ul class="list">
                <For each=move || called.get() key=Clone::clone let((choice, called))>
                    {choice_row(texts, does.clone(), choice, called)}
                </For>
            </ul>
        </div>
    }
    .into_any()
}

fn choice_row(texts: PickerTexts, does: PickerDoes, choice: PickerItem, called: String) -> AnyView {
    let is_chosen = {
        let (item, does) = (choice.item.clone(), does.clone());
        Memo::new(move |_| (does.is_chosen)(&item))
    };
    let ItemName { name, detail, more } = choice.about.clone();
    let near = choice
        .is_near
        .then(|| view! { <span class="tag">{tr!(assets.near)}</span> });
    let button = move || {
        if is_chosen.get() {
            return view! { <span class="picker-done">{icon(Icon::Check)} {texts.chosen}</span> }
                .into_any();
        }
        let (choice, called) = (choice.clone(), called.clone());
        let choose = does.choose;
        view! {
            <button
                type="button"
                class="btn"
                on:click=move |_| {
                    choose.run(choice.clone());
                    // The button goes: a keyboard goes on from the field.
                    focus::by_id(texts.id);
                }
            >
                {texts.choose} <span class="sr-only">{called}</span>
            </button>
        }
        .into_any()
    };
    view! {
        <li class="item-row">
            <div class="item-main">
                <span class="job-title">{name}</span>
                <span class="job-place">{detail}</span>
                <span class="job-place">{more}</span>
                {near}
            </div>
            {button}
        </li>
    }
    .into_any()
}
