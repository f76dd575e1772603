//! The checklist of a job: every answer is saved by itself, as soon as it is given.
//!
//! Owns what the tab shows. What the office answers appears in it; what is being typed stays.

use super::answer_saver::AnswerSaver;
use super::item_saver::ItemSaver;
use crate::memo::Memo;
use crate::runtime::live::Live;
use crate::shared::answers::question::{progress_line, question_list};
use crate::shared::answers::read::answers_read;
use crate::shared::answers::sheet::{AnswerSheet, Take};
use crate::shared::answers::view_model::{as_typed, overlay, settled};
use crate::shared::drafts::{DraftKey, use_drafts};
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::Icon;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::empty;
use crate::view::view;
use afield_domain::{Answer, JobField, JobId, Language, Question};
use afield_sync::unsent_items;
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;

/// The tab of `job`.
pub(super) fn checklist_tab(
    live: Live,
    job: JobId,
    items: &ItemSaver,
    may_write: Memo<bool>,
) -> AnyView {
    let items = items.clone();
    let both = Memo::new(move |_| both_of(live, job));
    let questions = Memo::new(move |_| both.with(|both| both.0.clone()));
    let stored = Memo::new(move |_| both.with(|both| both.1.clone()));
    let is_empty = Memo::new(move |_| questions.with(Vec::is_empty));
    let content = move || match (is_empty.get(), may_write.get()) {
        (true, _) => empty(Icon::Check, tr!(answer.empty), tr!(answer.empty_hint)).into_any(),
        (false, true) => sheet_of(live, job, items.clone(), questions, stored),
        (false, false) => {
            let read = move || {
                questions.with(|questions| {
                    stored.with(|stored| {
                        answers_read(live, questions, &settled(questions, stored, CANONICAL))
                    })
                })
            };
            view! { <div class="checklist">{read}</div> }.into_any()
        }
    };
    view! {
        <h2 class="sr-only">{tr!(job.tab_checklist)}</h2>
        {content}
    }
    .into_any()
}

/// Stored numbers are written as in this language.
const CANONICAL: Language = Language::English;

fn both_of(live: Live, job: JobId) -> (Vec<Question>, Vec<Answer>) {
    live.projection
        .with(|projection| match projection.job(job) {
            Some(job) => (job.checklist.clone(), job.answers.clone()),
            None => Default::default(),
        })
}

fn sheet_of(
    live: Live,
    job: JobId,
    items: ItemSaver,
    questions: Memo<Vec<Question>>,
    stored: Memo<Vec<Answer>>,
) -> AnyView {
    let drafts = use_drafts();
    let draft = Memo::new(move |_| {
        let draft = drafts.answers(DraftKey::Checklist(job));
        draft.unwrap_or_default().typed
    });
    let typed = Memo::new(move |_| {
        questions.with(|questions| {
            let stored = stored.with(|stored| as_typed(questions, stored, language()));
            draft.with(|draft| overlay(&stored, draft))
        })
    });
    let settled = Memo::new(move |_| {
        questions.with(|questions| typed.with(|typed| settled(questions, typed, language())))
    });
    let saver = saver_of(live, job, items);
    let take: Take = {
        let saver = Arc::clone(&saver);
        Rc::new(move |item, given| saver.take(item, given))
    };
    let sheet = AnswerSheet {
        job: Some(job),
        live,
        typed,
        settled,
        flaws: saver.flaws,
        unsent: Memo::new(move |_| {
            live.projection
                .with(|all| unsent_items(all.entries(), job, JobField::Answer))
        }),
        unsaved: Memo::new(move |_| draft.with(|draft| items_of(draft))),
        take: StoredValue::new_local(take),
        pads: StoredValue::new_local(Vec::new()),
    };
    view! {
        {progress_line(sheet, Signal::derive(move || questions.get()))}
        {left_over(draft, saver)}
        <div class="checklist">{question_list(sheet, Signal::derive(move || questions.get()))}</div>
    }
    .into_any()
}

/// What saves the answers of `job` as long as this page is there, and what was typed when it is left.
fn saver_of(live: Live, job: JobId, items: ItemSaver) -> Arc<AnswerSaver> {
    let saver = Arc::new(AnswerSaver {
        job,
        live,
        drafts: use_drafts(),
        items,
        flaws: RwSignal::new(Vec::new()),
        typing: Default::default(),
    });
    untrack(|| saver.drop_saved());
    on_cleanup({
        let saver = Arc::clone(&saver);
        move || saver.leave()
    });
    saver
}

fn items_of(answers: &[Answer]) -> Vec<String> {
    answers.iter().map(|answer| answer.item.clone()).collect()
}

/// What was typed before the app was closed or had crashed, and what could not be saved.
fn left_over(draft: Memo<Vec<Answer>>, saver: Arc<AnswerSaver>) -> AnyView {
    let (drafts, key) = (saver.drafts, DraftKey::Checklist(saver.job));
    let items = saver.items.clone();
    let failed = Memo::new(move |_| items.has_failed_answers());
    let saver = StoredValue::new(saver);
    let left: Vec<String> = draft.with_untracked(|draft| items_of(draft));
    let is_left = Memo::new(move |_| {
        draft.with(|draft| draft.iter().any(|answer| left.contains(&answer.item)))
    });
    let is_restored = Memo::new(move |_| drafts.is_restored(key));
    let content = move || {
        let text = match (is_restored.get(), is_left.get() || failed.get()) {
            (true, _) => Some(tr!(answer.restored)),
            (false, true) => Some(tr!(answer.failed)),
            (false, false) => None,
        };
        text.map(|text| {
            let body = view! {
                <p>{text}</p>
                <div class="actions">
                    <button type="button" class="btn" on:click=move |_| saver.get_value().save_all()>
                        {tr!(common.save)}
                    </button>
                    <button type="button" class="btn" on:click=move |_| saver.get_value().discard()>
                        {tr!(answer.discard)}
                    </button>
                </div>
            };
            notice(Tone::Info, body.into_any())
        })
    };
    view! { {content} }.into_any()
}
