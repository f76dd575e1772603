//! Edits of a record's fields, one by one, each with what the user saw and what it shall be, and who
//! gave a field the value it has.
//!
//! Owns [`FieldValue`], [`Edit`], [`Stamp`]: one form for every kind of record, in which only the names of
//! the fields differ. Must never judge, and never know a kind.

use crate::ids::{AttachmentId, UserId};
use crate::time::Timestamp;
use crate::wire::{FromTree, Tree, TreeError};
use serde::Serialize;

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

/// One field, as the user saw it and as it shall be. `F` names the fields of a kind of record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit<F> {
    /// Which field.
    pub field: F,
    /// Which item of it; empty for a field with one value.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// What the user saw.
    pub base: FieldValue,
    /// What it shall be.
    pub new: FieldValue,
}

impl<'de, F: FromTree<'de>> FromTree<'de> for Edit<F> {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        let mut fields = tree.into_fields()?;
        Ok(Self {
            field: fields.take("field")?,
            item: fields.take_or("item", String::new())?,
            base: fields.take("base")?,
            new: fields.take("new")?,
        })
    }
}

impl<'de, F: FromTree<'de>> serde::Deserialize<'de> for Edit<F> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::wire::deserialize(deserializer)
    }
}

/// Who gave a field the value it has, and when. A field without a stamp has it from the office, long ago.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stamp<F> {
    /// The field.
    pub field: F,
    /// Which item of it; empty for a field with one value.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// When, by the corrected clock, not later than the receipt.
    pub at: Timestamp,
    /// Who.
    pub by: UserId,
    /// Their name.
    pub name: String,
    /// Whether they were of the office then.
    pub office: bool,
}

impl<'de, F: FromTree<'de>> FromTree<'de> for Stamp<F> {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        let mut fields = tree.into_fields()?;
        Ok(Self {
            field: fields.take("field")?,
            item: fields.take_or("item", String::new())?,
            at: fields.take("at")?,
            by: fields.take("by")?,
            name: fields.take("name")?,
            office: fields.take("office")?,
        })
    }
}

impl<'de, F: FromTree<'de>> serde::Deserialize<'de> for Stamp<F> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::wire::deserialize(deserializer)
    }
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
