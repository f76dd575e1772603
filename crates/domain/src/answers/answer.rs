//! The answer to one question of a checklist or a form.
//!
//! Owns [`Answer`]. What may be answered is in `question`.

use crate::merge::FieldValue;
use crate::wire::FromTree;
use serde::Serialize;

/// The answer to one question of a checklist or a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Answer {
    /// The question's key.
    pub item: String,
    /// What was answered: text in the canonical form of the question's kind, or files.
    pub value: FieldValue,
}
