//! Saves the changes of a job's lines one after the other, however fast somebody taps.
//!
//! Owns what was asked for and is not in the picture yet: a second tap counts from the first, and the
//! change that is saved says what the person saw. Must never be the only place of a change: the line of
//! waiting ones is as long as one save takes.

use super::view_model::plan_item;
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::live::Live;
use crate::shared::toast::{Toasts, use_toasts};
use crate::tr;
use afield_domain::{FieldValue, JobField, JobId};
use afield_platform::timer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::rc::Rc;

// By then the picture shows what was saved, or something newer.
const SHOWN_MS: u32 = 2_000;

/// A line: its field and its item.
type Line = (JobField, String);

/// The changes of one job's lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct ItemEdits {
    job: JobId,
    live: Live,
    commands: Option<Commands>,
    toasts: Toasts,
    /// What each line shall be, until the picture shows it.
    wanted: RwSignal<Vec<(Line, FieldValue)>>,
    waiting: StoredValue<Queue, LocalStorage>,
    is_busy: StoredValue<bool>,
}

/// What waits to be saved: it is saved also when the page has gone meanwhile.
type Queue = Rc<RefCell<Vec<Waiting>>>;

#[derive(Debug, Clone)]
struct Waiting {
    line: Line,
    base: FieldValue,
    new: FieldValue,
}

impl ItemEdits {
    /// The changes of `job`. Once, by the tab.
    pub(super) fn new(live: Live, job: JobId) -> Self {
        let edits = Self {
            job,
            live,
            commands: use_commands(),
            toasts: use_toasts(),
            wanted: RwSignal::default(),
            waiting: StoredValue::new_local(Queue::default()),
            is_busy: StoredValue::new(false),
        };
        // What the picture shows is no longer ours to say: somebody else may change it next.
        Effect::new(move |_| {
            let job = live
                .projection
                .with(|projection| projection.job(job).cloned());
            let is_shown = |((field, item), value): &(Line, FieldValue)| {
                job.as_ref()
                    .is_none_or(|job| job.value(*field, item) == *value)
            };
            if edits.wanted.with_untracked(|all| all.iter().any(is_shown)) {
                edits
                    .wanted
                    .update(|all| all.retain(|wanted| !is_shown(wanted)));
            }
        });
        edits
    }

    /// What a line is as far as this person knows; tracks.
    pub(super) fn value(self, field: JobField, item: &str) -> FieldValue {
        let own = self.wanted.with(|all| {
            let found = all.iter().find(|((f, i), _)| *f == field && i == item);
            found.map(|(_, value)| value.clone())
        });
        own.unwrap_or_else(|| {
            self.live.projection.with(|projection| {
                projection
                    .job(self.job)
                    .map_or(FieldValue::Nothing, |job| job.value(field, item))
            })
        })
    }

    /// Makes a line be `new`, and says so when it is saved.
    pub(super) fn set(self, field: JobField, item: String, new: FieldValue) {
        let base = untrack(|| self.value(field, &item));
        if base == new {
            return;
        }
        let line = (field, item);
        self.wanted.update(|all| {
            all.retain(|(known, _)| *known != line);
            all.push((line.clone(), new.clone()));
        });
        let waiting = self.waiting.get_value();
        // Taps that came while another was being saved are one change.
        let mut all = waiting.borrow_mut();
        match all.iter_mut().find(|waiting| waiting.line == line) {
            Some(waiting) => waiting.new = new,
            None => all.push(Waiting { line, base, new }),
        }
        drop(all);
        if !self.is_busy.get_value() {
            self.is_busy.set_value(true);
            self.toasts.clear();
            spawn_local(self.run(waiting));
        }
    }

    async fn run(self, waiting: Queue) {
        let mut result = Ok(());
        while let Some(next) = take_first(&waiting) {
            let (field, item) = next.line.clone();
            let op = plan_item(self.job, field, item, next.base, next.new);
            let Some(commands) = self.commands else {
                break;
            };
            let saved = commands.save(op).await;
            if saved.is_err() {
                // The line shows again what it is.
                self.forget(|line| *line == next.line);
                result = saved;
            }
        }
        self.is_busy.try_update_value(|busy| *busy = false);
        self.toasts.show(result.map(|()| tr!(common.saved)));
        timer::sleep_ms(SHOWN_MS).await;
        if waiting.borrow().is_empty() && self.is_busy.try_get_value() == Some(false) {
            self.forget(|_| true);
        }
    }

    fn forget(self, which: impl Fn(&Line) -> bool) {
        let _ = self
            .wanted
            .try_update(|all| all.retain(|(line, _)| !which(line)));
    }
}

fn take_first(waiting: &Queue) -> Option<Waiting> {
    let mut waiting = waiting.borrow_mut();
    (!waiting.is_empty()).then(|| waiting.remove(0))
}
