//! The lines about a customer or a place that is new, and who may be the same.

use super::desk::Desk;
use super::newcomer::Line;
use crate::routes::Route;
use crate::shared::job_form::InputFlaw;
use crate::shared::labels::input_flaw_text;
use crate::shared::refusals::Reason;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::field;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::of;
use crate::view::view;
use afield_domain::{Customer, limits};
use leptos::prelude::*;

/// The button below a list of what is known; the focus goes to the line `first`.
pub(super) fn make_button(label: &'static str, first: Line, make: impl Fn() + 'static) -> AnyView {
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
pub(super) fn made_lines(
    desk: Desk,
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
    let lines = lines.iter().map(|one| line(desk, *one)).collect_view();
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

fn line(desk: Desk, line: Line) -> AnyView {
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
        desk.flaws.with(|flaws| {
            let found = flaws.iter().find(|(flawed, _)| *flawed == line);
            found.map(|(_, flaw)| match flaw {
                InputFlaw::Reason(Reason::Empty) if line == Line::Name => {
                    tr!(edit.name_missing).to_owned()
                }
                flaw => input_flaw_text(flaw),
            })
        })
    };
    let value = desk
        .form
        .with_untracked(|form| form.made.text(line).to_owned());
    let typed = move |text: String| {
        desk.form.update(|form| form.made.type_in(line, text));
        desk.flaws
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
pub(super) const ALIKE: &str = "made-alike";

/// Who may be the same, each to be taken instead.
pub(super) fn alike(desk: Desk) -> AnyView {
    let told = move || {
        let found = desk.alike.with(|alike| alike.found.clone());
        (!found.is_empty()).then(|| {
            let rows = found.into_iter().map(|one| row(desk, one)).collect_view();
            let body = view! {
                <p id=ALIKE tabindex="-1">{tr!(customers.alike)}</p>
                <ul class="stack">{rows}</ul>
            };
            notice(Tone::Warning, body.into_any())
        })
    };
    view! { <div role="status">{told}</div> }.into_any()
}

fn row(desk: Desk, customer: Customer) -> AnyView {
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
                <button type="button" class="btn" on:click=move |_| desk.take(customer.clone())>
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
