//! The form that edits a customer, and what it says when somebody else has changed it meanwhile.

use super::desk::{Desk, customer_of};
use super::edit::{CustomerForm, Met};
use crate::shared::draft::DraftKey;
use crate::shared::job_form::InputFlaw;
use crate::shared::keeping::Keeping;
use crate::shared::labels::input_flaw_text;
use crate::shared::refusals::Reason;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::{enter_stays, field, save_bar};
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use afield_domain::{Customer, CustomerField, CustomerId, Op, RecordKey, limits};
use afield_platform::api::{self, ApiFailure};
use afield_protocol::ErrorCode;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

const MET: &str = "customer-met";

#[derive(Clone, Copy)]
struct Editing {
    form: RwSignal<CustomerForm>,
    flaws: RwSignal<Vec<(CustomerField, InputFlaw)>>,
    /// What stands otherwise than it was seen; none if nothing has met.
    met: RwSignal<Option<Vec<Met>>>,
    keeping: Keeping,
}

/// Under which what is typed is kept.
pub(super) fn draft_key(id: CustomerId) -> DraftKey {
    DraftKey::Edited(RecordKey::from(id))
}

fn id_of(field: CustomerField) -> &'static str {
    match field {
        CustomerField::Name => "customer-name",
        CustomerField::Phone => "customer-phone",
        CustomerField::Email | CustomerField::Other => "customer-email",
    }
}

fn label_of(field: CustomerField) -> &'static str {
    match field {
        CustomerField::Name => tr!(edit.name),
        CustomerField::Phone => tr!(edit.phone),
        CustomerField::Email => tr!(records.mail),
        CustomerField::Other => tr!(fields.other),
    }
}

/// The form of `customer`.
pub(super) fn edit_form(desk: Desk, customer: &Customer) -> AnyView {
    let read = |texts| CustomerForm::with_texts(customer, texts);
    let (keeping, left) = Keeping::begin(draft_key(desk.id), read);
    let blank = CustomerForm::of(customer);
    let (form, met) = left.unwrap_or_else(|| (blank.clone(), Vec::new()));
    let editing = Editing {
        form: RwSignal::new(form),
        flaws: RwSignal::new(Vec::new()),
        met: RwSignal::new((!met.is_empty()).then_some(met)),
        keeping,
    };
    keeping.follow(move || {
        editing
            .form
            .with(|form| (*form != blank).then(|| form.to_texts()))
    });
    let lines = CustomerField::ALL.map(|field| line(editing, field));
    request_animation_frame(|| {
        focus::by_id(id_of(CustomerField::Name));
    });
    let cancel = move || {
        keeping.end();
        end(desk);
    };
    view! {
        {keeping.notice(move || desk.editing.set(true))}
        <div role="status">{move || editing.met.get().map(told)}</div>
        <form
            class="edit-form"
            novalidate
            aria-label=tr!(job.edit)
            on:submit=submitting(desk, editing)
            on:keydown=enter_stays
            on:input=move |_| keeping.touch()
        >
            {lines.into_iter().collect_view()}
            {save_bar(desk.busy, cancel)}
        </form>
    }
    .into_any()
}

/// Puts the form away; whoever works with the keyboard goes on at the top.
fn end(desk: Desk) {
    let _ = desk.editing.try_set(false);
    request_animation_frame(focus::heading);
}

/// What somebody else has changed meanwhile.
fn told(met: Vec<Met>) -> AnyView {
    let row = |one: Met| {
        let stands = match one.stands.is_empty() {
            true => tr!(fields.empty).to_owned(),
            false => one.stands,
        };
        view! { <li>{label_of(one.field)} ": " <strong dir="auto">{stands}</strong></li> }
    };
    let rows = met.into_iter().map(row).collect_view();
    let body = view! {
        <p id=MET tabindex="-1">{tr!(customers.met)}</p>
        <ul>{rows}</ul>
    };
    notice(Tone::Warning, body.into_any()).into_any()
}

fn line(editing: Editing, one: CustomerField) -> AnyView {
    let id = id_of(one);
    let kind = match one {
        CustomerField::Phone => "tel",
        CustomerField::Email => "email",
        _ => "text",
    };
    let flaw = move || {
        editing.flaws.with(|flaws| {
            let found = flaws.iter().find(|(flawed, _)| *flawed == one);
            found.map(|(_, flaw)| match flaw {
                InputFlaw::Reason(Reason::Empty) => tr!(edit.name_missing).to_owned(),
                flaw => input_flaw_text(flaw),
            })
        })
    };
    let typed = move |text: String| {
        editing.form.update(|form| form.type_in(one, text));
        editing
            .flaws
            .update(|flaws| flaws.retain(|(flawed, _)| *flawed != one));
    };
    let control = view! {
        <input
            id=id
            type=kind
            class="input w-full"
            dir="auto"
            autocomplete="off"
            maxlength=limits::LINE_CHARS.to_string()
            aria-invalid=move || flaw().is_some().then_some("true")
            aria-describedby=format!("{id}-flaw")
            prop:value=move || editing.form.with(|form| form.text(one).to_owned())
            on:input:target=move |event| typed(event.target().value())
        />
    };
    field(id, label_of(one), control.into_any(), flaw).into_any()
}

fn submitting(desk: Desk, editing: Editing) -> impl Fn(SubmitEvent) + 'static {
    move |event: SubmitEvent| {
        event.prevent_default();
        if desk.busy.get_untracked() {
            return;
        }
        let edits = match editing.form.with_untracked(CustomerForm::edits) {
            Ok(edits) if edits.is_empty() => {
                editing.keeping.end();
                return end(desk);
            }
            Ok(edits) => edits,
            Err(flaws) => {
                let first = flaws.first().map(|(field, _)| id_of(*field));
                editing.flaws.set(flaws);
                first.map(focus::by_id);
                return;
            }
        };
        desk.busy.set(true);
        desk.toasts.clear();
        let op = Op::EditCustomer {
            customer: desk.id,
            edits,
            archived: None,
        };
        spawn_local(async move {
            let answer = api::change_customer(desk.id, op).await;
            let failure = match answer {
                Ok(found) => {
                    editing.keeping.end();
                    end(desk);
                    let _ = desk.shown.try_set(Some(found));
                    desk.toasts.show(Ok(tr!(office.saved)));
                    let _ = desk.busy.try_set(false);
                    return;
                }
                Err(failure) => failure,
            };
            let is_met =
                matches!(&failure, ApiFailure::Api(error) if error.code == ErrorCode::Conflict);
            let stands = match is_met {
                true => api::load_customer(desk.id, 0).await,
                false => Err(failure),
            };
            let _ = desk.busy.try_set(false);
            match stands {
                Ok(found) => meet(editing, customer_of(&found)),
                Err(failure) => desk.toasts.show(Err(failure.into())),
            }
        });
    }
}

/// Shows what stands now, with what was typed on top of it.
fn meet(editing: Editing, stands: Option<Customer>) {
    let Some(stands) = stands else {
        return;
    };
    let met = editing.form.try_update(|form| form.meet(&stands));
    let _ = editing.met.try_set(met);
    request_animation_frame(|| {
        focus::by_id(MET);
    });
}
