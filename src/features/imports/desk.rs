//! What the page of imports works with: the file that was chosen, what is said of it, and what the server has answered.
//!
//! Owns the requests, one at a time. A file is read whole when it is chosen, so that what is tried is what is imported.

use super::form::{ImportForm, Rows};
use crate::error::Trouble;
use crate::signal::RwSignal;
use crate::ui::focus;
use afield_domain::limits::IMPORT_BYTES;
use afield_platform::api::{self, ImportAsk};
use afield_platform::rescue::keep;
use afield_protocol::{ImportAnswer, ImportFlaw, ImportReport};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{Blob, File};

/// Where the report stands.
pub(super) const REPORT: &str = "import-report";

/// What the last request came to, beside columns and report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// The file is larger than the server takes.
    TooLarge,
    /// The browser could not read it.
    Unread,
    /// What must be said of the file first.
    Flaw(ImportFlaw),
    /// No answer: nothing is lost, and it can be asked for again.
    Failed(Trouble),
}

/// What the page works with.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) form: RwSignal<ImportForm>,
    /// The name of the file; none before one is chosen.
    pub(super) name: RwSignal<Option<String>>,
    /// How many rows it has, its sheets, and whether its columns are remembered.
    pub(super) found: RwSignal<Option<ImportAnswer>>,
    pub(super) report: RwSignal<Option<ImportReport>>,
    pub(super) told: RwSignal<Option<Told>>,
    pub(super) busy: RwSignal<bool>,
    file: StoredValue<Option<Blob>, LocalStorage>,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            form: RwSignal::new(ImportForm::new(Rows::Customers)),
            name: RwSignal::new(None),
            found: RwSignal::new(None),
            report: RwSignal::new(None),
            told: RwSignal::new(None),
            busy: RwSignal::new(false),
            file: StoredValue::new_local(None),
        }
    }

    /// Says what the rows are; the file is looked at anew.
    pub(super) fn set_rows(self, rows: Rows) {
        let sheet = self.form.with_untracked(|form| form.sheet.clone());
        let form = ImportForm {
            sheet,
            ..ImportForm::new(rows)
        };
        self.form.set(form);
        self.look();
    }

    pub(super) fn set_sheet(self, sheet: String) {
        self.form.update(|form| form.sheet = sheet);
        self.look();
    }

    pub(super) fn set_dates(self, dates: String) {
        self.form.update(|form| form.dates = dates);
        self.forget_report();
    }

    pub(super) fn choose(self, place: usize, field: &str) {
        self.form.update(|form| form.choose(place, field));
        self.forget_report();
    }

    /// What was tried is of no use any more.
    fn forget_report(self) {
        self.report.set(None);
        self.told.set(None);
    }

    /// Takes a file that was chosen.
    pub(super) fn pick(self, file: File) {
        if self.busy.get_untracked() {
            return;
        }
        self.found.set(None);
        self.forget_report();
        self.name.set(Some(file.name()));
        self.file.set_value(None);
        self.form.update(|form| *form = ImportForm::new(form.rows));
        if file.size() > IMPORT_BYTES as f64 {
            return self.told.set(Some(Told::TooLarge));
        }
        self.busy.set(true);
        spawn_local(async move {
            let kept = keep(&file).await;
            let _ = self.busy.try_set(false);
            match kept {
                None => drop(self.told.try_set(Some(Told::Unread))),
                kept => {
                    let _ = self.file.try_set_value(kept);
                    self.look();
                }
            }
        });
    }

    /// Asks what stands in the file.
    pub(super) fn look(self) {
        self.forget_report();
        self.ask("look", false);
    }

    /// Asks what would become of the rows, or imports them.
    pub(super) fn run(self, step: &'static str) {
        self.told.set(None);
        self.ask(step, true);
    }

    fn ask(self, step: &'static str, with_columns: bool) {
        let Some(file) = self.file.try_get_value().flatten() else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        let form = self.form.get_untracked();
        self.busy.set(true);
        spawn_local(async move {
            let ask = ImportAsk {
                kind: form.rows.name(),
                step,
                map: with_columns.then(|| form.map()),
                sheet: form.sheet.clone(),
                dates: form.dates.clone(),
            };
            let answer = api::import_file(&ask, &file).await;
            let _ = self.busy.try_set(false);
            // Somebody has said something else meanwhile: only what was written is told then.
            let is_asked = self.form.try_with_untracked(|now| *now == form);
            match (is_asked, step) {
                (None, _) | (Some(false), "try") => return,
                (Some(false), "look") => return self.look(),
                _ => {}
            }
            match answer {
                Ok(answer) => self.take(step, answer),
                Err(failure) => drop(self.told.try_set(Some(Told::Failed(failure.into())))),
            }
        });
    }

    fn take(self, step: &str, mut answer: ImportAnswer) {
        let _ = self.told.try_set(answer.flaw.take().map(Told::Flaw));
        let report = answer.report.take();
        if step == "look" {
            let _ = self.form.try_update(|form| form.take(&answer));
            let _ = self.found.try_set(Some(answer));
            return;
        }
        let is_there = report.is_some();
        let _ = self.report.try_set(report);
        if is_there {
            request_animation_frame(|| {
                focus::by_id(REPORT);
            });
        }
    }
}
