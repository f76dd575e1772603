//! The page Jobs: every job on this phone, by day, or what a search finds of them.
//!
//! Owns what is drawn when. The filter lives in the address and in `active_filter`.

use super::active_filter::ActiveFilter;
use super::filter::Filter;
use super::keys;
use super::results::{ResultRow, SearchResults, nearness, search_results};
use super::row::found_row;
use super::search_bar::{clear_button, search_bar};
use super::search_index::{Search, use_search};
use crate::effect::Effect;
use crate::memo::Memo;
use crate::runtime::clock::use_clock;
use crate::runtime::live::Live;
use crate::runtime::session::{Account, use_session};
use crate::runtime::sync_status::use_sync_state;
use crate::shared::expired::hidden;
use crate::shared::job_row::{JobRowTexts, job_row};
use crate::shared::job_rows::{DaySection, JobRow, job_rows, sections};
use crate::shared::labels::{day_label, jobs};
use crate::shared::mode_note::cut_note;
use crate::shared::new_job_link::new_job_link;
use crate::shared::news::follow_news;
use crate::shared::pull_to_sync::pull_to_sync;
use crate::shared::sync_now::sync_now_button;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::Icon;
use crate::ui::list::For;
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_domain::search::Query;
use afield_domain::time::Day;
use afield_domain::{JobId, Timestamp};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

// Rows drawn at first, and with each "Show more": a long day must not make the page slow.
const STEP: usize = 60;

/// What the list is made of.
#[derive(Debug, Clone, Copy)]
struct Source {
    live: Live,
    search: Option<Search>,
    active: ActiveFilter,
    filter: Memo<Filter>,
    /// Every job, drawn up once per change and not per key.
    rows: Memo<Vec<JobRow>>,
    /// Where each job stands in `rows`.
    places: Memo<BTreeMap<JobId, usize>>,
    today: Memo<Day>,
    limit: RwSignal<usize>,
}

/// What the list shows.
#[derive(Debug, Clone, PartialEq)]
enum ListContent {
    /// The records are being read.
    Loading,
    /// The index is being made.
    Searching,
    /// The records are too old.
    Expired,
    /// Nothing, and whether that is for want of jobs.
    Nothing { has_none_at_all: bool },
    /// Jobs by day, and how many are left out.
    Days(Vec<DaySection>, usize),
    /// What a search found.
    Results(SearchResults),
}

/// The page Jobs.
pub fn list_page(account: Arc<Account>, live: Live) -> AnyView {
    follow_news(account.signed_in.info.user.id, live);
    let source = source(&account, live);
    let active = source.active;
    let clock = use_clock();
    let shown = Memo::new(move |_| shown(source, untrack(|| clock.now())));
    keys::listen();
    view! {
        {pull_to_sync()}
        <div class="page-head">
            {heading(tr!(pages.jobs))}
            <div class="actions">{new_job_link()} {sync_now_button()}</div>
        </div>
        {cut_note(use_sync_state())}
        {search_bar(active, source.today)}
        <p class="muted mb-3" role="status" aria-live="polite">
            {move || shown.with(count_text)}
        </p>
        <div id=keys::LIST on:keydown=move |event| keys::in_list(&event, active)>
            {list(shown, active, source.today)}
        </div>
        {more(source, shown)}
    }
    .into_any()
}

fn source(account: &Account, live: Live) -> Source {
    let clock = use_clock();
    let active = ActiveFilter::new();
    let zone = account.zone.clone();
    let rows = Memo::new(move |_| {
        live.projection
            .with(|all| job_rows(all, all.entries(), &zone))
    });
    let zone = account.zone.clone();
    let filter = Memo::new(move |_| active.filter());
    let limit = RwSignal::new(STEP);
    Effect::new(move |_| {
        filter.track();
        limit.set(STEP);
    });
    Source {
        live,
        search: use_search(),
        active,
        filter,
        rows,
        places: Memo::new(move |_| rows.with(|rows| places_of(rows))),
        today: Memo::new(move |_| zone.day(clock.now())),
        limit,
    }
}

/// Not collected: that would sort first, by code that is downloaded for it.
fn places_of(rows: &[JobRow]) -> BTreeMap<JobId, usize> {
    let mut places = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        places.insert(row.id, place);
    }
    places
}

fn shown(source: Source, now: Timestamp) -> ListContent {
    if !source.live.loaded.get() {
        return ListContent::Loading;
    }
    let has_none_at_all = source.rows.with(Vec::is_empty);
    if has_none_at_all && source.live.hidden.get() {
        return ListContent::Expired;
    }
    let filter = source.filter.get();
    let query = Query::new(&filter.query);
    let shown = match source.search {
        Some(search) if !query.is_empty() => shown_found(source, search, &filter, &query, now),
        _ => shown_days(source, &filter),
    };
    let is_nothing = match &shown {
        ListContent::Days(days, _) => days.is_empty(),
        ListContent::Results(found) => found.exact.is_empty() && found.similar.is_empty(),
        _ => false,
    };
    if is_nothing {
        return ListContent::Nothing { has_none_at_all };
    }
    shown
}

fn shown_days(source: Source, filter: &Filter) -> ListContent {
    let today = source.today.get();
    source.rows.with(|rows| {
        let rows: Vec<&JobRow> = rows
            .iter()
            .filter(|row| filter.accepts(row, today))
            .collect();
        let (days, left) = sections(&rows, today, source.limit.get());
        ListContent::Days(days, left)
    })
}

fn shown_found(
    source: Source,
    search: Search,
    filter: &Filter,
    query: &Query,
    now: Timestamp,
) -> ListContent {
    search.want();
    if !search.is_ready() {
        return ListContent::Searching;
    }
    let (today, limit) = (source.today.get(), source.limit.get());
    source.rows.with(|rows| {
        source.places.with(|places| {
            let row = |id: JobId| rows.get(*places.get(&id)?);
            let hits = search.find(query, |id| row(id).map_or(0, |row| nearness(row, now)));
            let row = |id| row(id).filter(|row| filter.accepts(row, today));
            let texts = |id| search.texts(id);
            ListContent::Results(search_results(query, &hits, filter.sort, limit, row, texts))
        })
    })
}

/// How many there are, for the eye and to be read aloud.
fn count_text(shown: &ListContent) -> String {
    match shown {
        ListContent::Loading | ListContent::Expired => String::new(),
        ListContent::Searching => tr!(jobs.searching).to_owned(),
        ListContent::Nothing { .. } => jobs(0),
        ListContent::Days(days, left) => {
            let drawn: usize = days.iter().map(|day| day.rows.len()).sum();
            jobs(left + drawn)
        }
        ListContent::Results(found) => match (found.exact_count, found.similar_count) {
            (exact, 0) => jobs(exact),
            (0, similar) => tr!(jobs.found_only_similar, jobs = jobs(similar)),
            (exact, similar) => {
                tr!(jobs.found_similar, jobs = jobs(exact), similar = similar)
            }
        },
    }
}

/// Which of the lists stands there; the lists themselves change row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListKind {
    Loading,
    Expired,
    Nothing(bool),
    Days,
    Results,
}

fn list(shown: Memo<ListContent>, active: ActiveFilter, today: Memo<Day>) -> impl IntoView {
    let kind = Memo::new(move |_| {
        shown.with(|shown| match shown {
            ListContent::Loading | ListContent::Searching => ListKind::Loading,
            ListContent::Expired => ListKind::Expired,
            ListContent::Nothing { has_none_at_all } => ListKind::Nothing(*has_none_at_all),
            ListContent::Days(..) => ListKind::Days,
            ListContent::Results(_) => ListKind::Results,
        })
    });
    move || match kind.get() {
        ListKind::Loading => skeleton(6).into_any(),
        ListKind::Expired => hidden().into_any(),
        ListKind::Nothing(true) => empty(
            Icon::Jobs,
            tr!(jobs.none),
            tr!(jobs.none_hint, days = use_session().window_days()),
        )
        .into_any(),
        ListKind::Nothing(false) => view! {
            {empty(Icon::Search, tr!(jobs.no_match), tr!(jobs.no_match_hint))}
            <p class="text-center">{clear_button(active)}</p>
        }
        .into_any(),
        ListKind::Days => day_list(shown).into_any(),
        ListKind::Results => found_list(shown, today).into_any(),
    }
}

fn day_list(shown: Memo<ListContent>) -> impl IntoView {
    let days = move || {
        shown.with(|shown| match shown {
            ListContent::Days(days, _) => days.iter().map(|day| (day.day, day.near)).collect(),
            _ => Vec::new(),
        })
    };
    let rows_of = move |wanted| {
        shown.with(|shown| match shown {
            ListContent::Days(days, _) => days
                .iter()
                .find(|day| day.day == wanted)
                .map(|day| day.rows.clone())
                .unwrap_or_default(),
            _ => Vec::new(),
        })
    };
    view! {
        <For each=days key=|day| *day let((day, near))>
            <section class="section">
                <h2 class="section-title">{day_label(near, day)}</h2>
                <ul class="card list">
                    <For each=move || rows_of(day) key=Clone::clone let(row)>
                        {job_row(&row, JobRowTexts::of(&row))}
                    </For>
                </ul>
            </section>
        </For>
    }
}

fn found_list(shown: Memo<ListContent>, today: Memo<Day>) -> impl IntoView {
    let rows = move |of: fn(&SearchResults) -> &Vec<ResultRow>| {
        shown.with(|shown| match shown {
            ListContent::Results(found) => of(found).clone(),
            _ => Vec::new(),
        })
    };
    let has_exact = Memo::new(move |_| !rows(|found| &found.exact).is_empty());
    let has_similar = Memo::new(move |_| !rows(|found| &found.similar).is_empty());
    let part = move |of: fn(&SearchResults) -> &Vec<ResultRow>| {
        view! {
            <ul class="card list section">
                <For each=move || rows(of) key=Clone::clone let(row)>
                    {found_row(row, today.get_untracked())}
                </For>
            </ul>
        }
        .into_any()
    };
    view! {
        {move || has_exact.get().then(|| part(|found| &found.exact))}
        {move || has_similar.get().then(|| view! {
            <h2 class="section-title">{tr!(jobs.similar)}</h2>
            {part(|found| &found.similar)}
        })}
    }
}

fn more(source: Source, shown: Memo<ListContent>) -> impl IntoView {
    let left = Memo::new(move |_| {
        shown.with(|shown| match shown {
            ListContent::Days(_, left) => *left,
            ListContent::Results(found) => found.left(),
            _ => 0,
        })
    });
    let limit = source.limit;
    move || {
        let left = left.get();
        (left > 0).then(|| {
            view! {
                <button type="button" class="btn w-full" on:click=move |_| limit.update(|limit| *limit += STEP)>
                    {tr!(jobs.more, count = left)}
                </button>
            }
        })
    }
}
