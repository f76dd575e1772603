//! Answers of a checklist on their way from the inputs to what saves them.
//!
//! Owns what is typed: it is a draft at once, and goes on to be saved when it is an answer. Must never
//! save by itself, nor drop a draft that was not saved.

use super::item_saver::ItemSaver;
use crate::runtime::live::Live;
use crate::shared::answers::sheet::Given;
use crate::shared::answers::view_model::{AnswerFlaw, canonical, with_answer};
use crate::shared::draft::{AnswerDraft, Draft, DraftKey};
use crate::shared::drafts::Drafts;
use crate::signal::RwSignal;
use crate::texts::language;
use afield_domain::answers::answer_to;
use afield_domain::{FieldEdit, Job, JobField, JobId};
use leptos::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What takes the answers of one checklist.
pub(super) struct AnswerSaver {
    pub(super) job: JobId,
    pub(super) live: Live,
    pub(super) drafts: Drafts,
    pub(super) items: ItemSaver,
    pub(super) flaws: RwSignal<Vec<(String, AnswerFlaw)>>,
    /// The item that somebody is typing in.
    pub(super) typing: Mutex<Option<String>>,
}

impl AnswerSaver {
    fn key(&self) -> DraftKey {
        DraftKey::Checklist(self.job)
    }

    fn typing(&self) -> MutexGuard<'_, Option<String>> {
        self.typing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draft(&self) -> AnswerDraft {
        untrack(|| self.drafts.answers(self.key())).unwrap_or_default()
    }

    fn stored(&self) -> Option<Job> {
        let projection = self.live.projection;
        projection.with_untracked(|all| all.job(self.job).cloned())
    }

    /// Takes what was given to `item`.
    pub(super) fn take(&self, item: &str, given: Given) {
        let Some(job) = self.stored() else {
            return;
        };
        let stored = job.value(JobField::Answer, item);
        let mut draft = self.draft();
        let is_typed = draft.typed.iter().any(|answer| answer.item == item);
        let before = if is_typed {
            answer_to(&draft.typed, item).clone()
        } else {
            stored.clone()
        };
        let is_typing = matches!(given, Given::Typing(_));
        let value = given.after(&before);
        if !is_typed {
            draft.seen = with_answer(&draft.seen, item, Some(stored.clone()));
        }
        draft.typed = with_answer(&draft.typed, item, Some(value.clone()));
        let base = answer_to(&draft.seen, item).clone();
        self.keep(draft);
        let question = job.checklist.iter().find(|question| question.item == item);
        let new = question.map(|question| canonical(question, &value, language()));
        let flaw = new.as_ref().and_then(|new| new.as_ref().err().cloned());
        *self.typing() = is_typing.then(|| item.to_owned());
        self.set_flaw(item, flaw, is_typing);
        if let (Some(Ok(new)), false) = (new, is_typing) {
            let edit = FieldEdit {
                field: JobField::Answer,
                item: item.to_owned(),
                base,
                new,
            };
            self.save(edit);
        }
    }

    /// Saves an answer, unless it is what this person knows to be stored already.
    fn save(&self, edit: FieldEdit) {
        if untrack(|| self.items.value(edit.field, &edit.item)) == edit.new {
            // It may still be on its way: then its draft goes when it is saved.
            if self.is_stored(&edit) {
                self.items.forget_draft(&edit);
            }
        } else {
            self.items.want(edit);
        }
    }

    fn is_stored(&self, edit: &FieldEdit) -> bool {
        let stored = self.stored().map(|job| job.value(edit.field, &edit.item));
        stored.as_ref() == Some(&edit.new)
    }

    /// Says what is wrong with `item`; while somebody types only that nothing is wrong any more.
    fn set_flaw(&self, item: &str, flaw: Option<AnswerFlaw>, is_typing: bool) {
        let has_flaw =
            |flaws: &Vec<(String, AnswerFlaw)>| flaws.iter().any(|(other, _)| other == item);
        let was_flawed = self.flaws.try_with_untracked(has_flaw).unwrap_or_default();
        if was_flawed || (flaw.is_some() && !is_typing) {
            let _ = self.flaws.try_update(|flaws| {
                flaws.retain(|(other, _)| other != item);
                flaws.extend(flaw.map(|flaw| (item.to_owned(), flaw)));
            });
        }
    }

    fn keep(&self, draft: AnswerDraft) {
        let is_empty = draft.typed.is_empty();
        let draft = (!is_empty).then_some(Draft::Answers(draft));
        self.drafts.set(self.key(), draft);
    }

    /// Saves every draft that is an answer.
    pub(super) fn save_all(&self) {
        for answer in self.draft().typed {
            self.take(&answer.item, Given::Done(answer.value));
        }
    }

    /// Whoever leaves the page while they type has answered.
    pub(super) fn leave(&self) {
        let typing = self.typing().take();
        let draft = self.draft();
        let answer = draft
            .typed
            .into_iter()
            .find(|answer| Some(&answer.item) == typing.as_ref());
        if let Some(answer) = answer {
            self.take(&answer.item, Given::Done(answer.value));
        }
    }

    /// Drops drafts of what was saved before a crash came between.
    pub(super) fn drop_saved(&self) {
        let (Some(job), mut draft) = (self.stored(), self.draft()) else {
            return;
        };
        let before = draft.typed.len();
        draft.typed.retain(|typed| {
            let question = job
                .checklist
                .iter()
                .find(|question| question.item == typed.item);
            let new =
                question.and_then(|question| canonical(question, &typed.value, language()).ok());
            new != Some(job.value(JobField::Answer, &typed.item))
        });
        if draft.typed.len() < before {
            self.keep(draft);
        }
    }

    /// Forgets everything that was typed and not saved.
    pub(super) fn discard(&self) {
        let _ = self.flaws.try_update(Vec::clear);
        self.items.give_up_answers();
        self.drafts.set(self.key(), None);
    }
}
