//! A form as a phone shows it, to be tried: answers go nowhere.
//!
//! Drawn by the code of the phone's own form. Must never attach anything to a job.

use crate::memo::Memo;
use crate::runtime::live::Live;
use crate::shared::answers::question::{progress_line, question_list};
use crate::shared::answers::sheet::{AnswerSheet, Given, Take};
use crate::shared::answers::view_model::{AnswerFlaw, canonical, settled, with_answer};
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::view::view;
use afield_domain::answers::answer_to;
use afield_domain::{Answer, Question};
use leptos::prelude::*;
use std::rc::Rc;

/// The form that asks `questions`.
pub(super) fn preview(live: Live, questions: Memo<Vec<Question>>) -> AnyView {
    let typed = RwSignal::new(Vec::<Answer>::new());
    let flaws = RwSignal::new(Vec::new());
    let answers = Memo::new(move |_| typed.get());
    let sheet = AnswerSheet {
        job: None,
        live,
        typed: answers,
        settled: Memo::new(move |_| {
            typed.with(|typed| questions.with(|all| settled(all, typed, language())))
        }),
        flaws,
        unsent: Memo::new(|_| Vec::new()),
        unsaved: Memo::new(|_| Vec::new()),
        take: StoredValue::new_local(taking(typed, flaws, questions)),
        pads: StoredValue::new_local(Vec::new()),
    };
    // A question that is built anew is drawn anew, whatever of it has changed.
    let drawn = move || {
        let asked = Signal::stored(questions.get());
        view! { {progress_line(sheet, asked)} {question_list(sheet, asked)} }
    };
    view! {
        <section class="phone" aria-label=tr!(builder.preview)>
            <p class="muted">{tr!(builder.preview_hint)}</p>
            {drawn}
        </section>
    }
    .into_any()
}

fn taking(
    typed: RwSignal<Vec<Answer>>,
    flaws: RwSignal<Vec<(String, AnswerFlaw)>>,
    questions: Memo<Vec<Question>>,
) -> Take {
    Rc::new(move |item, given: Given| {
        let is_typing = matches!(given, Given::Typing(_));
        let value = typed.with_untracked(|typed| given.after(answer_to(typed, item)));
        let question = untrack(|| {
            questions.with(|all| all.iter().find(|question| question.item == item).cloned())
        });
        let flaw = question.and_then(|one| canonical(&one, &value, language()).err());
        typed.update(|typed| *typed = with_answer(typed, item, Some(value)));
        flaws.update(|flaws| {
            flaws.retain(|(other, _)| other != item);
            flaws.extend(
                flaw.filter(|_| !is_typing)
                    .map(|flaw| (item.to_owned(), flaw)),
            );
        });
    })
}
