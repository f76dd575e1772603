//! A customer, organization, property, asset, contract, part or service.

use super::linked::{Linked, LinkedRow, State};
use super::sheet::{Action, Fact, FactLink, FactName, RecordKind, RecordSheet, sheet};
use crate::kinds::{module_label, page_label};
use crate::memo::Memo;
use crate::routes::{Route, record_href};
use crate::runtime::clock::use_clock;
use crate::runtime::live::Live;
use crate::runtime::session::{Account, use_session};
use crate::shared::badge::{status_badge, unsent_mark};
use crate::shared::expired::hidden;
use crate::shared::labels::task_status_label;
use crate::shared::map_link::navigate_link;
use crate::shared::names::{dialled, unbroken};
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{empty, fact, heading, section, skeleton};
use crate::view::view;
use afield_domain::{Module, RecordKey};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;

/// The page of a record that is no job.
pub fn record_page(account: Arc<Account>, live: Live, key: RecordKey) -> AnyView {
    let clock = use_clock();
    let view = Memo::new(move |_| {
        let today = account.zone.day(clock.now());
        live.projection
            .with(|projection| sheet(projection, &account.zone, today, key))
    });
    // A record may go while somebody looks at it: then the page says so.
    let was_here = Memo::new(move |before: Option<&bool>| {
        before.copied().unwrap_or(false) || view.with(Option::is_some)
    });
    let is_here = Memo::new(move |_| view.with(Option::is_some));
    let name = page_label(key.module);
    let navigate = use_navigate();
    // A record is reached from many pages: the way back is where somebody came from, if they did.
    let go_back = move |_| match window().history() {
        Ok(history) if history.length().unwrap_or(0) > 1 => {
            let _ = history.back();
        }
        _ => navigate(&Route::Jobs.href(), NavigateOptions::default()),
    };
    view! {
        <button type="button" class="back" on:click=go_back>
            {icon(Icon::Left)} {tr!(records.back)}
        </button>
        {move || match (is_here.get(), live.loaded.get()) {
            (true, _) => here(view),
            (false, false) => view! { {heading(name)} {skeleton(4)} }.into_any(),
            (false, true) if live.hidden.get() => view! { {heading(name)} {hidden()} }.into_any(),
            (false, true) => {
                let (title, hint) = if was_here.get_untracked() {
                    (tr!(records.gone), tr!(records.gone_hint).to_owned())
                } else {
                    let days = use_session().window_days();
                    (tr!(records.missing), tr!(records.missing_hint, days = days))
                };
                view! { {heading(name)} {empty(Icon::Search, title, hint)} }.into_any()
            }
        }}
    }
    .into_any()
}

fn here(view: Memo<Option<RecordSheet>>) -> AnyView {
    let title = move || {
        view.with(|sheet| {
            sheet
                .as_ref()
                .map(|sheet| sheet.title.clone())
                .unwrap_or_default()
        })
    };
    view! {
        {heading(title)}
        {move || view.get().map(body)}
    }
    .into_any()
}

fn body(sheet: RecordSheet) -> AnyView {
    let about = sheet.title.clone();
    let actions = sheet
        .actions
        .iter()
        .map(|action| action_link(action, &about))
        .collect_view();
    let has_actions = !sheet.actions.is_empty();
    let linked = sheet.linked.into_iter().filter(|linked| linked.count() > 0);
    let linked: Vec<AnyView> = linked.map(linked_section).collect();
    let none = linked.is_empty();
    view! {
        <p class="tags mb-4"><span class="tag">{kind_label(sheet.kind)}</span></p>
        <div class="record-grid">
            <div>
                {has_actions.then(|| view! { <div class="actions mb-4">{actions}</div> })}
                {links(sheet.links)}
                {facts(sheet.facts)}
                {text(sheet.text)}
            </div>
            <div>
                {linked}
                {none.then(|| view! { <p class="muted">{tr!(records.nothing_linked)}</p> })}
            </div>
        </div>
    }
    .into_any()
}

fn kind_label(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Of(module) => page_label(module),
        RecordKind::EndedContract => tr!(records.ended_contract),
        RecordKind::Part => tr!(records.part),
        RecordKind::Service => tr!(records.service),
    }
}

fn action_link(action: &Action, about: &str) -> AnyView {
    let (href, shape, label, value) = match action {
        Action::Navigate(property) => return navigate_link(property, about),
        Action::Call(phone) => (
            format!("tel:{}", dialled(phone)),
            Icon::Phone,
            tr!(records.call),
            phone,
        ),
        Action::Mail(mail) => (
            format!("mailto:{mail}"),
            Icon::Mail,
            tr!(records.mail),
            mail,
        ),
    };
    view! {
        <a class="btn" href=href>{icon(shape)} {label} " " <span class="font-normal">{value.clone()}</span></a>
    }
    .into_any()
}

fn links(links: Vec<FactLink>) -> Option<AnyView> {
    let row = |link: FactLink| {
        let shape = match link.key.module {
            Module::Property => Icon::Place,
            _ => Icon::Person,
        };
        view! {
            <a class="line line-link" href=record_href(link.key)>
                {icon(shape)} <span>{link.name}</span>
            </a>
        }
    };
    (!links.is_empty()).then(|| {
        let card = view! {
            <div class="card pad">{links.into_iter().map(row).collect_view()}</div>
        };
        section(tr!(records.belongs_to), card.into_any()).into_any()
    })
}

fn facts(facts: Vec<Fact>) -> Option<AnyView> {
    let row = |line: Fact| fact(fact_label(line.name), line.value);
    (!facts.is_empty()).then(|| {
        let list = view! {
            <dl class="card list facts">{facts.into_iter().map(row).collect_view()}</dl>
        };
        section(tr!(records.details), list.into_any()).into_any()
    })
}

fn fact_label(name: FactName) -> &'static str {
    match name {
        FactName::Number => tr!(records.number),
        FactName::Model => tr!(records.model),
        FactName::Serial => tr!(records.serial),
        FactName::Code => tr!(records.code),
        FactName::Location => tr!(records.location),
        FactName::Installed => tr!(records.installed),
        FactName::City => tr!(records.city),
        FactName::Postcode => tr!(records.postcode),
        FactName::Access => tr!(records.access),
        FactName::From => tr!(records.from),
        FactName::Until => tr!(records.until),
        FactName::ResponseHours => tr!(records.response_hours),
        FactName::Unit => tr!(records.unit),
        FactName::Price => tr!(records.price),
    }
}

fn text(text: String) -> Option<AnyView> {
    (!text.is_empty()).then(|| {
        let text = view! { <p class="card pad prose">{text}</p> };
        section(tr!(records.text), text.into_any()).into_any()
    })
}

fn linked_section(linked: Linked) -> AnyView {
    let count = linked.count();
    let rest = (linked.rest > 0).then(|| {
        view! { <li class="row muted">{tr!(records.rest, count = linked.rest)}</li> }
    });
    view! {
        <section class="section">
            <div class="section-head">
                <h2 class="section-title">{module_label(linked.module)}</h2>
                <span class="muted">{count}</span>
            </div>
            <ul class="card list">
                {linked.rows.into_iter().map(linked_row).collect_view()}
                {rest}
            </ul>
        </section>
    }
    .into_any()
}

fn linked_row(row: LinkedRow) -> AnyView {
    let state = row.state.map(|state| match state {
        State::Job(status) => status_badge(status).into_any(),
        State::Task(status) => {
            view! { <span class="tag">{task_status_label(status)}</span> }.into_any()
        }
    });
    view! {
        <li>
            <a class="item-row" href=row.href>
                <span class="item-main">
                    <span class="job-title">{unbroken(row.title)}</span>
                    <span class="job-place">{unbroken(row.detail)}</span>
                    <span class="tags">{state} {row.unsent.then(unsent_mark)}</span>
                </span>
                {icon(Icon::Right)}
            </a>
        </li>
    }
    .into_any()
}
