//! One question on the screen: its words, its input, and what is to be said about the answer.
//!
//! Owns the frame around every input. The frame is drawn once for a question: what changes is in closures of
//! its own, so that no input ever loses the focus or what is typed in it.

use super::choices::{choices, yes_no};
use super::files::{photos, signature};
use super::inputs::{barcode, date, number, text};
use super::labels::{flaw_text, progress_text};
use super::sheet::{Row, Sheet};
use super::view_model::{Shown, asked, explained, progress, shown};
use crate::shared::badge::unsent_mark;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use afield_domain::answers::answer_to;
use afield_domain::{Question, QuestionKind};
use leptos::prelude::*;

/// How far somebody has come with `questions`.
pub fn progress_line(sheet: Sheet, questions: Signal<Vec<Question>>) -> AnyView {
    let progress = Memo::new(move |_| {
        let settled = sheet.settled;
        questions.with(|questions| settled.with(|settled| progress(questions, settled)))
    });
    view! { <p class="answers-progress" role="status">{move || progress_text(progress.get())}</p> }
        .into_any()
}

/// Those of `questions` that are asked now.
pub fn question_list(sheet: Sheet, questions: Signal<Vec<Question>>) -> AnyView {
    let asked = Memo::new(move |_| {
        let settled = sheet.settled;
        questions.with(|questions| settled.with(|settled| asked(questions, settled)))
    });
    // A question that the office words anew is another one.
    let key = |question: &Question| (question.item.clone(), question.label.clone());
    view! {
        <div class="answers">
            <For each=move || asked.get() key=key let(question)>
                {question_view(sheet, &question)}
            </For>
        </div>
    }
    .into_any()
}

fn question_view(sheet: Sheet, question: &Question) -> AnyView {
    let row = Row::new(sheet, question);
    let label = question.label.clone();
    match &question.kind {
        QuestionKind::Heading => view! { <h3 class="answers-heading">{label}</h3> }.into_any(),
        QuestionKind::Unknown => view! {
            <div class="card pad answer">
                <p class="answer-label">{label}</p>
                <p class="muted">{tr!(answer.newer)}</p>
            </div>
        }
        .into_any(),
        QuestionKind::Calculation { .. } => calculation(row, label),
        QuestionKind::YesNo => grouped(row, "radiogroup", yes_no(row)),
        QuestionKind::Choice { options } => choices(row, options),
        QuestionKind::Text => labelled(row, text(row)),
        QuestionKind::Number { min, .. } => {
            let may_be_negative = min.as_ref().is_none_or(|min| min.starts_with('-'));
            labelled(row, number(row, may_be_negative))
        }
        QuestionKind::Date => labelled(row, date(row)),
        QuestionKind::Barcode => labelled(row, barcode(row)),
        QuestionKind::Photo => grouped(row, "group", photos(row)),
        QuestionKind::Signature => grouped(row, "group", signature(row)),
    }
}

/// The frame of an input with a label.
pub(super) fn labelled(row: Row, control: AnyView) -> AnyView {
    let label = view! { <label class="answer-label" for=row.id()>{words(row)}</label> };
    framed(row, view! { {label} {control} }.into_any())
}

/// The frame of several inputs that answer one question.
pub(super) fn grouped(row: Row, role: &'static str, control: AnyView) -> AnyView {
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
            <legend class="answer-label">{words(row)}</legend>
            {control}
        </fieldset>
    };
    framed(row, group.into_any())
}

fn words(row: Row) -> AnyView {
    let question = row.question();
    let required = question.required.then(|| {
        view! { " " <span class="answer-required">{tr!(answer.required)}</span> }
    });
    view! { <span>{question.label}</span> {required} }.into_any()
}

fn framed(row: Row, control: AnyView) -> AnyView {
    let failed = failed(row);
    view! {
        <div class="card pad answer" class:answer-failed=move || failed.get()>
            {control}
            {flaw_line(row)}
            {state(row, failed)}
        </div>
    }
    .into_any()
}

fn flaw_line(row: Row) -> AnyView {
    let flaw = move || {
        let flaw = explained(&row.question(), row.flaw.get()?, language());
        let text = flaw_text(&flaw);
        Some(view! { {icon(Icon::Alert)} <span>{text}</span> })
    };
    view! { <p id=format!("{}-flaw", row.id()) class="flaw" aria-live="polite">{flaw}</p> }
        .into_any()
}

/// Whether the answer says that something is not in order.
fn failed(row: Row) -> Memo<bool> {
    Memo::new(move |_| {
        let question = row.question();
        let settled = row.sheet.settled;
        settled.with(|settled| question.is_failed_by(answer_to(settled, &question.item)))
    })
}

/// The room of the marks is always there: one that comes must not move what a finger aims at.
fn state(row: Row, failed: Memo<bool>) -> AnyView {
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
pub fn failed_mark() -> AnyView {
    view! { <span class="tag tag-urgent">{icon(Icon::Alert)} {tr!(answer.not_in_order)}</span> }
        .into_any()
}

fn calculation(row: Row, label: String) -> AnyView {
    let failed = failed(row);
    let value = move || {
        let question = row.question();
        let shown = row
            .sheet
            .settled
            .with(|settled| shown(&question, answer_to(settled, &question.item), language()));
        match shown {
            Shown::Text(text) => view! { <span class="answer-result">{text}</span> }.into_any(),
            _ => view! { <span class="muted">{tr!(answer.computed)}</span> }.into_any(),
        }
    };
    view! {
        <div class="card pad answer" class:answer-failed=move || failed.get()>
            <p class="answer-label" id=format!("{}-label", row.id())>{label}</p>
            <output
                id=row.id()
                tabindex="-1"
                aria-labelledby=format!("{}-label", row.id())
            >
                {value}
            </output>
            {flaw_line(row)}
            {state(row, failed)}
        </div>
    }
    .into_any()
}
