//! Badges: a status, a priority, a mark. Shape and word carry the meaning, colour only helps.

use super::labels::{priority_label, status_label};
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::{Job, JobStatus, Priority};
use leptos::prelude::*;

/// The icon of a status.
#[must_use]
pub fn status_icon(status: JobStatus) -> Icon {
    match status {
        JobStatus::Scheduled => Icon::Clock,
        JobStatus::EnRoute => Icon::Van,
        JobStatus::Started => Icon::Play,
        JobStatus::Paused => Icon::Pause,
        JobStatus::Finished => Icon::Check,
        JobStatus::Cancelled => Icon::Stop,
    }
}

fn status_class(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Scheduled => "tag tag-scheduled",
        JobStatus::EnRoute => "tag tag-en-route",
        JobStatus::Started => "tag tag-started",
        JobStatus::Paused => "tag tag-paused",
        JobStatus::Finished => "tag tag-finished",
        JobStatus::Cancelled => "tag tag-cancelled",
    }
}

/// Where a job stands.
pub fn status_badge(status: JobStatus) -> impl IntoView {
    view! {
        <span class=status_class(status)>{icon(status_icon(status))} {status_label(status)}</span>
    }
}

/// Where `job` stands; how it ended, if it could not be done.
pub fn job_badge(job: &Job) -> AnyView {
    if job.was_not_possible() {
        let word = tr!(action.not_possible);
        return view! { <span class="tag tag-paused">{icon(Icon::Stop)} {word}</span> }.into_any();
    }
    status_badge(job.status).into_any()
}

/// How pressing a job is; nothing for the usual.
pub fn priority_badge(priority: Priority) -> Option<impl IntoView> {
    let class = match priority {
        Priority::Low | Priority::Normal => return None,
        Priority::High => "tag tag-high",
        Priority::Urgent => "tag tag-urgent",
    };
    Some(view! { <span class=class>{priority_label(priority)}</span> })
}

/// The mark of a change that the office does not have yet.
pub fn unsent_mark() -> impl IntoView {
    view! { <span class="tag tag-unsent">{icon(Icon::Unsent)} {tr!(marks.unsent)}</span> }
}

/// The mark of a change that the office refused.
pub fn refused_mark() -> impl IntoView {
    view! { <span class="tag tag-urgent">{icon(Icon::Alert)} {tr!(marks.refused)}</span> }
}
