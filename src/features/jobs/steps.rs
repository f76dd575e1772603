//! The buttons that take a job a step further.
//!
//! Owns the guard against the second half of a double tap: after a step the next one stands under
//! the same finger.

use crate::commands::use_commands;
use crate::tr;
use crate::ui::badge::status_icon;
use crate::ui::focus;
use crate::ui::icon::icon;
use crate::ui::toast::use_toasts;
use crate::words::status_label;
use afield_domain::{JobId, JobStatus};
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
            let result = commands.set_status(job, to).await;
            toasts.show(result.map(|()| tr!(common.saved)));
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

/// The legal next steps, the most likely first.
pub fn status_steps(stepping: Stepping, id: JobId, steps: &'static [JobStatus]) -> impl IntoView {
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
                {steps.iter().copied().enumerate().map(button).collect_view()}
            </div>
        }
    })
}
