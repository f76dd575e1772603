//! What of the company the form has been told so far: what was looked for, and what belongs to the chosen customer.
//!
//! Owns the questions to the server. Must never change a record.

use crate::error::Trouble;
use crate::shared::form_versions::newest;
use crate::signal::RwSignal;
use afield_domain::{CustomerId, Module, Record, RecordKey, Rev, User, Versioned};
use afield_platform::api::{self, ApiFailure};
use afield_protocol::{ErrorCode, FormLine};
use afield_sync::view::Projection;
use leptos::task::spawn_local;

/// What the form knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// The records that were found.
    pub(super) all: RwSignal<Projection>,
    /// The forms: of each the newest version.
    pub(super) forms: RwSignal<Vec<FormLine>>,
    /// The technicians, by name.
    pub(super) people: RwSignal<Vec<User>>,
    /// How many fit the last question, by kind: more than were sent.
    totals: RwSignal<Vec<(Module, usize)>>,
    /// Why the last question was not answered.
    pub(super) trouble: RwSignal<Option<Trouble>>,
}

impl Known {
    /// Nothing but the technicians and the forms, which are asked for at once.
    pub(super) fn new() -> Self {
        let this = Self {
            all: RwSignal::new(Projection::default()),
            forms: RwSignal::new(Vec::new()),
            people: RwSignal::new(Vec::new()),
            totals: RwSignal::new(Vec::new()),
            trouble: RwSignal::new(None),
        };
        this.begin();
        this
    }

    /// Asks for what every new job needs.
    pub(super) fn begin(self) {
        self.find(Module::Customer, String::new(), None);
        spawn_local(async move {
            match api::load_forms().await {
                Ok(found) => {
                    let _ = self.forms.try_set(newest(&found.forms));
                }
                Err(failure) => self.fail(failure.into()),
            }
        });
        spawn_local(async move {
            match api::load_board(None, 0).await {
                Ok(board) => {
                    let _ = self.people.try_set(board.technicians);
                }
                Err(failure) => self.fail(failure.into()),
            }
        });
    }

    /// Asks for the records of `module` that match `text`; of the customer `of` alone, if there is one.
    pub(super) fn find(self, module: Module, text: String, of: Option<CustomerId>) {
        self.set_total(module, 0);
        spawn_local(async move {
            match api::find(module, &text, of).await {
                Ok(found) => {
                    let _ = self.trouble.try_set(None);
                    let more = usize::try_from(found.more).unwrap_or(usize::MAX);
                    self.set_total(module, found.records.len().saturating_add(more));
                    let _ = self.all.try_update(|all| {
                        for row in found.records {
                            if let Some(key) = row.record.key() {
                                all.set_record(key, Some(row));
                            }
                        }
                    });
                }
                Err(failure) => self.fail(failure.into()),
            }
        });
    }

    /// Asks for a record that was chosen before; `gone` hears if there is none any more.
    pub(super) fn recall(self, key: RecordKey, gone: impl FnOnce() + 'static) {
        spawn_local(async move {
            match api::load_record(key).await {
                Ok(found) => {
                    let _ = self.all.try_update(|all| all.set_record(key, Some(found)));
                }
                Err(ApiFailure::Api(error)) if error.code == ErrorCode::NotFound => gone(),
                Err(failure) => self.fail(failure.into()),
            }
        });
    }

    /// Takes a record that was found otherwise.
    pub(super) fn add(self, record: Record) {
        if let Some(key) = record.key() {
            // Its revision is nobody's concern here.
            let row = Versioned {
                rev: Rev(1),
                record,
            };
            self.all.update(|all| {
                all.set_record(key, Some(row));
            });
        }
    }

    fn set_total(self, module: Module, total: usize) {
        let _ = self.totals.try_update(|totals| {
            totals.retain(|(of, _)| *of != module);
            totals.push((module, total));
        });
    }

    /// How many of `module` fit beside the `shown`, of which `known` are here.
    pub(super) fn more(self, module: Module, shown: usize, known: usize) -> usize {
        let of = |totals: &Vec<(Module, usize)>| {
            let found = totals.iter().find(|(of, _)| *of == module);
            found.map_or(0, |(_, total)| *total)
        };
        known.max(self.totals.with(of).saturating_sub(shown))
    }

    pub(super) fn fail(self, trouble: Trouble) {
        let _ = self.trouble.try_set(Some(trouble));
    }
}
