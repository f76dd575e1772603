//! What the form of a new job works with.
//!
//! Owns who may be the customer that is being typed. Must never draw anything.

use super::known::Known;
use super::newcomer::Line;
use super::plan::PlanForm;
use crate::error::Trouble;
use crate::shared::job_fields::JobFields;
use crate::shared::job_form::InputFlaw;
use crate::signal::RwSignal;
use afield_domain::{Customer, CustomerId, Module, Record, Versioned, Zone};
use afield_platform::api;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the page works with.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) known: Known,
    pub(super) form: RwSignal<PlanForm>,
    pub(super) fields: JobFields,
    /// What is wrong with what was typed of a new customer and place.
    pub(super) flaws: RwSignal<Vec<(Line, InputFlaw)>>,
    pub(super) alike: RwSignal<Alike>,
    pub(super) busy: RwSignal<bool>,
    pub(super) zone: StoredValue<Zone>,
}

/// Who may be the customer that is being typed.
#[derive(Clone, PartialEq, Default)]
pub(super) struct Alike {
    /// The name and the number that were asked for.
    asked: (String, String),
    pub(super) found: Vec<Customer>,
}

impl Desk {
    /// The name and the number of the new customer; empty if none is.
    pub(super) fn newcomer(self) -> (String, String) {
        let of = |line| {
            self.form.with(|form| match form.made.customer {
                true => form.made.text(line).to_owned(),
                false => String::new(),
            })
        };
        (of(Line::Name), of(Line::Phone))
    }

    /// Asks who may be the same as who is typed; gives whether that is somebody whom nobody was told of yet.
    pub(super) async fn look_for_alike(self, who: (String, String)) -> Result<bool, Trouble> {
        let is_told = self.alike.with_untracked(|alike| alike.asked == who);
        if is_told {
            return Ok(false);
        }
        let found = match who.0.is_empty() && who.1.is_empty() {
            true => Vec::new(),
            false => api::find_alike(&who.0, &who.1).await?.records,
        };
        let read = |row: Versioned| match row.record {
            Record::Customer(customer) => Some(customer),
            _ => None,
        };
        let found: Vec<Customer> = found.into_iter().filter_map(read).collect();
        let is_somebody = !found.is_empty();
        // What was typed meanwhile is asked for by itself.
        let is_still =
            untrack(|| self.busy.try_get_untracked().is_some() && self.newcomer() == who);
        if is_still {
            let _ = self.alike.try_set(Alike { asked: who, found });
        }
        Ok(is_somebody)
    }

    /// Takes somebody for the customer, and asks what is theirs.
    pub(super) fn choose(self, id: Option<CustomerId>) {
        self.form.update(|form| form.choose_customer(id));
        if id.is_some() {
            self.known.find(Module::Property, String::new(), id);
            self.known.find(Module::Asset, String::new(), id);
        }
    }

    /// Takes somebody who is there for who was typed.
    pub(super) fn take(self, customer: Customer) {
        let id = customer.id;
        self.known.add(Record::Customer(customer));
        self.form.update(|form| {
            form.made.customer = false;
            form.made.place = false;
        });
        self.choose(Some(id));
    }

    /// The customer that the address names.
    pub(super) fn begin_with(self, id: CustomerId) {
        spawn_local(async move {
            match api::load_customer(id, 0).await {
                Ok(found) => {
                    let records = found.records.into_iter().map(|row| row.record);
                    let mut all = records.filter(|record| record.key() == Some(id.into()));
                    if let Some(Record::Customer(customer)) = all.next()
                        && self.busy.try_get_untracked().is_some()
                    {
                        self.take(customer);
                    }
                }
                Err(failure) => self.known.fail(failure.into()),
            }
        });
    }
}
