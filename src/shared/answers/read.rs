//! Answers for reading: of a form that was submitted, or of a checklist that is somebody else's to fill in.

use super::files::picture;
use super::frame::failed_mark;
use super::view_model::{ShownAnswer, asked, shown};
use crate::runtime::live::Live;
use crate::texts::language;
use crate::tr;
use crate::view::view;
use afield_domain::answers::answer_to;
use afield_domain::time::Day;
use afield_domain::{Answer, Question, QuestionKind};
use leptos::prelude::*;

/// The questions that were asked, with their answers.
pub fn answers_read(live: Live, questions: &[Question], answers: &[Answer]) -> AnyView {
    let rows: Vec<AnyView> = asked(questions, answers)
        .iter()
        .map(|question| match question.kind {
            QuestionKind::Heading => {
                view! { <h3 class="answers-heading">{question.label.clone()}</h3> }.into_any()
            }
            _ => answer_read(live, question, answers),
        })
        .collect();
    view! { <div class="answers answers-read">{rows}</div> }.into_any()
}

fn answer_read(live: Live, question: &Question, answers: &[Answer]) -> AnyView {
    let value = answer_to(answers, &question.item);
    let failed = question.is_failed_by(value);
    let shown = match shown(question, value, language()) {
        ShownAnswer::Nothing => view! { <p class="muted">{tr!(answer.none)}</p> }.into_any(),
        ShownAnswer::Yes(true) => view! { <p>{tr!(answer.yes)}</p> }.into_any(),
        ShownAnswer::Yes(false) => view! { <p>{tr!(answer.no)}</p> }.into_any(),
        ShownAnswer::Text(text) => view! { <p class="prose">{text}</p> }.into_any(),
        ShownAnswer::Day(day) => {
            view! { <p><time datetime=day.clone()>{day_text(&day)}</time></p> }.into_any()
        }
        ShownAnswer::Files(files) => {
            let pictures: Vec<AnyView> = files.into_iter().map(|id| picture(live, id)).collect();
            view! { <div class="thumbs">{pictures}</div> }.into_any()
        }
    };
    view! {
        <div class="answer" class:answer-failed=failed>
            <p class="answer-label">{question.label.clone()}</p>
            {shown}
            {failed.then(failed_mark)}
        </div>
    }
    .into_any()
}

fn day_text(day: &str) -> String {
    match day.parse::<Day>() {
        Ok(day) => day.date(language()),
        Err(_) => day.to_owned(),
    }
}
