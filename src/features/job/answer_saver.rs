//! Answers of a checklist on their way from the inputs to the outbox.
//!
//! Owns the order: what is typed is a draft at once, an answer is saved one after the other, and a draft
//! goes only when the picture in memory shows what was saved. Works on when the page is left. Must never
//! wait for the network.

use crate::runtime::commands::Commands;
use crate::runtime::live::Live;
use crate::shared::answers::sheet::Given;
use crate::shared::answers::view_model::{Flaw, canonical, files_of, with_answer};
use crate::shared::drafts::{AnswerDraft, Draft, DraftKey, Drafts};
use crate::shared::toast::Toasts;
use crate::tr;
use afield_domain::answers::answer_to;
use afield_domain::{FieldEdit, FieldValue, Job, JobField, JobId, Op};
use afield_platform::timer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long the picture in memory may take to show what was saved.
const LOOKS: u32 = 80;
const LOOK_MS: u32 = 25;

/// What is under way with the answers of a checklist.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    /// Items whose answers are still to be saved.
    waiting: VecDeque<String>,
    /// Whether one is being saved.
    busy: bool,
    /// The item that somebody is typing in.
    typing: Option<String>,
}

/// What saves the answers of one checklist.
pub(super) struct Saver {
    pub(super) job: JobId,
    pub(super) live: Live,
    pub(super) drafts: Drafts,
    pub(super) commands: Option<Commands>,
    pub(super) toasts: Toasts,
    pub(super) flaws: RwSignal<Vec<(String, Flaw)>>,
    /// Whether something could not be saved.
    pub(super) failed: RwSignal<bool>,
    /// What is under way.
    pub(super) under_way: Mutex<UnderWay>,
}

impl Saver {
    fn key(&self) -> DraftKey {
        DraftKey::Checklist(self.job)
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        let under_way = self.under_way.lock();
        under_way.unwrap_or_else(PoisonError::into_inner)
    }

    fn draft(&self) -> AnswerDraft {
        untrack(|| self.drafts.answers(self.key())).unwrap_or_default()
    }

    fn stored(&self) -> Option<Job> {
        let projection = self.live.projection;
        projection.with_untracked(|all| all.job(self.job).cloned())
    }

    /// Takes what was given to `item`.
    pub(super) fn take(self: &Arc<Self>, item: &str, given: Given) {
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
            draft.seen = with_answer(&draft.seen, item, Some(stored));
        }
        draft.typed = with_answer(&draft.typed, item, Some(value.clone()));
        self.keep(draft);
        let question = job.checklist.iter().find(|question| question.item == item);
        let flaw = question.and_then(|question| canonical(question, &value).err());
        let is_answer = flaw.is_none();
        self.under_way().typing = is_typing.then(|| item.to_owned());
        self.set_flaw(item, flaw, is_typing);
        if is_answer && !is_typing {
            self.save(item.to_owned());
        }
    }

    /// Says what is wrong with `item`; while somebody types only that nothing is wrong any more.
    fn set_flaw(&self, item: &str, flaw: Option<Flaw>, is_typing: bool) {
        let has_flaw = |flaws: &Vec<(String, Flaw)>| flaws.iter().any(|(other, _)| other == item);
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
    pub(super) fn save_all(self: &Arc<Self>) {
        for answer in self.draft().typed {
            self.take(&answer.item, Given::Done(answer.value));
        }
    }

    /// Whoever leaves the page while they type has answered.
    pub(super) fn leave(self: &Arc<Self>) {
        let typing = self.under_way().typing.take();
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
            let new = question.and_then(|question| canonical(question, &typed.value).ok());
            new != Some(job.value(JobField::Answer, &typed.item))
        });
        if draft.typed.len() < before {
            self.keep(draft);
        }
    }

    /// Forgets everything that was typed and not saved.
    pub(super) fn discard(&self) {
        let _ = self.flaws.try_update(Vec::clear);
        let _ = self.failed.try_set(false);
        self.drafts.set(self.key(), None);
    }

    fn save(self: &Arc<Self>, item: String) {
        {
            let mut under_way = self.under_way();
            under_way.waiting.push_back(item);
            if std::mem::replace(&mut under_way.busy, true) {
                return;
            }
        }
        let saver = Arc::clone(self);
        spawn_local(async move {
            while let Some(item) = saver.next() {
                saver.save_now(&item).await;
            }
        });
    }

    fn next(&self) -> Option<String> {
        let mut under_way = self.under_way();
        let next = under_way.waiting.pop_front();
        under_way.busy = next.is_some();
        next
    }

    async fn save_now(&self, item: &str) {
        let (Some(commands), Some(job)) = (self.commands, self.stored()) else {
            return;
        };
        let question = job.checklist.iter().find(|question| question.item == item);
        let draft = self.draft();
        let typed = draft.typed.iter().find(|answer| answer.item == item);
        let (Some(question), Some(typed)) = (question, typed) else {
            return;
        };
        let Ok(new) = canonical(question, &typed.value) else {
            return;
        };
        if job.value(JobField::Answer, item) != new {
            let edit = FieldEdit {
                field: JobField::Answer,
                item: item.to_owned(),
                base: answer_to(&draft.seen, item).clone(),
                new: new.clone(),
            };
            let op = Op::EditJob {
                job: self.job,
                edits: vec![edit],
                settles: None,
            };
            // A photo that was just saved is judged as missing until the picture in memory has it.
            let has_files = || {
                let all = files_of(&new);
                self.live
                    .projection
                    .with_untracked(|known| all.iter().all(|id| known.attachment(*id).is_some()))
            };
            wait_until(has_files).await;
            let saved = commands.save(op).await;
            let is_saved = saved.is_ok();
            let _ = self.failed.try_set(!is_saved);
            self.toasts.show(saved.map(|()| tr!(common.saved)));
            if !is_saved {
                return;
            }
            let is_shown = || {
                let stored = self.stored().map(|job| job.value(JobField::Answer, item));
                stored.as_ref() == Some(&new)
            };
            wait_until(is_shown).await;
        }
        self.drop_draft(item, &typed.value, new);
    }

    /// Drops the draft of what was saved. What was typed meanwhile stays, and follows what was saved.
    fn drop_draft(&self, item: &str, saved: &FieldValue, new: FieldValue) {
        let mut draft = self.draft();
        if answer_to(&draft.typed, item) == saved {
            draft.typed = with_answer(&draft.typed, item, None);
            draft.seen = with_answer(&draft.seen, item, None);
        } else {
            draft.seen = with_answer(&draft.seen, item, Some(new));
        }
        self.keep(draft);
    }
}

/// Waits for the picture in memory, which follows the databases in a moment; never for ever.
async fn wait_until(is_so: impl Fn() -> bool) {
    for _ in 0..LOOKS {
        if is_so() {
            return;
        }
        timer::sleep_ms(LOOK_MS).await;
    }
}
