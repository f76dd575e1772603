//! The buttons that take a job a step further.
//!
//! Owns the guard against the second half of a double tap: after a step the next one stands under
//! the same finger. A step is never asked about; it is taken back with **Undo** while it was not sent.

use super::badge::status_icon;
use super::labels::status_label;
use super::toast::use_toasts;
use crate::routes::JobTab;
use crate::runtime::commands::use_commands;
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::icon;
use afield_domain::{JobId, JobStatus, Op};
use afield_platform::timer;
use leptos::prelude::*;
use leptos::task::spawn_local;

const SETTLE_MS: u32 = 500;
const GROUP: &str = "status-steps";

/// Whether a step was just taken; owned by the page, so that it outlives the buttons.
#[derive(Debug, Clone, Copy)]
pub struct Stepping(RwSignal<bool>);

impl Stepping {
    /// No step was taken yet.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(false))
    }
}

impl Default for Stepping {
    fn default() -> Self {
        Self::new()
    }
}

/// The button that takes `job` to `to`.
pub fn step_button(
    stepping: Stepping,
    job: JobId,
    to: JobStatus,
    class: &'static str,
) -> impl IntoView {
    let commands = use_commands();
    let toasts = use_toasts();
    let set = move |_| {
        let Some(commands) = commands.filter(|_| !stepping.0.get_untracked()) else {
            return;
        };
        stepping.0.set(true);
        toasts.clear();
        spawn_local(async move {
            match commands.save_undoable(Op::SetJobStatus { job, to }).await {
                Ok(undo) => toasts.saved_with_undo(undo),
                Err(trouble) => toasts.show(Err(trouble)),
            }
            request_animation_frame(|| {
                // The button that was tapped may be gone: a keyboard goes on from its group.
                if focus::is_lost() {
                    focus::by_id(GROUP);
                }
            });
            timer::sleep_ms(SETTLE_MS).await;
            let _ = stepping.0.try_set(false);
        });
    };
    view! {
        <button
            type="button"
            class=class
            aria-disabled=move || stepping.0.get().then_some("true")
            on:click=set
        >
            {icon(status_icon(to))}
            {status_label(to)}
        </button>
    }
}

/// The legal next steps, the most likely first. `left_open`: required questions and service tasks
/// that are still to be done before the job is finished.
pub fn status_steps(
    stepping: Stepping,
    id: JobId,
    steps: &'static [JobStatus],
    left_open: Memo<Option<(usize, usize)>>,
) -> impl IntoView {
    let button = move |(index, to): (usize, JobStatus)| {
        let class = match index {
            0 => "btn btn-primary btn-lg",
            _ => "btn btn-lg",
        };
        step_button(stepping, id, to, class)
    };
    (!steps.is_empty()).then(|| {
        view! {
            <div id=GROUP class="steps" role="group" aria-label=tr!(job.status) tabindex="-1">
                {move || left_open.get().map(|open| open_hint(id, open))}
                {steps.iter().copied().enumerate().map(button).collect_view()}
            </div>
        }
    })
}

/// What is still open: a hint, not a hurdle. The work may well be done.
fn open_hint(id: JobId, (questions, tasks): (usize, usize)) -> AnyView {
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
    let link = |tab: JobTab, text: String| {
        view! { <a class="link" href=tab.href(id) data-noscroll="" prop:replace=true>{text}</a> }
    };
    view! {
        <p class="steps-hint">
            <span>{tr!(job.still_open)}</span>
            {questions.map(|text| link(JobTab::Checklist, text))}
            {tasks.map(|text| link(JobTab::Tasks, text))}
        </p>
    }
    .into_any()
}
