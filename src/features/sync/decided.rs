//! Refused changes that were decided: what of them the phone keeps, and the way back from **Revert changes**.
//!
//! Owns the look at the log. Must never decide what can be brought back: the engine does.

use super::log_view_model::entry_job;
use crate::effect::Effect;
use crate::memo::Memo;
use crate::runtime::clock::use_clock;
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::live::Live;
use crate::shared::labels::change_label;
use crate::shared::names::unbroken;
use crate::shared::refusals::ChangeSummary;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::parts::{of, section};
use crate::view::view;
use afield_domain::MutationId;
use afield_sync::OutboxEntry;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The signed-in user's log, looked up anew with every change of the outbox: a decision is one.
pub(super) fn log_lines(live: Live) -> RwSignal<Vec<OutboxEntry>> {
    let lines = RwSignal::new(Vec::new());
    let (commands, version) = (use_commands(), live.outbox_version());
    Effect::new(move |_| {
        let looked_at = version.get();
        spawn_local(async move {
            let Some(Ok(engine)) = commands.map(Commands::engine) else {
                return;
            };
            let found = engine.load_log().await;
            // A later look may have ended before.
            if let (Ok(found), Some(now)) = (found, version.try_get_untracked())
                && now == looked_at
            {
                let _ = lines.try_set(found);
            }
        });
    });
    lines
}

/// What was taken back a moment ago, and can be brought back, the newest change first.
pub(super) fn reverted_part(live: Live) -> impl IntoView {
    let (lines, clock) = (log_lines(live), use_clock());
    // Drawn anew when it is another one, and not with each tick of the clock.
    let taken = Memo::new(move |_| {
        let now = clock.wall();
        lines.with(|lines| {
            let taken = lines.iter().rev().filter(|line| line.can_come_back(now));
            taken.map(|line| line.mutation.id).collect::<Vec<_>>()
        })
    });
    move || {
        let taken = taken.get();
        (!taken.is_empty()).then(|| {
            let row = |id| lines.with_untracked(|lines| reverted_row(lines, id, live));
            let rows = taken.into_iter().filter_map(row).collect_view();
            let list = view! {
                <p class="muted mb-2">{tr!(sync.reverted_hint)}</p>
                <ul class="card list" aria-label=tr!(sync.reverted_title)>{rows}</ul>
            };
            section(tr!(sync.reverted_title), list.into_any())
        })
    }
}

fn reverted_row(lines: &[OutboxEntry], id: MutationId, live: Live) -> Option<AnyView> {
    let line = lines.iter().find(|line| line.mutation.id == id)?;
    let (what, job) = live.projection.with_untracked(|all| {
        let what = change_label(&ChangeSummary::of(all, &line.mutation.op));
        (what, entry_job(all, line))
    });
    let behind = |line: &&OutboxEntry| line.decided.is_some_and(|it| it.behind == Some(id));
    let more = lines.iter().filter(behind).count();
    let more = (more > 0).then(|| tr!(sync.reverted_more, count = more));
    let row = view! {
        <li class="row">
            <p class="font-semibold">{what.clone()}</p>
            <p>{unbroken(job)}</p>
            {more.map(|more| view! { <p class="muted">{more}</p> })}
            <div class="actions">{bring_back(id, what)}</div>
        </li>
    };
    Some(row.into_any())
}

/// **Bring back** of what was reverted, the refused change `id` and what waited for it.
pub(super) fn bring_back(id: MutationId, name: String) -> AnyView {
    let (commands, toasts) = (use_commands(), use_toasts());
    let bring = move |_| {
        let Some(commands) = commands else { return };
        let work = async move { commands.bring_back(id).await };
        let then = move |is_done| {
            if is_done {
                focus::heading();
            }
        };
        toasts.run(Box::pin(work), tr!(sync.brought_back), Box::new(then));
    };
    view! { <button type="button" class="btn btn-sm" on:click=bring>{tr!(sync.bring_back)} {of(name)}</button> }
    .into_any()
}
