//! The buttons that take a job a step further: each says what it does, a badge says what is.
//!
//! Owns the guard against the second half of a double tap: after a step the next one stands under
//! the same finger. A step is asked about only where [`asks_before`] says so; any other is taken back with
//! **Undo** while it was not sent.

use super::asking::{IsFlawed, LEFT_OVER, Unsaved, asks_before};
use super::badge::status_icon;
use super::drafts::{DraftKey, Drafts, use_drafts};
use super::labels::step_verb;
use super::toast::{Toasts, use_toasts};
use crate::routes::JobTab;
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::live::Live;
use crate::signal::RwSignal;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::{JobId, JobStatus, Op, StepKind};
use afield_platform::timer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

const SETTLE_MS: u32 = 500;
/// The group of the buttons: a keyboard goes on from it when the one that was tapped is gone.
pub const GROUP: &str = "status-steps";

/// Whether a step was just taken; owned by the page, so that it outlives the buttons.
#[derive(Debug, Clone, Copy)]
pub struct Stepping {
    busy: RwSignal<bool>,
    is_flawed: IsFlawed,
    /// Found when the page is drawn: later there may be no context to find them in.
    toasts: Toasts,
}

impl Stepping {
    /// No step was taken yet. On the page of a job itself `is_flawed` says what of its answers cannot be saved; elsewhere
    /// whatever is left of them.
    #[must_use]
    pub fn new(is_flawed: Option<IsFlawed>) -> Self {
        Self {
            busy: RwSignal::new(false),
            is_flawed: is_flawed.unwrap_or(LEFT_OVER),
            toasts: use_toasts(),
        }
    }

    /// What was typed on `job` and is not saved; tracks.
    #[must_use]
    pub fn unsaved_of(self, drafts: Drafts, live: Live, job: JobId) -> Unsaved {
        let typed = drafts
            .answers(DraftKey::Checklist(job))
            .unwrap_or_default()
            .typed;
        let note = drafts.note(DraftKey::Note(job)).unwrap_or_default();
        live.projection.with(|all| {
            let of = |job| Unsaved::of(job, &typed, &note, self.is_flawed);
            all.job(job).map(of).unwrap_or_default()
        })
    }

    /// Takes the step `op`, unless one was just taken.
    pub fn take(self, commands: Option<Commands>, op: Op) {
        let Some(commands) = commands.filter(|_| !self.busy.get_untracked()) else {
            return;
        };
        let toasts = self.toasts;
        self.busy.set(true);
        toasts.clear();
        spawn_local(async move {
            match commands.save_undoable(op).await {
                Ok(undo) => toasts.saved_with_undo(undo),
                Err(trouble) => toasts.show(Err(trouble)),
            }
            request_animation_frame(|| {
                if focus::is_lost() {
                    focus::by_id(GROUP);
                }
            });
            timer::sleep_ms(SETTLE_MS).await;
            let _ = self.busy.try_set(false);
        });
    }
}

/// The button that takes `job` to `to`.
pub fn step_button(stepping: Stepping, job: JobId, to: JobStatus, class: &'static str) -> AnyView {
    op_button(stepping, Op::set_status(job, to), class)
}

/// The button that does `op`, a step of a job's status.
pub fn op_button(stepping: Stepping, op: Op, class: &'static str) -> AnyView {
    let Op::SetJobStatus { job, to, kind, .. } = op else {
        return ().into_any();
    };
    let shape = match kind {
        StepKind::Usual => status_icon(to),
        StepKind::NotPossible => Icon::Stop,
        StepKind::Reopened => Icon::Undo,
    };
    let (commands, drafts) = (use_commands(), use_drafts());
    let navigate = use_navigate();
    let set = move |_| {
        let asked = commands.and_then(|commands| {
            let user = commands.user().ok()?;
            let unsaved = untrack(|| stepping.unsaved_of(drafts, commands.live, job));
            commands
                .live
                .projection
                .with_untracked(|all| asks_before(all, user, &op, unsaved))
        });
        match asked {
            Some(ask) => {
                let options = NavigateOptions {
                    scroll: false,
                    ..NavigateOptions::default()
                };
                navigate(&ask.href(job, JobTab::of_address()), options);
            }
            None => stepping.take(commands, op.clone()),
        }
    };
    view! {
        <button
            type="button"
            class=class
            aria-disabled=move || stepping.busy.get().then_some("true")
            on:click=set
        >
            {icon(shape)}
            <span>{step_verb(to, kind)}</span>
        </button>
    }
    .into_any()
}
