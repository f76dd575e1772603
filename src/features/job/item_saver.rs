//! Saves the changes of a job's items one after the other, however fast somebody taps or types.
//!
//! Owns the driver of [`ItemQueue`]: one for the job's page, for its checklist and its material alike. It
//! works on when the page is left. Must never decide what is joined or what counts as failed.

use super::item_queue::{ItemQueue, op_of};
use crate::error::Trouble;
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::live::Live;
use crate::shared::draft::{Draft, DraftKey};
use crate::shared::drafts::{Drafts, use_drafts};
use crate::shared::toast::{Toasts, use_toasts};
use crate::texts::language;
use crate::tr;
use afield_domain::{FieldEdit, FieldValue, JobField, JobId};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What saves the items of one job.
#[derive(Debug, Clone)]
pub(super) struct ItemSaver {
    job: JobId,
    live: Live,
    drafts: Drafts,
    commands: Option<Commands>,
    toasts: Toasts,
    /// Outlives the page: what waits is saved all the same.
    queue: ArcRwSignal<ItemQueue>,
}

impl ItemSaver {
    /// What saves the items of `job`. Once, by its page.
    pub(super) fn new(live: Live, job: JobId) -> Self {
        Self {
            job,
            live,
            drafts: use_drafts(),
            commands: use_commands(),
            toasts: use_toasts(),
            queue: ArcRwSignal::default(),
        }
    }

    /// What an item is as far as this person knows; tracks.
    pub(super) fn value(&self, field: JobField, item: &str) -> FieldValue {
        let wanted = self.queue.with(|queue| queue.wanted(field, item).cloned());
        wanted.unwrap_or_else(|| {
            self.live.projection.with(|projection| {
                let job = projection.job(self.job);
                job.map_or(FieldValue::Nothing, |job| job.value(field, item))
            })
        })
    }

    /// Makes an item be `new`, and says so when it is saved.
    pub(super) fn set(&self, field: JobField, item: String, new: FieldValue) {
        let base = untrack(|| self.value(field, &item));
        self.want(FieldEdit {
            field,
            item,
            base,
            new,
        });
    }

    /// Saves a change of somebody who saw its base.
    pub(super) fn want(&self, edit: FieldEdit) {
        let begins = self.queue.try_update(|queue| {
            queue.want(edit);
            queue.begin_run()
        });
        if begins == Some(true) {
            self.toasts.clear();
            spawn_local(self.clone().run());
        }
    }

    async fn run(self) {
        while let Some(edit) = self.queue.try_update(ItemQueue::next).flatten() {
            let op = op_of(self.job, edit.clone());
            let result = match self.commands {
                Some(commands) => commands.save(op).await,
                None => Err(Trouble::SignedOut),
            };
            if result.is_ok() {
                self.forget_draft(&edit);
            }
            self.queue.update(|queue| queue.ended(result));
        }
        let result = self.queue.try_update(ItemQueue::end_run);
        self.toasts
            .show(result.unwrap_or(Ok(())).map(|()| tr!(common.saved)));
    }

    /// What was typed is a draft until it is saved.
    pub(super) fn forget_draft(&self, edit: &FieldEdit) {
        if edit.field != JobField::Answer {
            return;
        }
        let key = DraftKey::Checklist(self.job);
        let Some(draft) = untrack(|| self.drafts.answers(key)) else {
            return;
        };
        let draft = self.live.projection.with_untracked(|projection| {
            let job = projection.job(self.job);
            let questions = job.map_or(&[][..], |job| &job.checklist);
            draft.after_saved(questions, edit, language())
        });
        let is_empty = draft.typed.is_empty();
        let draft = (!is_empty).then_some(Draft::Answers(draft));
        self.drafts.set(key, draft);
    }

    /// Whether an answer could not be saved; tracks.
    pub(super) fn has_failed_answers(&self) -> bool {
        self.queue.with(|queue| queue.has_failed(JobField::Answer))
    }

    /// Gives up the answers that could not be saved.
    pub(super) fn give_up_answers(&self) {
        self.queue.update(|queue| queue.give_up(JobField::Answer));
    }
}
