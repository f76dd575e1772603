//! The conflicts in the tab Log: both values, which one counts and why, and what may be chosen.

use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::shared::conflicts::{ConflictAction, ConflictRow, Outcome, Side, Who, conflict_row};
use crate::shared::labels::{field_name_label, rule_text, value_label};
use crate::shared::long_value::long_value;
use crate::shared::names::unbroken;
use crate::shared::refusals::excerpt;
use crate::shared::toast::{Work, use_toasts};
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::of;
use crate::view::view;
use afield_domain::ConflictId;
use leptos::prelude::*;
use std::sync::Arc;

/// The title stands apart: it has the focus after an action, while the rest is drawn anew.
pub(super) fn conflict_item(account: Arc<Account>, live: Live, id: ConflictId) -> impl IntoView {
    let row = Memo::new(move |_| {
        live.projection
            .with(|all| conflict_row(all, all.entries(), &account.signed_in, &account.zone, id))
    });
    view! {
        <li class="row">
            <p id=title_id(id) tabindex="-1" class="font-semibold">{move || row.get().map(title).map(unbroken)}</p>
            {move || row.get().map(details)}
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
            {row.action.map(|action| choose_button(row.id, action, name.clone()))}
            {row.can_dismiss.then(|| dismiss_button(row.id, name))}
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
    let label = match action {
        ConflictAction::KeepMine => tr!(conflict.keep_mine).to_owned(),
        ConflictAction::Revert => tr!(sync.revert).to_owned(),
        ConflictAction::Use(name) => tr!(conflict.use_theirs, name = name),
    };
    settle_button(id, label, name, |commands, id| {
        Box::pin(commands.settle(id))
    })
}

/// Nothing is to be chosen: it was read, and that is said to the office.
fn dismiss_button(id: ConflictId, name: String) -> impl IntoView {
    let label = tr!(conflict.dismiss).to_owned();
    settle_button(id, label, name, |commands, id| {
        Box::pin(commands.dismiss(id))
    })
}

fn settle_button(
    id: ConflictId,
    label: String,
    name: String,
    work: fn(Commands, ConflictId) -> Work,
) -> impl IntoView {
    let commands = use_commands();
    let toasts = use_toasts();
    let choose = move |_| {
        if let Some(commands) = commands {
            let then = move |is_done| {
                if is_done {
                    focus::by_id(&title_id(id));
                }
            };
            toasts.run(work(commands, id), tr!(common.saved), Box::new(then));
        }
    };
    view! { <button type="button" class="btn" on:click=choose>{label} {of(name)}</button> }
}
