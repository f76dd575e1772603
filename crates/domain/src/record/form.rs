//! A form template: what a form asks.
//!
//! Owns [`FormTemplate`]. A template never changes: a new version is a new record, so that what was
//! submitted reads as it was asked.

use super::RecordKey;
use super::kind::Kind;
use crate::answers::Question;
use crate::ids::TemplateId;
use crate::wire::FromTree;
use serde::Serialize;

/// A form as it is made in the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FormTemplate {
    /// Its id; another version has another.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// What it asks, in order.
    pub questions: Vec<Question>,
}

impl Kind for FormTemplate {
    const IS_PART_OF_JOB: bool = false;

    fn links(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn owner(&self) -> Option<RecordKey> {
        None
    }
}
