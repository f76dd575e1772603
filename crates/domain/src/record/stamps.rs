//! Who gave the fields of a record their values, whatever its kind.
//!
//! Owns which kinds have fields that are merged. Whoever writes records asks here, and names no kind.

use super::{FieldStamp, Record};
use crate::merge::restamp;
use crate::time::Timestamp;
use crate::user::Actor;

/// The stamps of a record once `actor` has written it, given those before. A kind whose fields are not
/// merged keeps those it has.
#[must_use]
pub fn stamps_after(
    before: &Record,
    after: &Record,
    stamps: Vec<FieldStamp>,
    actor: Actor<'_>,
    at: Timestamp,
) -> Vec<FieldStamp> {
    match (before, after) {
        (Record::Job(before), Record::Job(after)) => restamp(before, after, &stamps, actor, at),
        _ => stamps,
    }
}
