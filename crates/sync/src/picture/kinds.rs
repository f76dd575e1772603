//! The picture by kind: one record of a kind, and the records of a kind that belong to another.
//!
//! Owns the typed questions that screens ask. Must never look through a whole module to answer one.

use super::view::Projection;
use afield_domain::{
    Asset, AssetId, Attachment, AttachmentId, Conflict, ConflictId, Contract, ContractId, Customer,
    CustomerId, FormTemplate, Job, JobId, Module, Note, NoteId, Organization, OrganizationId, Part,
    PartId, Property, PropertyId, Record, RecordKey, Route, RouteId, ServiceTask, Submission,
    SubmissionId, TaskId, TemplateId,
};

macro_rules! by_id {
    ($($(#[$doc:meta])* $name:ident($id:ty) -> $kind:ident($record:ty);)+) => {
        impl Projection {$(
            $(#[$doc])*
            #[must_use]
            pub fn $name(&self, id: $id) -> Option<&$record> {
                match self.record(id.into())? {
                    Record::$kind(record) => Some(record),
                    _ => None,
                }
            }
        )+}
    };
}

by_id! {
    /// The job as the user sees it.
    job(JobId) -> Job(Job);
    /// The route.
    route(RouteId) -> Route(Route);
    /// The property.
    property(PropertyId) -> Property(Property);
    /// The customer.
    customer(CustomerId) -> Customer(Customer);
    /// The organization.
    organization(OrganizationId) -> Organization(Organization);
    /// The asset.
    asset(AssetId) -> Asset(Asset);
    /// The service task as the user sees it.
    task(TaskId) -> Task(ServiceTask);
    /// The form template.
    form(TemplateId) -> Form(FormTemplate);
    /// The contract.
    contract(ContractId) -> Contract(Contract);
    /// The part or service.
    part(PartId) -> Part(Part);
    /// The note.
    note(NoteId) -> Note(Note);
    /// The photo, signature or file.
    attachment(AttachmentId) -> Attachment(Attachment);
    /// The submitted form.
    submission(SubmissionId) -> Submission(Submission);
    /// The conflict.
    conflict(ConflictId) -> Conflict(Conflict);
}

macro_rules! by_owner {
    ($($(#[$doc:meta])* $name:ident($owner:ty) -> $kind:ident($record:ty);)+) => {
        impl Projection {$(
            $(#[$doc])*
            pub fn $name(&self, owner: $owner) -> impl Iterator<Item = (&$record, bool)> {
                let views = self.referring(RecordKey::from(owner), Module::$kind);
                views.filter_map(|view| match view.record {
                    Record::$kind(record) => Some((record, view.unsent > 0)),
                    _ => None,
                })
            }
        )+}
    };
}

by_owner! {
    /// The notes of a job, each with whether the office does not have it yet.
    notes_of(JobId) -> Note(Note);
    /// The service tasks of a job, each with whether a change of it is unsent.
    tasks_of(JobId) -> Task(ServiceTask);
    /// The photos, signatures and files of a job, each with whether the office does not know of it yet.
    attachments_of(JobId) -> Attachment(Attachment);
    /// The forms submitted for a job, each with whether the office does not have it yet.
    submissions_of(JobId) -> Submission(Submission);
    /// The conflicts on a job.
    conflicts_of(JobId) -> Conflict(Conflict);
    /// The assets of a customer.
    assets_of(CustomerId) -> Asset(Asset);
    /// The contracts of a customer.
    contracts_of(CustomerId) -> Contract(Contract);
    /// The jobs of a route.
    jobs_of_route(RouteId) -> Job(Job);
}
