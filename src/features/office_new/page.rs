//! The form by which the office makes a job: for whom, where, on what, with which forms, when, and whose.
//!
//! Needs the server: it chooses from all of the company, and the server decides at once.

use super::desk::{Alike, Desk};
use super::known::Known;
use super::newcomer::Newcomer;
use super::newcomer_fields::ALIKE;
use super::plan::{PlanForm, is_as_planned, put};
use super::repeat_fields::{EVERY, repeat};
use super::whose::{where_to, whose};
use crate::error::Trouble;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::shared::item_names::asset_name;
use crate::shared::job_fields::JobFields;
use crate::shared::job_form::Input;
use crate::shared::labels::trouble_text;
use crate::shared::rights::empty_description;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::{enter_stays, field, save_bar};
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::heading;
use crate::view::view;
use afield_domain::{JobId, JobPlan, Module, Op, Record, RecordKey, Repetition, SeriesId};
use afield_platform::api;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use std::sync::Arc;
use uuid::Uuid;

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
        flaws: RwSignal::new(Vec::new()),
        alike: RwSignal::new(Alike::default()),
        busy: RwSignal::new(false),
        zone: StoredValue::new(zone),
    };
    let named =
        use_query_map().with_untracked(|query| query.get_str("customer").map(str::to_owned));
    if let Some(id) = named.and_then(|id| id.parse().ok()) {
        desk.begin_with(id);
    }
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
            {repeat(desk)}
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

/// What was asked for last. The same job, however often it is tried: a repeated request makes no second one. The same
/// customer and place as long as the same is typed of them: otherwise what an earlier try has made would be taken for it.
#[derive(Clone)]
struct Tried {
    job: JobId,
    made: Newcomer,
    ids: [Uuid; 2],
}

impl Tried {
    /// This try, after `before`.
    fn next(before: Option<Self>, made: &Newcomer, commands: Commands) -> Result<Self, Trouble> {
        Ok(match before {
            Some(before) if before.made == *made => before,
            before => Self {
                job: match before {
                    Some(before) => before.job,
                    None => JobId(commands.new_id()?),
                },
                made: made.clone(),
                ids: [commands.new_id()?, commands.new_id()?],
            },
        })
    }
}

fn submitting(desk: Desk) -> impl Fn(SubmitEvent) + 'static {
    let (toasts, commands, go) = (use_toasts(), use_commands(), use_navigate());
    let tried = StoredValue::new(None::<Tried>);
    move |event: SubmitEvent| {
        event.prevent_default();
        let Some(commands) = commands.filter(|_| !desk.busy.get_untracked()) else {
            return;
        };
        let made = desk.form.with_untracked(|form| form.made.clone());
        let now = match Tried::next(tried.get_value(), &made, commands) {
            Ok(now) => now,
            Err(trouble) => return toasts.show(Err(trouble)),
        };
        tried.set_value(Some(now.clone()));
        let Some((plan, repetition)) = checked(desk, &now) else {
            return;
        };
        desk.busy.set(true);
        toasts.clear();
        let go = go.clone();
        spawn_local(async move {
            let who = untrack(|| desk.newcomer());
            match desk.look_for_alike(who).await {
                Ok(false) => {}
                Ok(true) => {
                    // Told once: who saves again means it.
                    let _ = desk.busy.try_set(false);
                    return request_animation_frame(|| {
                        focus::by_id(ALIKE);
                    });
                }
                Err(trouble) => {
                    let _ = desk.busy.try_set(false);
                    return toasts.show(Err(trouble));
                }
            }
            if let Some(repetition) = repetition {
                let series = SeriesId(now.job.0);
                let answer = api::begin_series(series, plan.clone(), repetition.clone()).await;
                if desk.busy.try_set(false).is_some() {
                    return;
                }
                return match answer {
                    Ok(begun) => {
                        if begun.repeat != repetition || begun.title != plan.title {
                            toasts.show(Ok(tr!(office.made_before)));
                        }
                        go(&Route::Series(series).href(), NavigateOptions::default());
                    }
                    Err(failure) => toasts.show(Err(failure.into())),
                };
            }
            let op = Op::PlanJob {
                job: now.job,
                plan: Box::new(plan.clone()),
            };
            let answer = api::change_job(now.job, op, None).await;
            let is_here = desk.busy.try_set(false).is_none();
            match answer {
                Ok(made) if is_here => {
                    // Its answer may have been lost, and something else typed since.
                    if !is_as_planned(&made.job, &plan) {
                        toasts.show(Ok(tr!(office.made_before)));
                    }
                    go(
                        &Route::OfficeJob(now.job).href(),
                        NavigateOptions::default(),
                    );
                }
                Ok(_) => {}
                Err(failure) => toasts.show(Err(failure.into())),
            }
        });
    }
}

/// What is asked for; none if something of it cannot be saved, which is said at its field.
fn checked(desk: Desk, tried: &Tried) -> Option<(JobPlan, Option<Repetition>)> {
    let plan = desk
        .zone
        .with_value(|zone| desk.form.with_untracked(|form| form.plan(zone, tried.ids)));
    let flaws = tried.made.flaws();
    let lacking = desk
        .form
        .with_untracked(|form| empty_description(form.form.text(Input::Description), false));
    let first = flaws.first().map(|(line, _)| line.id());
    desk.flaws.set(flaws);
    let found = match plan {
        Ok(plan) if lacking.is_empty() && first.is_none() => {
            desk.fields.flaws.set(Vec::new());
            let first = desk.zone.with_value(|zone| zone.day(plan.starts));
            let repeat = desk.form.with_untracked(|form| form.repeat.clone());
            if matches!(repeat.days(first), Some(Err(_))) {
                // It is said there already.
                focus::by_id(EVERY);
                return None;
            }
            return Some((plan, repeat.repetition(first)));
        }
        Ok(_) => lacking,
        Err(found) => found,
    };
    let otherwise = first.unwrap_or_else(|| input_id(Input::Title));
    desk.fields.refuse(found, otherwise);
    None
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
