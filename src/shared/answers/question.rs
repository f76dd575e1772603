//! The questions on the screen: which are asked, and the input of each.

use super::choices::{choices, yes_no};
use super::files::{photos, signature};
use super::frame::{failed, flaw_line, grouped, labelled, state};
use super::inputs::{barcode, date, number, text};
use super::labels::answer_progress_text;
use super::sheet::{AnswerRow, AnswerSheet};
use super::view_model::{ShownAnswer, asked, progress, shown};
use crate::memo::Memo;
use crate::texts::language;
use crate::tr;
use crate::ui::list::For;
use crate::view::view;
use afield_domain::answers::answer_to;
use afield_domain::{Question, QuestionKind};
use leptos::prelude::*;

/// How far somebody has come with `questions`.
pub fn progress_line(sheet: AnswerSheet, questions: Signal<Vec<Question>>) -> AnyView {
    let progress = Memo::new(move |_| {
        let settled = sheet.settled;
        questions.with(|questions| settled.with(|settled| progress(questions, settled)))
    });
    view! { <p class="answers-progress" role="status">{move || answer_progress_text(progress.get())}</p> }
        .into_any()
}

/// Those of `questions` that are asked now.
pub fn question_list(sheet: AnswerSheet, questions: Signal<Vec<Question>>) -> AnyView {
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

fn question_view(sheet: AnswerSheet, question: &Question) -> AnyView {
    let row = AnswerRow::new(sheet, question);
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

fn calculation(row: AnswerRow, label: String) -> AnyView {
    let failed = failed(row);
    let value = move || {
        let question = row.question();
        let shown = row
            .sheet
            .settled
            .with(|settled| shown(&question, answer_to(settled, &question.item), language()));
        match shown {
            ShownAnswer::Text(text) => {
                view! { <span class="answer-result">{text}</span> }.into_any()
            }
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
