//! The tab History of a job: the plan and what became of it, then what happened, newest first.

use crate::memo::Memo;
use crate::runtime::clock::use_clock;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::shared::badge::unsent_mark;
use crate::shared::job::history::{History, HistoryRow, history};
use crate::shared::job::overview::actual;
use crate::shared::job_lines::happened_line;
use crate::shared::labels::duration;
use crate::shared::times::times_of;
use crate::tr;
use crate::ui::icon::icon;
use crate::ui::list::For;
use crate::ui::parts::{fact, section};
use crate::view::view;
use afield_domain::JobId;
use leptos::prelude::*;
use std::sync::Arc;

/// The tab of `job`.
pub(super) fn history_tab(account: &Arc<Account>, live: Live, job: JobId) -> AnyView {
    let found = {
        let account = Arc::clone(account);
        Memo::new(move |_| {
            live.projection
                .with(|all| history(all, all.entries(), &account.signed_in, &account.zone, job))
        })
    };
    let rows = move || {
        found.with(|found| {
            found
                .as_ref()
                .map(|found| found.rows.clone())
                .unwrap_or_default()
        })
    };
    let is_empty = Memo::new(move |_| {
        found.with(|found| found.as_ref().is_none_or(|found| found.rows.is_empty()))
    });
    let list = view! {
        <ol class="card list" class:hidden=move || is_empty.get()>
            <For each=rows key=Clone::clone let(row)>
                {history_row(job, row)}
            </For>
        </ol>
        {move || is_empty.get().then(|| view! { <p class="muted">{tr!(job.no_history)}</p> })}
    };
    view! {
        <div class="job-grid">
            <div>{plan(account, found)}</div>
            <div>{section(tr!(job.happened), list.into_any())}</div>
        </div>
    }
    .into_any()
}

/// Planned and actual, side by side.
fn plan(account: &Arc<Account>, found: Memo<Option<History>>) -> impl IntoView + use<> {
    let clock = use_clock();
    let zone = account.zone.clone();
    move || {
        let (planned, steps) = found.with(|found| {
            let found = found.as_ref();
            found.map(|found| (found.planned.clone(), found.steps.clone()))
        })?;
        let times = actual(&steps, &zone);
        let began = times.as_ref().map(|(began, _)| began.clone());
        let ended = times.and_then(|(_, ended)| ended);
        let times = times_of(&steps, clock.now());
        let time = |name, ms| (ms >= 60_000).then(|| fact(name, duration(ms)));
        let facts = view! {
            <dl class="card list facts">
                {fact(tr!(job.planned), planned)}
                {began.map(|began| fact(tr!(job.began), began))}
                {ended.map(|ended| fact(tr!(job.ended), ended))}
                {time(tr!(job.travel_time), times.travel)}
                {time(tr!(job.time_on_job), times.work)}
            </dl>
        };
        Some(section(tr!(job.plan), facts.into_any()))
    }
}

fn history_row(job: JobId, row: HistoryRow) -> AnyView {
    let (shape, text) = happened_line(&row.what);
    let text = match row.what.href(job) {
        Some(href) => view! { <a class="link" href=href>{text}</a> }.into_any(),
        None => view! { <span>{text}</span> }.into_any(),
    };
    view! {
        <li class="row">
            <p class="line job-event">{icon(shape)} {text}</p>
            <p class="tags">
                <span class="muted">{row.when} " · " {row.by}</span>
                {row.unsent.then(unsent_mark)}
            </p>
        </li>
    }
    .into_any()
}
