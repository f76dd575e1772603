//! The board's feed: who did what, and when it reached the office.

use super::board::came_late;
use crate::runtime::session::Account;
use crate::shared::labels::{
    field_label, field_list, reason_label, reported, status_label, task_status_label,
};
use crate::shared::refusals::{Reason, excerpt};
use crate::shared::thumbnail::{self, Shown, preview};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::list::For;
use crate::view::view;
use afield_domain::{AttachmentKind, StepKind};
use afield_protocol::{Activity, ActivityKind};
use afield_sync::board::BoardState;
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;

/// The feed, newest first.
pub(super) fn feed(state: RwSignal<Option<BoardState>>, account: Arc<Account>) -> impl IntoView {
    let rows = move || {
        state.with(|state| {
            state
                .as_ref()
                .map(|state| state.activity.clone())
                .unwrap_or_default()
        })
    };
    view! {
        <aside class="feed" aria-label=tr!(board.feed) tabindex="0">
            <h2 class="section-title">{tr!(board.feed)}</h2>
            <ol class="card list">
                <For each=rows key=|activity| activity.seq let(activity)>
                    {feed_row(&account, activity)}
                </For>
            </ol>
        </aside>
    }
}

fn feed_row(account: &Account, activity: Activity) -> impl IntoView + use<> {
    let made = account.clock(activity.made_at);
    let late = came_late(&activity).then(|| {
        let received = account.clock(activity.received_at);
        view! { <span>{tr!(board.received, time = received)}</span> }
    });
    view! {
        <li class="row feed-row">
            <p>
                <strong>{activity.actor}</strong>
                " "
                {what(account, &activity.what)}
            </p>
            {picture(&activity.what)}
            <p class="tags muted">
                <span class="job-number">{activity.job_number}</span>
                <span>{made}</span>
                {late}
            </p>
        </li>
    }
}

/// The small picture of a photo, long before the photo itself arrives.
fn picture(kind: &ActivityKind) -> Option<AnyView> {
    let ActivityKind::Attached {
        name,
        thumbnail,
        attachment,
    } = kind
    else {
        return None;
    };
    if let Some(id) = *attachment {
        let file = Shown {
            id,
            kind: AttachmentKind::Photo,
            name: name.clone(),
            thumbnail: thumbnail.clone(),
        };
        let alone = file.clone();
        let button = thumbnail::thumbnail(&file, Rc::new(move || vec![alone.clone()]));
        return Some(view! { <div class="thumbs">{button}</div> }.into_any());
    }
    preview(thumbnail)
        .map(|source| view! { <img class="feed-picture" src=source alt=name.clone() /> }.into_any())
}

fn what(account: &Account, kind: &ActivityKind) -> String {
    match kind {
        ActivityKind::Status {
            step: StepKind::NotPossible,
            reason,
            ..
        } => tr!(board.not_possible, reason = reason),
        ActivityKind::Status {
            step: StepKind::Reopened,
            ..
        } => tr!(board.reopened).to_owned(),
        ActivityKind::Status { reason, .. } if !reason.is_empty() => {
            tr!(board.left_open, reason = reason)
        }
        ActivityKind::Status { from, to, .. } => tr!(
            board.did_status,
            from = status_label(*from),
            to = status_label(*to)
        ),
        ActivityKind::Note { text } => tr!(board.did_note, text = excerpt(text)),
        ActivityKind::Assigned { to: None, .. } => tr!(board.did_unassign).to_owned(),
        ActivityKind::Assigned { to_name, .. } => tr!(board.did_assign, name = to_name),
        ActivityKind::Created => tr!(board.did_create).to_owned(),
        ActivityKind::Edited { fields } => tr!(board.did_edit, fields = field_list(fields)),
        ActivityKind::Conflict { field } => tr!(board.did_conflict, field = field_label(*field)),
        ActivityKind::Attached { name, .. } => tr!(board.attached, name = name),
        ActivityKind::Task { title, to } => {
            tr!(board.task, title = title, status = task_status_label(*to))
        }
        ActivityKind::Submitted { form, failures: 0 } => tr!(board.submitted, form = form),
        ActivityKind::Submitted { form, failures } => {
            tr!(board.submitted_failing, form = form, count = failures)
        }
        ActivityKind::Answered { accepted: true, .. } => tr!(board.accepted).to_owned(),
        ActivityKind::Answered { reason, .. } => tr!(board.rejected, reason = reason),
        ActivityKind::Withdrawn { name } if name.is_empty() => tr!(board.withdrew_note).to_owned(),
        ActivityKind::Withdrawn { name } => tr!(board.withdrew, name = name),
        ActivityKind::Refused { reason } => {
            tr!(
                board.did_refused,
                reason = reason_label(&Reason::from(reason))
            )
        }
        ActivityKind::Imported { created, updated } => {
            tr!(board.did_import, created = created, updated = updated)
        }
        ActivityKind::Left {
            unsent,
            files,
            told_at,
            cleared,
        } => {
            let (changes, files) = reported(*unsent, *files);
            let time = account.date_time(*told_at);
            if *cleared {
                tr!(
                    board.left_cleared,
                    changes = changes,
                    files = files,
                    time = time
                )
            } else {
                tr!(board.left, changes = changes, files = files, time = time)
            }
        }
        ActivityKind::Other => tr!(board.did_other).to_owned(),
    }
}
