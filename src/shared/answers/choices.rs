//! Inputs that a person chooses in: yes or no, and one of several.

use super::frame::{grouped, labelled};
use super::sheet::{AnswerRow, Given};
use super::view_model::is_long;
use crate::memo::Memo;
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::FieldValue;
use afield_domain::answers::{NO, YES};
use leptos::prelude::*;

/// Yes and no, large enough for a glove.
pub(super) fn yes_no(row: AnswerRow) -> AnyView {
    let yes = choice(row, YES.to_owned(), tr!(answer.yes).to_owned(), true);
    let no = choice(row, NO.to_owned(), tr!(answer.no).to_owned(), false);
    view! {
        <div class="answer-choices">
            <div class="answer-two">{yes} {no}</div>
            {clear(row)}
        </div>
    }
    .into_any()
}

/// One of `options`: all of them, or a list that opens where they are many.
pub(super) fn choices(row: AnswerRow, options: &[String]) -> AnyView {
    if is_long(options) {
        return labelled(row, list(row, options));
    }
    let choices: Vec<AnyView> = options
        .iter()
        .enumerate()
        .map(|(at, option)| choice(row, option.clone(), option.clone(), at == 0))
        .collect();
    let all = view! {
        <div class="answer-choices">
            <div class="answer-options">{choices}</div>
            {clear(row)}
        </div>
    };
    grouped(row, "radiogroup", all.into_any())
}

/// `is_first` has the id of the question, so that it is found from the list of what is missing.
fn choice(row: AnswerRow, value: String, label: String, is_first: bool) -> AnyView {
    let chosen = value.clone();
    let is_chosen = move || row.value.with(|value| is_text(value, &chosen));
    let take = move |_| row.give_text(value.clone(), true);
    view! {
        <label class="answer-choice">
            <input
                type="radio"
                id=is_first.then(|| row.id())
                name=row.id()
                prop:checked=is_chosen
                on:change=take
            />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

fn is_text(value: &FieldValue, text: &str) -> bool {
    matches!(value, FieldValue::Text(other) if other == text)
}

/// Takes back a choice: a radio button cannot be turned off. Its room is always there, so that nothing
/// moves under a finger.
fn clear(row: AnswerRow) -> AnyView {
    let has_answer = Memo::new(move |_| row.value.with(|value| *value != FieldValue::Nothing));
    let clear = move |_| {
        row.give(Given::Done(FieldValue::Nothing));
        // The button is hidden with the answer.
        focus::by_id(&row.id());
    };
    view! {
        <button
            type="button"
            class="btn btn-ghost btn-square"
            class:invisible=move || !has_answer.get()
            aria-label=tr!(answer.clear)
            on:click=clear
        >
            {icon(Icon::Close)}
        </button>
    }
    .into_any()
}

fn list(row: AnswerRow, options: &[String]) -> AnyView {
    let options: Vec<AnyView> = options
        .iter()
        .map(|option| {
            let value = option.clone();
            let is_chosen = move || row.value.with(|chosen| is_text(chosen, &value));
            view! { <option value=option.clone() prop:selected=is_chosen>{option.clone()}</option> }
                .into_any()
        })
        .collect();
    let is_none = move || row.value.with(|value| *value == FieldValue::Nothing);
    view! {
        <select
            id=row.id()
            class="select w-full"
            aria-required=row.question().required.then_some("true")
            aria-invalid=move || row.invalid()
            aria-describedby=row.described_by()
            on:change:target=move |event| row.give_text(event.target().value(), true)
        >
            <option value="" prop:selected=is_none>{tr!(answer.choose)}</option>
            {options}
        </select>
    }
    .into_any()
}
