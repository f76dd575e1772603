//! The form by which the office makes a job: for whom, where, on what, with which forms, when, and whose.
//!
//! Needs the server: it chooses from all of the company, and the server decides at once.

use super::known::Known;
use super::plan::{PlanForm, is_as_planned, put};
use crate::effect::Effect;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::commands::use_commands;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::shared::choice::{ChoiceTexts, choice};
use crate::shared::choices::{customer_of, customers, only_place_of, properties};
use crate::shared::item_names::asset_name;
use crate::shared::job_fields::JobFields;
use crate::shared::job_form::Input;
use crate::shared::labels::trouble_text;
use crate::shared::rights::empty_description;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::form::{enter_stays, field, save_bar};
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::heading;
use crate::view::view;
use afield_domain::{JobId, Module, Op, Record, RecordKey, Zone};
use afield_platform::api;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;
use std::time::Duration;

/// How long after the last key the server is asked.
const TYPED: Duration = Duration::from_millis(250);

/// What the page works with.
#[derive(Clone, Copy)]
struct Desk {
    known: Known,
    form: RwSignal<PlanForm>,
    fields: JobFields,
    busy: RwSignal<bool>,
    zone: StoredValue<Zone>,
}

/// The page with the form.
pub fn new_page(account: Arc<Account>, _: Live) -> AnyView {
    let now = untrack(|| use_clock().now());
    let zone = account.zone.clone();
    let form = RwSignal::new(PlanForm::new(now, &zone));
    let fields = JobFields {
        id_of: input_id,
        text: Callback::new(move |input| form.with(|form| form.form.text(input).to_owned())),
        type_in: Callback::new(move |(input, text)| {
            form.update(|form| form.form.type_in(input, text))
        }),
        edits: false,
        flaws: RwSignal::new(Vec::new()),
    };
    let desk = Desk {
        known: Known::new(),
        form,
        fields,
        busy: RwSignal::new(false),
        zone: StoredValue::new(zone),
    };
    let go = use_navigate();
    let cancel = move || go(&Route::Board.href(), NavigateOptions::default());
    let zone_name = account.signed_in.info.company.zone.name.clone();
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        {heading(tr!(pages.new_job))}
        {trouble(desk)}
        <form class="edit-form" novalidate on:submit=submitting(desk) on:keydown=enter_stays>
            {fields.line(Input::Title, tr!(edit.title), "text")}
            {fields.description()}
            {whose(desk)}
            {where_to(desk)}
            {what_on(desk)}
            {forms(desk)}
            {fields.priority()}
            {fields.line(Input::Starts, tr!(edit.starts), "datetime-local")}
            {fields.line(Input::Ends, tr!(edit.ends), "datetime-local")}
            <p class="muted">{tr!(edit.zone, zone = zone_name)}</p>
            {technician(desk)}
            {save_bar(desk.busy, cancel)}
        </form>
    }
    .into_any()
}

fn trouble(desk: Desk) -> AnyView {
    let retry = move |_| desk.known.begin();
    let line = move || {
        desk.known.trouble.get().map(|trouble| {
            let body = view! {
                <p>{trouble_text(&trouble)}</p>
                <div class="actions">
                    <button type="button" class="btn" on:click=retry>{tr!(common.retry)}</button>
                </div>
            };
            notice(Tone::Warning, body.into_any())
        })
    };
    view! { {line} }.into_any()
}

fn submitting(desk: Desk) -> impl Fn(SubmitEvent) + 'static {
    let (toasts, commands, go) = (use_toasts(), use_commands(), use_navigate());
    // The same job, however often it is tried: a repeated request makes no second one.
    let id = StoredValue::new(None::<JobId>);
    move |event: SubmitEvent| {
        event.prevent_default();
        if desk.busy.get_untracked() {
            return;
        }
        let plan = desk
            .zone
            .with_value(|zone| desk.form.with_untracked(|form| form.plan(zone)));
        let lacking = desk
            .form
            .with_untracked(|form| empty_description(form.form.text(Input::Description), false));
        let plan = match plan {
            Ok(_) if !lacking.is_empty() => {
                return desk.fields.refuse(lacking, input_id(Input::Title));
            }
            Ok(plan) => plan,
            Err(found) => return desk.fields.refuse(found, input_id(Input::Title)),
        };
        let fresh = || commands.and_then(|commands| commands.new_id().ok());
        let Some(job) = id.get_value().or_else(|| fresh().map(JobId)) else {
            return;
        };
        id.set_value(Some(job));
        desk.fields.flaws.set(Vec::new());
        desk.busy.set(true);
        toasts.clear();
        let op = Op::PlanJob {
            job,
            plan: Box::new(plan.clone()),
        };
        let go = go.clone();
        spawn_local(async move {
            let answer = api::change_job(job, op, None).await;
            let is_here = desk.busy.try_set(false).is_none();
            match answer {
                Ok(made) if is_here => {
                    // Its answer may have been lost, and something else typed since.
                    if !is_as_planned(&made.job, &plan) {
                        toasts.show(Ok(tr!(office.made_before)));
                    }
                    go(&Route::OfficeJob(job).href(), NavigateOptions::default());
                }
                Ok(_) => {}
                Err(failure) => toasts.show(Err(failure.into())),
            }
        });
    }
}

fn input_id(input: Input) -> &'static str {
    match input {
        Input::Title => "plan-title",
        Input::Description => "plan-description",
        Input::Priority => "plan-priority",
        Input::Starts => "plan-starts",
        Input::Ends => "plan-ends",
    }
}

fn technician(desk: Desk) -> AnyView {
    let options = move || {
        let all = desk.known.people.get().into_iter();
        let one = |user: afield_domain::User| view! { <option value=user.id.to_string()>{user.name}</option> };
        all.map(one).collect_view()
    };
    let choose = move |text: String| desk.form.update(|form| form.assignee = text.parse().ok());
    let control = view! {
        <select
            id="plan-technician"
            class="select w-full"
            on:change:target=move |event| choose(event.target().value())
        >
            <option value="">{tr!(board.nobody)}</option>
            {options}
        </select>
    };
    field(
        "plan-technician",
        tr!(board.technician),
        control.into_any(),
        || None,
    )
    .into_any()
}

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

/// For whom.
fn whose(desk: Desk) -> AnyView {
    let query = asking(desk, Module::Customer);
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
    let choose = move |id: String| {
        let id = id.parse().ok();
        desk.form.update(|form| form.choose_customer(id));
        if id.is_some() {
            desk.known.find(Module::Property, String::new(), id);
            desk.known.find(Module::Asset, String::new(), id);
        }
    };
    let texts = ChoiceTexts {
        name: "plan-customer",
        legend: tr!(job.customer),
        search: tr!(job.find_customer),
        nothing: tr!(office.found_none),
    };
    choice(texts, query, found, chosen, Callback::new(choose))
}

/// Where: a customer's only place is chosen with the customer.
fn where_to(desk: Desk) -> AnyView {
    let query = asking(desk, Module::Property);
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
        }
    };
    let texts = ChoiceTexts {
        name: "plan-property",
        legend: tr!(job.place),
        search: tr!(job.find_place),
        nothing: tr!(office.found_none),
    };
    choice(texts, query, found, chosen, Callback::new(choose))
}

/// The customer's assets, each with a box.
fn what_on(desk: Desk) -> AnyView {
    let rows = Memo::new(move |_| {
        let customer = desk.form.with(|form| form.customer)?;
        let rows = desk.known.all.with(|all| {
            let found =
                all.keys(Module::Asset)
                    .filter_map(|key: RecordKey| match all.record(key) {
                        Some(Record::Asset(asset)) if asset.customer == Some(customer) => {
                            let name = asset_name(asset);
                            Some((asset.id, name.name, name.detail))
                        }
                        _ => None,
                    });
            found.collect::<Vec<_>>()
        });
        (!rows.is_empty()).then_some(rows)
    });
    let boxes = move || {
        rows.get().map(|rows| {
            let rows = rows.into_iter().map(|(id, name, detail)| {
                let is_chosen = move || desk.form.with(|form| form.assets.contains(&id));
                let tick = move |is| desk.form.update(|form| put(&mut form.assets, id, is));
                ticked(name, detail, is_chosen, tick)
            });
            boxes(tr!(modules.assets), rows.collect())
        })
    };
    view! { {boxes} }.into_any()
}

/// The forms, each with a box.
fn forms(desk: Desk) -> AnyView {
    let rows = Memo::new(move |_| {
        let rows = desk.known.all.with(|all| {
            let found = all
                .keys(Module::Form)
                .filter_map(|key: RecordKey| match all.record(key) {
                    Some(Record::Form(form)) => Some((form.id, form.name.clone())),
                    _ => None,
                });
            found.collect::<Vec<_>>()
        });
        (!rows.is_empty()).then_some(rows)
    });
    let boxes = move || {
        rows.get().map(|rows| {
            let rows = rows.into_iter().map(|(id, name)| {
                let is_chosen = move || desk.form.with(|form| form.forms.contains(&id));
                let tick = move |is| desk.form.update(|form| put(&mut form.forms, id, is));
                ticked(name, String::new(), is_chosen, tick)
            });
            boxes(tr!(office.forms), rows.collect())
        })
    };
    view! { {boxes} }.into_any()
}

fn boxes(legend: &'static str, rows: Vec<AnyView>) -> AnyView {
    view! {
        <fieldset class="choice">
            <legend>{legend}</legend>
            <div class="card list choice-list">{rows}</div>
        </fieldset>
    }
    .into_any()
}

fn ticked(
    name: String,
    detail: String,
    is_chosen: impl Fn() -> bool + Send + 'static,
    tick: impl Fn(bool) + 'static,
) -> AnyView {
    view! {
        <label class="choice-row">
            <input
                type="checkbox"
                class="checkbox"
                prop:checked=is_chosen
                on:change:target=move |event| tick(event.target().checked())
            />
            <span class="choice-text">
                <span class="job-title" dir="auto">{name}</span>
                <span class="job-place">{detail}</span>
            </span>
        </label>
    }
    .into_any()
}
