//! The conflicts in the tab Log: both values, which one counts and why, and what may be chosen.

use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::commands::use_commands;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::conflicts::{ConflictAction, ConflictRow, Outcome, Side, Who, conflict_rows};
use crate::shared::labels::{field_name_label, rule_text, value_label};
use crate::shared::long_value::long_value;
use crate::shared::names::unbroken;
use crate::shared::refusals::excerpt;
use crate::shared::toast::use_toasts;
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::parts::{empty, of, section};
use crate::view::view;
use afield_domain::ConflictId;
use leptos::prelude::*;
use std::sync::Arc;

/// The list, newest first.
pub(super) fn conflict_list(account: &Arc<Account>, live: Live) -> impl IntoView + use<> {
    let account = Arc::clone(account);
    let sync = use_sync_state();
    let rows = Memo::new(move |_| {
        live.projection
            .with(|all| conflict_rows(all, all.entries(), &account.signed_in, &account.zone))
    });
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let ids = move || rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>());
    let content = move || {
        if is_empty.get() {
            let hint = if sync.holding.get().is_all() {
                tr!(conflict.none_hint)
            } else {
                tr!(conflict.none_live)
            };
            return empty(Icon::Check, tr!(conflict.none), hint).into_any();
        }
        view! {
            <p class="muted mb-2">{tr!(conflict.lead)}</p>
            <ul class="card list" aria-label=tr!(conflict.title)>
                <For each=ids key=Clone::clone let(id)>
                    {conflict_row(rows, id)}
                </For>
            </ul>
        }
        .into_any()
    };
    view! { <div class="mt-6">{section(tr!(conflict.title), content.into_any())}</div> }
}

/// The title stands apart: it has the focus after a action, while the rest is drawn anew.
fn conflict_row(rows: Memo<Vec<ConflictRow>>, id: ConflictId) -> impl IntoView {
    let row = move || rows.with(|rows| rows.iter().find(|row| row.id == id).cloned());
    view! {
        <li class="row">
            <p id=title_id(id) tabindex="-1" class="font-semibold">{move || row().map(title).map(unbroken)}</p>
            {move || row().map(details)}
        </li>
    }
}

fn title_id(id: ConflictId) -> String {
    format!("conflict-{id}")
}

fn title(row: ConflictRow) -> String {
    let job = if row.job_name.is_empty() {
        tr!(sync.unknown_job)
    } else {
        &row.job_name
    };
    tr!(conflict.of, job = job, field = field_name_label(&row.field))
}

fn details(row: ConflictRow) -> AnyView {
    let name = title(row.clone());
    let (class, outcome) = match &row.outcome {
        Outcome::ByRule => ("tag", tr!(conflict.open).to_owned()),
        Outcome::ChosenHere => ("tag tag-unsent", tr!(conflict.chosen).to_owned()),
        Outcome::Settled { by, when, value } => (
            "tag tag-finished wrap",
            tr!(
                conflict.settled,
                name = by,
                time = when,
                value = excerpt(&value_label(value))
            ),
        ),
    };
    let before = tr!(conflict.before, value = excerpt(&value_label(&row.before)));
    view! {
        <dl class="sides">{row.sides.into_iter().map(side).collect_view()}</dl>
        <p class="muted">{before}</p>
        <p class="muted">{rule_text(row.rule)} " " {tr!(conflict.noticed, time = row.when)}</p>
        <p class="tags mt-1"><span class=class>{outcome}</span></p>
        <div class="actions">
            <a class="btn" href=Route::Job(row.job).href()>{tr!(sync.go_to_record)} {of(name.clone())}</a>
            {row.action.map(|action| choose_button(row.id, action, name))}
        </div>
    }
    .into_any()
}

fn side(side: Side) -> impl IntoView {
    let who = match side.who {
        Who::You => tr!(conflict.yours).to_owned(),
        Who::Named(name) => name,
        Who::Office => tr!(conflict.office).to_owned(),
    };
    let stands = side.stands.then(|| {
        view! { <span class="tag tag-finished">{icon(Icon::Check)} {tr!(conflict.stands)}</span> }
    });
    view! {
        <div class="side">
            <dt class="tags"><strong>{who}</strong> <span class="muted">{side.when}</span> {stands}</dt>
            <dd>{long_value(&side.value)}</dd>
        </div>
    }
}

fn choose_button(id: ConflictId, action: ConflictAction, name: String) -> impl IntoView {
    let commands = use_commands();
    let toasts = use_toasts();
    let label = match action {
        ConflictAction::KeepMine => tr!(conflict.keep_mine).to_owned(),
        ConflictAction::Revert => tr!(sync.revert).to_owned(),
        ConflictAction::Use(name) => tr!(conflict.use_theirs, name = name),
    };
    let choose = move |_| {
        if let Some(commands) = commands {
            let then = move |is_done| {
                if is_done {
                    focus::by_id(&title_id(id));
                }
            };
            toasts.run(
                Box::pin(commands.settle(id)),
                tr!(common.saved),
                Box::new(then),
            );
        }
    };
    view! { <button type="button" class="btn" on:click=choose>{label} {of(name)}</button> }
}
