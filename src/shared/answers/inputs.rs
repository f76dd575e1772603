//! Inputs that a person types into: text, numbers, days, barcodes.

use super::labels::range_text;
use super::sheet::AnswerRow;
use super::view_model::{characters_left, range_of};
use crate::texts::language;
use crate::tr;
use crate::ui::scan::scan_button;
use crate::view::view;
use afield_platform::barcode::can_scan;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

/// What there is to know before one types.
fn hint(row: AnswerRow, text: impl IntoView + 'static) -> AnyView {
    view! { <p id=format!("{}-hint", row.id()) class="muted answer-hint">{text}</p> }.into_any()
}

/// Text of several lines.
pub(super) fn text(row: AnswerRow) -> AnyView {
    let required = row.question().required;
    let left = move || {
        let left = characters_left(&row.question(), &row.text())?;
        Some(tr!(answer.left, count = left))
    };
    view! {
        <textarea
            id=row.id()
            class="textarea w-full"
            rows="3"
            required=required
            aria-invalid=move || row.invalid()
            aria-describedby=row.described_by()
            prop:value=move || row.text()
            on:input:target=move |event| row.give_text(event.target().value(), false)
            on:change:target=move |event| row.give_text(event.target().value(), true)
        ></textarea>
        {hint(row, left)}
    }
    .into_any()
}

/// One line. `mode` is the keyboard that a phone shows.
fn line(row: AnswerRow, mode: &'static str) -> AnyView {
    let required = row.question().required;
    view! {
        <input
            id=row.id()
            type="text"
            class="input w-full"
            inputmode=mode
            autocomplete="off"
            required=required
            aria-invalid=move || row.invalid()
            aria-describedby=row.described_by()
            prop:value=move || row.text()
            on:input:target=move |event| row.give_text(event.target().value(), false)
            on:change:target=move |event| row.give_text(event.target().value(), true)
        />
    }
    .into_any()
}

/// A decimal number, with a comma or a point.
pub(super) fn number(row: AnswerRow, may_be_negative: bool) -> AnyView {
    let range = range_of(&row.question(), language()).unwrap_or_default();
    let unit = range.unit.clone();
    let unit = (!unit.is_empty())
        .then(|| view! { <span class="answer-unit" aria-hidden="true">{unit}</span> });
    // The number pads of some phones have no minus.
    let turn = move |_| {
        let text = untrack(|| row.text());
        let turned = match text.trim().strip_prefix('-') {
            Some(positive) => positive.to_owned(),
            None => format!("-{}", text.trim()),
        };
        row.give_text(turned, false);
    };
    let sign = may_be_negative.then(|| {
        view! {
            <button type="button" class="btn btn-square" aria-label=tr!(answer.sign) on:click=turn>
                "±"
            </button>
        }
    });
    view! {
        {hint(row, range_text(&range))}
        <div class="answer-line">{sign} {line(row, "decimal")} {unit}</div>
    }
    .into_any()
}

/// The input of a day, as the browser offers it.
pub(super) fn date(row: AnswerRow) -> AnyView {
    let take = move |input: HtmlInputElement, is_done| {
        // Half a day reads as none: it must not take away what stands there.
        if !input.value().is_empty() || input.check_validity() {
            row.give_text(input.value(), is_done);
        }
    };
    view! {
        <input
            id=row.id()
            type="date"
            class="input answer-date"
            max="9999-12-31"
            aria-required=row.question().required.then_some("true")
            aria-invalid=move || row.invalid()
            aria-describedby=row.described_by()
            prop:value=move || row.text()
            on:input:target=move |event| take(event.target(), false)
            on:change:target=move |event| take(event.target(), true)
        />
    }
    .into_any()
}

/// A barcode, read with the camera or typed.
pub(super) fn barcode(row: AnswerRow) -> AnyView {
    let on_code = Callback::new(move |code| row.give_text(code, true));
    let why = if can_scan() {
        tr!(answer.scan_hint)
    } else {
        tr!(answer.no_scan)
    };
    view! {
        <div class="answer-line">{line(row, "text")} {scan_button(tr!(answer.scan), on_code)}</div>
        {hint(row, why)}
    }
    .into_any()
}
