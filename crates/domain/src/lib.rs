//! The records of field service and the rules about them, shared by client and server.
//!
//! Owns: ids, records, statuses, operations, permissions, validation, and what an operation does to
//! a record ([`apply`] on the server, [`fold`] on the phone).
//! Must never: do IO, read a clock, draw random numbers, or know of HTTP, browsers or databases.
//! Time and ids always arrive as arguments.

pub mod apply;
pub mod conflict;
pub mod edit;
pub mod fold;
pub mod ids;
pub mod job;
pub mod limits;
pub mod merge;
pub mod note;
pub mod op;
pub mod party;
pub mod pattern;
pub mod permission;
pub mod record;
pub mod rejection;
pub mod status;
pub mod text;
pub mod time;
pub mod tree;
pub mod user;
pub mod zone;

pub use apply::{ApplyContext, Effect, apply_op};
pub use conflict::{Conflict, Settlement, Winner};
pub use edit::{FieldEdit, FieldValue, JobField};
pub use fold::fold_op;
pub use ids::{
    CompanyId, ConflictId, CustomerId, DeviceId, JobId, MutationId, NoteId, OrganizationId,
    PropertyId, UserId,
};
pub use job::{Job, Priority};
pub use merge::{Author, FieldStamp, Policy};
pub use note::Note;
pub use op::{OP_VERSION, Op};
pub use party::{Customer, Organization, Position, Property};
pub use record::{Module, Record, RecordKey, Rev, Versioned};
pub use rejection::Rejection;
pub use status::JobStatus;
pub use time::Timestamp;
pub use user::{Actor, Role, User};
pub use zone::{Zone, ZoneData, ZoneError};
