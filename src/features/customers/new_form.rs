//! The form that makes a customer without a job.
//!
//! Owns how its records are made: each has its id from the first try on, so that whatever is repeated makes nobody twice.

use crate::error::Trouble;
use crate::routes::Route;
use crate::shared::draft::DraftKey;
use crate::shared::keeping::{Keeping, is_left};
use crate::shared::kept::Texts;
use crate::shared::newcomer::{Line, Newcomer};
use crate::shared::newcomer_fields::{ALIKE, Alike, NewcomerFields, alike, made_lines};
use crate::shared::toast::{Toasts, use_toasts};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::{enter_stays, save_bar};
use crate::view::view;
use afield_domain::{Customer, CustomerId, Module, Op, RecordKey};
use afield_platform::api::{self, ApiFailure};
use afield_platform::host::new_id;
use afield_protocol::ErrorCode;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use uuid::Uuid;

#[derive(Clone, Copy)]
struct Desk {
    made: RwSignal<Newcomer>,
    fields: NewcomerFields,
    /// The ids of what is made, once it was tried.
    ids: RwSignal<Option<[Uuid; 2]>>,
    busy: RwSignal<bool>,
    keeping: Keeping,
    toasts: Toasts,
}

fn draft_key() -> DraftKey {
    DraftKey::Made(RecordKey::new(Module::Customer, Uuid::nil()))
}

/// Whether somebody has typed into it and gone away.
pub(super) fn is_begun() -> bool {
    is_left(draft_key())
}

fn blank() -> Newcomer {
    let mut made = Newcomer::default();
    (made.customer, made.place) = (true, true);
    made
}

fn of_texts(texts: Texts) -> Option<(Newcomer, Option<[Uuid; 2]>)> {
    let [made, ids] = texts.try_into().ok()?;
    let ids: Vec<String> = ids;
    let ids: Vec<Uuid> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    Some((Newcomer::of_texts(made)?, ids.try_into().ok()))
}

/// The form; `open` is no more when it was left.
pub(super) fn new_form(open: RwSignal<bool>) -> AnyView {
    let desk = desk();
    desk.fields.ask_who_is_alike();
    let Desk {
        made,
        ids,
        keeping,
        fields,
        ..
    } = desk;
    keeping.follow(move || {
        let (made, ids) = (made.get(), ids.get());
        (made != blank() || ids.is_some()).then(|| {
            let ids = ids.iter().flatten().map(ToString::to_string);
            vec![made.to_texts(), ids.collect()]
        })
    });
    request_animation_frame(|| {
        focus::by_id(Line::Name.id());
    });
    let cancel = move || {
        keeping.end();
        open.set(false);
        request_animation_frame(focus::heading);
    };
    view! {
        {keeping.notice(move || open.set(true))}
        <form
            class="edit-form"
            novalidate
            aria-label=tr!(edit.new_customer)
            on:submit=submitting(desk)
            on:keydown=enter_stays
            on:input=move |_| keeping.touch()
        >
            {made_lines(fields, tr!(edit.new_customer), &Line::OF_CUSTOMER, alike(fields), None)}
            {made_lines(fields, tr!(edit.new_place), &Line::OF_PLACE, ().into_any(), None)}
            {save_bar(desk.busy, cancel)}
        </form>
    }
    .into_any()
}

fn desk() -> Desk {
    let (keeping, left) = Keeping::begin(draft_key(), of_texts);
    let (begun, ids) = left.unwrap_or_else(|| (blank(), None));
    let made = RwSignal::new(begun);
    let go = use_navigate();
    let take = move |customer: Customer| {
        keeping.end();
        let to = Route::OfficeCustomer(customer.id).href();
        go(&to, NavigateOptions::default());
    };
    Desk {
        made,
        fields: NewcomerFields {
            made: Callback::new(move |()| made.get()),
            type_in: Callback::new(move |(line, text)| {
                made.update(|made| made.type_in(line, text))
            }),
            take: Callback::new(take),
            flaws: RwSignal::new(Vec::new()),
            alike: RwSignal::new(Alike::default()),
            own: RwSignal::new(ids.map(|[customer, _]| CustomerId(customer))),
        },
        ids: RwSignal::new(ids),
        busy: RwSignal::new(false),
        keeping,
        toasts: use_toasts(),
    }
}

fn submitting(desk: Desk) -> impl Fn(SubmitEvent) + 'static {
    let go = use_navigate();
    move |event: SubmitEvent| {
        event.prevent_default();
        if desk.busy.get_untracked() {
            return;
        }
        let made = desk.made.get_untracked();
        let flaws = made.flaws();
        let first = flaws.first().map(|(line, _)| line.id());
        desk.fields.flaws.set(flaws);
        if let Some(id) = first {
            focus::by_id(id);
            return;
        }
        let known = desk.ids.get_untracked();
        let ids = known.unwrap_or_else(|| [new_id(), new_id()]);
        desk.fields.own.set(Some(CustomerId(ids[0])));
        desk.ids.set(Some(ids));
        desk.keeping.touch();
        desk.busy.set(true);
        desk.toasts.clear();
        let go = go.clone();
        spawn_local(async move {
            let told = match run(desk, &made, ids).await {
                Ok(Some(told)) => told,
                Ok(None) => {
                    let _ = desk.busy.try_set(false);
                    // Told once: who saves again means it.
                    return request_animation_frame(|| {
                        focus::by_id(ALIKE);
                    });
                }
                Err(trouble) => {
                    let _ = desk.busy.try_set(false);
                    return desk.toasts.show(Err(trouble));
                }
            };
            desk.keeping.end();
            desk.toasts.show(Ok(told));
            // Whoever has left meanwhile stays where they are.
            if desk.busy.try_set(false).is_none() {
                let to = Route::OfficeCustomer(CustomerId(ids[0])).href();
                go(&to, NavigateOptions::default());
            }
        });
    }
}

/// Makes what is typed, and gives what to say of it; none if somebody may be the same.
async fn run(desk: Desk, made: &Newcomer, ids: [Uuid; 2]) -> Result<Option<&'static str>, Trouble> {
    if desk.fields.look_for_alike().await? {
        return Ok(None);
    }
    let (records, _, _) = made.records((None, None), ids);
    for record in records {
        let Some(key) = record.key() else { continue };
        let record = Box::new(record);
        match api::change_record(key, Op::Create { record }).await {
            Ok(_) => {}
            Err(failure) if is_there(&failure, key).await => {
                return Ok(Some(tr!(customers.made_before)));
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(Some(tr!(customers.is_made)))
}

/// Whether it was refused because an earlier try had arrived, with something else typed.
async fn is_there(failure: &ApiFailure, key: RecordKey) -> bool {
    let is_refused =
        matches!(failure, ApiFailure::Api(error) if error.code == ErrorCode::Forbidden);
    is_refused && api::load_record(key).await.is_ok()
}
