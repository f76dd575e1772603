//! Records of every module under one type, so that pull, cache and scope treat them alike.
//!
//! Owns the table of the kinds, and what follows from it: [`Module`], [`Record`], their names and keys, and
//! the macros [`with_record`](crate::with_record) and [`with_kind`](crate::with_kind) that ask a kind. What
//! a kind says of itself stands in its own file ([`Kind`]). A new kind is a row here; the compiler then asks
//! for the rest. Wire names are stored on phones: never rename.

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
mod kind;
mod note;
mod organization;
mod part;
mod photo;
mod position;
mod property;
mod route;
mod stamps;
mod status_step;
mod submission;
mod task;
mod texts;

pub use acceptance::Acceptance;
pub use asset::Asset;
pub use attachment::{Attachment, AttachmentKind};
pub use conflict::{Conflict, Settlement};
pub use contract::Contract;
pub use customer::{Customer, CustomerEdit, CustomerField};
pub use form::FormTemplate;
pub use job::{Job, Priority};
pub use job_fields::{FieldEdit, FieldStamp, JobField, LINKED};
pub use job_status::JobStatus;
pub use kind::Kind;
pub use note::Note;
pub use organization::Organization;
pub use part::{Part, PartKind, PartLine};
pub use photo::{PhotoMark, PhotoMoment, moment_of};
pub use position::Position;
pub use property::Property;
pub use route::Route;
pub use stamps::stamps_after;
pub use status_step::{StatusStep, StepKind, time_in, time_on_job};
pub use submission::Submission;
pub use task::{ServiceTask, TaskStatus};
#[cfg(feature = "office")]
pub(crate) use texts::is_interval;
pub use texts::{NoSuchText, RecordEdit, RecordField, is_price};

use crate::ids::*;
use crate::wire::FromTree;
use serde::Serialize;
use uuid::Uuid;

/// The version of the records as this build reads them. It rises whenever a kind of record, a field or
/// a value is added: a phone then fetches everything again once, because the build before could not
/// read, or has not kept, what it did not know.
pub const RECORDS_VERSION: u32 = 6;

/// The kinds that the records have at that version: whoever adds one is led here to raise it.
const KINDS: usize = 14;
const _: () = assert!(Module::ALL.len() == KINDS);

/// Makes, of one row for each kind, all that lists the kinds. The rows stand in the order in which priming
/// loads them: what a technician looks for first, first. `($)` is the sign that the macros which it makes
/// need of their own.
macro_rules! kinds {
    (($sign:tt) $(
        $(#[$plural:meta])* $kind:ident = $name:literal:
        $(#[$single:meta])* $record:ident($id:ident);
    )+) => {
        /// The kinds of records.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, FromTree)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub enum Module {
            $($(#[$plural])* $kind,)+
        }

        impl Module {
            /// Every module, in the order in which priming loads them: what a technician looks for first, first.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$kind),+];

            /// Its name on the wire and in storage.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }

        /// A record of any module. A module added after this build reads as [`Record::Unknown`] and is skipped.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
        #[serde(tag = "module", rename_all = "snake_case")]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub enum Record {
            $($(#[$single])* $kind($record),)+
            /// A record of a module this build does not know.
            #[serde(other)]
            Unknown,
        }

        $(impl From<$id> for RecordKey {
            fn from(id: $id) -> Self {
                Self::new(Module::$kind, id.0)
            }
        })+

        /// Asks the kind of a record: `with_record!(record, it => it.links(), unknown => Vec::new())`, where
        /// `it` has the type of that kind. Whoever asks by a trait is asked for it by every new kind.
        #[macro_export]
        macro_rules! with_record {
            ($sign record:expr, $sign it:ident => $sign answer:expr, unknown => $sign none:expr) => {
                match $sign record {
                    $($crate::Record::$kind($sign it) => $sign answer,)+
                    $crate::Record::Unknown => $sign none,
                }
            };
        }

        /// Asks a kind by its module: `with_kind!(module, Kind => Kind::IS_PART_OF_JOB)`, where `Kind` is the
        /// type of its records.
        #[macro_export]
        macro_rules! with_kind {
            ($sign module:expr, $sign Kind:ident => $sign answer:expr) => {
                match $sign module {
                    $($crate::Module::$kind => {
                        type $sign Kind = $crate::record::$record;
                        $sign answer
                    })+
                }
            };
        }
    };
}

kinds! {
    ($)
    /// Jobs.
    Job = "job":
        /// A job.
        Job(JobId);
    /// Routes.
    Route = "route":
        /// A route.
        Route(RouteId);
    /// Properties.
    Property = "property":
        /// A property.
        Property(PropertyId);
    /// Customers.
    Customer = "customer":
        /// A customer.
        Customer(CustomerId);
    /// Organizations.
    Organization = "organization":
        /// An organization.
        Organization(OrganizationId);
    /// Assets.
    Asset = "asset":
        /// An asset.
        Asset(AssetId);
    /// Service tasks.
    Task = "task":
        /// A service task.
        ServiceTask(TaskId);
    /// Form templates.
    Form = "form":
        /// A form template.
        FormTemplate(TemplateId);
    /// Contracts.
    Contract = "contract":
        /// A contract.
        Contract(ContractId);
    /// Parts and services.
    Part = "part":
        /// A part or a service.
        Part(PartId);
    /// Notes.
    Note = "note":
        /// A note.
        Note(NoteId);
    /// Photos, signatures and files.
    Attachment = "attachment":
        /// A photo, a signature or a file.
        Attachment(AttachmentId);
    /// Submitted forms.
    Submission = "submission":
        /// A submitted form.
        Submission(SubmissionId);
    /// Conflicts.
    Conflict = "conflict":
        /// A conflict.
        Conflict(ConflictId);
}

impl Module {
    /// The module of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|module| module.name() == name)
    }

    /// Whether its records belong to the schedule: who is where when, for whom, with what to do there, and what met.
    #[must_use]
    pub fn is_of_schedule(self) -> bool {
        match self {
            Self::Job
            | Self::Route
            | Self::Property
            | Self::Customer
            | Self::Organization
            | Self::Task
            | Self::Conflict => true,
            Self::Asset
            | Self::Form
            | Self::Contract
            | Self::Part
            | Self::Note
            | Self::Attachment
            | Self::Submission => false,
        }
    }

    /// Whether its records are parts of a job.
    #[must_use]
    pub fn is_part_of_job(self) -> bool {
        with_kind!(self, K => <K as Kind>::IS_PART_OF_JOB)
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
    /// The key of the record that is written like this.
    #[must_use]
    pub fn from_names(module: &str, id: &str) -> Option<Self> {
        let id = Uuid::parse_str(id).ok()?;
        Some(Self::new(Module::from_name(module)?, id))
    }

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

impl Record {
    /// Its key; none for [`Record::Unknown`].
    #[must_use]
    pub fn key(&self) -> Option<RecordKey> {
        with_record!(self, record => Some(record.id.into()), unknown => None)
    }

    /// The records it refers to: they are in scope wherever it is, to depth 2.
    #[must_use]
    pub fn links(&self) -> Vec<RecordKey> {
        with_record!(self, record => Kind::links(record), unknown => Vec::new())
    }

    /// The record that brings it along: it is in scope wherever that one is, and maybe elsewhere too
    /// (all assets and contracts of a customer).
    #[must_use]
    pub fn owner(&self) -> Option<RecordKey> {
        with_record!(self, record => Kind::owner(record), unknown => None)
    }

    /// The job it is a part of: it is in scope exactly where that one is.
    #[must_use]
    pub fn parent(&self) -> Option<RecordKey> {
        let is_part = self.key()?.module.is_part_of_job();
        self.owner().filter(|_| is_part)
    }
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
