//! What is asked before a step: why something stays open, why a job was not possible, what becomes of the
//! other job that is started. Each question has a way out; only where the company says so do required
//! questions keep somebody from finishing.
//!
//! The address says what is asked, so that the phone's own **Back** takes the sheet away.

use super::detail_view_model::JobDetail;
use crate::effect::Effect;
use crate::memo::Memo;
use crate::routes::{JobAsk, JobTab};
use crate::runtime::commands::use_commands;
use crate::runtime::live::Live;
use crate::runtime::session::use_session;
use crate::shared::asking::other_started;
use crate::shared::drafts::use_drafts;
use crate::shared::files::attaching;
use crate::shared::names::{numbered, unbroken};
use crate::shared::rights::offered;
use crate::shared::status_steps::Stepping;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::capture::photo_button;
use crate::ui::focus;
use crate::ui::form::field;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::{AttachmentKind, JobId, JobStatus, Op, Right, StepKind, limits};
use leptos::ev::SubmitEvent;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use std::rc::Rc;

const TITLE: &str = "ask-title";
const REASON: &str = "ask-reason";

/// The sheet that the address asks for, as long as its question makes sense.
pub(super) fn ask_sheet(
    stepping: Stepping,
    live: Live,
    id: JobId,
    detail: Memo<Option<JobDetail>>,
) -> impl IntoView {
    let query = use_query_map();
    let ask = Memo::new(move |_| {
        let ask = query.with(|query| JobAsk::parse(query.get_str("ask")))?;
        let fits = |detail: &JobDetail| match ask {
            JobAsk::Finish => detail.steps.contains(&JobStatus::Finished),
            JobAsk::NotPossible => detail.may_end,
            JobAsk::Start => detail.steps.contains(&JobStatus::Started),
        };
        detail
            .with(|detail| detail.as_ref().is_some_and(fits))
            .then_some(ask)
    });
    move || ask.get().map(|ask| sheet(stepping, live, id, detail, ask))
}

fn sheet(
    stepping: Stepping,
    live: Live,
    id: JobId,
    detail: Memo<Option<JobDetail>>,
    ask: JobAsk,
) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    let navigate = use_navigate();
    let tab = JobTab::of_address();
    let leave = Callback::new(move |()| {
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&tab.href(id), options);
    });
    let is_refused = refused(detail, ask);
    let title = move || match ask {
        JobAsk::Finish if is_refused.get() => tr!(action.finish_missing),
        JobAsk::Finish => tr!(action.finish_title),
        JobAsk::NotPossible => tr!(action.not_possible),
        JobAsk::Start => tr!(action.start_title),
    };
    let body = move || match ask {
        JobAsk::Finish if is_refused.get() => missing(stepping, live, id, detail, leave),
        JobAsk::Finish | JobAsk::NotPossible => reason_form(stepping, live, id, detail, ask, leave),
        JobAsk::Start => start_choice(stepping, live, id, leave),
    };
    view! {
        <dialog
            class="sheet"
            aria-labelledby=TITLE
            node_ref=dialog
            on:close=move |_| leave.run(())
        >
            <h2 id=TITLE class="sheet-title">{title}</h2>
            {body}
        </dialog>
    }
    .into_any()
}

/// Whether the company refuses what is asked about, because required questions are open.
fn refused(detail: Memo<Option<JobDetail>>, ask: JobAsk) -> Memo<bool> {
    let session = use_session();
    Memo::new(move |_| {
        let account = session.account();
        let refuses = account.is_some_and(|account| account.refuses_open_questions());
        let is_open = |detail: &JobDetail| detail.progress.required_open > 0;
        ask == JobAsk::Finish
            && refuses
            && detail.with(|detail| detail.as_ref().is_some_and(is_open))
    })
}

/// What must be answered first, a tap away.
fn missing(
    stepping: Stepping,
    live: Live,
    id: JobId,
    detail: Memo<Option<JobDetail>>,
    leave: Callback<()>,
) -> AnyView {
    let open = left_open(detail);
    view! {
        <div class="sheet-form">
            <p>{tr!(action.finish_missing_hint)}</p>
            {open_parts(stepping, live, id, open)}
            <div class="sheet-actions">{cancel(leave)}</div>
        </div>
    }
    .into_any()
}

fn cancel(leave: Callback<()>) -> AnyView {
    view! {
        <button type="button" class="btn btn-lg" on:click=move |_| leave.run(())>
            {tr!(common.cancel)}
        </button>
    }
    .into_any()
}

/// How many required questions and service tasks are open.
fn left_open(detail: Memo<Option<JobDetail>>) -> Memo<(usize, usize)> {
    Memo::new(move |_| {
        let open = detail.with(|detail| detail.as_ref()?.progress.left_open());
        open.unwrap_or_default()
    })
}

fn reason_form(
    stepping: Stepping,
    live: Live,
    job: JobId,
    detail: Memo<Option<JobDetail>>,
    ask: JobAsk,
    leave: Callback<()>,
) -> AnyView {
    let commands = use_commands();
    let reason = RwSignal::new(String::new());
    let flawed = RwSignal::new(false);
    let open = left_open(detail);
    let kind = match ask {
        JobAsk::NotPossible => StepKind::NotPossible,
        JobAsk::Finish | JobAsk::Start => StepKind::Usual,
    };
    let needs_reason = move || {
        let (questions, _) = open.get_untracked();
        kind == StepKind::NotPossible || questions > 0
    };
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let reason = reason.get_untracked();
        if needs_reason() && reason.trim().is_empty() {
            flawed.set(true);
            focus::by_id(REASON);
            return;
        }
        let op = Op::SetJobStatus {
            job,
            to: JobStatus::Finished,
            kind,
            reason: reason.trim().to_owned(),
        };
        stepping.take(commands, op);
        leave.run(());
    };
    let label = match (kind, needs_reason()) {
        (StepKind::NotPossible, _) => tr!(action.why_not),
        (_, true) => tr!(action.why_open),
        (_, false) => tr!(action.optional),
    };
    let control = view! {
        <textarea
            id=REASON
            class="textarea w-full"
            rows="2"
            maxlength=limits::LINE_CHARS.to_string()
            aria-describedby="ask-reason-flaw"
            aria-invalid=move || flawed.get().then_some("true")
            prop:value=move || reason.get()
            on:input:target=move |event| {
                reason.set(event.target().value());
                flawed.set(false);
            }
        ></textarea>
    };
    let flaw = move || flawed.get().then(|| tr!(action.reason_missing).to_owned());
    let verb = match kind {
        StepKind::NotPossible => tr!(action.end_not_possible),
        StepKind::Usual | StepKind::Reopened => tr!(action.finish),
    };
    view! {
        <form class="sheet-form" novalidate on:submit=save>
            {(ask == JobAsk::Finish).then(|| open_parts(stepping, live, job, open))}
            {needs_reason().then(|| common_reasons(kind, reason, flawed))}
            {field(REASON, label, control.into_any(), flaw)}
            {(kind == StepKind::NotPossible).then(|| photo(job))}
            <div class="sheet-actions">
                <button type="submit" class="btn btn-primary btn-lg">{verb}</button>
                {cancel(leave)}
            </div>
        </form>
    }
    .into_any()
}

/// How many required questions and service tasks are open, in words; none where there are none of them.
fn open_texts((questions, tasks): (usize, usize)) -> [Option<String>; 2] {
    let questions = match questions {
        0 => None,
        1 => Some(tr!(job.open_question).to_owned()),
        count => Some(tr!(job.open_questions, count = count)),
    };
    let tasks = match tasks {
        0 => None,
        1 => Some(tr!(job.open_task).to_owned()),
        count => Some(tr!(job.open_tasks, count = count)),
    };
    [questions, tasks]
}

/// What is open, in words: the customer may read it.
pub(super) fn open_words(open: (usize, usize)) -> String {
    let texts: Vec<String> = open_texts(open).into_iter().flatten().collect();
    texts.join(", ")
}

/// What is still open and what is not saved yet, each part a tap away.
fn open_parts(stepping: Stepping, live: Live, id: JobId, open: Memo<(usize, usize)>) -> AnyView {
    let drafts = use_drafts();
    let link = move |tab: JobTab, text: String| {
        view! { <a class="link" href=tab.href(id) data-noscroll="" prop:replace=true>{text}</a> }
    };
    let parts = move || {
        let unsaved = stepping.unsaved_of(drafts, live, id);
        let [questions, tasks] = open_texts(open.get());
        let answers = match unsaved.answers {
            0 => None,
            1 => Some(tr!(job.unsaved_answer).to_owned()),
            count => Some(tr!(job.unsaved_answers, count = count)),
        };
        let note = unsaved.note.then(|| tr!(job.unsaved_note).to_owned());
        let parts = [
            (JobTab::Checklist, answers),
            (JobTab::Notes, note),
            (JobTab::Checklist, questions),
            (JobTab::Tasks, tasks),
        ];
        let links = parts
            .into_iter()
            .filter_map(|(tab, text)| Some(link(tab, text?)));
        links.collect_view()
    };
    view! {
        <p class="still-open">
            <span>{tr!(job.still_open)}</span>
            {parts}
        </p>
    }
    .into_any()
}

/// The reasons that a tap gives why a job was not possible: the customer may read them too.
pub(super) fn offered_reasons() -> [&'static str; 4] {
    [
        tr!(action.nobody),
        tr!(action.no_access),
        tr!(action.no_part),
        tr!(action.unsafe_place),
    ]
}

/// With gloves on, a word is tapped.
fn common_reasons(kind: StepKind, reason: RwSignal<String>, flawed: RwSignal<bool>) -> AnyView {
    let words = match kind {
        StepKind::NotPossible => offered_reasons(),
        StepKind::Usual | StepKind::Reopened => [
            tr!(action.no_part),
            tr!(action.no_access),
            tr!(action.customer_left),
            tr!(action.come_back),
        ],
    };
    let one = |word: &'static str| {
        let choose = move |_| {
            reason.set(word.to_owned());
            flawed.set(false);
        };
        view! { <button type="button" class="chip" on:click=choose>{word}</button> }
    };
    view! { <div class="chips">{words.map(one).collect_view()}</div> }.into_any()
}

fn photo(job: JobId) -> AnyView {
    let count = RwSignal::new(0_usize);
    let picker = move || {
        let then = Rc::new(move |_| {
            let _ = count.try_update(|count| *count += 1);
        });
        let picked = attaching(job, AttachmentKind::Photo, then);
        photo_button(tr!(action.add_photo).to_owned(), picked).into_any()
    };
    let added = move || (count.get() > 0).then(|| tr!(action.photos_added, count = count.get()));
    view! {
        {offered(Right::AddPhoto, picker)}
        <p class="muted" role="status">{added}</p>
    }
    .into_any()
}

/// Another job is started: it is paused first, or both go on.
fn start_choice(stepping: Stepping, live: Live, id: JobId, leave: Callback<()>) -> AnyView {
    let commands = use_commands();
    let user = commands.and_then(|commands| commands.user().ok());
    let other = live.projection.with_untracked(|all| {
        let other = other_started(all, user?, id)?;
        Some((other.id, numbered(&other.number, &other.title)))
    });
    let start = move || {
        stepping.take(commands, Op::set_status(id, JobStatus::Started));
        leave.run(());
    };
    let Some((other, name)) = other else {
        start();
        return ().into_any();
    };
    let pause = move |_| {
        let Some(commands) = commands else { return };
        spawn_local(async move {
            // Should this fail, starting says so: it is the same storage.
            let _ = commands
                .save(Op::set_status(other, JobStatus::Paused))
                .await;
            start();
        });
    };
    view! {
        <p class="line">{icon(Icon::Alert)} <span>{unbroken(tr!(action.still_started, job = name))}</span></p>
        <div class="sheet-actions">
            <button type="button" class="btn btn-primary btn-lg" on:click=pause>
                {tr!(action.pause_other)}
            </button>
            <button type="button" class="btn btn-lg" on:click=move |_| start()>
                {tr!(action.start_both)}
            </button>
            {cancel(leave)}
        </div>
    }
    .into_any()
}
