//! The records of field service and the rules about them, shared by client and server.
//!
//! Owns: ids, records, statuses, operations, permissions, validation, and what an operation does to
//! a record ([`apply`] on the server, [`fold`] on the phone).
//! Must never: do IO, read a clock, draw random numbers, or know of HTTP, browsers or databases.
//! Time and ids always arrive as arguments.

pub mod apply;
pub mod asset;
pub mod attachment;
pub mod business;
pub mod conflict;
pub mod decimal;
pub mod edit;
pub mod fixed;
pub mod fold;
pub mod formula;
pub mod ids;
pub mod job;
pub mod language;
pub mod limits;
pub mod merge;
pub mod note;
pub mod op;
pub mod party;
mod pattern;
pub mod permission;
pub mod question;
pub mod record;
pub mod rejection;
pub mod search;
pub mod status;
pub mod task;
pub mod text;
pub mod time;
pub mod tree;
pub mod user;
pub mod work;
pub mod zone;

pub use apply::{ApplyContext, Effect, apply_op};
pub use asset::{Asset, Contract, Part, PartKind};
pub use attachment::{Attachment, AttachmentKind};
pub use conflict::{Conflict, Settlement, Winner};
pub use edit::{FieldEdit, FieldValue, JobField};
pub use fold::fold_op;
pub use ids::{
    AssetId, AttachmentId, CompanyId, ConflictId, ContractId, CustomerId, DeviceId, JobId,
    MutationId, NoteId, OrganizationId, PartId, PropertyId, RouteId, SubmissionId, TaskId,
    TemplateId, UserId,
};
pub use job::{Job, Priority};
pub use language::Language;
pub use merge::{Author, FieldStamp, Policy};
pub use note::Note;
pub use op::{OP_VERSION, Op};
pub use party::{Customer, Organization, Position, Property};
pub use question::{Condition, Question, QuestionKind};
pub use record::{Module, Record, RecordKey, Rev, Versioned};
pub use rejection::Rejection;
pub use status::JobStatus;
pub use task::{FormTemplate, Route, ServiceTask, Submission, TaskStatus};
pub use time::Timestamp;
pub use user::{Actor, Role, User};
pub use work::{Acceptance, Answer, PartLine, StatusStep};
pub use zone::{Zone, ZoneData, ZoneError};
