//! The page of one customer, for the office: what is known of it, its places and its jobs.
//!
//! Needs the server, which decides. Must never write over what somebody else has changed without having shown it.

use super::desk::{Desk, customer_of};
use super::edit_form::{draft_key, edit_form};
use super::keeps::{keeps, record_desk};
use crate::error::Trouble;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::session::Account;
use crate::shared::keeping::is_left;
use crate::shared::labels::status_label;
use crate::shared::names::dialled;
use crate::shared::record_desk::RecordDesk;
use crate::shared::retry::retry_notice;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{empty, fact, heading, section, skeleton};
use crate::view::view;
use afield_domain::{Customer, CustomerId, Job, Record};
use afield_platform::api::ApiFailure;
use afield_protocol::{ErrorCode, OfficeCustomer};
use leptos::prelude::*;
use std::sync::Arc;

/// What was told of the customer, and why it could not be asked for.
type Drawn = (Option<OfficeCustomer>, Option<ApiFailure>);

/// The page.
pub fn customer_page(account: Arc<Account>, id: CustomerId) -> AnyView {
    let desk = Desk::new(id);
    // Whoever comes back to what they had typed finds it open.
    desk.editing.set(is_left(draft_key(id)));
    let records = record_desk(desk);
    desk.load();
    let name = move || {
        let of = |shown: &Option<OfficeCustomer>| {
            let customer = shown.as_ref().and_then(customer_of);
            customer.map_or_else(|| tr!(pages.customer).to_owned(), |one| one.name)
        };
        desk.shown.with(of)
    };
    // While somebody types, what is drawn stays as it is: it would be drawn anew, and what is typed be gone.
    let free = records.clone();
    let drawn = Memo::new(move |before: Option<&Drawn>| {
        let now = (desk.shown.get(), desk.trouble.get());
        let held = before.filter(|(shown, _)| shown.is_some());
        match (free.is_free(), held) {
            (false, Some(held)) => held.clone(),
            _ => now,
        }
    });
    let content = move || match drawn.get() {
        (Some(found), _) => all(desk, &records, &account, &found),
        (None, Some(failure)) => not_there(desk, failure),
        (None, None) => skeleton(8).into_any(),
    };
    view! {
        <a class="back" href=Route::Customers.href()>{icon(Icon::Left)} {tr!(modules.customers)}</a>
        {heading(name)}
        {content}
    }
    .into_any()
}

fn not_there(desk: Desk, failure: ApiFailure) -> AnyView {
    let is_missing =
        matches!(&failure, ApiFailure::Api(error) if error.code == ErrorCode::NotFound);
    if is_missing {
        return empty(
            Icon::Search,
            tr!(customers.missing),
            tr!(office.missing_hint),
        )
        .into_any();
    }
    retry_notice(&Trouble::from(failure), move || desk.load())
}

fn all(desk: Desk, records: &RecordDesk, account: &Account, found: &OfficeCustomer) -> AnyView {
    let Some(customer) = customer_of(found) else {
        return empty(
            Icon::Search,
            tr!(customers.missing),
            tr!(office.missing_hint),
        )
        .into_any();
    };
    let archived = customer.archived.then(|| {
        let body = view! { <p>{tr!(customers.archived_hint)}</p> };
        notice(Tone::Info, body.into_any())
    });
    // What else would change what is shown waits until the edit is saved or given up: what is typed stays.
    let free = records.clone();
    let shown = move || match desk.editing.get() {
        true => edit_form(desk, &customer),
        false => {
            let (free, one) = (free.clone(), customer.clone());
            let actions = move || free.is_free().then(|| actions(desk, &one));
            view! { {actions} {facts(&customer)} }.into_any()
        }
    };
    view! {
        {archived}
        {shown}
        {keeps(desk, records, found)}
        {section(tr!(modules.jobs), jobs(desk, account, found))}
    }
    .into_any()
}

fn actions(desk: Desk, customer: &Customer) -> AnyView {
    let is_archived = customer.archived;
    let new_job = (!is_archived).then(|| {
        let href = format!("{}?customer={}", Route::OfficeNew.href(), customer.id);
        view! { <a class="btn btn-primary" href=href>{icon(Icon::Plus)} {tr!(job.new)}</a> }
    });
    let label = match is_archived {
        true => tr!(customers.bring_back),
        false => tr!(customers.archive),
    };
    view! {
        <div class="actions office-actions">
            {new_job}
            <button type="button" class="btn" on:click=move |_| desk.editing.set(true)>
                {icon(Icon::Edit)} {tr!(job.edit)}
            </button>
            <button
                type="button"
                class="btn"
                aria-disabled=move || desk.busy.get().then_some("true")
                on:click=move |_| desk.archive(!is_archived)
            >
                {label}
            </button>
        </div>
    }
    .into_any()
}

fn facts(customer: &Customer) -> AnyView {
    let none = || view! { <span class="muted">{tr!(fields.empty)}</span> }.into_any();
    let link = |scheme: &str, target: &str, text: &str| match text.is_empty() {
        true => none(),
        false => {
            let href = format!("{scheme}:{target}");
            view! { <a class="link" href=href>{text.to_owned()}</a> }.into_any()
        }
    };
    let phone = link("tel", &dialled(&customer.phone), &customer.phone);
    let mail = link("mailto", &customer.email, &customer.email);
    view! {
        <dl class="card list facts customer-facts">
            {fact(tr!(edit.phone), phone)}
            {fact(tr!(records.mail), mail)}
        </dl>
    }
    .into_any()
}

fn jobs(desk: Desk, account: &Account, found: &OfficeCustomer) -> AnyView {
    if found.jobs.is_empty() {
        return view! { <p class="muted">{tr!(customers.no_jobs)}</p> }.into_any();
    }
    let row = |job: &Job| {
        let when = account.date_time(job.starts);
        let title = format!("{} {}", job.number, job.title);
        view! {
            <li>
                <a class="row customer-row" href=Route::OfficeJob(job.id).href()>
                    <span class="font-semibold customer-name" dir="auto">{title}</span>
                    <span class="muted">{when}</span>
                    <span>{status_label(job.status)}</span>
                </a>
            </li>
        }
    };
    let all = found
        .jobs
        .iter()
        .filter_map(|versioned| match &versioned.record {
            Record::Job(job) => Some(row(job)),
            _ => None,
        });
    let rows = all.collect_view();
    let has_more = found.more;
    let next = move || {
        (has_more && !desk.editing.get()).then(|| {
            view! {
                <button
                    type="button"
                    class="btn"
                    aria-disabled=move || desk.busy.get().then_some("true")
                    on:click=move |_| desk.load_more()
                >
                    {tr!(customers.more_jobs)}
                </button>
            }
        })
    };
    view! { <ul class="card list customers">{rows}</ul> {next} }.into_any()
}
