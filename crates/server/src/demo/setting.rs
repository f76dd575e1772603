//! What a company's days are made from: people, places, forms; and a job of such a day.
//!
//! Owns the shapes and the ids. Pure.

use super::catalog::DemoCompany;
use super::catalog::equipment::Thing;
use super::random::seeded_id;
use afield_domain::{
    AssetId, ContractId, CustomerId, FormTemplate, Job, Note, OrganizationId, PropertyId, Record,
    User, Zone,
};

/// What a company's days are made from.
pub(super) struct Setting<'a> {
    pub(super) demo: &'a DemoCompany,
    pub(super) zone: &'a Zone,
    pub(super) users: Vec<User>,
    pub(super) forms: Vec<FormTemplate>,
    pub(super) places: Vec<Place>,
}

/// Somewhere a job can be.
pub(super) struct Place {
    /// What stands there.
    pub(super) assets: Vec<(Thing, AssetId)>,
    pub(super) property: PropertyId,
    pub(super) customer: Option<CustomerId>,
    pub(super) organization: Option<OrganizationId>,
    pub(super) contract: Option<ContractId>,
}

impl Place {
    pub(super) fn has(&self, thing: Thing) -> bool {
        self.assets.iter().any(|(there, _)| *there == thing)
    }
}

/// A job of a day with all that belongs to it.
pub(super) struct PlannedJob {
    pub(super) job: Job,
    pub(super) notes: Vec<Note>,
    /// Its tasks, what was submitted, and the job that follows it up.
    pub(super) more: Vec<Record>,
}

impl PlannedJob {
    pub(super) fn records(self) -> impl Iterator<Item = Record> {
        std::iter::once(Record::Job(self.job))
            .chain(self.notes.into_iter().map(Record::Note))
            .chain(self.more)
    }
}

pub(super) fn organization_id(demo: &DemoCompany, n: usize) -> OrganizationId {
    OrganizationId(seeded_id(&format!("{}/organization/{n}", demo.slug)))
}

/// Every third customer belongs to an organization.
pub(super) fn organization_of(demo: &DemoCompany, customer: usize) -> Option<OrganizationId> {
    let count = demo.organizations.len();
    (customer.is_multiple_of(3) && count > 0).then(|| organization_id(demo, (customer / 3) % count))
}

pub(super) fn customer_id(demo: &DemoCompany, n: usize) -> CustomerId {
    CustomerId(seeded_id(&format!("{}/customer/{n}", demo.slug)))
}

pub(super) fn property_id(demo: &DemoCompany, n: usize) -> PropertyId {
    PropertyId(seeded_id(&format!("{}/property/{n}", demo.slug)))
}
