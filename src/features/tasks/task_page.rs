//! A service task: what to do and on what, where it stands, its form, and what was submitted before.
//!
//! Heading, form and buttons stand apart from what changes, so that nothing takes the focus from them.

use super::form::{FormSubject, form_view};
use super::submission_page::facts;
use super::view_model::{SubmissionRow, TaskPage, task_page as page_of};
use crate::memo::Memo;
use crate::routes::{JobTab, Route, record_href};
use crate::runtime::commands::use_commands;
use crate::runtime::live::Live;
use crate::runtime::session::{Account, use_session};
use crate::shared::badge::unsent_mark;
use crate::shared::drafts::{DraftKey, use_drafts};
use crate::shared::names::unbroken;
use crate::shared::rights::{lacks, locked};
use crate::shared::task_badge::finish_offer;
use crate::shared::task_badge::{task_badge, task_icon, task_step_label};
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_domain::{Asset, JobId, Op, Right, TaskId, TaskStatus};
use afield_platform::timer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

type Page = Memo<Option<TaskPage>>;

const SUBMITTED: &str = "task-submitted";
const STEPS: &str = "task-steps";
const FORM: &str = "task-form";
const SETTLE_MS: u32 = 500;

/// The page of `task`.
pub fn task_page(account: Arc<Account>, live: Live, job: JobId, task: TaskId) -> AnyView {
    let page: Page = Memo::new(move |_| {
        live.projection
            .with(|projection| page_of(projection, &account.signed_in, &account.zone, job, task))
    });
    let is_here = Memo::new(move |_| page.with(Option::is_some));
    let content = move || match (is_here.get(), live.loaded.get()) {
        (true, _) => here(live, job, task, page),
        (false, false) => view! { {heading(tr!(pages.task))} {skeleton(5)} }.into_any(),
        (false, true) => {
            let nothing = empty(Icon::Search, tr!(tasks.missing), tr!(tasks.missing_hint));
            view! { {heading(tr!(pages.task))} {nothing} }.into_any()
        }
    };
    view! {
        <a class="back" href=JobTab::Tasks.href(job)>{icon(Icon::Left)} {tr!(tasks.back)}</a>
        {content}
    }
    .into_any()
}

/// A part of the page that is drawn anew only when it changes itself.
fn part<T>(page: Page, read: impl Fn(&TaskPage) -> T + Send + Sync + 'static) -> Memo<Option<T>>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| page.with(|page| page.as_ref().map(&read)))
}

fn here(live: Live, job: JobId, task: TaskId, page: Page) -> AnyView {
    let title = part(page, |page| page.task.title.clone());
    let job_name = part(page, |page| page.job.clone());
    let head = part(page, |page| (page.task.status, page.unsent));
    let asset = part(page, |page| page.asset.clone());
    let offers_finish = part(page, |page| page.may_write && page.offers_finish);
    let form_open = RwSignal::new(form_is_open(page, task));
    let head = move || {
        head.get()
            .map(|(status, unsent)| view! { {task_badge(status)} {unsent.then(unsent_mark)} })
    };
    view! {
        {heading(move || title.get())}
        <p class="tags mb-4">{head} <span class="muted">{move || job_name.get().map(unbroken)}</span></p>
        {move || (offers_finish.get() == Some(true)).then(|| finish_offer(job))}
        <div class="task-grid">
            <div>
                {move || asset.get().flatten().map(asset_card)}
                {steps(job, task, page, form_open)}
                {submissions(job, page)}
            </div>
            {form_part(live, job, task, page, form_open)}
        </div>
    }
    .into_any()
}

fn asset_card(asset: Asset) -> AnyView {
    let href = record_href(asset.id.into());
    let place: Vec<String> = [asset.model, asset.serial, asset.location]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    view! {
        <section class="section">
            <h2 class="section-title">{tr!(tasks.asset)}</h2>
            <a class="card pad task-asset" href=href>
                <span class="task-main">
                    <strong>{asset.name}</strong>
                    <span class="muted">{place.join(" · ")}</span>
                </span>
                {icon(Icon::Right)}
            </a>
        </section>
    }
    .into_any()
}

/// The next steps, the most likely first. A step that closes the task closes its form too: what was typed into it
/// stays a draft. To be done without a form that is needed takes a second tap.
fn steps(job: JobId, task: TaskId, page: Page, form_open: RwSignal<bool>) -> AnyView {
    let steps = part(page, |page| page.steps.clone());
    let needs_form = part(page, |page| {
        page.needs_form && !page.task.status.is_closed()
    });
    let asked = RwSignal::new(false);
    let is_asking = Memo::new(move |_| asked.get() && needs_form.get() == Some(true));
    let settling = RwSignal::new(false);
    let (commands, toasts) = (use_commands(), use_toasts());
    let set = move |to: TaskStatus| {
        let Some(commands) = commands.filter(|_| !settling.get_untracked()) else {
            return;
        };
        settling.set(true);
        toasts.clear();
        let must_ask = to == TaskStatus::Done && needs_form.get_untracked() == Some(true);
        let is_asked = asked.get_untracked();
        asked.set(must_ask && !is_asked);
        spawn_local(async move {
            if must_ask && !is_asked {
                // What follows at once is a double tap, and no answer.
                timer::sleep_ms(SETTLE_MS).await;
                let _ = settling.try_set(false);
                return;
            }
            match commands
                .save_undoable(Op::SetTaskStatus { task, job, to })
                .await
            {
                Ok(undo) => {
                    toasts.saved_with_undo(undo);
                    if to.is_closed() {
                        let _ = form_open.try_set(false);
                    }
                }
                Err(trouble) => toasts.show(Err(trouble)),
            }
            request_animation_frame(|| {
                if focus::is_lost() {
                    focus::by_id(STEPS);
                }
            });
            timer::sleep_ms(SETTLE_MS).await;
            let _ = settling.try_set(false);
        });
    };
    let button = move |(at, to): (usize, TaskStatus)| {
        // Nobody is led to open again what is closed.
        let class = if at == 0 && to != TaskStatus::Open {
            "btn btn-primary btn-lg"
        } else {
            "btn"
        };
        view! {
            <button
                type="button"
                class=class
                aria-disabled=move || settling.get().then_some("true")
                on:click=move |_| set(to)
            >
                {icon(task_icon(to))}
                {task_step_label(to)}
            </button>
        }
        .into_any()
    };
    let buttons = move || {
        let steps = steps.get().unwrap_or_default();
        let buttons: Vec<AnyView> = steps.into_iter().enumerate().map(button).collect();
        (!buttons.is_empty()).then_some(buttons)
    };
    let question = move || {
        is_asking.get().then(|| {
            let body = view! {
                <p>{tr!(tasks.form_missing)}</p>
                <button type="button" class="btn" on:click=move |_| {
                    form_open.set(true);
                    request_animation_frame(|| {
                        focus::by_id(FORM);
                    });
                }>{tr!(tasks.to_form)}</button>
            };
            notice(Tone::Warning, body.into_any())
        })
    };
    view! {
        <div role="alert">{question}</div>
        <div id=STEPS class="task-steps" role="group" aria-label=tr!(tasks.status) tabindex="-1">
            {buttons}
        </div>
    }
    .into_any()
}

fn submissions(job: JobId, page: Page) -> AnyView {
    let rows = part(page, |page| page.submissions.clone());
    let rows = move || rows.get().unwrap_or_default();
    let has_rows = Memo::new(move |_| !rows().is_empty());
    let row = move |row: SubmissionRow| {
        view! {
            <li>
                <a class="task-row" href=Route::Submission(job, row.id).href()>
                    <span class="task-main">
                        <span class="task-title">{row.form.clone()}</span>
                        <span class="tags">{facts(&row)}</span>
                    </span>
                    {icon(Icon::Right)}
                </a>
            </li>
        }
    };
    view! {
        <section class="section" hidden=move || !has_rows.get()>
            <h2 id=SUBMITTED class="section-title" tabindex="-1">{tr!(form.submitted)}</h2>
            <ul class="card list" aria-label=tr!(form.submitted)>
                <For each=rows key=Clone::clone let(one)>
                    {row(one)}
                </For>
            </ul>
        </section>
    }
    .into_any()
}

/// Whether the form stands open: at once the first time, later when it is asked for.
fn form_is_open(page: Page, task: TaskId) -> bool {
    let drafts = use_drafts();
    let has_draft = untrack(|| drafts.answers(DraftKey::TaskForm(task))).is_some();
    page.with_untracked(|page| {
        page.as_ref().is_some_and(|page| {
            !page.task.status.is_closed() && (has_draft || page.submissions.is_empty())
        })
    })
}

/// The form, if there is one to fill in.
fn form_part(live: Live, job: JobId, task: TaskId, page: Page, open: RwSignal<bool>) -> AnyView {
    let template = part(page, |page| page.form.clone());
    let has_template = part(page, |page| page.task.template.is_some());
    let may_write = part(page, |page| page.may_write);
    let session = use_session();
    let then = Callback::new(move |()| {
        let _ = open.try_set(false);
        // The picture holds what was submitted: its row stands in the next frame.
        request_animation_frame(|| {
            if focus::is_lost() {
                focus::by_id(SUBMITTED);
            }
        });
    });
    let content = move || {
        if may_write.get() != Some(true) {
            return ().into_any();
        }
        if template.with(|found| matches!(found, Some(Some(_))))
            && lacks(session, Right::SubmitForm).is_some()
        {
            return locked(Right::SubmitForm);
        }
        match (template.get().flatten(), has_template.get()) {
            (Some(template), _) if open.get() => {
                let name = template.name.clone();
                let template = Arc::new(template);
                let subject = FormSubject {
                    job,
                    task,
                    template,
                };
                let form = form_view(live, subject, then);
                view! { <h2 id=FORM class="section-title" tabindex="-1">{name}</h2> {form} }
                    .into_any()
            }
            (Some(template), _) => again(template.name, page, open),
            (None, Some(true)) => view! { <p class="muted">{tr!(form.no_template)}</p> }.into_any(),
            (None, _) => ().into_any(),
        }
    };
    view! { <section class="section">{content}</section> }.into_any()
}

/// The form was submitted, or is left out: what comes next.
fn again(name: String, page: Page, open: RwSignal<bool>) -> AnyView {
    let is_open = part(page, |page| !page.task.status.is_closed());
    let hint = move || (is_open.get() == Some(true)).then(|| view! { <p>{tr!(form.next)}</p> });
    let is_submitted = part(page, |page| !page.submissions.is_empty());
    let is_submitted = move || is_submitted.get() == Some(true);
    let state = move || match is_submitted() {
        true => view! { {icon(Icon::Check)} <span>{tr!(tasks.submitted)}</span> },
        false => view! { {icon(Icon::File)} <span>{tr!(tasks.not_submitted)}</span> },
    };
    let verb = move || match is_submitted() {
        true => tr!(form.again),
        false => tr!(form.fill_in),
    };
    view! {
        <h2 class="section-title">{name}</h2>
        <div class="card pad stack">
            <p class="line">{state}</p>
            {hint}
            <button type="button" class="btn" on:click=move |_| open.set(true)>
                {icon(Icon::Edit)}
                {verb}
            </button>
        </div>
    }
    .into_any()
}
