//! The records of field service and the rules about them, shared by client and server.
//!
//! Owns: ids, records, statuses, operations, permissions, validation, and what an operation does to
//! a record ([`apply`] on the server, [`fold`] on the phone).
//! Must never: do IO, read a clock, draw random numbers, or know of HTTP, browsers or databases.
//! Time and ids always arrive as arguments.

// The derive names this crate from outside, here too.
extern crate self as afield_domain;

pub mod answers;
pub mod cells;
pub mod company;
pub mod decimal;
pub mod ids;
pub mod language;
pub mod limits;
pub mod merge;
pub mod mode;
pub mod operation;
pub mod order;
pub mod permission;
pub mod record;
pub mod rejection;
pub mod search;
pub mod series;
pub mod text;
pub mod time;
pub mod user;
pub mod visits;
pub mod wire;

pub use answers::{Answer, Condition, Question, QuestionKind};
pub use ids::*;
pub use language::Language;
pub use merge::{Author, FieldValue, Policy, Winner};
pub use mode::OperationMode;
pub use operation::{ApplyContext, Effect, JobPlan, OP_VERSION, Op, apply_op, fold_op};
pub use permission::{CompanyRights, Requirable, Right, Rights, RightsChange};
pub use record::{
    Acceptance, Asset, Attachment, AttachmentKind, Conflict, Contract, Customer, CustomerEdit,
    CustomerField, FieldEdit, FieldStamp, FormTemplate, Job, JobField, JobStatus, Module, Note,
    Organization, Part, PartKind, PartLine, PhotoMark, PhotoMoment, Position, Priority, Property,
    RECORDS_VERSION, Record, RecordEdit, RecordField, RecordKey, Rev, Route, ServiceTask,
    Settlement, StatusStep, StepKind, Submission, TaskStatus, Versioned, is_price,
};
pub use rejection::Rejection;
pub use series::{Every, Repetition};
pub use time::{Timestamp, Zone, ZoneData, ZoneError};
pub use user::{Actor, Role, User};
pub use visits::{Interval, Visits};
