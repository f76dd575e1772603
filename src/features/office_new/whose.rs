//! For whom a new job is and where: chosen from all of the company, or typed with the job.

use super::desk::Desk;
use crate::effect::Effect;
use crate::memo::Memo;
use crate::shared::choice::{ChoiceTexts, choice};
use crate::shared::choices::{customer_of, customers, only_place_of, properties};
use crate::shared::newcomer::Line;
use crate::shared::newcomer_fields::{TYPED, alike, made_lines, make_button};
use crate::signal::RwSignal;
use crate::tr;
use crate::view::view;
use afield_domain::Module;
use leptos::prelude::*;

/// What is typed, asked for when nothing more has been typed for a moment.
fn asking(desk: Desk, module: Module) -> RwSignal<String> {
    let query = RwSignal::new(String::new());
    Effect::new(move |before: Option<()>| {
        let text = query.get();
        if before.is_some() {
            let ask = move || {
                if query.try_with_untracked(|now| *now == text) == Some(true) {
                    let of = desk.form.with_untracked(|form| form.customer);
                    let of = of.filter(|_| module != Module::Customer);
                    desk.known.find(module, text, of);
                }
            };
            set_timeout(ask, TYPED);
        }
    });
    query
}

/// For whom: somebody of the company, or somebody new, with a place of theirs.
pub(super) fn whose(desk: Desk) -> AnyView {
    desk.newcomer.ask_who_is_alike();
    let is_new = Memo::new(move |_| desk.form.with(|form| form.made.customer));
    let query = asking(desk, Module::Customer);
    // Whoever searched for a name and found none has typed it already.
    let make = move |new: bool| {
        move || {
            desk.form.update(|form| {
                form.choose_customer(None);
                form.made.customer = new;
                form.made.place = new;
                if new {
                    form.made.begin(Line::Name, &query.get_untracked());
                }
            });
            query.set(String::new());
        }
    };
    let shown = move || match is_new.get() {
        true => made_lines(
            desk.newcomer,
            tr!(edit.new_customer),
            &Line::OF_CUSTOMER,
            alike(desk.newcomer),
            Some(Callback::new(move |()| make(false)())),
        ),
        false => {
            let button = make_button(tr!(edit.new_customer), Line::Name, make(true));
            view! { {customer(desk, query)} {button} }.into_any()
        }
    };
    view! { {shown} }.into_any()
}

fn customer(desk: Desk, query: RwSignal<String>) -> AnyView {
    let found = Memo::new(move |_| {
        let chosen = desk.form.with(|form| form.customer);
        let (rows, more) =
            query.with(|query| desk.known.all.with(|all| customers(all, query, chosen)));
        let more = desk.known.more(Module::Customer, rows.len(), more);
        (rows, more)
    });
    let chosen = Memo::new(move |_| {
        desk.form
            .with(|form| form.customer.map(|id| id.to_string()))
    });
    let choose = move |id: String| desk.choose(id.parse().ok());
    let texts = ChoiceTexts {
        name: "plan-customer",
        legend: tr!(job.customer),
        search: tr!(job.find_customer),
        nothing: tr!(office.found_none),
        first: None,
    };
    choice(texts, query, found, chosen, Callback::new(choose))
}

/// Where: a place of the company, or a new one. A customer's only place is chosen with the customer.
pub(super) fn where_to(desk: Desk) -> AnyView {
    let is_new = Memo::new(move |_| desk.form.with(|form| form.made.place));
    let is_of_newcomer = Memo::new(move |_| desk.form.with(|form| form.made.customer));
    let query = asking(desk, Module::Property);
    let make = move |new: bool| {
        move || {
            desk.form.update(|form| {
                form.property = None;
                form.made.place = new;
                if new {
                    form.made.begin(Line::Address, &query.get_untracked());
                }
            });
            query.set(String::new());
        }
    };
    suggest_place(desk);
    let shown = move || match is_new.get() {
        true => made_lines(
            desk.newcomer,
            tr!(edit.new_place),
            &Line::OF_PLACE,
            ().into_any(),
            // Whoever is new has no place that is known.
            (!is_of_newcomer.get()).then(|| Callback::new(move |()| make(false)())),
        ),
        false => {
            let button = make_button(tr!(edit.new_place), Line::Address, make(true));
            view! { {place(desk, query)} {button} }.into_any()
        }
    };
    view! { {shown} }.into_any()
}

fn suggest_place(desk: Desk) {
    // Once for each customer that is chosen: whoever takes it back has their reason.
    let suggested = StoredValue::new(None);
    Effect::new(move |_| {
        let customer = desk.form.with(|form| form.customer);
        let only = customer.and_then(|id| desk.known.all.with(|all| only_place_of(all, id)));
        if only.is_some() && suggested.get_value() != customer {
            suggested.set_value(customer);
            desk.form
                .update(|form| form.property = form.property.or(only));
        }
    });
}

fn place(desk: Desk, query: RwSignal<String>) -> AnyView {
    let found = Memo::new(move |_| {
        let (customer, chosen) = desk.form.with(|form| (form.customer, form.property));
        let (rows, more) = query.with(|query| {
            desk.known
                .all
                .with(|all| properties(all, query, customer, chosen))
        });
        let more = desk.known.more(Module::Property, rows.len(), more);
        (rows, more)
    });
    let chosen = Memo::new(move |_| {
        desk.form
            .with(|form| form.property.map(|id| id.to_string()))
    });
    let choose = move |id: String| {
        let id = id.parse().ok();
        let whose = id.and_then(|id| desk.known.all.with_untracked(|all| customer_of(all, id)));
        desk.form.update(|form| {
            form.property = id;
            form.customer = form.customer.or(whose);
        });
        if whose.is_some() {
            desk.known.find(Module::Asset, String::new(), whose);
            desk.known.find(Module::Contract, String::new(), whose);
        }
    };
    let first = Memo::new(move |_| {
        let is_first =
            query.with(String::is_empty) && desk.form.with(|form| form.customer.is_none());
        is_first.then(|| tr!(office.customer_first))
    });
    let texts = ChoiceTexts {
        name: "plan-property",
        legend: tr!(job.place),
        search: tr!(job.find_place),
        nothing: tr!(office.found_none),
        first: Some(first),
    };
    choice(texts, query, found, chosen, Callback::new(choose))
}
