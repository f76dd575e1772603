//! The answer to one question of a checklist or a form.
//!
//! Owns [`Answer`]. What may be answered is in `question`.

use crate::from_tree;
use crate::merge::FieldValue;
use serde::Serialize;

/// The answer to one question of a checklist or a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Answer {
    /// The question's key.
    pub item: String,
    /// What was answered: text in the canonical form of the question's kind, or files.
    pub value: FieldValue,
}

from_tree! {
    struct Answer { item, value }
}
