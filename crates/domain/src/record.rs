//! Records of every module under one type, so that pull, cache and scope treat them alike.
//!
//! Owns [`Record`], its key, its links and its parent. A new module is added here first; the
//! compiler then names every place that must know it. Wire names are stored on phones: never rename.

use crate::conflict::Conflict;
use crate::from_tree;
use crate::ids::{ConflictId, CustomerId, JobId, NoteId, OrganizationId, PropertyId};
use crate::job::Job;
use crate::note::Note;
use crate::party::{Customer, Organization, Property};
use serde::Serialize;
use uuid::Uuid;

/// The kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Module {
    /// Jobs.
    Job,
    /// Customers.
    Customer,
    /// Organizations.
    Organization,
    /// Properties.
    Property,
    /// Notes.
    Note,
    /// Conflicts.
    Conflict,
}

from_tree! {
    names Module {
        "job" => Job,
        "customer" => Customer,
        "organization" => Organization,
        "property" => Property,
        "note" => Note,
        "conflict" => Conflict,
    }
}

impl Module {
    /// Every module, in the order in which priming loads them: what a technician looks for first, first.
    pub const ALL: [Self; 6] = [
        Self::Job,
        Self::Property,
        Self::Customer,
        Self::Organization,
        Self::Note,
        Self::Conflict,
    ];

    /// Its name on the wire and in storage.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Customer => "customer",
            Self::Organization => "organization",
            Self::Property => "property",
            Self::Note => "note",
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RecordKey {
    /// Its module.
    pub module: Module,
    /// Its id.
    pub id: Uuid,
}

from_tree! {
    struct RecordKey { module, id }
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
    PropertyId => Property, NoteId => Note, ConflictId => Conflict,
}

/// A record of any module. A module added after this build reads as [`Record::Unknown`] and is skipped.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "module", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Record {
    /// A job.
    Job(Job),
    /// A customer.
    Customer(Customer),
    /// An organization.
    Organization(Organization),
    /// A property.
    Property(Property),
    /// A note.
    Note(Note),
    /// A conflict.
    Conflict(Conflict),
    /// A record of a module this build does not know.
    #[serde(other)]
    Unknown,
}

from_tree! {
    tagged "module" Record {
        "job" => Job(_),
        "customer" => Customer(_),
        "organization" => Organization(_),
        "property" => Property(_),
        "note" => Note(_),
        "conflict" => Conflict(_),
        else Unknown
    }
}

impl Record {
    /// Its key; none for [`Record::Unknown`].
    #[must_use]
    pub fn key(&self) -> Option<RecordKey> {
        match self {
            Self::Job(job) => Some(job.id.into()),
            Self::Customer(customer) => Some(customer.id.into()),
            Self::Organization(organization) => Some(organization.id.into()),
            Self::Property(property) => Some(property.id.into()),
            Self::Note(note) => Some(note.id.into()),
            Self::Conflict(conflict) => Some(conflict.id.into()),
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
            Self::Job(job) => [
                key(&job.customer),
                key(&job.organization),
                key(&job.property),
            ]
            .into_iter()
            .flatten()
            .collect(),
            Self::Customer(customer) => key(&customer.organization).into_iter().collect(),
            Self::Property(property) => key(&property.customer).into_iter().collect(),
            Self::Organization(_) | Self::Note(_) | Self::Conflict(_) | Self::Unknown => Vec::new(),
        }
    }

    /// The record it is a part of: it is in scope exactly where that one is.
    #[must_use]
    pub fn parent(&self) -> Option<RecordKey> {
        match self {
            Self::Note(note) => Some(note.job.into()),
            Self::Conflict(conflict) => Some(conflict.job.into()),
            Self::Job(_)
            | Self::Customer(_)
            | Self::Organization(_)
            | Self::Property(_)
            | Self::Unknown => None,
        }
    }
}

/// A record's revision: 1 when made, one more with every change, never less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Rev(pub u64);

from_tree! { newtype Rev }

/// A record with its revision.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Versioned {
    /// Its revision on the server.
    pub rev: Rev,
    /// The record.
    pub record: Record,
}

from_tree! {
    struct Versioned { rev, record }
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
