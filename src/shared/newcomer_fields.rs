//! The lines about a customer or a place that is new, and who may be the same.
//!
//! Owns how they are shown, and the question who is alike. Must never know what becomes of them.

use super::job_form::InputFlaw;
use super::labels::input_flaw_text;
use super::newcomer::{Line, Newcomer};
use super::refusals::Reason;
use crate::effect::Effect;
use crate::error::Trouble;
use crate::routes::Route;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::field;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::of;
use crate::view::view;
use afield_domain::{Customer, CustomerId, Record, Versioned, limits};
use afield_platform::api;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long after the last key the server is asked.
pub const TYPED: Duration = Duration::from_millis(250);

/// Who may be the customer that is being typed.
#[derive(Clone, PartialEq, Default)]
pub struct Alike {
    /// The name and the number that were asked for.
    asked: (String, String),
    /// Who they are.
    pub found: Vec<Customer>,
}

/// The fields of one form.
#[derive(Clone, Copy)]
pub struct NewcomerFields {
    /// What is typed so far; tracks.
    pub made: Callback<(), Newcomer>,
    /// Takes what was typed into a line.
    pub type_in: Callback<(Line, String)>,
    /// Takes somebody who is there for who was typed.
    pub take: Callback<Customer>,
    /// What cannot be saved as it is.
    pub flaws: RwSignal<Vec<(Line, InputFlaw)>>,
    /// Who may be the same.
    pub alike: RwSignal<Alike>,
    /// Who an earlier try may have made of what is typed: nobody else, and so not told of.
    pub own: RwSignal<Option<CustomerId>>,
}

impl NewcomerFields {
    /// The name and the number of the new customer; empty if none is.
    fn newcomer(self) -> (String, String) {
        let made = self.made.run(());
        let of = |line| match made.customer {
            true => made.text(line).to_owned(),
            false => String::new(),
        };
        (of(Line::Name), of(Line::Phone))
    }

    /// Asks who may be the same as who is typed; gives whether that is somebody whom nobody was told of yet.
    ///
    /// # Errors
    /// The server did not say.
    pub async fn look_for_alike(self) -> Result<bool, Trouble> {
        let who = untrack(|| self.newcomer());
        let is_told = self.alike.with_untracked(|alike| alike.asked == who);
        if is_told {
            return Ok(false);
        }
        let found = match who.0.is_empty() && who.1.is_empty() {
            true => Vec::new(),
            false => api::find_alike(&who.0, &who.1).await?.records,
        };
        let read = |row: Versioned| match row.record {
            Record::Customer(customer) => Some(customer),
            _ => None,
        };
        let own = self.own.try_get_untracked().flatten();
        let found = found.into_iter().filter_map(read);
        let found: Vec<Customer> = found.filter(|one| Some(one.id) != own).collect();
        let is_somebody = !found.is_empty();
        // What was typed meanwhile is asked for by itself.
        let is_still =
            untrack(|| self.flaws.try_get_untracked().is_some() && self.newcomer() == who);
        if is_still {
            let _ = self.alike.try_set(Alike { asked: who, found });
        }
        Ok(is_somebody)
    }

    /// Asks who may be the same, when nothing more has been typed for a moment.
    pub fn ask_who_is_alike(self) {
        Effect::new(move |_| {
            let who = self.newcomer();
            let ask = move || {
                let is_still =
                    untrack(|| self.flaws.try_get_untracked().is_some() && self.newcomer() == who);
                if is_still {
                    // Whoever saves asks again, and hears what is wrong.
                    spawn_local(async move {
                        let _ = self.look_for_alike().await;
                    });
                }
            };
            set_timeout(ask, TYPED);
        });
    }
}

/// The button below a list of what is known; the focus goes to the line `first`.
pub fn make_button(label: &'static str, first: Line, make: impl Fn() + 'static) -> AnyView {
    let open = move |_| {
        make();
        request_animation_frame(move || {
            focus::by_id(first.id());
        });
    };
    view! {
        <button type="button" class="btn" on:click=open>{icon(Icon::Plus)} {label}</button>
    }
    .into_any()
}

/// The lines, what stands `below` them, and the way back to the list, if there is one.
pub fn made_lines(
    fields: NewcomerFields,
    legend: &'static str,
    lines: &[Line],
    below: AnyView,
    back: Option<Callback<()>>,
) -> AnyView {
    let back = back.map(|back| {
        view! {
            <button type="button" class="btn btn-ghost" on:click=move |_| back.run(())>
                {icon(Icon::Undo)} {tr!(edit.choose_known)}
            </button>
        }
    });
    let lines = lines.iter().map(|one| line(fields, *one)).collect_view();
    view! {
        <fieldset class="choice">
            <legend>{legend}</legend>
            {lines}
            {below}
            {back}
        </fieldset>
    }
    .into_any()
}

fn line(fields: NewcomerFields, line: Line) -> AnyView {
    let id = line.id();
    let (label, kind) = match line {
        Line::Name => (tr!(edit.name), "text"),
        Line::Phone => (tr!(edit.phone), "tel"),
        Line::Email => (tr!(records.mail), "email"),
        Line::Address => (tr!(edit.address), "text"),
        Line::Postcode => (tr!(records.postcode), "text"),
        Line::City => (tr!(edit.city), "text"),
        Line::Access => (tr!(records.access), "text"),
    };
    let flaw = move || {
        fields.flaws.with(|flaws| {
            let found = flaws.iter().find(|(flawed, _)| *flawed == line);
            found.map(|(_, flaw)| match flaw {
                InputFlaw::Reason(Reason::Empty) if line == Line::Name => {
                    tr!(edit.name_missing).to_owned()
                }
                flaw => input_flaw_text(flaw),
            })
        })
    };
    let value = untrack(|| fields.made.run(())).text(line).to_owned();
    let typed = move |text: String| {
        fields.type_in.run((line, text));
        fields
            .flaws
            .update(|flaws| flaws.retain(|(flawed, _)| *flawed != line));
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
            prop:value=value
            on:input:target=move |event| typed(event.target().value())
        />
    };
    field(id, label, control.into_any(), flaw).into_any()
}

/// The id of what says who may be the same.
pub const ALIKE: &str = "made-alike";

/// Who may be the same, each to be taken instead.
pub fn alike(fields: NewcomerFields) -> AnyView {
    let told = move || {
        let found = fields.alike.with(|alike| alike.found.clone());
        (!found.is_empty()).then(|| {
            let rows = found.into_iter().map(|one| row(fields, one)).collect_view();
            let body = view! {
                <p id=ALIKE tabindex="-1">{tr!(customers.alike)}</p>
                <ul class="stack">{rows}</ul>
            };
            notice(Tone::Warning, body.into_any())
        })
    };
    view! { <div role="status">{told}</div> }.into_any()
}

fn row(fields: NewcomerFields, customer: Customer) -> AnyView {
    let (name, phone) = (customer.name.clone(), customer.phone.clone());
    let way = match customer.archived {
        // Who is archived has no new job: who wants one brings them back first.
        true => {
            let href = Route::OfficeCustomer(customer.id).href();
            view! {
                <span class="badge">{tr!(customers.archived)}</span>
                <a class="btn" href=href>{tr!(customers.open)} {of(name.clone())}</a>
            }
            .into_any()
        }
        false => {
            let label = of(name.clone());
            view! {
                <button type="button" class="btn" on:click=move |_| fields.take.run(customer.clone())>
                    {tr!(customers.take)} {label}
                </button>
            }
            .into_any()
        }
    };
    view! {
        <li class="customer-alike">
            <span class="choice-text">
                <span class="job-title" dir="auto">{name}</span>
                <span class="job-place">{phone}</span>
            </span>
            {way}
        </li>
    }
    .into_any()
}
