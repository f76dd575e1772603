//! The form that makes a job that was found on site. It works without a connection: the job has its id
//! from this phone, and its number from the office later.

use super::made_fields::{MadeState, made_lines, make_button};
use super::made_view_model::MadeInput;
use super::new_view_model::NewForm;
use super::page_form::PageForm;
use super::refused_notice::refused_notice;
use crate::effect::Effect;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::live::Live;
use crate::runtime::session::{Account, use_session};
use crate::shared::choice::{ChoiceTexts, choice};
use crate::shared::choices::{customer_of, customers, only_place_of, properties};
use crate::shared::drafts::{Draft, DraftKey, use_drafts};
use crate::shared::job_fields::JobFields;
use crate::shared::job_form::Input;
use crate::shared::labels::reason_label;
use crate::shared::refusals::Reason;
use crate::shared::restored::restored;
use crate::shared::rights::{empty_description, lacks, locked};
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::form::{enter_stays, save_bar};
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{heading, skeleton};
use crate::view::view;
use afield_domain::{
    CustomerId, JobId, MutationId, Op, PropertyId, Rejection, Requirable, Right, Zone,
};
use afield_sync::EntryState;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;
use uuid::Uuid;

/// What the form works with.
#[derive(Clone, Copy)]
struct FormState {
    live: Live,
    zone: StoredValue<Zone>,
    all: RwSignal<NewForm>,
    fields: JobFields,
    made: MadeState,
}

/// The page with the form of a new job.
pub fn new_page(account: Arc<Account>, live: Live) -> AnyView {
    let change = use_query_map().with_untracked(|query| query.get_str("change").map(str::to_owned));
    // Drawn once: what arrives meanwhile must not take away what is being typed.
    let content = move || {
        if !live.loaded.get() {
            return skeleton(5).into_any();
        }
        let refused = change
            .as_deref()
            .and_then(|id| untrack(|| refused_job(live, id)));
        new_form(&account, live, refused)
    };
    view! {
        <a class="back" href="/jobs">{icon(Icon::Left)} {tr!(job.back)}</a>
        {heading(tr!(pages.new_job))}
        {content}
    }
    .into_any()
}

/// A new job that was refused for a field that is empty in it.
struct RefusedJob {
    id: MutationId,
    op: Op,
    field: Requirable,
}

fn refused_job(live: Live, id: &str) -> Option<RefusedJob> {
    live.projection.with(|all| {
        let mut entries = all.entries().iter();
        let entry = entries.find(|entry| entry.mutation.id.to_string() == id)?;
        match &entry.state {
            EntryState::Parked {
                reason: Rejection::FieldRequired { field, .. },
                ..
            } => Some(RefusedJob {
                id: entry.mutation.id,
                op: entry.mutation.op.clone(),
                field: *field,
            }),
            _ => None,
        }
    })
}

fn new_form(account: &Account, live: Live, refused: Option<RefusedJob>) -> AnyView {
    if refused.is_none() && untrack(|| lacks(use_session(), Right::CreateJob)).is_some() {
        return locked(Right::CreateJob);
    }
    let key = match &refused {
        Some(refused) => DraftKey::Change(refused.id),
        None => DraftKey::NewJob,
    };
    let (drafts, clock) = (use_drafts(), use_clock());
    let zone = account.zone.clone();
    let now = untrack(|| clock.now());
    let all = match (untrack(|| drafts.answers(key)), &refused) {
        (None, Some(refused)) => NewForm::correcting(&refused.op, now, &zone),
        (left, _) => NewForm::restored(&left.unwrap_or_default(), now, &zone),
    };
    let made = MadeState {
        made: RwSignal::new(all.made.clone()),
        flaw: RwSignal::new(None),
    };
    let all = RwSignal::new(all);
    let fields = JobFields {
        id_of: input_id,
        text: Callback::new(move |input| all.with(|all| all.form.text(input).to_owned())),
        type_in: Callback::new(move |(input, text)| {
            all.update(|all| all.form.type_in(input, text))
        }),
        edits: false,
        flaws: RwSignal::new(Vec::new()),
    };
    let form = FormState {
        live,
        all,
        zone: StoredValue::new(zone),
        fields,
        made,
    };
    Effect::new(move |before: Option<()>| {
        let made = form.made.made.get();
        if before.is_some() {
            form.all.update(|all| all.made = made);
        }
    });
    let page = PageForm::new(key);
    // Whatever is typed or chosen outlives the page, until it is saved or cancelled.
    Effect::new(move |before: Option<()>| {
        let draft = form
            .all
            .with(|all| form.zone.with_value(|zone| all.draft(zone)));
        if before.is_some() {
            page.keep(draft.map(Draft::Answers));
        }
    });
    let why = refused
        .as_ref()
        .map(|refused| Reason::Required(refused.field));
    if let Some(RefusedJob {
        field: Requirable::Description,
        ..
    }) = &refused
    {
        fields.refuse_at_first(empty_description("", true));
    }
    let submit = submitting(form, page, refused);
    let zone_name = account.signed_in.info.company.zone.name.clone();
    view! {
        {why.map(|why| refused_notice(reason_label(&why)))}
        {restored(key, None)}
        <form class="edit-form" novalidate on:submit=submit on:keydown=enter_stays>
            {fields.line(Input::Title, tr!(edit.title), "text")}
            {fields.description()}
            {whose(form)}
            {where_to(form)}
            {fields.priority()}
            {fields.line(Input::Starts, tr!(edit.starts), "datetime-local")}
            {fields.line(Input::Ends, tr!(edit.ends), "datetime-local")}
            <p class="muted">{tr!(edit.zone, zone = zone_name)}</p>
            {save_bar(page.busy, move || page.leave(Route::Jobs))}
        </form>
    }
    .into_any()
}

fn submitting(
    form: FormState,
    page: PageForm,
    refused: Option<RefusedJob>,
) -> impl Fn(SubmitEvent) + 'static {
    let toasts = use_toasts();
    let was_empty = refused
        .as_ref()
        .is_some_and(|refused| refused.field == Requirable::Description);
    // The same job, however often it is tried.
    let ids = StoredValue::new(None::<[Uuid; 3]>);
    move |event: SubmitEvent| {
        event.prevent_default();
        let Some(commands) = page.commands() else {
            return;
        };
        let fresh = || Ok([commands.new_id()?, commands.new_id()?, commands.new_id()?]);
        let [job, customer, place] = match ids.get_value().map_or_else(fresh, Ok) {
            Ok(ids) => ids,
            Err(trouble) => return toasts.show(Err(trouble)),
        };
        ids.set_value(Some([job, customer, place]));
        // What comes again is the same job.
        let job = match &refused {
            Some(refused) => refused.op.job().unwrap_or(JobId(job)),
            None => JobId(job),
        };
        let lacking = form
            .all
            .with_untracked(|all| empty_description(all.form.text(Input::Description), was_empty));
        let flaw = form.all.with_untracked(|all| all.made.flaw());
        let ops = form.all.with_untracked(|all| {
            form.zone
                .with_value(|zone| all.ops(job, [customer, place], zone))
        });
        form.made.flaw.set(flaw.clone());
        let mut ops = match (ops, flaw) {
            (Ok(ops), None) if lacking.is_empty() => ops,
            (ops, _) => {
                let mut found = ops.err().unwrap_or_default();
                found.extend(lacking);
                form.fields.refuse(found, MadeInput::Name.item());
                return;
            }
        };
        form.fields.flaws.set(Vec::new());
        page.busy.set(true);
        let then = Box::new(move |is_saved| page.end(is_saved, Route::Job(job)));
        if let Some(refused) = refused.as_ref().map(|refused| refused.id) {
            let saved = Box::pin(async move {
                let last = ops.pop();
                commands.save_together(ops).await?;
                commands.resend(refused, last).await
            });
            toasts.run(saved, tr!(common.saved), then);
            return;
        }
        match (ops.pop(), ops.is_empty()) {
            (Some(op), true) => {
                toasts.run_undoable(Box::pin(commands.save_undoable(op)), then);
            }
            (last, _) => {
                ops.extend(last);
                let saved = Box::pin(commands.save_together(ops));
                toasts.run(saved, tr!(common.saved), then);
            }
        }
    }
}

fn input_id(input: Input) -> &'static str {
    match input {
        Input::Title => "new-title",
        Input::Description => "new-description",
        Input::Priority => "new-priority",
        Input::Starts => "new-starts",
        Input::Ends => "new-ends",
    }
}

/// For whom: somebody on this phone, or somebody new, with a place of theirs.
fn whose(form: FormState) -> impl IntoView {
    let is_new = Memo::new(move |_| form.made.made.with(|made| made.customer));
    // Whoever searched for a name and found none has typed it already.
    let query = RwSignal::new(String::new());
    let make = move |new: bool| {
        Callback::new(move |()| {
            form.all.update(|all| all.customer = None);
            form.made.made.update(|made| {
                made.customer = new;
                made.place = new;
                if new {
                    made.begin(MadeInput::Name, &query.get_untracked());
                }
                query.set(String::new());
            });
        })
    };
    let lines = [
        (MadeInput::Name, tr!(edit.name), "text"),
        (MadeInput::Phone, tr!(edit.phone), "tel"),
    ];
    move || {
        if is_new.get() {
            made_lines(form.made, tr!(edit.new_customer), lines, make(false))
        } else {
            let button = make_button(tr!(edit.new_customer), make(true), MadeInput::Name);
            view! { {customer(form, query)} {button} }.into_any()
        }
    }
}

/// Where: a place on this phone, or a new one.
fn where_to(form: FormState) -> impl IntoView {
    let is_new = Memo::new(move |_| form.made.made.with(|made| made.place));
    let query = RwSignal::new(String::new());
    let make = move |new: bool| {
        Callback::new(move |()| {
            form.made.made.update(|made| {
                made.place = new;
                if new {
                    made.begin(MadeInput::Address, &query.get_untracked());
                }
            });
            query.set(String::new());
        })
    };
    let lines = [
        (MadeInput::Address, tr!(edit.address), "text"),
        (MadeInput::City, tr!(edit.city), "text"),
    ];
    move || {
        if is_new.get() {
            made_lines(form.made, tr!(edit.new_place), lines, make(false))
        } else {
            let button = make_button(tr!(edit.new_place), make(true), MadeInput::Address);
            view! { {property(form, query)} {button} }.into_any()
        }
    }
}

fn customer(form: FormState, query: RwSignal<String>) -> AnyView {
    let found = Memo::new(move |_| {
        let chosen = form.all.with(|all| all.customer);
        let find = |query: &String| {
            form.live
                .projection
                .with(|all| customers(all, query, chosen))
        };
        query.with(find)
    });
    let chosen = Memo::new(move |_| form.all.with(|all| all.customer.map(|id| id.to_string())));
    let choose = move |id: Option<CustomerId>| {
        let place = form.all.with_untracked(|all| all.property);
        let owner = place.and_then(|place| {
            form.live
                .projection
                .with_untracked(|all| customer_of(all, place))
        });
        let only = id.and_then(|id| {
            form.live
                .projection
                .with_untracked(|all| only_place_of(all, id))
        });
        form.all.update(|all| {
            all.customer = id;
            // A place of one customer is no place of another.
            if id.is_some() && owner.is_some() && owner != id {
                all.property = None;
            }
            all.property = all.property.or(only);
        });
    };
    let texts = ChoiceTexts {
        name: "new-customer",
        legend: tr!(job.customer),
        search: tr!(job.find_customer),
        nothing: tr!(job.found_none),
        first: None,
    };
    choice(
        texts,
        query,
        found,
        chosen,
        Callback::new(move |id: String| choose(id.parse().ok())),
    )
}

fn property(form: FormState, query: RwSignal<String>) -> AnyView {
    let found = Memo::new(move |_| {
        let (customer, chosen) = form.all.with(|all| (all.customer, all.property));
        let find = |query: &String| {
            form.live
                .projection
                .with(|all| properties(all, query, customer, chosen))
        };
        query.with(find)
    });
    let chosen = Memo::new(move |_| form.all.with(|all| all.property.map(|id| id.to_string())));
    let choose = move |id: Option<PropertyId>| {
        let owner = id.and_then(|id| {
            form.live
                .projection
                .with_untracked(|all| customer_of(all, id))
        });
        form.all.update(|all| {
            all.property = id;
            all.customer = owner.or(all.customer);
        });
    };
    let texts = ChoiceTexts {
        name: "new-property",
        legend: tr!(job.place),
        search: tr!(job.find_place),
        nothing: tr!(job.found_none),
        first: None,
    };
    choice(
        texts,
        query,
        found,
        chosen,
        Callback::new(move |id: String| choose(id.parse().ok())),
    )
}
