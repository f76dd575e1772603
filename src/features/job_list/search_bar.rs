//! The search field of the page Jobs and the filters below it.

use super::active_filter::ActiveFilter;
use super::filter::{DayFilter, Sort, StatusFilter};
use super::keys;
use super::search_index::use_search;
use crate::memo::Memo;
use crate::shared::labels::priority_label;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::Priority;
use afield_domain::time::Day;
use leptos::prelude::*;

/// Field and filters. `today` is the company's.
pub(super) fn search_bar(active: ActiveFilter, today: Memo<Day>) -> AnyView {
    let is_on = Memo::new(move |_| active.filter().is_on());
    let has_query = Memo::new(move |_| active.typed.with(|typed| !typed.is_empty()));
    // Folded, so that the jobs begin high on a small screen; a list that is cut down says by what.
    let is_chosen = active.address.with_untracked(|address| {
        address.day != DayFilter::All || address.priority.is_some() || address.sort != Sort::Best
    });
    view! {
        <div role="search" class="stack mb-2">
            {search_field(active)}
            <div class="chips" role="group" aria-label=tr!(jobs.filter)>
                {StatusFilter::ALL.map(|filter| status_chip(active, filter)).collect_view()}
            </div>
            <div class="filters">
                <details class="filter-fold" open=is_chosen>
                    <summary>{tr!(jobs.more_filters)}</summary>
                    <div class="filters">
                        {day_select(active, today)}
                        {priority_select(active)}
                        {move || has_query.get().then(|| sort_select(active))}
                    </div>
                </details>
                {move || is_on.get().then(|| clear_button(active))}
            </div>
        </div>
    }
    .into_any()
}

fn search_field(active: ActiveFilter) -> AnyView {
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
                prop:value=move || active.typed.get()
                on:focus=move |_| want()
                on:input:target=move |event| {
                    want();
                    active.type_in(event.target().value());
                }
                on:change=move |_| active.change(|_| {})
                on:keydown=move |event| keys::in_field(&event, active)
            />
        </label>
        {keys::hint()}
    }
    .into_any()
}

fn status_chip(active: ActiveFilter, filter: StatusFilter) -> AnyView {
    let is_chosen = move || active.address.with(|address| address.status == filter);
    view! {
        <button
            type="button"
            class="chip"
            aria-pressed=move || is_chosen().to_string()
            on:click=move |_| active.change(|all| all.status = filter)
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

fn day_select(active: ActiveFilter, today: Memo<Day>) -> AnyView {
    let day = Memo::new(move |_| active.address.with(|address| address.day));
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
        active.change(|all| all.day = chosen);
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

fn priority_select(active: ActiveFilter) -> AnyView {
    let chosen = Memo::new(move |_| active.address.with(|address| address.priority));
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
                active.change(|all| all.priority = priority);
            }
        >
            {option(String::new(), tr!(jobs.priority_all), move || chosen.get().is_none())}
            {named.collect_view()}
        </select>
    }
    .into_any()
}

fn sort_select(active: ActiveFilter) -> AnyView {
    let chosen = Memo::new(move |_| active.address.with(|address| address.sort));
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
                active.change(|all| all.sort = sort);
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
pub(super) fn clear_button(active: ActiveFilter) -> AnyView {
    view! {
        <button
            type="button"
            class="btn"
            on:click=move |_| {
                active.clear();
                keys::focus_field();
            }
        >
            {icon(Icon::Close)}
            {tr!(jobs.clear)}
        </button>
    }
    .into_any()
}
