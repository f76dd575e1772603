//! The status of a service task as shape and word, and what its buttons say.

use super::labels::task_status_label;
use crate::routes::JobTab;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use afield_domain::JobId;
use afield_domain::TaskStatus;
use leptos::prelude::*;

/// The icon of a status.
#[must_use]
pub fn task_icon(status: TaskStatus) -> Icon {
    match status {
        TaskStatus::Open => Icon::Clock,
        TaskStatus::InProgress => Icon::Play,
        TaskStatus::Done => Icon::Check,
        TaskStatus::Skipped => Icon::Stop,
    }
}

/// Where a task stands.
pub fn task_badge(status: TaskStatus) -> AnyView {
    let class = match status {
        TaskStatus::Open => "tag",
        TaskStatus::InProgress => "tag tag-started",
        TaskStatus::Done => "tag tag-finished",
        TaskStatus::Skipped => "tag tag-cancelled",
    };
    view! { <span class=class>{icon(task_icon(status))} {task_status_label(status)}</span> }
        .into_any()
}

/// What the button says that takes a task to `to`.
#[must_use]
pub fn task_step_label(to: TaskStatus) -> &'static str {
    match to {
        TaskStatus::Open => tr!(tasks.reopen),
        TaskStatus::InProgress => tr!(tasks.begin),
        TaskStatus::Done => tr!(tasks.done),
        TaskStatus::Skipped => tr!(tasks.skip),
    }
}

/// Leads to the buttons that finish the job.
pub fn finish_offer(job: JobId) -> AnyView {
    let body = view! {
        <p>{tr!(tasks.all_closed)}</p>
        <a class="btn btn-primary" href=JobTab::Overview.href(job)>{tr!(tasks.finish)}</a>
    };
    notice(Tone::Info, body.into_any()).into_any()
}
