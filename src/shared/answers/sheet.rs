//! Questions on the screen: what their inputs show, and where what is given goes.
//!
//! Owns [`AnswerSheet`], which a checklist and a form fill in their own ways, and [`AnswerRow`], one question of it.
//! Must never save anything: whoever made the sheet does.

use super::view_model::{AnswerFlaw, files_of};
use crate::memo::Memo;
use crate::runtime::live::Live;
use crate::shared::signature::HandOver;
use crate::signal::RwSignal;
use afield_domain::answers::answer_to;
use afield_domain::{Answer, AttachmentId, FieldValue, JobId, Question};
use leptos::prelude::*;
use std::rc::Rc;

/// What a person did with a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// They are typing: this stands in the input now.
    Typing(FieldValue),
    /// They have answered.
    Done(FieldValue),
    /// They added a file.
    Add(AttachmentId),
    /// They took a file away.
    Remove(AttachmentId),
}

impl Given {
    /// What stands in the input now, after `before`.
    #[must_use]
    pub fn after(self, before: &FieldValue) -> FieldValue {
        let mut files = files_of(before);
        match self {
            Self::Typing(value) | Self::Done(value) => return value,
            Self::Add(file) => files.push(file),
            Self::Remove(file) => files.retain(|other| *other != file),
        }
        if files.is_empty() {
            FieldValue::Nothing
        } else {
            FieldValue::Files(files)
        }
    }
}

/// Takes what was given to an item. It may be called after its page was left: a photo takes its time.
pub type Take = Rc<dyn Fn(&str, Given)>;

/// Questions that are being answered.
#[derive(Debug, Clone, Copy)]
pub struct AnswerSheet {
    /// The job whose files they are; none where it is only shown how they are asked: nothing is attached then.
    pub job: Option<JobId>,
    /// Where the files are found.
    pub live: Live,
    /// What stands in the inputs.
    pub typed: Memo<Vec<Answer>>,
    /// The same as it would be stored, with calculations.
    pub settled: Memo<Vec<Answer>>,
    /// What to say about it.
    pub flaws: RwSignal<Vec<(String, AnswerFlaw)>>,
    /// The items that the office does not have yet.
    pub unsent: Memo<Vec<String>>,
    /// The items that are not saved yet.
    pub unsaved: Memo<Vec<String>>,
    /// Where answers go.
    pub take: StoredValue<Take, LocalStorage>,
    /// What hands over the signatures that are drawn and not used yet, each with its item.
    pub pads: StoredValue<Vec<(String, HandOver)>, LocalStorage>,
}

/// One question of a sheet.
#[derive(Debug, Clone, Copy)]
pub struct AnswerRow {
    /// The sheet that the question stands on.
    pub sheet: AnswerSheet,
    /// What stands in its input.
    pub value: Memo<FieldValue>,
    /// What is wrong with it.
    pub flaw: Memo<Option<AnswerFlaw>>,
    question: StoredValue<Question>,
}

impl AnswerRow {
    /// The row of `question`.
    pub fn new(sheet: AnswerSheet, question: &Question) -> Self {
        let item = question.item.clone();
        let value = Memo::new(move |_| sheet.typed.with(|typed| answer_to(typed, &item).clone()));
        let item = question.item.clone();
        let flaw = Memo::new(move |_| {
            sheet.flaws.with(|flaws| {
                let found = flaws.iter().find(|(other, _)| *other == item);
                found.map(|(_, flaw)| flaw.clone())
            })
        });
        Self {
            sheet,
            value,
            flaw,
            question: StoredValue::new(question.clone()),
        }
    }

    /// The question.
    #[must_use]
    pub fn question(self) -> Question {
        self.question.get_value()
    }

    /// Its key.
    #[must_use]
    pub fn item(self) -> String {
        self.question.with_value(|question| question.item.clone())
    }

    /// The id of its input.
    #[must_use]
    pub fn id(self) -> String {
        input_id(&self.item())
    }

    /// The ids of what describes its input.
    #[must_use]
    pub fn described_by(self) -> String {
        let id = self.id();
        format!("{id}-hint {id}-flaw {id}-state")
    }

    /// The text in its input; tracks.
    #[must_use]
    pub fn text(self) -> String {
        self.value.with(|value| match value {
            FieldValue::Text(text) => text.clone(),
            _ => String::new(),
        })
    }

    /// Takes what was given. An input that is taken off the page while somebody types in it says so when its
    /// row is gone already: then whoever made the sheet has heard of it from the page.
    pub fn give(self, given: Given) {
        let item = self
            .question
            .try_with_value(|question| question.item.clone());
        if let (Some(take), Some(item)) = (self.sheet.take.try_get_value(), item) {
            take(&item, given);
        }
    }

    /// Takes what was typed; `is_done` when the input was left.
    pub fn give_text(self, text: String, is_done: bool) {
        let value = FieldValue::Text(text);
        self.give(if is_done {
            Given::Done(value)
        } else {
            Given::Typing(value)
        });
    }

    /// `true` for `aria-invalid` where something is wrong; tracks.
    #[must_use]
    pub fn invalid(self) -> Option<&'static str> {
        self.flaw.with(Option::is_some).then_some("true")
    }
}

/// The id of the input of `item`.
#[must_use]
pub fn input_id(item: &str) -> String {
    format!("answer-{item}")
}
