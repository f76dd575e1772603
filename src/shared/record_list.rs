//! A list of the office's records: searched on the server, a page at a time.
//!
//! Its address says what is looked for, so that whoever comes back finds it again. What a row shows is given.

use super::listing::Listing;
use crate::effect::Effect;
use crate::error::Trouble;
use crate::memo::Memo;
use crate::routes::Route;
use crate::shared::retry::retry_line;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{empty, skeleton};
use crate::view::view;
use afield_domain::{Module, Versioned};
use afield_platform::api;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::location::Url;
use std::sync::Arc;
use std::time::Duration;

/// How long after the last key the server is asked.
const TYPED: Duration = Duration::from_millis(250);

/// What is listed, and in which words.
#[derive(Clone, Copy)]
pub struct Listed {
    /// The kind of records.
    pub module: Module,
    /// Where the list is.
    pub route: Route,
    /// What the search is called.
    pub search: &'static str,
    /// What stands where nothing was found, and what to do then.
    pub none: (&'static str, &'static str),
}

/// How a row shows its record.
pub type DrawRow = Arc<dyn Fn(&Versioned) -> AnyView + Send + Sync>;

/// What the list works with.
#[derive(Clone, Copy)]
pub struct ListDesk {
    module: Module,
    list: RwSignal<Listing>,
    trouble: RwSignal<Option<Trouble>>,
    busy: RwSignal<bool>,
}

impl ListDesk {
    /// With nothing asked for yet.
    #[must_use]
    pub fn new(module: Module) -> Self {
        Self {
            module,
            list: RwSignal::new(Listing::default()),
            trouble: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Puts a record that was made or changed where it belongs.
    pub fn put(self, saved: Versioned) {
        let _ = self.list.try_update(|list| list.put(saved));
    }

    /// Asks for the first page, or for the next one.
    fn load(self, skip: usize) {
        let asked = self.list.with_untracked(|list| list.asked.clone());
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::find_page(self.module, &asked.0, asked.1, skip).await;
            let is_asked = |list: &Listing| list.asked == asked;
            if self.list.try_with_untracked(is_asked) != Some(true) {
                return;
            }
            let _ = self.busy.try_set(false);
            match answer {
                Ok(found) => {
                    let _ = self.trouble.try_set(None);
                    let take =
                        |list: &mut Listing| list.take(&asked, skip, found.records, found.more);
                    let _ = self.list.try_update(take);
                }
                Err(failure) => drop(self.trouble.try_set(Some(failure.into()))),
            }
        });
    }
}

/// The search and the rows.
pub fn record_list(listed: Listed, desk: ListDesk, draw: DrawRow) -> AnyView {
    let query = use_query_map();
    let (words, archived) = query.with_untracked(|query| {
        let words = query.get_str("q").unwrap_or_default().to_owned();
        (words, query.get_str("archived").is_some())
    });
    let (words, archived) = (RwSignal::new(words), RwSignal::new(archived));
    follow(listed.route, desk, words, archived);
    view! {
        <div class="customer-search">
            <label class="search">
                <span class="sr-only">{listed.search}</span>
                {icon(Icon::Search)}
                <input
                    type="search"
                    class="input w-full"
                    placeholder=listed.search
                    autocomplete="off"
                    prop:value=words.get_untracked()
                    on:input:target=move |event| words.set(event.target().value())
                />
            </label>
            <label class="check">
                <input
                    type="checkbox"
                    class="checkbox"
                    prop:checked=archived.get_untracked()
                    on:change:target=move |event| archived.set(event.target().checked())
                />
                <span>{tr!(customers.only_archived)}</span>
            </label>
        </div>
        {trouble(desk)}
        {rows(listed, desk, draw)}
    }
    .into_any()
}

/// Asks for what is looked for when nothing more has been typed for a moment, and writes it into the address.
fn follow(route: Route, desk: ListDesk, words: RwSignal<String>, archived: RwSignal<bool>) {
    let go = use_navigate();
    let wanted = Memo::new(move |_| (words.get(), archived.get()));
    Effect::new(move |before: Option<()>| {
        let (words, archived) = wanted.get();
        if before.is_none() {
            desk.list.update(|list| list.ask(words, archived));
            return desk.load(0);
        }
        let go = go.clone();
        let ask = move || {
            if wanted.try_get_untracked() != Some((words.clone(), archived)) {
                return;
            }
            let only = if archived { "&archived=1" } else { "" };
            let href = format!("{}?q={}{only}", route.href(), Url::escape(&words));
            desk.list.update(|list| list.ask(words, archived));
            desk.load(0);
            go(
                &href,
                NavigateOptions {
                    replace: true,
                    scroll: false,
                    ..NavigateOptions::default()
                },
            );
        };
        set_timeout(ask, TYPED);
    });
}

fn trouble(desk: ListDesk) -> AnyView {
    let line = retry_line(desk.trouble, move || desk.load(0));
    view! { <div role="status">{line}</div> }.into_any()
}

fn rows(listed: Listed, desk: ListDesk, draw: DrawRow) -> AnyView {
    let content = move || {
        let (rows, more) = desk.list.with(|list| (list.rows.clone(), list.more));
        match rows {
            None if desk.trouble.with(Option::is_some) => ().into_any(),
            None => skeleton(8).into_any(),
            Some(rows) if rows.is_empty() => {
                empty(Icon::Search, listed.none.0, listed.none.1).into_any()
            }
            Some(rows) => {
                let rows = rows.iter().map(|row| draw(row)).collect_view();
                let next = (more > 0).then(|| next(desk, more));
                view! { <ul class="card list customers">{rows}</ul> {next} }.into_any()
            }
        }
    };
    view! { {content} }.into_any()
}

fn next(desk: ListDesk, more: u64) -> AnyView {
    let load = move |_| {
        if !desk.busy.get_untracked() {
            desk.load(desk.list.with_untracked(Listing::count));
        }
    };
    view! {
        <button
            type="button"
            class="btn"
            aria-disabled=move || desk.busy.get().then_some("true")
            on:click=load
        >
            {tr!(customers.more, count = more)}
        </button>
    }
    .into_any()
}
