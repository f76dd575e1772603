//! The board's feed: who did what, and when it reached the office.

use crate::runtime::session::Account;
use crate::shared::activity::happened_label;
use crate::shared::age::came_late;
use crate::shared::thumbnail::{self, Shown, preview};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::list::For;
use crate::view::view;
use afield_domain::AttachmentKind;
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
                {happened_label(account, &activity.what)}
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
