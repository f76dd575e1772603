//! The tab Log: how sync went, whether this device's clock can be trusted, and every conflict and refusal.

use super::conflicts::conflict_item;
use super::decided::{bring_back, log_lines};
use super::log_view_model::{LogFilter, LogItem, LogPage, LogQuery, entry_job, log_page};
use super::rows::{STEP, more_button};
use crate::memo::Memo;
use crate::routes::SyncTab;
use crate::runtime::clock::use_clock;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::clock_warning::clock_text;
use crate::shared::labels::{
    change_label, changes, field_label, field_name_label, refusal_label, value_label,
};
use crate::shared::names::unbroken;
use crate::shared::refusals::{Refused, excerpt, refused};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{empty, fact, of, section};
use crate::view::view;
use afield_domain::{ConflictId, Timestamp};
use afield_sync::view::Projection;
use afield_sync::{Decided, Decision, OutboxEntry};
use leptos::prelude::*;
use std::sync::Arc;

/// A log with more entries than this can be searched.
const LONG: usize = 4;

/// What the tab looks for.
#[derive(Debug, Clone, Copy)]
struct Looking {
    filter: RwSignal<LogFilter>,
    words: RwSignal<String>,
    most: RwSignal<usize>,
}

/// The tab's content.
pub(super) fn log_tab(account: &Arc<Account>, live: Live) -> impl IntoView + use<> {
    let entries = entry_list(account, live);
    let facts = fact_list(account);
    view! { {facts} {entries} }
}

fn fact_list(account: &Arc<Account>) -> impl IntoView + use<> {
    let sync = use_sync_state();
    let clock = use_clock();
    let account = Arc::clone(account);
    let time = move |at: Option<Timestamp>| match at {
        Some(at) => account.date_time(at),
        None => tr!(sync.never).to_owned(),
    };
    move || {
        let status = sync.status.get();
        let warning = clock_text(status.clock_offset_ms)
            .map(|text| notice(Tone::Warning, view! { <p>{text}</p> }.into_any()));
        let next = match status.next_try {
            Some(at) if at > clock.wall() => time(Some(at)),
            Some(_) | None => tr!(sync.next_regular).to_owned(),
        };
        view! {
            {warning}
            <dl class="card list facts">
                {fact(tr!(sync.last_sync), time(status.last_sync))}
                {fact(tr!(sync.last_contact), time(status.last_contact))}
                {fact(tr!(sync.next_try), next)}
                {fact(tr!(sync.unsent), changes(status.unsent))}
                {fact(tr!(sync.oldest), time(status.oldest))}
                {fact(tr!(sync.refused_count), changes(status.parked))}
            </dl>
        }
    }
}

/// What was refused and what met another change, newest first; where they are many, by kind and words.
fn entry_list(account: &Arc<Account>, live: Live) -> impl IntoView + use<> {
    let looking = Looking {
        filter: RwSignal::new(LogFilter::All),
        words: RwSignal::new(String::new()),
        most: RwSignal::new(STEP),
    };
    let lines = log_lines(live);
    let page = Memo::new(move |_| {
        looking.words.with(|words| {
            let query = LogQuery {
                filter: looking.filter.get(),
                words,
                label: field_label,
                most: looking.most.get(),
            };
            lines.with(|lines| {
                live.projection
                    .with(|all| log_page(all, all.entries(), lines, query))
            })
        })
    });
    let is_long = Memo::new(move |_| page.with(|page| page.all > LONG));
    let rest = Memo::new(move |_| page.with(|page| page.found.saturating_sub(page.items.len())));
    view! {
        {move || is_long.get().then(|| search_part(looking, page))}
        {refused_part(page, lines, account, live)}
        {conflict_part(page, account, live)}
        {more_button(rest, looking.most)}
    }
}

fn search_part(looking: Looking, page: Memo<LogPage>) -> impl IntoView {
    let chip = move |filter: LogFilter| {
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=move || (looking.filter.get() == filter).to_string()
                on:click=move |_| {
                    looking.most.set(STEP);
                    looking.filter.set(filter);
                }
            >
                {filter_label(filter)}
            </button>
        }
    };
    let type_in = move |words: String| {
        looking.most.set(STEP);
        looking.words.set(words);
    };
    let found = move || page.with(|page| tr!(sync.log_found, count = page.found, all = page.all));
    view! {
        <div role="search" class="stack mt-6">
            <label class="search">
                <span class="sr-only">{tr!(sync.log_search)}</span>
                {icon(Icon::Search)}
                <input
                    type="search"
                    class="input w-full"
                    placeholder=tr!(sync.log_search_hint)
                    autocomplete="off"
                    prop:value=move || looking.words.get()
                    on:input:target=move |event| type_in(event.target().value())
                />
            </label>
            <div class="chips" role="group" aria-label=tr!(jobs.filter)>
                {LogFilter::ALL.map(chip).collect_view()}
            </div>
            <p role="status" class="muted">{found}</p>
        </div>
    }
}

fn filter_label(filter: LogFilter) -> &'static str {
    match filter {
        LogFilter::All => tr!(sync.log_all),
        LogFilter::Open => tr!(sync.log_open),
        LogFilter::Conflicts => tr!(conflict.title),
        LogFilter::Refused => tr!(sync.refused_count),
    }
}

/// The conflicts of the page, or that there are none.
fn conflict_part(page: Memo<LogPage>, account: &Arc<Account>, live: Live) -> impl IntoView + use<> {
    let account = Arc::clone(account);
    let sync = use_sync_state();
    let ids = Memo::new(move |_| {
        let conflict = |item: &LogItem| match item {
            LogItem::Conflict(id) => Some(*id),
            LogItem::Refused(_) => None,
        };
        page.with(|page| {
            page.items
                .iter()
                .filter_map(conflict)
                .collect::<Vec<ConflictId>>()
        })
    });
    let is_empty = Memo::new(move |_| ids.with(Vec::is_empty));
    let is_nothing = Memo::new(move |_| page.with(|page| page.found == 0));
    let has_any = Memo::new(move |_| page.with(|page| page.all > 0));
    let content = move || {
        let account = Arc::clone(&account);
        match (is_empty.get(), is_nothing.get() && has_any.get()) {
            (true, true) => {
                empty(Icon::Search, tr!(sync.log_none), tr!(sync.log_none_hint)).into_any()
            }
            (true, false) => {
                let hint = if sync.holding.get().is_all() {
                    tr!(conflict.none_hint)
                } else {
                    tr!(conflict.none_live)
                };
                empty(Icon::Check, tr!(conflict.none), hint).into_any()
            }
            (false, _) => view! {
                <p class="muted mb-2">{tr!(conflict.lead)}</p>
                <ul class="card list" aria-label=tr!(conflict.title)>
                    <For each=move || ids.get() key=Clone::clone let(id)>
                        {conflict_item(Arc::clone(&account), live, id)}
                    </For>
                </ul>
            }
            .into_any(),
        }
    };
    view! { <div class="mt-6">{section(tr!(conflict.title), content.into_any())}</div> }
}

/// A refused change, what its job is called, what became of it if it was decided, and whether it can be brought back.
type RefusedRow = (Refused, String, Option<Decided>, bool);

/// The refused changes of the page, newest first; nothing if there are none.
fn refused_part(
    page: Memo<LogPage>,
    lines: RwSignal<Vec<OutboxEntry>>,
    account: &Arc<Account>,
    live: Live,
) -> impl IntoView + use<> {
    let (account, shown_to, clock) = (Arc::clone(account), Arc::clone(account), use_clock());
    // What can be brought back ends with the clock; nothing else is drawn again by it.
    let rows = Memo::new(move |_| {
        let now = clock.wall();
        let of_item = |all: &Projection, lines: &[OutboxEntry], item: &LogItem| {
            let LogItem::Refused(id) = item else {
                return None;
            };
            let mut entries = all.entries().iter().chain(lines);
            let entry = entries.find(|entry| entry.mutation.id == *id)?;
            let only = std::slice::from_ref(entry);
            let refused = refused(all, only, &account.signed_in, &account.zone).pop()?;
            let job = entry_job(all, entry);
            Some((refused, job, entry.decided, entry.can_come_back(now)))
        };
        live.projection.with(|all| {
            lines.with(|lines| {
                page.with(|page| {
                    let items = page.items.iter();
                    let rows = items.filter_map(|item| of_item(all, lines, item));
                    rows.collect::<Vec<RefusedRow>>()
                })
            })
        })
    });
    move || {
        let rows = rows.get();
        (!rows.is_empty()).then(|| {
            let row = |row| refused_row(row, &shown_to);
            let rows = rows.into_iter().map(row).collect_view();
            let list =
                view! { <ul class="card list" aria-label=tr!(sync.refused_count)>{rows}</ul> };
            let part = section(tr!(sync.refused_count), list.into_any());
            view! { <div class="mt-6">{part}</div> }
        })
    }
}

fn refused_row(row: RefusedRow, account: &Account) -> AnyView {
    let (refused, job, decided, can_come_back) = row;
    let what = change_label(&refused.what);
    let values = refused.values.iter().map(|(name, value)| {
        let value = excerpt(&value_label(value));
        view! { <p>{field_name_label(name)} ": " {value}</p> }
    });
    let values = values.collect_view();
    let text = (!refused.text.is_empty()).then(|| view! { <p>{excerpt(&refused.text)}</p> });
    let (class, outcome) = match decided {
        Some(decided) => ("tag wrap", decision_text(decided, account)),
        None => ("tag tag-urgent", tr!(sync.log_undecided).to_owned()),
    };
    let action = match decided {
        Some(_) => can_come_back.then(|| bring_back(refused.id, what.clone())),
        None => Some(pending_link(&what)),
    };
    view! {
        <li class="row">
            <p class="font-semibold">{tr!(sync.refused, what = what)}</p>
            <p>{unbroken(job)}</p>
            {text}
            {values}
            <p class="muted">{refusal_label(&refused)}</p>
            <p class="muted">
                {tr!(sync.made, time = refused.made)} " · " {tr!(sync.refused_at, time = refused.when)}
            </p>
            <p class="tags mt-1"><span class=class>{outcome}</span></p>
            {action.map(|action| view! { <div class="actions">{action}</div> })}
        </li>
    }
    .into_any()
}

fn pending_link(what: &str) -> AnyView {
    view! {
        <a class="btn btn-sm" href=SyncTab::Pending.href()>
            {tr!(sync.tab_pending)} {of(what.to_owned())}
        </a>
    }
    .into_any()
}

/// What became of it, and when.
fn decision_text(decided: Decided, account: &Account) -> String {
    let time = account.date_time(decided.at);
    match decided.decision {
        Decision::Reverted => tr!(sync.log_reverted, time = time),
        Decision::SentAgain => tr!(sync.log_sent_again, time = time),
        Decision::Corrected => tr!(sync.log_corrected, time = time),
        Decision::Released => tr!(sync.log_released, time = time),
    }
}
