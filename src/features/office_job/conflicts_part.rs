//! The conflicts on the office's page of a job: both values, what stands, and the choice between them.
//!
//! Owns the buttons. A choice is the operation by which a phone settles one, and the server decides it: whoever is later
//! than somebody else changes nothing and is told so.

use super::live_job::LiveJob;
use super::settling::{Met, Open, met, request};
use crate::memo::Memo;
use crate::runtime::commands::use_commands;
use crate::runtime::session::Account;
use crate::runtime::settling::{dismissing_op, settling_op};
use crate::shared::conflicts::{ConflictRow, Outcome, Side, Who};
use crate::shared::labels::{field_name_label, rule_text, value_label};
use crate::shared::long_value::long_value;
use crate::shared::refusals::excerpt;
use crate::shared::toast::{Toasts, use_toasts};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{of, section};
use crate::view::view;
use afield_domain::{ConflictId, MutationId, Op};
use afield_platform::api::{self, ApiFailure};
use afield_protocol::{ErrorCode, OfficeChange};
use afield_sync::view::Projection;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What a choice needs.
#[derive(Clone, Copy)]
struct Settle {
    page: LiveJob,
    toasts: Toasts,
    busy: RwSignal<bool>,
    /// The choice that has got no answer.
    kept: StoredValue<Option<OfficeChange>>,
    /// The conflict that somebody else was quicker to settle.
    quicker: RwSignal<Option<ConflictId>>,
}

impl Settle {
    /// Has the server decide the choice that `make` makes of what is shown.
    fn choose(
        self,
        id: ConflictId,
        make: fn(&Projection, ConflictId) -> Option<Op>,
        new: MutationId,
    ) {
        let page = self.page;
        let op = page.live.projection.with_untracked(|all| make(all, id));
        let Some(op) = op.filter(|_| !self.busy.get_untracked()) else {
            return;
        };
        self.busy.set(true);
        self.quicker.set(None);
        self.toasts.clear();
        let change = request(self.kept.get_value(), op, page.rev(), new);
        spawn_local(async move {
            let answer = api::send_change(page.id, &change).await;
            let is_unknown = matches!(answer, Err(ApiFailure::Transport(_)));
            let _ = self.kept.try_set_value(is_unknown.then_some(change));
            let _ = self.busy.try_set(false);
            match answer {
                Ok(_) => self.toasts.show(Ok(tr!(conflict.done))),
                Err(ApiFailure::Api(error)) if error.code == ErrorCode::Conflict => {
                    let _ = self.quicker.try_set(Some(id));
                }
                Err(failure) => self.toasts.show(Err(failure.into())),
            }
            if !is_unknown {
                focus::by_id(&title_id(id));
            }
            page.fetch();
        });
    }
}

/// The section, as long as the job has conflicts.
pub(super) fn conflicts(account: &Arc<Account>, page: LiveJob) -> AnyView {
    let settle = Settle {
        page,
        toasts: use_toasts(),
        busy: RwSignal::new(false),
        kept: StoredValue::new(None),
        quicker: RwSignal::new(None),
    };
    let account = Arc::clone(account);
    let all = Memo::new(move |_| {
        let of = |all: &Projection| met(all, &account.signed_in, &account.zone);
        page.live.projection.with(of)
    });
    let is_there = Memo::new(move |_| all.with(|all| !all.is_empty()));
    let ids = move || all.with(|all| all.iter().map(|one| one.row.id).collect::<Vec<_>>());
    let content = move || {
        is_there.get().then(|| {
            let list = view! {
                <ul class="card list office-conflicts">
                    <For each=ids key=Clone::clone let(id)>{item(settle, all, id)}</For>
                </ul>
            };
            section(tr!(conflict.title), list.into_any())
        })
    };
    view! { {content} }.into_any()
}

fn title_id(id: ConflictId) -> String {
    format!("conflict-{id}")
}

/// The title stands apart: it has the focus after a choice, while the rest is drawn anew.
fn item(settle: Settle, all: Memo<Vec<Met>>, id: ConflictId) -> AnyView {
    let found = Memo::new(move |_| {
        let is_it = |one: &&Met| one.row.id == id;
        all.with(|all| all.iter().find(is_it).cloned())
    });
    let title = move || {
        found.with(|found| {
            found
                .as_ref()
                .map(|found| field_name_label(&found.row.field))
        })
    };
    let quicker = move || {
        (settle.quicker.get() == Some(id)).then(|| {
            notice(
                Tone::Warning,
                view! { <p>{tr!(conflict.quicker)}</p> }.into_any(),
            )
        })
    };
    view! {
        <li class="row">
            <h3 id=title_id(id) tabindex="-1" class="font-semibold met">{title}</h3>
            <div role="status">{quicker}</div>
            {move || found.get().map(|found| details(settle, found))}
        </li>
    }
    .into_any()
}

fn details(settle: Settle, Met { row, open }: Met) -> AnyView {
    let told = told(&row);
    match (open, &row.outcome) {
        (Some(open), _) => {
            let other = open.other.as_ref().map(|value| {
                let text = tr!(conflict.stands_now, value = excerpt(&value_label(value)));
                view! { <p class="font-semibold">{text}</p> }
            });
            view! { {told} {other} {buttons(settle, &row, &open)} }.into_any()
        }
        (None, Outcome::Settled { by, when, value }) => {
            let value = excerpt(&value_label(value));
            let text = tr!(conflict.settled, name = by, time = when, value = value);
            view! {
                <details class="details">
                    <summary>{text}</summary>
                    {told}
                </details>
            }
            .into_any()
        }
        (None, _) => told,
    }
}

/// Both values, what was before, and the rule.
fn told(row: &ConflictRow) -> AnyView {
    let before = tr!(conflict.before, value = excerpt(&value_label(&row.before)));
    let noticed = tr!(conflict.noticed, time = row.when);
    view! {
        <dl class="sides">{row.sides.iter().map(side).collect_view()}</dl>
        <p class="muted">{before}</p>
        <p class="muted">{rule_text(row.rule)} " " {noticed}</p>
    }
    .into_any()
}

fn side(side: &Side) -> AnyView {
    let who = match &side.who {
        Who::You => tr!(conflict.yours),
        Who::Named(name) => name,
        Who::Office => tr!(conflict.office),
    };
    let stands = side.stands.then(|| {
        view! { <span class="tag tag-finished">{icon(Icon::Check)} {tr!(conflict.stands)}</span> }
    });
    view! {
        <div class="side">
            <dt class="tags">
                <strong>{who.to_owned()}</strong> <span class="muted">{side.when.clone()}</span> {stands}
            </dt>
            <dd>{long_value(&side.value)}</dd>
        </div>
    }
    .into_any()
}

fn buttons(settle: Settle, row: &ConflictRow, open: &Open) -> AnyView {
    let restore = open.restores.as_ref().map(|who| {
        let label = match who {
            Who::You => tr!(conflict.keep_mine).to_owned(),
            Who::Named(name) => tr!(conflict.restore, name = name),
            Who::Office => tr!(conflict.restore_office).to_owned(),
        };
        button(settle, row, label, settling_op)
    });
    let keep = button(settle, row, tr!(conflict.keep).to_owned(), dismissing_op);
    view! { <div class="actions">{restore} {keep}</div> }.into_any()
}

fn button(
    settle: Settle,
    row: &ConflictRow,
    label: String,
    make: fn(&Projection, ConflictId) -> Option<Op>,
) -> AnyView {
    let (id, commands) = (row.id, use_commands());
    let choose = move |_| {
        if let Some(new) = commands.and_then(|commands| commands.new_id().ok()) {
            settle.choose(id, make, MutationId(new));
        }
    };
    view! {
        <button
            type="button"
            class="btn"
            aria-disabled=move || settle.busy.get().then_some("true")
            on:click=choose
        >
            {label} {of(field_name_label(&row.field))}
        </button>
    }
    .into_any()
}
