//! The page Customers.

use super::new_form::{is_begun, new_form};
use crate::routes::Route;
use crate::shared::record_list::{ListDesk, Listed, record_list};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::heading;
use crate::view::view;
use afield_domain::{Customer, Module, Record, Versioned};
use leptos::prelude::*;
use std::sync::Arc;

/// The page.
pub fn list_page() -> AnyView {
    let listed = Listed {
        module: Module::Customer,
        route: Route::Customers,
        search: tr!(job.find_customer),
        none: (tr!(customers.none), tr!(customers.none_hint)),
    };
    let draw = Arc::new(|found: &Versioned| match &found.record {
        Record::Customer(customer) => row(customer),
        _ => ().into_any(),
    });
    // Whoever comes back to what they had typed finds it open.
    let making = RwSignal::new(is_begun());
    let form = move || making.get().then(|| new_form(making));
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        <div class="page-head">
            {heading(tr!(modules.customers))}
            <div class="actions">
                <button
                    type="button"
                    class="btn btn-primary"
                    aria-expanded=move || making.get().to_string()
                    on:click=move |_| making.set(true)
                >
                    {icon(Icon::Plus)} {tr!(edit.new_customer)}
                </button>
                <a class="btn" href=Route::OfficeNew.href()>{icon(Icon::Plus)} {tr!(job.new)}</a>
            </div>
        </div>
        {form}
        {record_list(listed, ListDesk::new(Module::Customer), draw)}
    }
    .into_any()
}

fn row(customer: &Customer) -> AnyView {
    view! {
        <li>
            <a class="row customer-row" href=Route::OfficeCustomer(customer.id).href()>
                <span class="font-semibold customer-name" dir="auto">{customer.name.clone()}</span>
                <span class="muted">{customer.phone.clone()}</span>
                <span class="muted customer-mail">{customer.email.clone()}</span>
            </a>
        </li>
    }
    .into_any()
}
