//! The search field of the page Jobs and the filters below it.
//!
//! Owns the way between what is typed, the address and the keyboard. What is typed counts at once;
//! the address follows when the typing pauses, because browsers limit how often it may change.

use super::filter::{DayFilter, Filter, Sort, StatusFilter};
use super::keys;
use super::search_index::use_search;
use crate::shared::labels::priority_label;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use afield_domain::Priority;
use afield_domain::time::Day;
use afield_platform::timer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::location::Url;

const PAUSE_MS: u32 = 300;

/// The filter of the page: what the address says, and what was typed since.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    /// What stands in the field.
    typed: RwSignal<String>,
    address: Memo<Filter>,
    go: Callback<Filter>,
    number: StoredValue<u32>,
}

impl Choice {
    /// The choice of this page.
    pub(super) fn new() -> Self {
        let query = use_query_map();
        let navigate = use_navigate();
        let address =
            Memo::new(move |_| query.with(|query| Filter::parse(|name| query.get_str(name))));
        let typed = RwSignal::new(address.with_untracked(|filter| filter.query.clone()));
        // Back, forward, or a link to another search.
        let asked = Memo::new(move |_| address.with(|filter| filter.query.clone()));
        Effect::new(move |before: Option<()>| {
            let asked = asked.get();
            if before.is_some() && typed.with_untracked(|typed| *typed != asked) {
                typed.set(asked);
            }
        });
        let options = || NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        Self {
            typed,
            address,
            go: Callback::new(move |filter: Filter| {
                navigate(&filter.href(Url::escape), options());
            }),
            number: StoredValue::new(0),
        }
    }

    /// The filter that counts; tracks.
    pub(super) fn filter(self) -> Filter {
        Filter {
            query: self.typed.get(),
            ..self.address.get()
        }
    }

    /// Changes the filter, and the address with it.
    fn change(self, change: impl FnOnce(&mut Filter)) {
        let mut filter = untrack(|| self.filter());
        change(&mut filter);
        self.number.update_value(|number| *number += 1);
        self.typed.set(filter.query.clone());
        self.go.run(filter);
    }

    /// **Clear filters**.
    pub(super) fn clear(self) {
        self.change(|filter| *filter = Filter::default());
    }

    /// Takes the words away and nothing else.
    pub(super) fn clear_query(self) {
        self.change(|filter| filter.query.clear());
    }

    fn type_in(self, text: String) {
        self.typed.set(text);
        self.number.update_value(|number| *number += 1);
        let number = self.number.get_value();
        spawn_local(async move {
            timer::sleep_ms(PAUSE_MS).await;
            // The page may be gone: then the address is another page's.
            if self.number.try_get_value() == Some(number) {
                self.change(|_| {});
            }
        });
    }
}

/// Field and filters. `today` is the company's.
pub(super) fn search_bar(choice: Choice, today: Memo<Day>) -> AnyView {
    let is_on = Memo::new(move |_| choice.filter().is_on());
    let has_query = Memo::new(move |_| choice.typed.with(|typed| !typed.is_empty()));
    view! {
        <div role="search" class="stack mb-2">
            {search_field(choice)}
            <div class="chips" role="group" aria-label=tr!(jobs.filter)>
                {StatusFilter::ALL.map(|filter| status_chip(choice, filter)).collect_view()}
            </div>
            <div class="filters">
                {day_select(choice, today)}
                {priority_select(choice)}
                {move || has_query.get().then(|| sort_select(choice))}
                {move || is_on.get().then(|| clear_button(choice))}
            </div>
        </div>
    }
    .into_any()
}

fn search_field(choice: Choice) -> AnyView {
    let search = use_search();
    let want = move || {
        if let Some(search) = search {
            search.want();
        }
    };
    view! {
        <label class="search">
            <span class="sr-only">{tr!(jobs.search)}</span>
            {icon(Icon::Search)}
            <input
                id=keys::FIELD
                type="search"
                class="input w-full"
                placeholder=tr!(jobs.search_hint)
                autocomplete="off"
                enterkeyhint="search"
                aria-keyshortcuts="/"
                aria-describedby="job-keys"
                prop:value=move || choice.typed.get()
                on:focus=move |_| want()
                on:input:target=move |event| {
                    want();
                    choice.type_in(event.target().value());
                }
                on:change=move |_| choice.change(|_| {})
                on:keydown=move |event| keys::in_field(&event, choice)
            />
        </label>
        {keys::hint()}
    }
    .into_any()
}

fn status_chip(choice: Choice, filter: StatusFilter) -> AnyView {
    let is_chosen = move || choice.address.with(|address| address.status == filter);
    view! {
        <button
            type="button"
            class="chip"
            aria-pressed=move || is_chosen().to_string()
            on:click=move |_| choice.change(|all| all.status = filter)
        >
            {status_name(filter)}
        </button>
    }
    .into_any()
}

fn status_name(filter: StatusFilter) -> &'static str {
    match filter {
        StatusFilter::All => tr!(jobs.filter_all),
        StatusFilter::Open => tr!(jobs.filter_open),
        StatusFilter::Closed => tr!(jobs.filter_closed),
        StatusFilter::Unsent => tr!(jobs.filter_unsent),
    }
}

// The value of the choice that opens the field for a date.
const ONE_DAY: &str = "date";

fn day_select(choice: Choice, today: Memo<Day>) -> AnyView {
    let day = Memo::new(move |_| choice.address.with(|address| address.day));
    let named = DayFilter::ALL.map(|filter| {
        let name = filter.name();
        option(name, day_name(filter), move || day.get() == filter)
    });
    let is_date = Memo::new(move |_| matches!(day.get(), DayFilter::On(_)));
    let choose = move |name: String| {
        let chosen = match name.as_str() {
            ONE_DAY => DayFilter::On(today.get_untracked()),
            name => DayFilter::parse(name),
        };
        choice.change(|all| all.day = chosen);
    };
    view! {
        <select
            class="select filter"
            aria-label=tr!(jobs.day)
            on:change:target=move |event| choose(event.target().value())
        >
            {named.collect_view()}
            {option(ONE_DAY.to_owned(), tr!(jobs.day_one), move || is_date.get())}
        </select>
        {move || is_date.get().then(|| {
            view! {
                <input
                    type="date"
                    class="input filter"
                    aria-label=tr!(jobs.day_date)
                    prop:value=move || day.get().name()
                    on:change:target=move |event| choose(event.target().value())
                />
            }
        })}
    }
    .into_any()
}

fn day_name(filter: DayFilter) -> &'static str {
    match filter {
        DayFilter::All => tr!(jobs.day_all),
        DayFilter::Today => tr!(jobs.day_today),
        DayFilter::Tomorrow => tr!(jobs.day_tomorrow),
        DayFilter::Week => tr!(jobs.day_week),
        DayFilter::On(_) => tr!(jobs.day_one),
    }
}

fn priority_select(choice: Choice) -> AnyView {
    let chosen = Memo::new(move |_| choice.address.with(|address| address.priority));
    let named = Priority::ALL.into_iter().rev().map(|priority| {
        let name = priority.name().to_owned();
        option(name, priority_label(priority), move || {
            chosen.get() == Some(priority)
        })
    });
    view! {
        <select
            class="select filter"
            aria-label=tr!(jobs.priority)
            on:change:target=move |event| {
                let priority = Priority::from_name(&event.target().value());
                choice.change(|all| all.priority = priority);
            }
        >
            {option(String::new(), tr!(jobs.priority_all), move || chosen.get().is_none())}
            {named.collect_view()}
        </select>
    }
    .into_any()
}

fn sort_select(choice: Choice) -> AnyView {
    let chosen = Memo::new(move |_| choice.address.with(|address| address.sort));
    let named = Sort::ALL.map(|sort| {
        let label = match sort {
            Sort::Best => tr!(jobs.sort_best),
            Sort::Time => tr!(jobs.sort_time),
        };
        option(sort.name().to_owned(), label, move || chosen.get() == sort)
    });
    view! {
        <select
            class="select filter"
            aria-label=tr!(jobs.sort)
            on:change:target=move |event| {
                let sort = Sort::parse(&event.target().value());
                choice.change(|all| all.sort = sort);
            }
        >
            {named.collect_view()}
        </select>
    }
    .into_any()
}

fn option(
    value: String,
    label: &'static str,
    is_chosen: impl Fn() -> bool + Send + 'static,
) -> AnyView {
    view! { <option value=value prop:selected=is_chosen>{label}</option> }.into_any()
}

/// **Clear filters**; the focus goes on to the search field, because the button goes away.
pub(super) fn clear_button(choice: Choice) -> AnyView {
    view! {
        <button
            type="button"
            class="btn"
            on:click=move |_| {
                choice.clear();
                keys::focus_field();
            }
        >
            {icon(Icon::Close)}
            {tr!(jobs.clear)}
        </button>
    }
    .into_any()
}
