//! The office's page of a job: what stands over it, how live it is, and its sections side by side.

use super::conflicts_part::conflicts;
use super::edit::desk;
use super::files_part::attach_part;
use super::live_job::{LiveJob, technician};
use super::phones_part::phones;
use super::sections;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::shared::badge::{job_badge, priority_badge};
use crate::shared::retry::retry_line;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_domain::{Job, JobId};
use leptos::prelude::*;
use std::sync::Arc;

/// The page of `id`.
pub fn job_page(account: Arc<Account>, live: Live, id: JobId) -> AnyView {
    let page = LiveJob::follow(live, use_clock(), id);
    // What is drawn below asks for the picture of this job, not for the phone's.
    provide_context(page.live);
    let job = Memo::new(move |_| page.live.projection.with(|all| all.job(id).cloned()));
    let is_here = Memo::new(move |_| job.with(Option::is_some));
    // Looked at as one, and only where it differs: each answer would draw the page anew, and with it take away the focus
    // and what is being typed.
    let state = Memo::new(move |_| {
        let (is_here, missing) = (is_here.get(), page.missing.get());
        let failed = page.trouble.with(Option::is_some);
        (is_here, missing, failed && !is_here)
    });
    let at = Arc::clone(&account);
    view! {
        <a class="back" href=move || back(&at, job)>{icon(Icon::Left)} {tr!(pages.board)}</a>
        {move || match state.get() {
            (_, true, _) => view! {
                {heading(tr!(pages.job))}
                {empty(Icon::Search, tr!(office.missing), tr!(office.missing_hint))}
            }
            .into_any(),
            (true, ..) => here(&account, page, job),
            (false, _, false) => view! { {heading(tr!(pages.job))} {skeleton(5)} }.into_any(),
            (false, _, true) => view! { {heading(tr!(pages.job))} {standing(&account, page)} }.into_any(),
        }}
    }
    .into_any()
}

/// The board of the job's day.
fn back(account: &Account, job: Memo<Option<Job>>) -> String {
    match job.with(|job| job.as_ref().map(|job| account.zone.day(job.starts))) {
        Some(day) => format!("/board?day={day}"),
        None => "/board".to_owned(),
    }
}

fn here(account: &Arc<Account>, page: LiveJob, job: Memo<Option<Job>>) -> AnyView {
    let title = Memo::new(move |_| job.with(|job| job.as_ref().map(|job| job.title.clone())));
    let (marked, zoned) = (Arc::clone(account), account.zone.clone());
    let marks = move |job: &Job| {
        view! {
            <p class="tags mb-4">
                {job_badge(job)}
                {priority_badge(job.priority)}
                <span class="job-number">{job.number.clone()}</span>
                <span class="muted">{zoned.span(job.starts, job.ends)}</span>
                <span class="tag">{icon(Icon::Person)} {technician(page, job)}</span>
            </p>
        }
        .into_any()
    };
    view! {
        <div class="job-head">{heading(move || title.get())}</div>
        {move || job.with(|job| job.as_ref().map(&marks))}
        {standing(&marked, page)}
        {series(page)}
        {desk(account, page, job)}
        {attach_part(account, page)}
        {phones(account, page, job)}
        {conflicts(account, page)}
        {sections::sections(account, page)}
    }
    .into_any()
}

/// Of which series it is: from there this one and all following end.
fn series(page: LiveJob) -> AnyView {
    let of = Memo::new(move |_| {
        page.beside
            .with(|beside| beside.as_ref().and_then(|beside| beside.series.clone()))
    });
    let line = move || {
        of.get().map(|of| {
            let href = format!("{}?from={}", Route::Series(of.id).href(), of.day);
            view! { <p class="line mb-3">{icon(Icon::Sync)} <a class="line-link" href=href>{tr!(series.part_of)}</a></p> }
        })
    };
    view! { {line} }.into_any()
}

/// Whether it is live, of when it is if not, and how to ask again.
fn standing(account: &Arc<Account>, page: LiveJob) -> AnyView {
    let account = Arc::clone(account);
    let line = move || match (page.is_live(), page.as_of.get()) {
        (true, _) => view! { <span class="tag tag-started">{tr!(board.live)}</span> }.into_any(),
        (false, Some(at)) => {
            let text = tr!(board.not_live, time = account.clock(at));
            view! { <span class="tag tag-paused">{text}</span> }.into_any()
        }
        (false, None) => ().into_any(),
    };
    let left_out = Memo::new(move |_| {
        page.beside
            .with(|beside| beside.as_ref().map_or(0, |beside| beside.left_out))
    });
    view! {
        <p class="tags mb-3" aria-live="polite">{line}</p>
        {retry_line(page.trouble, move || page.fetch())}
        {move || (left_out.get() > 0).then(|| {
            let text = tr!(office.left_out, count = left_out.get());
            notice(Tone::Warning, view! { <p>{text}</p> }.into_any())
        })}
    }
    .into_any()
}
