//! What the page of a customer works with: what the server has last told, and one change at a time.

use crate::shared::toast::{Toasts, use_toasts};
use crate::signal::RwSignal;
use crate::tr;
use afield_domain::{Customer, CustomerId, Op, Record};
use afield_platform::api::{self, ApiFailure};
use afield_protocol::OfficeCustomer;
use leptos::task::spawn_local;

/// What the page works with.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) id: CustomerId,
    pub(super) shown: RwSignal<Option<OfficeCustomer>>,
    /// Why it could not be loaded.
    pub(super) trouble: RwSignal<Option<ApiFailure>>,
    pub(super) editing: RwSignal<bool>,
    pub(super) busy: RwSignal<bool>,
    pub(super) toasts: Toasts,
}

impl Desk {
    pub(super) fn new(id: CustomerId) -> Self {
        Self {
            id,
            shown: RwSignal::new(None),
            trouble: RwSignal::new(None),
            editing: RwSignal::new(false),
            busy: RwSignal::new(false),
            toasts: use_toasts(),
        }
    }

    pub(super) fn load(self) {
        self.trouble.set(None);
        spawn_local(async move {
            match api::load_customer(self.id, 0).await {
                Ok(found) => drop(self.shown.try_set(Some(found))),
                Err(failure) => drop(self.trouble.try_set(Some(failure))),
            }
        });
    }

    /// Asks for the jobs behind those that are here.
    pub(super) fn load_more(self) {
        if self.busy.get_untracked() {
            return;
        }
        let count = |shown: &Option<OfficeCustomer>| shown.as_ref().map_or(0, |all| all.jobs.len());
        let skip = self.shown.with_untracked(count);
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::load_customer(self.id, skip).await;
            let _ = self.busy.try_set(false);
            match answer {
                Ok(found) => drop(self.shown.try_update(|shown| {
                    if let Some(all) = shown.as_mut().filter(|all| all.jobs.len() == skip) {
                        all.jobs.extend(found.jobs);
                        all.more = found.more;
                    }
                })),
                Err(failure) => self.toasts.show(Err(failure.into())),
            }
        });
    }

    pub(super) fn archive(self, archived: bool) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let op = Op::EditCustomer {
            customer: self.id,
            edits: Vec::new(),
            archived: Some(archived),
        };
        spawn_local(async move {
            let answer = api::change_customer(self.id, op).await;
            let _ = self.busy.try_set(false);
            match answer {
                Ok(found) => {
                    let _ = self.shown.try_set(Some(found));
                    self.toasts.show(Ok(match archived {
                        true => tr!(customers.is_archived),
                        false => tr!(customers.is_back),
                    }));
                }
                Err(failure) => self.toasts.show(Err(failure.into())),
            }
        });
    }
}

/// The customer among what was told of it.
pub(super) fn customer_of(found: &OfficeCustomer) -> Option<Customer> {
    let mut all = found.records.iter();
    all.find_map(|row| match &row.record {
        Record::Customer(customer) => Some(customer.clone()),
        _ => None,
    })
}
