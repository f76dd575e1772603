//! The page of a series: how it repeats, its jobs, the days that are still to come, and where it is ended.
//!
//! Needs the server, which decides. A job is changed on its own page, alone.

use crate::error::Trouble;
use crate::kinds::lines::joined;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::session::Account;
use crate::shared::badge::status_badge;
use crate::shared::labels::jobs;
use crate::shared::record_words::value_label;
use crate::shared::repetition::repetition_text;
use crate::shared::retry::retry_line;
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{heading, section, skeleton};
use crate::view::view;
use afield_domain::time::Day;
use afield_domain::{RecordField, SeriesId};
use afield_platform::api;
use afield_protocol::{Series, SeriesEnd, SeriesJob};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;

/// Days that are still to come, as many as are named.
const NAMED: usize = 12;

/// What the page holds.
#[derive(Clone, Copy)]
struct Page {
    id: SeriesId,
    account: StoredValue<Arc<Account>>,
    shown: RwSignal<Option<Series>>,
    trouble: RwSignal<Option<Trouble>>,
    /// The day from which on it is to end.
    from: RwSignal<String>,
    cancel: RwSignal<bool>,
    busy: RwSignal<bool>,
    /// What ending it came to.
    told: RwSignal<Option<String>>,
}

impl Page {
    fn load(self) {
        spawn_local(async move {
            match api::load_series(self.id).await {
                Ok(series) => {
                    let _ = self.trouble.try_set(None);
                    let _ = self.shown.try_set(Some(series));
                }
                Err(failure) => {
                    let _ = self.trouble.try_set(Some(failure.into()));
                }
            }
        });
    }

    fn end(self) {
        if self.busy.get_untracked() {
            return;
        }
        let end = SeriesEnd {
            from: self.from.get_untracked(),
            cancel: self.cancel.get_untracked(),
        };
        if end.from.parse::<Day>().is_err() {
            return self.told.set(Some(tr!(edit.no_time).to_owned()));
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::end_series(self.id, &end).await;
            let _ = self.busy.try_set(false);
            match answer {
                Ok(ended) => {
                    let count = |count: u64| jobs(usize::try_from(count).unwrap_or(usize::MAX));
                    let text = match end.cancel {
                        true => tr!(
                            series.ended_cancelled,
                            cancelled = count(ended.cancelled),
                            kept = count(ended.kept)
                        ),
                        false => tr!(series.ended_now).to_owned(),
                    };
                    let _ = self.trouble.try_set(None);
                    let _ = self.told.try_set(Some(text));
                    let _ = self.shown.try_set(Some(ended.series));
                }
                Err(failure) => {
                    let _ = self.trouble.try_set(Some(failure.into()));
                }
            }
        });
    }

    fn day(self, day: &str) -> String {
        day.parse::<Day>()
            .map_or_else(|_| day.to_owned(), |day| day.date(language()))
    }
}

/// The page.
pub fn series_page(account: Arc<Account>, id: SeriesId) -> AnyView {
    let today = account.zone.day(untrack(|| use_clock().now()));
    let named = use_query_map().with_untracked(|query| query.get_str("from").map(str::to_owned));
    let named = named.filter(|day| day.parse::<Day>().is_ok());
    let page = Page {
        id,
        account: StoredValue::new(account),
        shown: RwSignal::new(None),
        trouble: RwSignal::new(None),
        from: RwSignal::new(named.unwrap_or_else(|| today.to_string())),
        cancel: RwSignal::new(true),
        busy: RwSignal::new(false),
        told: RwSignal::new(None),
    };
    page.load();
    let name = move || {
        let of = |shown: &Option<Series>| shown.as_ref().map(|series| series.title.clone());
        let title = page.shown.with(of);
        title.unwrap_or_else(|| tr!(pages.series).to_owned())
    };
    let content = move || {
        let waits = page.trouble.with(Option::is_none);
        match page.shown.get() {
            Some(series) => all(page, &series),
            None if waits => skeleton(6).into_any(),
            None => ().into_any(),
        }
    };
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        {heading(name)}
        {retry_line(page.trouble, move || page.load())}
        {content}
        {move || page.shown.with(Option::is_some).then(|| ending(page))}
    }
    .into_any()
}

fn all(page: Page, series: &Series) -> AnyView {
    let times = page.account.with_value(|account| {
        let (from, until) = (series.starts, series.ends);
        format!("{} – {}", account.clock(from), account.clock(until))
    });
    let ended = series.ended.as_deref().map(|day| {
        let text = tr!(series.ended, day = page.day(day));
        notice(Tone::Info, view! { <p>{text}</p> }.into_any())
    });
    let refused = series.refused.is_some().then(|| {
        notice(
            Tone::Warning,
            view! { <p>{tr!(series.refused)}</p> }.into_any(),
        )
    });
    let is_idle = series.ended.is_none()
        && series
            .contract
            .as_ref()
            .is_some_and(|it| it.visits.is_none());
    let nothing_due = is_idle.then(|| {
        let text = tr!(series.nothing_due);
        notice(Tone::Info, view! { <p>{text}</p> }.into_any())
    });
    let made: Vec<_> = series.jobs.iter().map(|job| made_row(page, job)).collect();
    let more = series.ahead.len().saturating_sub(NAMED);
    let ahead = series.ahead.iter().take(NAMED);
    let ahead: Vec<_> = ahead
        .map(|day| view! { <li>{page.day(day)}</li> })
        .collect();
    let more =
        (more > 0).then(|| view! { <li class="muted">{tr!(board.more_lines, count = more)}</li> });
    let ahead = (!ahead.is_empty()).then(|| {
        let body = view! {
            <p class="muted mb-2">{tr!(series.ahead_hint)}</p>
            <ul class="series-days">{ahead} {more}</ul>
        };
        section(tr!(series.ahead), body.into_any())
    });
    view! {
        <p>{rule_text(series)}</p>
        <p class="muted mb-3">{times} " · " {tr!(series.by, name = series.by)}</p>
        {ended}
        {nothing_due}
        {refused}
        {section(tr!(series.jobs), view! { <ul class="card list series-jobs">{made}</ul> }.into_any())}
        {ahead}
    }
    .into_any()
}

/// How it repeats; by contract, as that has it now.
fn rule_text(series: &Series) -> String {
    let Some(contract) = &series.contract else {
        return repetition_text(&series.repeat);
    };
    let every = contract.visits.as_deref().unwrap_or_default();
    let every = value_label(RecordField::Visits, every);
    let name = joined(&[&contract.number, &contract.name]);
    let rule = tr!(series.of_contract, name = name, every = every);
    match contract.until.parse::<Day>() {
        Ok(day) => tr!(series.until, every = rule, day = day.date(language())),
        Err(_) => rule,
    }
}

fn made_row(page: Page, job: &SeriesJob) -> AnyView {
    let starts = page
        .account
        .with_value(|account| account.zone.day_and_time(job.starts));
    view! {
        <li class="series-job">
            <a class="line-link" href=Route::OfficeJob(job.job).href()>{starts} " · " {job.number.clone()}</a>
            {status_badge(job.status)}
        </li>
    }
    .into_any()
}

/// Where it is ended.
fn ending(page: Page) -> AnyView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        page.end();
    };
    let body = view! {
        <form class="card pad stack" novalidate on:submit=submit>
            <div class="field">
                <label for="series-from">{tr!(series.from)}</label>
                <input
                    id="series-from"
                    type="date"
                    class="input w-full"
                    prop:value=move || page.from.get()
                    on:input:target=move |event| page.from.set(event.target().value())
                />
            </div>
            <label class="choice-row">
                <input
                    type="checkbox"
                    class="checkbox"
                    prop:checked=move || page.cancel.get()
                    on:change:target=move |event| page.cancel.set(event.target().checked())
                />
                <span class="choice-text">{tr!(series.cancel)}</span>
            </label>
            <div class="actions">
                <button type="submit" class="btn" aria-disabled=move || page.busy.get().then_some("true")>{tr!(series.end)}</button>
            </div>
            <p role="status">{move || page.told.get()}</p>
        </form>
    };
    section(tr!(series.following), body.into_any()).into_any()
}
