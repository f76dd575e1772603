//! The page Forms: every form with its newest version, and the ways to another one.

use super::listing::found;
use crate::error::Trouble;
use crate::memo::Memo;
use crate::routes::Route;
use crate::shared::retry::retry_line;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_platform::api;
use afield_protocol::{FormLine, Forms};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[derive(Clone, Copy)]
struct Desk {
    forms: RwSignal<Option<Forms>>,
    trouble: RwSignal<Option<Trouble>>,
}

impl Desk {
    fn load(self) {
        self.trouble.set(None);
        spawn_local(async move {
            match api::load_forms().await {
                Ok(forms) => drop(self.forms.try_set(Some(forms))),
                Err(failure) => drop(self.trouble.try_set(Some(failure.into()))),
            }
        });
    }
}

/// The page.
pub fn list_page() -> AnyView {
    let desk = Desk {
        forms: RwSignal::new(None),
        trouble: RwSignal::new(None),
    };
    desk.load();
    let words = RwSignal::new(String::new());
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        <div class="page-head">
            {heading(tr!(modules.forms))}
            <div class="actions">
                <a class="btn" href=Route::FormImport.href()>{icon(Icon::File)} {tr!(forms.import)}</a>
                <a class="btn btn-primary" href=Route::FormBuilder(None).href()>{icon(Icon::Plus)} {tr!(forms.new)}</a>
            </div>
        </div>
        <div class="customer-search">
            <label class="search">
                <span class="sr-only">{tr!(forms.find)}</span>
                {icon(Icon::Search)}
                <input
                    type="search"
                    class="input w-full"
                    placeholder=tr!(forms.find)
                    autocomplete="off"
                    on:input:target=move |event| words.set(event.target().value())
                />
            </label>
        </div>
        {trouble(desk)}
        {rows(desk, words)}
    }
    .into_any()
}

fn trouble(desk: Desk) -> AnyView {
    let line = retry_line(desk.trouble, move || desk.load());
    view! { <div role="status">{line}</div> }.into_any()
}

fn rows(desk: Desk, words: RwSignal<String>) -> AnyView {
    let shown = Memo::new(move |_| {
        let of = |forms: &Forms| words.with(|words| found(&forms.forms, words));
        desk.forms.with(|forms| forms.as_ref().map(of))
    });
    let content = move || match shown.get() {
        None if desk.trouble.with(Option::is_some) => ().into_any(),
        None => skeleton(6).into_any(),
        Some(rows) if rows.is_empty() => {
            empty(Icon::File, tr!(forms.none), tr!(forms.none_hint)).into_any()
        }
        Some(rows) => {
            let rows = rows.into_iter().map(row).collect_view();
            view! { <ul class="card list customers">{rows}</ul> }.into_any()
        }
    };
    view! { {content} }.into_any()
}

fn row((line, older): (FormLine, usize)) -> AnyView {
    let versions = (older > 0).then(|| tr!(forms.older, count = older));
    view! {
        <li>
            <a class="row customer-row" href=Route::OfficeForm(line.id).href()>
                <span class="font-semibold customer-name" dir="auto">{line.name}</span>
                <span class="muted">{tr!(forms.questions, count = line.questions)}</span>
                <span class="muted">
                    {tr!(forms.tasks, count = line.tasks)} {versions.map(|text| format!(" · {text}"))}
                </span>
            </a>
        </li>
    }
    .into_any()
}
