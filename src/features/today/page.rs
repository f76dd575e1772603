//! The page Today.

use super::view_model::{TodayView, bytes_text, priming_progress, today_view};
use crate::clock::use_clock;
use crate::commands::use_commands;
use crate::features::jobs::job_row;
use crate::features::jobs::list_page::hidden;
use crate::features::jobs::steps::{Stepping, step_button};
use crate::features::jobs::view_model::{JobRow, job_rows};
use crate::features::sync::conflicts_view_model::recent_losses;
use crate::features::sync::view_model::clock_warning;
use crate::live::Live;
use crate::routes::Route;
use crate::session::Account;
use crate::sync_status::{Connection, SyncState, use_sync_state};
use crate::tr;
use crate::ui::badge::{priority_badge, status_badge, unsent_mark};
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, insecure_notice, notice};
use crate::ui::parts::{empty, heading, section, skeleton};
use crate::words::{changes, jobs, module_label};
use crate::worker_client::{Updates, use_updates};
use afield_domain::Role;
use leptos::prelude::*;
use std::sync::Arc;

// Beyond this the day's list says where the rest is.
const MOST_ROWS: usize = 80;

/// The page.
pub fn today_page(account: Arc<Account>, live: Live) -> AnyView {
    let clock = use_clock();
    let sync = use_sync_state();
    let day_text = {
        let account = Arc::clone(&account);
        move || account.zone.day(clock.now()).format("%A, %-d %B")
    };
    let role = account.signed_in.info.user.role;
    let lost = {
        let account = Arc::clone(&account);
        Memo::new(move |_| {
            live.projection.with(|projection| {
                live.entries.with(|entries| {
                    recent_losses(projection, entries, &account.signed_in, clock.now())
                })
            })
        })
    };
    let view = Memo::new(move |_| {
        let rows = live.projection.with(|projection| {
            live.entries
                .with(|entries| job_rows(projection, entries, &account.zone))
        });
        today_view(rows, &account.zone, clock.now())
    });
    let stepping = Stepping::new();
    let next = Memo::new(move |_| view.with(|view| view.next.clone()));
    view! {
        <div class="page-head">
            {heading(tr!(pages.today))}
            <p class="muted">{day_text}</p>
        </div>
        {move || (!live.expired.get()).then(|| priming_part(sync))}
        <div class="today-grid">
            <div>
                {move || next.get().map(|row| next_card(stepping, row, role))}
                {attention(sync, view, lost)}
            </div>
            <div>{timeline(live, view)}</div>
        </div>
    }
    .into_any()
}

/// The first load: how far it is, why it stopped, and when it is done.
fn priming_part(sync: SyncState) -> impl IntoView {
    let commands = use_commands();
    let updates = use_updates();
    // Records without the app to show them are of no use in a cellar.
    let is_done = Memo::new(move |_| {
        let is_shell_kept = updates.is_some_and(Updates::is_shell_kept);
        is_shell_kept && sync.ready.get()
    });
    let is_cut = Memo::new(move |_| sync.connection() == Connection::Offline);
    move || {
        if is_done.get() {
            return view! { <p class="ready">{icon(Icon::Check)} {tr!(today.ready)}</p> }
                .into_any();
        }
        view! {
            <section class="card pad mb-4" aria-label=tr!(today.priming)>
                <h2 class="font-semibold">{tr!(today.priming)}</h2>
                {insecure_notice()}
                {move || progress(sync)}
                {move || is_cut.get().then(|| {
                    let body = view! {
                        <p>{tr!(today.priming_cut)}</p>
                        <button type="button" class="btn btn-sm" on:click=move |_| {
                            if let Some(commands) = commands {
                                commands.sync_now();
                            }
                        }>
                            {tr!(common.retry)}
                        </button>
                    };
                    notice(Tone::Warning, body.into_any())
                })}
            </section>
        }
        .into_any()
    }
}

fn progress(sync: SyncState) -> impl IntoView {
    let priming = sync.priming.get();
    let (received, total) = priming.progress();
    let modules = priming_progress(&priming)
        .into_iter()
        .map(|progress| {
            view! {
                <li>
                    {module_label(progress.module)} " "
                    <span class="muted">
                        {tr!(today.of, received = progress.received, total = progress.total)}
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <progress class="progress progress-primary w-full" aria-label=tr!(today.priming) max=total.max(1).to_string() value=received.to_string()></progress>
        <p class="muted">
            {tr!(today.records, received = received, total = total, bytes = bytes_text(priming.bytes))}
        </p>
        <ul class="module-list">{modules}</ul>
    }
}

fn next_card(stepping: Stepping, row: JobRow, role: Role) -> impl IntoView {
    let step = row.status.next_steps(role).first().copied();
    let card = view! {
        <div class="card next-card">
            <a class="next-link" href=Route::Job(row.id).href()>
                <span class="next-time">{row.starts_at} " – " {row.ends_at}</span>
                <span class="next-title">{row.title}</span>
                <span class="job-place">{row.address}</span>
                <span class="job-place">{row.customer}</span>
                <span class="tags">
                    {status_badge(row.status)}
                    {priority_badge(row.priority)}
                    {(row.marks.unsent > 0).then(unsent_mark)}
                    <span class="job-number">{row.number}</span>
                </span>
            </a>
            {step.map(|to| step_button(stepping, row.id, to, "btn btn-primary btn-lg w-full"))}
        </div>
    };
    section(tr!(today.next), card.into_any())
}

fn attention(sync: SyncState, view: Memo<TodayView>, lost: Memo<usize>) -> impl IntoView {
    let line = |href: String, text: String| {
        view! {
            <li class="row">
                <a class="line line-link" href=href>
                    {icon(Icon::Alert)} <span>{text}</span>
                </a>
            </li>
        }
    };
    move || {
        let status = sync.status.get();
        let left_over = view.with(|view| view.left_over);
        let mut lines = Vec::new();
        if status.parked > 0 {
            let text = tr!(today.refused, changes = changes(status.parked));
            lines.push(line(Route::Sync.href(), text));
        }
        if lost.get() > 0 {
            let text = tr!(today.lost, changes = changes(lost.get()));
            lines.push(line("/sync?tab=log".to_owned(), text));
        }
        if clock_warning(status.clock_offset_ms).is_some() {
            lines.push(line(
                "/sync?tab=log".to_owned(),
                tr!(today.clock).to_owned(),
            ));
        }
        if left_over > 0 {
            let text = tr!(today.left_over, jobs = jobs(left_over));
            lines.push(line("/jobs?status=open".to_owned(), text));
        }
        (!lines.is_empty()).then(|| {
            let list = view! { <ul class="card list attention">{lines}</ul> };
            section(tr!(today.attention), list.into_any())
        })
    }
}

fn timeline(live: Live, view: Memo<TodayView>) -> impl IntoView {
    let is_empty = Memo::new(move |_| view.with(|view| view.day.is_empty()));
    let rows =
        move || view.with(|view| view.day.iter().take(MOST_ROWS).cloned().collect::<Vec<_>>());
    let rest = Memo::new(move |_| view.with(|view| view.day.len().saturating_sub(MOST_ROWS)));
    let done = move || {
        let (closed, all) = view.with(|view| (view.closed, view.day.len()));
        (all > 0).then(|| tr!(today.done, closed = closed, all = all))
    };
    let content = move || {
        match (live.loaded.get(), is_empty.get()) {
        (false, _) => skeleton(5).into_any(),
        (true, true) if live.expired.get() => hidden().into_any(),
        (true, true) => {
            let later = view.with(|view| view.later);
            let hint = if later > 0 {
                tr!(today.none_but_later, jobs = jobs(later))
            } else {
                tr!(today.none_hint).to_owned()
            };
            empty(Icon::Today, tr!(today.none), hint).into_any()
        }
        (true, false) => view! {
            <ol class="card list timeline">
                <For each=rows key=Clone::clone let(row)>
                    {job_row(row)}
                </For>
            </ol>
            {move || (rest.get() > 0).then(|| {
                view! { <a class="btn w-full mt-3" href="/jobs">{tr!(today.rest, jobs = jobs(rest.get()))}</a> }
            })}
        }
        .into_any(),
    }
    };
    view! {
        <section class="section">
            <div class="section-head">
                <h2 class="section-title">{tr!(today.day)}</h2>
                <span class="muted">{done}</span>
            </div>
            {content}
        </section>
    }
}
