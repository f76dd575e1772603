//! One job's page: what it is, what to do next, what was written.

use super::detail_view_model::{JobDetail, MapApp, NoteRow, job_detail};
use super::list_page::hidden;
use super::note_form::note_form;
use super::steps::{Stepping, status_steps};
use super::view_model::numbered;
use crate::features::sync::refused_card;
use crate::live::Live;
use crate::routes::Route;
use crate::session::Account;
use crate::tr;
use crate::ui::badge::{priority_badge, status_badge, unsent_mark};
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{empty, fact, heading, section, skeleton};
use afield_domain::{JobId, Property};
use leptos::prelude::*;
use std::sync::Arc;

/// The page of `id`.
pub fn detail_page(account: Arc<Account>, live: Live, id: JobId) -> AnyView {
    let detail = Memo::new(move |_| {
        live.projection.with(|projection| {
            live.entries.with(|entries| {
                job_detail(projection, entries, &account.signed_in, &account.zone, id)
            })
        })
    });
    let is_here = Memo::new(move |_| detail.with(Option::is_some));
    view! {
        <a class="back" href="/jobs">{icon(Icon::Left)} {tr!(job.back)}</a>
        {move || match (is_here.get(), live.loaded.get()) {
            (true, _) => here(id, detail).into_any(),
            (false, false) => view! { {heading(tr!(pages.job))} {skeleton(5)} }.into_any(),
            (false, true) if live.expired.get() => {
                view! { {heading(tr!(pages.job))} {hidden()} }.into_any()
            }
            (false, true) => {
                view! {
                    {heading(tr!(pages.job))}
                    {empty(Icon::Search, tr!(job.missing), tr!(job.missing_hint))}
                }
                .into_any()
            }
        }}
    }
    .into_any()
}

fn here(id: JobId, detail: Memo<Option<JobDetail>>) -> impl IntoView {
    let stepping = Stepping::new();
    let may_write = Memo::new(move |_| detail.with(|detail| is_mine(detail.as_ref())));
    let steps = Memo::new(move |_| {
        detail.with(|detail| detail.as_ref().map_or(&[][..], |detail| detail.steps))
    });
    let title =
        move || detail.with(|detail| detail.as_ref().map(|detail| detail.job.title.clone()));
    let edit = move || {
        may_write.get().then(|| {
            view! {
                <a class="btn" href=Route::JobEdit(id).href()>{icon(Icon::Edit)} {tr!(job.edit)}</a>
            }
        })
    };
    // Heading, form and buttons stand apart: what else changes must not take the focus from them.
    view! {
        <div class="job-head">{heading(title)} {edit}</div>
        {move || detail.get().map(head)}
        <div class="job-grid">
            <div>{move || detail.get().map(facts)}</div>
            <section class="section">
                <h2 class="section-title">{tr!(job.notes)}</h2>
                {move || may_write.get().then(|| note_form(id))}
                {notes(detail)}
            </section>
        </div>
        {move || status_steps(stepping, id, steps.get())}
    }
}

fn is_mine(detail: Option<&JobDetail>) -> bool {
    detail.is_some_and(|detail| detail.may_write)
}

fn head(detail: JobDetail) -> AnyView {
    let name = numbered(&detail.job.number, &detail.job.title);
    let refused = detail
        .refused
        .into_iter()
        .map(|refused| refused_card(refused, name.clone(), true))
        .collect_view();
    view! {
        <p class="tags mb-4">
            {status_badge(detail.job.status)}
            {priority_badge(detail.job.priority)}
            {detail.unsent.then(unsent_mark)}
            <span class="job-number">{detail.job.number}</span>
            <span class="muted">{detail.when}</span>
        </p>
        {refused}
    }
    .into_any()
}

fn facts(detail: JobDetail) -> AnyView {
    view! {
        {place(detail.address, detail.property)}
        {people(detail.customer, detail.organization)}
        {description(detail.job.description)}
    }
    .into_any()
}

fn place(address: String, property: Option<Property>) -> impl IntoView {
    let agent = window().navigator().user_agent().unwrap_or_default();
    let encode = |text: &str| leptos_router::location::Url::escape(text);
    property.map(|property| {
        let href = MapApp::of_agent(&agent).href(&property, encode);
        let opens_page = href.starts_with("http");
        let access = (!property.access.is_empty()).then(|| {
            view! { <p class="line">{icon(Icon::Key)} <span>{property.access.clone()}</span></p> }
        });
        let card = view! {
            <div class="card pad">
                <a
                    class="line line-link"
                    href=href
                    target=opens_page.then_some("_blank")
                    rel=opens_page.then_some("noopener noreferrer")
                >
                    {icon(Icon::Place)}
                    <span>{address.clone()} " " <span class="muted">{property.postcode.clone()}</span></span>
                </a>
                {access}
            </div>
        };
        section(tr!(job.place), card.into_any())
    })
}

fn people(customer: Option<afield_domain::Customer>, organization: String) -> impl IntoView {
    if customer.is_none() && organization.is_empty() {
        return None;
    }
    let link = |shape, scheme: &str, value: &str| {
        (!value.is_empty()).then(|| {
            view! {
                <a class="line line-link" href=format!("{scheme}:{value}")>
                    {icon(shape)} <span>{value.to_owned()}</span>
                </a>
            }
        })
    };
    let card = view! {
        <div class="card pad">
            {customer
                .map(|customer| {
                    view! {
                        <p class="line">{icon(Icon::Person)} <strong>{customer.name.clone()}</strong></p>
                        {link(Icon::Phone, "tel", &customer.phone)}
                        {link(Icon::Mail, "mailto", &customer.email)}
                    }
                })}
            {(!organization.is_empty()).then(|| {
                view! { <dl>{fact(tr!(job.organization), organization)}</dl> }
            })}
        </div>
    };
    Some(section(tr!(job.customer), card.into_any()))
}

fn description(text: String) -> impl IntoView {
    (!text.is_empty()).then(|| {
        section(
            tr!(job.description),
            view! { <p class="card pad prose">{text}</p> }.into_any(),
        )
    })
}

fn notes(detail: Memo<Option<JobDetail>>) -> impl IntoView {
    let rows = move || {
        detail.with(|detail| {
            detail
                .as_ref()
                .map(|detail| detail.notes.clone())
                .unwrap_or_default()
        })
    };
    let none = move || rows().is_empty();
    view! {
        <ul class="notes" aria-label=tr!(job.notes)>
            <For each=rows key=Clone::clone let(note)>
                {note_row(note)}
            </For>
        </ul>
        {move || none().then(|| view! { <p class="muted">{tr!(job.no_notes)}</p> })}
    }
}

fn note_row(note: NoteRow) -> impl IntoView {
    view! {
        <li class="note">
            <p class="note-head">
                <strong>{note.author}</strong>
                <span class="muted">{note.when}</span>
                {note.unsent.then(unsent_mark)}
            </p>
            <p class="prose">{note.text}</p>
        </li>
    }
}
