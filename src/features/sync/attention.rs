//! A refused change: what, why, and what a person can do about it.

use crate::commands::use_commands;
use crate::features::jobs::detail_view_model::Refused;
use crate::routes::Route;
use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::ui::toast::use_toasts;
use crate::words::{changes, intent_label, reason_label};
use afield_domain::MutationId;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The box of one refused change. `job_name` names the job and links to it; without one the box
/// stands on that job's own page and links to Sync.
pub fn refused_card(refused: Refused, job_name: Option<String>) -> impl IntoView {
    let what = intent_label(&refused.what);
    let title_id = format!("refused-{}", refused.id);
    let held = (refused.held > 0).then(|| {
        view! { <p>{tr!(sync.holds, changes = changes(refused.held))}</p> }
    });
    let link = match (&job_name, refused.job) {
        (Some(_), Some(job)) => Some((Route::Job(job).href(), tr!(sync.go_to_record))),
        (Some(_), None) => None,
        (None, _) => Some((Route::Sync.href(), tr!(sync.open))),
    };
    let labelled = title_id.clone();
    let body = view! {
        <p id=title_id>
            <strong>{tr!(sync.refused, what = what)}</strong>
        </p>
        {job_name.filter(|name| !name.is_empty()).map(|name| view! { <p class="font-semibold">{name}</p> })}
        <p>{reason_label(&refused.reason)}</p>
        {(!refused.text.is_empty()).then(|| view! { <blockquote class="prose quote">{refused.text.clone()}</blockquote> })}
        {held}
        <p class="muted">{tr!(sync.refused_at, time = refused.when)}</p>
        <div class="actions">
            {link.map(|(href, text)| view! { <a class="btn" href=href>{text}</a> })}
            {revert_button(refused.id)}
        </div>
    };
    view! {
        <div role="group" aria-labelledby=labelled class="mb-3">
            {notice(Tone::Error, body.into_any())}
        </div>
    }
}

fn revert_button(id: MutationId) -> impl IntoView {
    let commands = use_commands();
    let toasts = use_toasts();
    let revert = move |_| {
        let Some(commands) = commands else {
            return;
        };
        toasts.clear();
        spawn_local(async move {
            let result = commands.revert(id).await;
            toasts.show(result.map(|()| tr!(sync.reverted)));
        });
    };
    view! {
        <button type="button" class="btn" on:click=revert>
            {tr!(sync.revert)}
        </button>
    }
}
