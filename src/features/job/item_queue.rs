//! What somebody has changed in a job's items (answers, assets, parts) and is not saved yet.
//!
//! Owns the order: one change after the other, taps that come meanwhile joined to one, and which changes
//! could not be saved. Pure. Must never let the success of one change hide the failure of another.

use crate::error::Trouble;
use afield_domain::{FieldEdit, FieldValue, JobField, JobId, Op};

/// The changes of one job's items on their way to the outbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ItemQueue {
    /// What is to be saved, in order.
    waiting: Vec<FieldEdit>,
    /// What is being saved.
    saving: Option<FieldEdit>,
    /// What could not be saved and was not wanted anew since.
    failed: Vec<FieldEdit>,
    /// Why the first change of this run could not be saved.
    trouble: Option<Trouble>,
    /// Whether somebody is at it.
    is_running: bool,
}

fn is_of(edit: &FieldEdit, field: JobField, item: &str) -> bool {
    edit.field == field && edit.item == item
}

fn is_same(edit: &FieldEdit, other: &FieldEdit) -> bool {
    is_of(edit, other.field, &other.item)
}

impl ItemQueue {
    /// What an item shall be, if that is not saved yet.
    #[must_use]
    pub(super) fn wanted(&self, field: JobField, item: &str) -> Option<&FieldValue> {
        let all = self.saving.iter().chain(&self.waiting);
        let mut of_item = all.filter(|edit| is_of(edit, field, item));
        of_item.next_back().map(|edit| &edit.new)
    }

    /// Wants a change of somebody who saw its base, or what was wanted of the item before. Joined to one
    /// of the same item that waits.
    pub(super) fn want(&mut self, mut edit: FieldEdit) {
        if let Some(seen) = self.wanted(edit.field, &edit.item) {
            edit.base = seen.clone();
        }
        self.failed.retain(|failed| !is_same(failed, &edit));
        let mut waiting = self.waiting.iter_mut();
        match waiting.find(|waiting| is_same(waiting, &edit)) {
            Some(waiting) => waiting.new = edit.new,
            None => self.waiting.push(edit),
        }
        self.waiting.retain(|edit| edit.base != edit.new);
    }

    /// Whether a run must begin, because nobody is at it. It counts as begun then.
    pub(super) fn begin_run(&mut self) -> bool {
        !self.waiting.is_empty() && !std::mem::replace(&mut self.is_running, true)
    }

    /// The next change to be saved; none while one is, or if none waits.
    pub(super) fn next(&mut self) -> Option<FieldEdit> {
        if self.saving.is_some() || self.waiting.is_empty() {
            return None;
        }
        self.saving = Some(self.waiting.remove(0));
        self.saving.clone()
    }

    /// The change under way was saved, or was not.
    pub(super) fn ended(&mut self, result: Result<(), Trouble>) {
        let Some(edit) = self.saving.take() else {
            return;
        };
        let mut waiting = self.waiting.iter_mut();
        let later = waiting.find(|waiting| is_same(waiting, &edit));
        match (result, later) {
            (Ok(()), Some(later)) => later.base = edit.new,
            (Ok(()), None) => {}
            (Err(trouble), later) => {
                self.trouble.get_or_insert(trouble);
                match later {
                    // What came after it starts from what is stored.
                    Some(later) => later.base = edit.base,
                    None => self.failed.push(edit),
                }
            }
        }
        self.waiting.retain(|edit| edit.base != edit.new);
    }

    /// What a run came to, once nothing waits: the first trouble counts, whatever went well after it.
    ///
    /// # Errors
    /// Why something was not saved.
    pub(super) fn end_run(&mut self) -> Result<(), Trouble> {
        self.is_running = false;
        self.trouble.take().map_or(Ok(()), Err)
    }

    /// Whether something of `field` could not be saved and was not wanted anew since.
    #[must_use]
    pub(super) fn has_failed(&self, field: JobField) -> bool {
        self.failed.iter().any(|edit| edit.field == field)
    }

    /// Gives up what could not be saved in `field`.
    pub(super) fn give_up(&mut self, field: JobField) {
        self.failed.retain(|edit| edit.field != field);
    }
}

/// The change of `job` that `edit` is.
#[must_use]
pub(super) fn op_of(job: JobId, edit: FieldEdit) -> Op {
    Op::EditJob {
        job,
        edits: vec![edit],
        settles: None,
    }
}

#[cfg(test)]
#[path = "item_queue_tests.rs"]
mod tests;
