//! What the form of a new job works with.
//!
//! Owns what becomes of a customer that is chosen or was. Must never draw anything.

use super::known::Known;
use super::plan::PlanForm;
use super::repeat::{RepeatField, RepeatFlaw};
use crate::shared::job_fields::JobFields;
use crate::shared::job_form::Input;
use crate::shared::keeping::Keeping;
use crate::shared::newcomer_fields::NewcomerFields;
use crate::signal::RwSignal;
use afield_domain::{Contract, Customer, CustomerId, Module, Record, RecordKey, Zone};
use afield_platform::api;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the page works with.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) known: Known,
    pub(super) form: RwSignal<PlanForm>,
    pub(super) fields: JobFields,
    pub(super) newcomer: NewcomerFields,
    /// What is wrong with how it repeats.
    pub(super) repeat_flaws: RwSignal<Vec<(RepeatField, RepeatFlaw)>>,
    pub(super) keeping: Keeping,
    pub(super) busy: RwSignal<bool>,
    pub(super) zone: StoredValue<Zone>,
}

impl Desk {
    /// Takes somebody for the customer, and asks what is theirs.
    pub(super) fn choose(self, id: Option<CustomerId>) {
        choose(self.known, self.form, id);
    }

    /// Takes somebody who is there for who was typed.
    pub(super) fn take(known: Known, form: RwSignal<PlanForm>, customer: Customer) {
        let id = customer.id;
        known.add(Record::Customer(customer));
        form.update(|form| {
            form.made.customer = false;
            form.made.place = false;
        });
        choose(known, form, Some(id));
    }

    /// Asks for what was chosen before somebody went away: what is gone meanwhile is chosen no more.
    pub(super) fn recall(self) {
        let (customer, property) = self
            .form
            .with_untracked(|form| (form.customer, form.property));
        let form = self.form;
        if let Some(id) = customer {
            let gone = move || {
                let _ = form.try_update(|form| form.choose_customer(None));
            };
            self.known.recall(RecordKey::from(id), gone);
            self.known.find(Module::Property, String::new(), Some(id));
            self.known.find(Module::Asset, String::new(), Some(id));
            self.known.find(Module::Contract, String::new(), Some(id));
        }
        if let Some(id) = property {
            let gone = move || {
                let _ = form.try_update(|form| form.property = None);
            };
            self.known.recall(RecordKey::from(id), gone);
        }
    }

    /// The contracts of the chosen customer that have agreed visits, by number; tracks.
    pub(super) fn contracts(self) -> Vec<Contract> {
        let Some(customer) = self.form.with(|form| form.customer) else {
            return Vec::new();
        };
        let of = |record: &Record| match record {
            Record::Contract(it) if it.customer == Some(customer) && it.interval().is_some() => {
                Some(it.clone())
            }
            _ => None,
        };
        let mut all: Vec<Contract> = self.known.all.with(|all| {
            let keys = all.keys(Module::Contract);
            keys.filter_map(|key| of(all.record(key)?)).collect()
        });
        all.sort_by(|one, other| (&one.number, one.id).cmp(&(&other.number, other.id)));
        all
    }

    /// The chosen one of them; tracks.
    pub(super) fn contract(self) -> Option<Contract> {
        let id = self.form.with(|form| form.repeat.contract)?;
        self.contracts().into_iter().find(|it| it.id == id)
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
                        Self::take(self.known, self.form, customer);
                    }
                }
                Err(failure) => self.known.fail(failure.into()),
            }
        });
    }
}

fn choose(known: Known, form: RwSignal<PlanForm>, id: Option<CustomerId>) {
    form.update(|form| form.choose_customer(id));
    if id.is_some() {
        known.find(Module::Property, String::new(), id);
        known.find(Module::Asset, String::new(), id);
        known.find(Module::Contract, String::new(), id);
    }
}

/// The element's id of a field that every form of a job has.
pub(super) fn input_id(input: Input) -> &'static str {
    match input {
        Input::Title => "plan-title",
        Input::Description => "plan-description",
        Input::Priority => "plan-priority",
        Input::Starts => "plan-starts",
        Input::Ends => "plan-ends",
    }
}
