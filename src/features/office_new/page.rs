//! The form by which the office makes a job: for whom, where, on what, with which forms, when, and whose.
//!
//! Needs the server: it chooses from all of the company, and the server decides at once.

use super::desk::{Desk, input_id};
use super::known::Known;
use super::plan::PlanForm;
use super::repeat_fields::repeat;
use super::submit::{Tried, submitting};
use super::ticks::{forms, what_on};
use super::whose::{where_to, whose};
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::shared::draft::DraftKey;
use crate::shared::job_fields::JobFields;
use crate::shared::job_form::Input;
use crate::shared::keeping::Keeping;
use crate::shared::kept::Texts;
use crate::shared::newcomer_fields::{Alike, NewcomerFields};
use crate::shared::retry::retry_line;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::form::{enter_stays, field, save_bar};
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::heading;
use crate::view::view;
use afield_domain::{CustomerId, Module, RecordKey};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use std::sync::Arc;

/// The page with the form.
pub fn new_page(account: Arc<Account>, _: Live) -> AnyView {
    let named =
        use_query_map().with_untracked(|query| query.get_str("customer").map(str::to_owned));
    let named = named.and_then(|id| id.parse().ok());
    // Whoever begins anew has a new form.
    let begun = RwSignal::new(());
    let form = move || {
        let () = begun.get();
        form_of(&account, named, begun)
    };
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        {heading(tr!(pages.new_job))}
        {form}
    }
    .into_any()
}

/// Under which the form is kept: each customer whose page it was opened from has one.
fn draft_key(named: Option<CustomerId>) -> DraftKey {
    let of = named.map(|id| id.0).unwrap_or_default();
    DraftKey::Made(RecordKey::new(Module::Job, of))
}

fn form_of(account: &Account, named: Option<CustomerId>, begun: RwSignal<()>) -> AnyView {
    let (now, zone) = (untrack(|| use_clock().now()), account.zone.clone());
    let blank = PlanForm::new(now, &zone);
    let read = |mut texts: Texts| {
        let tried = texts.pop()?;
        let form = blank.clone().with_texts(texts)?;
        let tried = Tried::of_texts(&tried, &form.made);
        Some((form, tried))
    };
    let (keeping, left) = Keeping::begin(draft_key(named), read);
    let is_left = left.is_some();
    let (form, tried) = left.unwrap_or_else(|| (blank.clone(), None));
    let form = RwSignal::new(form);
    let tried = RwSignal::new(tried);
    let desk = desk_of(form, keeping, account);
    let own = tried.with_untracked(|tried| tried.as_ref().map(Tried::customer));
    desk.newcomer.own.set(own);
    keeping.follow(move || {
        let tried = tried.get();
        form.with(|form| {
            (*form != blank || tried.is_some()).then(|| {
                let mut texts = form.to_texts();
                texts.push(tried.map_or_else(Vec::new, |tried| tried.to_texts(&form.made)));
                texts
            })
        })
    });
    match named {
        _ if is_left => desk.recall(),
        Some(id) => desk.begin_with(id),
        None => {}
    }
    let go = use_navigate();
    let cancel = move || {
        keeping.end();
        go(&Route::Board.href(), NavigateOptions::default());
    };
    let fields = desk.fields;
    let zone_name = account.signed_in.info.company.zone.name.clone();
    view! {
        {retry_line(desk.known.trouble, move || desk.known.begin())}
        {keeping.notice(move || begun.set(()))}
        <form
            class="edit-form"
            novalidate
            on:submit=submitting(desk, tried)
            on:keydown=enter_stays
            on:input=move |_| keeping.touch()
            on:change=move |_| keeping.touch()
        >
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
            {repeat(desk)}
            {technician(desk)}
            {save_bar(desk.busy, cancel)}
        </form>
    }
    .into_any()
}

fn desk_of(form: RwSignal<PlanForm>, keeping: Keeping, account: &Account) -> Desk {
    let fields = JobFields {
        id_of: input_id,
        text: Callback::new(move |input| form.with(|form| form.form.text(input).to_owned())),
        type_in: Callback::new(move |(input, text)| {
            form.update(|form| form.form.type_in(input, text))
        }),
        edits: false,
        flaws: RwSignal::new(Vec::new()),
    };
    let known = Known::new();
    let take = move |customer| Desk::take(known, form, customer);
    Desk {
        known,
        form,
        fields,
        newcomer: NewcomerFields {
            made: Callback::new(move |()| form.with(|form| form.made.clone())),
            type_in: Callback::new(move |(line, text)| {
                form.update(|form| form.made.type_in(line, text));
            }),
            take: Callback::new(take),
            flaws: RwSignal::new(Vec::new()),
            alike: RwSignal::new(Alike::default()),
            own: RwSignal::new(None),
        },
        repeat_flaws: RwSignal::new(Vec::new()),
        keeping,
        busy: RwSignal::new(false),
        zone: StoredValue::new(account.zone.clone()),
    }
}

fn technician(desk: Desk) -> AnyView {
    let options = move || {
        let all = desk.known.people.get().into_iter();
        let chosen = desk.form.with_untracked(|form| form.assignee);
        let one = |user: afield_domain::User| {
            view! { <option value=user.id.to_string() selected=chosen == Some(user.id)>{user.name}</option> }
        };
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
