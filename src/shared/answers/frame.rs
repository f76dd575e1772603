//! The frame around the input of a question: its words, what is to be said about the answer, its marks.
//!
//! The frame is drawn once for a question: what changes is in closures of its own, so that no input ever
//! loses the focus or what is typed in it.

use super::labels::answer_flaw_text;
use super::sheet::AnswerRow;
use super::view_model::{AnswerFlaw, explained};
use crate::memo::Memo;
use crate::shared::badge::unsent_mark;
use crate::shared::which_number::which_number;
use crate::texts::language;
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::answers::answer_to;
use leptos::prelude::*;

/// The frame of an input with a label.
pub(super) fn labelled(row: AnswerRow, control: AnyView) -> AnyView {
    let label = view! { <label class="answer-label" for=row.id()>{question_label(row)}</label> };
    framed(row, view! { {label} {control} }.into_any())
}

/// The frame of several inputs that answer one question.
pub(super) fn grouped(row: AnswerRow, role: &'static str, control: AnyView) -> AnyView {
    let is_choice = role == "radiogroup";
    let required = row.question().required && is_choice;
    let group = view! {
        <fieldset
            class="answer-group"
            role=role
            aria-describedby=row.described_by()
            aria-required=required.then_some("true")
            aria-invalid=move || row.invalid().filter(|_| is_choice)
        >
            <legend class="answer-label">{question_label(row)}</legend>
            {control}
        </fieldset>
    };
    framed(row, group.into_any())
}

fn question_label(row: AnswerRow) -> AnyView {
    let question = row.question();
    let required = question.required.then(|| {
        view! { " " <span class="answer-required">{tr!(answer.required)}</span> }
    });
    view! { <span>{question.label}</span> {required} }.into_any()
}

fn framed(row: AnswerRow, control: AnyView) -> AnyView {
    let failed = failed(row);
    view! {
        <div class="answer" class:answer-failed=move || failed.get()>
            {control}
            {flaw_line(row)}
            {state(row, failed)}
        </div>
    }
    .into_any()
}

pub(super) fn flaw_line(row: AnswerRow) -> AnyView {
    let flaw = move || {
        let flaw = explained(&row.question(), row.flaw.get()?, language());
        let text = answer_flaw_text(&flaw);
        Some(view! { {icon(Icon::Alert)} <span>{text}</span> })
    };
    let meant = move || match row.flaw.get() {
        Some(AnswerFlaw::TwoMeanings(both)) => Some(which_number(
            both,
            Callback::new(move |number| {
                focus::by_id(&row.id());
                row.give_text(number, true);
            }),
        )),
        _ => None,
    };
    view! {
        <p id=format!("{}-flaw", row.id()) class="flaw" aria-live="polite">{flaw}</p>
        {meant}
    }
    .into_any()
}

/// Whether the answer says that something is not in order.
pub(super) fn failed(row: AnswerRow) -> Memo<bool> {
    Memo::new(move |_| {
        let question = row.question();
        let settled = row.sheet.settled;
        settled.with(|settled| question.is_failed_by(answer_to(settled, &question.item)))
    })
}

/// The room of the marks is always there: one that comes must not move what a finger aims at.
pub(super) fn state(row: AnswerRow, failed: Memo<bool>) -> AnyView {
    let is_in = move |items: Memo<Vec<String>>| items.with(|items| items.contains(&row.item()));
    let unsaved = Memo::new(move |_| is_in(row.sheet.unsaved));
    let unsent = Memo::new(move |_| is_in(row.sheet.unsent));
    let not_in_order = move || failed.get().then(failed_mark);
    let marks = move || match (unsaved.get(), unsent.get()) {
        (true, _) => Some(view! { <span class="tag">{tr!(answer.not_saved)}</span> }.into_any()),
        (false, true) => Some(unsent_mark().into_any()),
        (false, false) => None,
    };
    view! {
        <p class="tags answer-state">
            <span id=format!("{}-state", row.id()) aria-live="polite">{not_in_order}</span>
            {marks}
        </p>
    }
    .into_any()
}

/// The mark of an answer that says that something is not in order.
pub(super) fn failed_mark() -> AnyView {
    view! { <span class="tag tag-urgent">{icon(Icon::Alert)} {tr!(answer.not_in_order)}</span> }
        .into_any()
}
