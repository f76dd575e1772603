//! The page Jobs: every job on this phone, by day, with a filter that lives in the address.

use super::row::job_row;
use super::view_model::{DaySection, Filter, StatusFilter, job_rows, sections};
use crate::clock::use_clock;
use crate::commands::use_commands;
use crate::live::Live;
use crate::session::Account;
use crate::sync_status::use_sync_state;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{empty, heading, skeleton};
use crate::words::{day_label, jobs};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{query_signal_with_options, use_query_map};
use std::sync::Arc;

// Rows drawn at first, and with each "Show more": a long day must not make the page slow.
const STEP: usize = 60;

/// The page.
pub fn list_page(account: Arc<Account>, live: Live) -> AnyView {
    let clock = use_clock();
    let query = use_query_map();
    let filter = Memo::new(move |_| {
        query.with(|query| Filter::new(query.get_str("q"), query.get_str("status")))
    });
    let limit = RwSignal::new(STEP);
    let zone = account.zone.clone();
    let rows = {
        let zone = zone.clone();
        Memo::new(move |_| {
            live.projection.with(|projection| {
                live.entries
                    .with(|entries| job_rows(projection, entries, &zone))
            })
        })
    };
    let shown = Memo::new(move |_| {
        let rows = rows.with(|rows| {
            filter.with(|filter| {
                rows.iter()
                    .filter(|row| filter.accepts(row))
                    .cloned()
                    .collect::<Vec<_>>()
            })
        });
        sections(rows, &zone, clock.now(), limit.get())
    });
    view! {
        <div class="page-head">{heading(tr!(pages.jobs))} {sync_now_button()}</div>
        {filters()}
        <p class="muted mb-3" aria-live="polite">
            {move || {
                let found = shown.with(|(sections, left)| {
                    left + sections.iter().map(|section| section.rows.len()).sum::<usize>()
                });
                live.loaded.get().then(|| jobs(found))
            }}
        </p>
        {move || match (live.loaded.get(), shown.with(|(sections, _)| sections.is_empty())) {
            (false, _) => skeleton(6).into_any(),
            (true, true) if live.expired.get() => hidden().into_any(),
            (true, true) => nothing(rows.with(Vec::is_empty)).into_any(),
            (true, false) => day_list(shown).into_any(),
        }}
        {move || {
            let left = shown.with(|(_, left)| *left);
            (left > 0)
                .then(|| {
                    view! {
                        <button type="button" class="btn w-full" on:click=move |_| limit.update(|limit| *limit += STEP)>
                            {tr!(jobs.more, count = left)}
                        </button>
                    }
                })
        }}
    }
    .into_any()
}

fn day_list(shown: Memo<(Vec<DaySection>, usize)>) -> impl IntoView {
    let days = move || {
        shown.with(|(sections, _)| {
            sections
                .iter()
                .map(|section| (section.day, section.near))
                .collect::<Vec<_>>()
        })
    };
    let rows_of = move |day| {
        shown.with(|(sections, _)| {
            sections
                .iter()
                .find(|section| section.day == day)
                .map(|section| section.rows.clone())
                .unwrap_or_default()
        })
    };
    view! {
        <For each=days key=|day| *day let((day, near))>
            <section class="section">
                <h2 class="section-title">{day_label(near, day)}</h2>
                <ul class="card list">
                    <For each=move || rows_of(day) key=Clone::clone let(row)>
                        {job_row(row)}
                    </For>
                </ul>
            </section>
        </For>
    }
}

/// Jobs are there and too old to be shown.
pub fn hidden() -> impl IntoView {
    empty(Icon::Clock, tr!(jobs.expired), tr!(jobs.expired_hint))
}

fn nothing(has_none_at_all: bool) -> impl IntoView {
    if has_none_at_all {
        empty(Icon::Jobs, tr!(jobs.none), tr!(jobs.none_hint)).into_any()
    } else {
        empty(Icon::Search, tr!(jobs.no_match), tr!(jobs.no_match_hint)).into_any()
    }
}

fn filters() -> impl IntoView {
    let options = || NavigateOptions {
        replace: true,
        scroll: false,
        ..NavigateOptions::default()
    };
    let (query, set_query) = query_signal_with_options::<String>("q", options());
    let (status, set_status) = query_signal_with_options::<String>("status", options());
    let choice = move |filter: StatusFilter| {
        let is_chosen = move || StatusFilter::parse(status.get().as_deref()) == filter;
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=move || is_chosen().to_string()
                on:click=move |_| set_status.set(filter.name().map(str::to_owned))
            >
                {filter_label(filter)}
            </button>
        }
    };
    view! {
        <div role="search" class="stack mb-2">
            <label class="search">
                <span class="sr-only">{tr!(jobs.search)}</span>
                {icon(Icon::Search)}
                <input
                    type="search"
                    class="input w-full"
                    placeholder=tr!(jobs.search_hint)
                    prop:value=move || query.get().unwrap_or_default()
                    on:input:target=move |event| {
                        let text = event.target().value();
                        set_query.set((!text.is_empty()).then_some(text));
                    }
                />
            </label>
            <div class="chips" role="group" aria-label=tr!(jobs.filter)>
                {StatusFilter::ALL.map(choice).collect_view()}
            </div>
        </div>
    }
}

fn filter_label(filter: StatusFilter) -> &'static str {
    match filter {
        StatusFilter::All => tr!(jobs.filter_all),
        StatusFilter::Open => tr!(jobs.filter_open),
        StatusFilter::Closed => tr!(jobs.filter_closed),
        StatusFilter::Unsent => tr!(jobs.filter_unsent),
    }
}

/// **Sync now**, with a sign of the pass under way.
pub fn sync_now_button() -> impl IntoView {
    let commands = use_commands();
    let sync = use_sync_state();
    view! {
        <button
            type="button"
            class="btn sync-now"
            class:is-syncing=move || sync.is_syncing()
            on:click=move |_| {
                if let Some(commands) = commands {
                    commands.sync_now();
                }
            }
        >
            {icon(Icon::Sync)}
            {tr!(common.sync_now)}
        </button>
    }
}
