//! Newtype ids: a customer's id cannot be passed where a job's is asked for.
//!
//! Owns the id types. Must never make an id: ids come from outside (a phone, the server, a seed).

use crate::wire::FromTree;
use serde::Serialize;
use uuid::Uuid;

macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, FromTree)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub struct $name(pub Uuid);

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

id_types! {
    /// A company (tenant). Every row on the server belongs to one.
    CompanyId,
    /// A person who signs in.
    UserId,
    /// One browser profile's installation, made once and kept in the outbox database.
    DeviceId,
    /// A mutation: UUIDv7, made once when the change is saved; it is the idempotency key.
    MutationId,
    /// A job.
    JobId,
    /// A series: jobs that repeat.
    SeriesId,
    /// A note on a job, made by the phone that wrote it.
    NoteId,
    /// A customer.
    CustomerId,
    /// An organization a customer belongs to, or that a job was ordered by.
    OrganizationId,
    /// A place where work is done.
    PropertyId,
    /// A conflict: two changes of one field that met.
    ConflictId,
    /// A thing that is serviced.
    AssetId,
    /// An agreement with a customer.
    ContractId,
    /// A part or a service.
    PartId,
    /// A service task of a job.
    TaskId,
    /// A form template.
    TemplateId,
    /// A submitted form, made by the phone that filled it in.
    SubmissionId,
    /// A photo, signature or file, made by the phone that took it.
    AttachmentId,
    /// The route of one technician's day.
    RouteId,
}
