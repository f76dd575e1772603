//! Records of every module under one type, so that pull, cache and scope treat them alike.
//!
//! Owns [`Record`], its key, its links and its parent. A new module is added here first; the
//! compiler then names every place that must know it. Wire names are stored on phones: never rename.

mod acceptance;
mod asset;
mod attachment;
mod conflict;
mod contract;
mod customer;
mod form;
mod job;
mod job_fields;
mod job_status;
mod note;
mod organization;
mod part;
mod position;
mod property;
mod route;
mod stamps;
mod status_step;
mod submission;
mod task;

pub use acceptance::Acceptance;
pub use asset::Asset;
pub use attachment::{Attachment, AttachmentKind};
pub use conflict::{Conflict, Settlement};
pub use contract::Contract;
pub use customer::Customer;
pub use form::FormTemplate;
pub use job::{Job, Priority};
pub use job_fields::{FieldEdit, FieldStamp, JobField, LINKED};
pub use job_status::JobStatus;
pub use note::Note;
pub use organization::Organization;
pub use part::{Part, PartKind, PartLine};
pub use position::Position;
pub use property::Property;
pub use route::Route;
pub use stamps::stamps_after;
pub use status_step::{StatusStep, time_on_job};
pub use submission::Submission;
pub use task::{ServiceTask, TaskStatus};

use crate::ids::{
    AssetId, AttachmentId, ConflictId, ContractId, CustomerId, JobId, NoteId, OrganizationId,
    PartId, PropertyId, RouteId, SubmissionId, TaskId, TemplateId,
};
use crate::wire::FromTree;
use serde::Serialize;
use uuid::Uuid;

/// The version of the records as this build reads them. It rises whenever a kind of record, a field or
/// a value is added: a phone then fetches everything again once, because the build before could not
/// read, or has not kept, what it did not know.
pub const RECORDS_VERSION: u32 = 1;

/// The kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Module {
    /// Jobs.
    Job,
    /// Routes.
    Route,
    /// Properties.
    Property,
    /// Customers.
    Customer,
    /// Organizations.
    Organization,
    /// Assets.
    Asset,
    /// Service tasks.
    Task,
    /// Form templates.
    Form,
    /// Contracts.
    Contract,
    /// Parts and services.
    Part,
    /// Notes.
    Note,
    /// Photos, signatures and files.
    Attachment,
    /// Submitted forms.
    Submission,
    /// Conflicts.
    Conflict,
}

impl Module {
    /// Every module, in the order in which priming loads them: what a technician looks for first, first.
    pub const ALL: [Self; 14] = [
        Self::Job,
        Self::Route,
        Self::Property,
        Self::Customer,
        Self::Organization,
        Self::Asset,
        Self::Task,
        Self::Form,
        Self::Contract,
        Self::Part,
        Self::Note,
        Self::Attachment,
        Self::Submission,
        Self::Conflict,
    ];

    /// Its name on the wire and in storage.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Route => "route",
            Self::Property => "property",
            Self::Customer => "customer",
            Self::Organization => "organization",
            Self::Asset => "asset",
            Self::Task => "task",
            Self::Form => "form",
            Self::Contract => "contract",
            Self::Part => "part",
            Self::Note => "note",
            Self::Attachment => "attachment",
            Self::Submission => "submission",
            Self::Conflict => "conflict",
        }
    }

    /// The module of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|module| module.name() == name)
    }
}

/// Which record: module and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RecordKey {
    /// Its module.
    pub module: Module,
    /// Its id.
    pub id: Uuid,
}

impl RecordKey {
    /// The key of `id` in `module`.
    #[must_use]
    pub fn new(module: Module, id: Uuid) -> Self {
        Self { module, id }
    }
}

impl std::fmt::Display for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.module.name(), self.id)
    }
}

macro_rules! key_from {
    ($($id:ident => $module:ident),+ $(,)?) => {$(
        impl From<$id> for RecordKey {
            fn from(id: $id) -> Self {
                Self::new(Module::$module, id.0)
            }
        }
    )+};
}
key_from! {
    JobId => Job, CustomerId => Customer, OrganizationId => Organization,
    PropertyId => Property, NoteId => Note, ConflictId => Conflict, AssetId => Asset,
    ContractId => Contract, PartId => Part, TaskId => Task, TemplateId => Form,
    SubmissionId => Submission, AttachmentId => Attachment, RouteId => Route,
}

/// A record of any module. A module added after this build reads as [`Record::Unknown`] and is skipped.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[serde(tag = "module", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Record {
    /// A job.
    Job(Job),
    /// A route.
    Route(Route),
    /// A property.
    Property(Property),
    /// A customer.
    Customer(Customer),
    /// An organization.
    Organization(Organization),
    /// An asset.
    Asset(Asset),
    /// A service task.
    Task(ServiceTask),
    /// A form template.
    Form(FormTemplate),
    /// A contract.
    Contract(Contract),
    /// A part or a service.
    Part(Part),
    /// A note.
    Note(Note),
    /// A photo, a signature or a file.
    Attachment(Attachment),
    /// A submitted form.
    Submission(Submission),
    /// A conflict.
    Conflict(Conflict),
    /// A record of a module this build does not know.
    #[serde(other)]
    Unknown,
}

impl Record {
    /// Its key; none for [`Record::Unknown`].
    #[must_use]
    pub fn key(&self) -> Option<RecordKey> {
        match self {
            Self::Job(record) => Some(record.id.into()),
            Self::Route(record) => Some(record.id.into()),
            Self::Property(record) => Some(record.id.into()),
            Self::Customer(record) => Some(record.id.into()),
            Self::Organization(record) => Some(record.id.into()),
            Self::Asset(record) => Some(record.id.into()),
            Self::Task(record) => Some(record.id.into()),
            Self::Form(record) => Some(record.id.into()),
            Self::Contract(record) => Some(record.id.into()),
            Self::Part(record) => Some(record.id.into()),
            Self::Note(record) => Some(record.id.into()),
            Self::Attachment(record) => Some(record.id.into()),
            Self::Submission(record) => Some(record.id.into()),
            Self::Conflict(record) => Some(record.id.into()),
            Self::Unknown => None,
        }
    }

    /// The records it refers to: they are in scope wherever it is, to depth 2.
    #[must_use]
    pub fn links(&self) -> Vec<RecordKey> {
        fn key<Id: Copy + Into<RecordKey>>(id: &Option<Id>) -> Option<RecordKey> {
            id.map(Into::into)
        }
        match self {
            Self::Job(job) => links_of_job(job),
            Self::Customer(customer) => key(&customer.organization).into_iter().collect(),
            Self::Property(property) => key(&property.customer).into_iter().collect(),
            Self::Asset(asset) => [key(&asset.customer), key(&asset.property)]
                .into_iter()
                .flatten()
                .collect(),
            Self::Contract(contract) => key(&contract.customer).into_iter().collect(),
            Self::Task(task) => [key(&task.asset), key(&task.template)]
                .into_iter()
                .flatten()
                .collect(),
            Self::Submission(submission) => vec![submission.template.into()],
            Self::Organization(_)
            | Self::Route(_)
            | Self::Form(_)
            | Self::Part(_)
            | Self::Note(_)
            | Self::Attachment(_)
            | Self::Conflict(_)
            | Self::Unknown => Vec::new(),
        }
    }

    /// The job it is a part of: it is in scope exactly where that one is.
    #[must_use]
    pub fn parent(&self) -> Option<RecordKey> {
        match self {
            Self::Note(note) => Some(note.job.into()),
            Self::Conflict(conflict) => Some(conflict.job.into()),
            Self::Task(task) => Some(task.job.into()),
            Self::Submission(submission) => Some(submission.job.into()),
            Self::Attachment(attachment) => Some(attachment.job.into()),
            Self::Job(_)
            | Self::Customer(_)
            | Self::Organization(_)
            | Self::Property(_)
            | Self::Asset(_)
            | Self::Contract(_)
            | Self::Part(_)
            | Self::Form(_)
            | Self::Route(_)
            | Self::Unknown => None,
        }
    }

    /// The record that brings it along: it is in scope wherever that one is, and maybe elsewhere too
    /// (all assets and contracts of a customer).
    #[must_use]
    pub fn owner(&self) -> Option<RecordKey> {
        match self {
            Self::Asset(asset) => asset.customer.map(Into::into),
            Self::Contract(contract) => contract.customer.map(Into::into),
            other => other.parent(),
        }
    }
}

fn links_of_job(job: &Job) -> Vec<RecordKey> {
    let single = [
        job.customer.map(RecordKey::from),
        job.organization.map(RecordKey::from),
        job.property.map(RecordKey::from),
        job.contract.map(RecordKey::from),
        job.route.map(RecordKey::from),
    ];
    let assets = job.assets.iter().map(|id| RecordKey::from(*id));
    let parts = job.parts.iter().map(|line| RecordKey::from(line.part));
    single
        .into_iter()
        .flatten()
        .chain(assets)
        .chain(parts)
        .collect()
}

/// A record's revision: 1 when made, one more with every change, never less.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, FromTree,
)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Rev(pub u64);

/// A record with its revision.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Versioned {
    /// Its revision on the server.
    pub rev: Rev,
    /// The record.
    pub record: Record,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_of_a_newer_server_is_read_and_skipped() {
        let record: Record =
            serde_json::from_str(r#"{"module":"spaceship","id":1,"crew":["a"]}"#).unwrap();
        assert_eq!(record, Record::Unknown);
        assert_eq!(record.key(), None);
    }

    #[test]
    fn names_go_both_ways() {
        for module in Module::ALL {
            assert_eq!(Module::from_name(module.name()), Some(module));
            let json = serde_json::to_string(&module).unwrap();
            assert_eq!(json, format!("\"{}\"", module.name()));
        }
        assert_eq!(Module::from_name("nope"), None);
    }
}
