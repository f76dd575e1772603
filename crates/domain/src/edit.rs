//! Edits of a job's fields, one by one, each with what the user saw and what it shall be.
//!
//! Owns [`JobField`], [`FieldValue`], [`FieldEdit`] and how a field is read and set. What wins when
//! two have edited one field is in `merge`. Must never judge who may edit (that is `permission`).

use crate::from_tree;
use crate::job::{Job, Priority};
use crate::limits;
use crate::rejection::{Problem, Rejection};
use crate::text;
use crate::time::Timestamp;
use crate::tree::{FromTree, Tree, TreeError};
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
        else Other
    }
}

impl JobField {
    /// Every field this build knows.
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
}

impl<'de> FromTree<'de> for FieldValue {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        match tree {
            Tree::Null => Ok(Self::Nothing),
            Tree::Text(text) => Ok(Self::Text(text.into_owned())),
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
        crate::tree::deserialize(deserializer)
    }
}

/// One field, as the user saw it and as it shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldEdit {
    /// Which field.
    pub field: JobField,
    /// What the user saw.
    pub base: FieldValue,
    /// What it shall be.
    pub new: FieldValue,
}

from_tree! {
    struct FieldEdit { field, base, new }
}

impl Job {
    /// What stands in `field`; nothing for a field of another build.
    #[must_use]
    pub fn field(&self, field: JobField) -> FieldValue {
        match field {
            JobField::Title => FieldValue::Text(self.title.clone()),
            JobField::Description => FieldValue::Text(self.description.clone()),
            JobField::Priority => FieldValue::Text(self.priority.name().to_owned()),
            JobField::Schedule => FieldValue::Span {
                from: self.starts,
                until: self.ends,
            },
            JobField::Assignee => self.assignee.map_or(FieldValue::Nothing, |user| {
                FieldValue::Text(user.to_string())
            }),
            JobField::Other => FieldValue::Nothing,
        }
    }

    /// Sets `field`.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] naming the field; [`Rejection::UnknownOp`] for a field of another build.
    pub fn set_field(&mut self, field: JobField, value: &FieldValue) -> Result<(), Rejection> {
        let malformed = || Rejection::Invalid {
            field: field.name().to_owned(),
            problem: Problem::Malformed,
        };
        match (field, value) {
            (JobField::Other, _) => return Err(Rejection::UnknownOp),
            (JobField::Title, FieldValue::Text(title)) => {
                self.title = text::required(field.name(), title, limits::TITLE_CHARS)?;
            }
            (JobField::Description, FieldValue::Text(description)) => {
                self.description =
                    text::optional(field.name(), description, limits::DESCRIPTION_CHARS)?;
            }
            (JobField::Priority, FieldValue::Text(name)) => {
                self.priority = Priority::from_name(name).ok_or_else(malformed)?;
            }
            (JobField::Schedule, FieldValue::Span { from, until }) if from <= until => {
                (self.starts, self.ends) = (*from, *until);
            }
            (JobField::Assignee, FieldValue::Nothing) => self.assignee = None,
            (JobField::Assignee, FieldValue::Text(user)) => {
                self.assignee = Some(user.parse().map_err(|_| malformed())?);
            }
            _ => return Err(malformed()),
        }
        Ok(())
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
