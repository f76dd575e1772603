//! Edits of a job's fields, one by one, each with what the user saw and what it shall be.
//!
//! Owns [`JobField`], [`FieldValue`], [`FieldEdit`]. How a field is read and set is with its record.
//! Must never judge who may edit (that is `permission`).

use crate::from_tree;
use crate::ids::AttachmentId;
use crate::time::Timestamp;
use crate::wire::{FromTree, Tree, TreeError};
use serde::Serialize;

/// A field of a job that can be edited. A field added after this build reads as [`JobField::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum JobField {
    /// The title: text.
    Title,
    /// The description: text.
    Description,
    /// The priority: its name.
    Priority,
    /// Planned start and end: a span. One field, so that two edits cannot make an end before a start.
    Schedule,
    /// The assignee: the user's id, or nothing.
    Assignee,
    /// An answer of the checklist; the item is the question's key. Its value is the answer.
    Answer,
    /// An asset; the item is its id. Its value is [`crate::record::LINKED`] or nothing.
    Asset,
    /// A part or service; the item is its id. Its value is the quantity or nothing.
    Part,
    /// A field of another build.
    Other,
}

from_tree! {
    names JobField {
        "title" => Title,
        "description" => Description,
        "priority" => Priority,
        "schedule" => Schedule,
        "assignee" => Assignee,
        "answer" => Answer,
        "asset" => Asset,
        "part" => Part,
        else Other
    }
}

impl JobField {
    /// Every field that has one value. The others have one for each item, and merge item by item.
    pub const ALL: [Self; 5] = [
        Self::Title,
        Self::Description,
        Self::Priority,
        Self::Schedule,
        Self::Assignee,
    ];

    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
            Self::Priority => "priority",
            Self::Schedule => "schedule",
            Self::Assignee => "assignee",
            Self::Answer => "answer",
            Self::Asset => "asset",
            Self::Part => "part",
            Self::Other => "other",
        }
    }
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum FieldValue {
    /// Nothing.
    Nothing,
    /// Text, the name of a choice, or an id.
    Text(String),
    /// From a time until a time.
    Span {
        /// Its beginning.
        from: Timestamp,
        /// Its end.
        until: Timestamp,
    },
    /// Attachments of the job.
    Files(Vec<AttachmentId>),
}

impl<'de> FromTree<'de> for FieldValue {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        match tree {
            Tree::Null => Ok(Self::Nothing),
            Tree::Text(text) => Ok(Self::Text(text.into_owned())),
            list @ Tree::List(_) => FromTree::from_tree(list).map(Self::Files),
            Tree::Map(mut fields) => Ok(Self::Span {
                from: fields.take("from")?,
                until: fields.take("until")?,
            }),
            _ => Err(TreeError::Expected("a field's value")),
        }
    }

    fn from_nothing(_: &'static str) -> Result<Self, TreeError> {
        Ok(Self::Nothing)
    }
}

impl<'de> serde::Deserialize<'de> for FieldValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::wire::deserialize(deserializer)
    }
}

/// One field, as the user saw it and as it shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldEdit {
    /// Which field.
    pub field: JobField,
    /// Which item of it; empty for a field with one value.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// What the user saw.
    pub base: FieldValue,
    /// What it shall be.
    pub new: FieldValue,
}

from_tree! {
    struct FieldEdit { field, item = String::new(), base, new }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_both_ways() {
        let values = [
            (FieldValue::Nothing, "null"),
            (FieldValue::Text("high".into()), "\"high\""),
            (
                FieldValue::Span {
                    from: Timestamp(1),
                    until: Timestamp(2),
                },
                r#"{"from":1,"until":2}"#,
            ),
        ];
        for (value, json) in values {
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
            assert_eq!(serde_json::from_str::<FieldValue>(json).unwrap(), value);
        }
        assert!(serde_json::from_str::<FieldValue>("true").is_err());
    }
}
