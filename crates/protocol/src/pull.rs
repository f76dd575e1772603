//! Pull: the changes after a cursor.

use crate::session::Company;
use afield_domain::wire::{self, FromTree, Tree, TreeError, left_out};
use afield_domain::{JobId, Module, MutationId, RecordKey, Versioned};
use serde::Serialize;
use std::borrow::Cow;

/// The server's position, opaque to the phone. Saved in the same transaction as the page it came with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Cursor(pub String);

/// Nobody looks into a cursor, so one that is written as a whole number is as good.
impl<'de> FromTree<'de> for Cursor {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        tree.into_opaque_text().map(Self)
    }
}

impl<'de> serde::Deserialize<'de> for Cursor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}

/// One page of changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PullResponse {
    /// The changes, in the order in which to apply them.
    pub changes: Vec<Change>,
    /// Where the next page begins.
    pub cursor: Cursor,
    /// Whether more waits right now.
    pub more: bool,
    /// How many records priming will bring, by module; with the first page of a priming only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<ModuleTotal>,
    /// Of the jobs that these changes take away because they are somebody else's now: whose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LeftJob>,
    /// The user's changes that still wait for the office, if the phone has asked for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_review: Option<Vec<MutationId>>,
    /// The company as it is told now, if the phone has named another version of its settings than stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<Company>,
}

impl<'de> FromTree<'de> for PullResponse {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        let mut fields = tree.into_fields()?;
        let Tree::List(changes) = fields.take("changes")? else {
            return Err(TreeError::Expected("a list").inside("changes"));
        };
        let changes = changes.into_iter().enumerate();
        Ok(Self {
            changes: changes
                .map(|(index, tree)| read_change(index, tree))
                .collect(),
            cursor: fields.take("cursor")?,
            more: fields.take("more")?,
            totals: fields.take_each_readable("totals"),
            left: fields.take_each_readable("left"),
            in_review: fields.take_readable("in_review", None),
            company: fields.take_readable("company", None),
        })
    }
}

impl<'de> serde::Deserialize<'de> for PullResponse {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}

/// A job that has left a phone, and who has it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeftJob {
    /// The job.
    pub job: JobId,
    /// The name of whoever has it; empty if nobody has.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
}

/// How many records of a module are in scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ModuleTotal {
    /// The module.
    pub module: Module,
    /// Its records in scope.
    pub count: u64,
}

/// What happened to one record.
#[allow(clippy::large_enum_variant)] // Nearly all are upserts: a box would be one allocation more for each.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[serde(tag = "change", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Change {
    /// It is in scope and reads like this.
    Upsert(Versioned),
    /// It is gone.
    Tombstone {
        /// Which record.
        key: RecordKey,
    },
    /// It is no longer yours, or no longer within the days that a phone holds.
    ScopeOut {
        /// Which record.
        key: RecordKey,
    },
    /// One that this build cannot read.
    #[serde(skip)]
    Unread(UnreadChange),
}

/// A change that this build cannot read: of a module, a value or a form that it does not know. It is
/// skipped; what it was about is remembered, so that a build which can read it fetches it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadChange {
    /// The record's module, as it was named; empty if that could not be read either.
    pub module: String,
    /// The record's id, as it was written; empty if that could not be read either.
    pub id: String,
    /// Whether the record has gone or left the scope.
    pub gone: bool,
}

/// Longer names of what could not be read are cut: they are remembered, and a server may send anything.
const MOST_CHARS: usize = 64;

/// What a change is about, looked at before it is read, for then it is used up.
struct About<'de> {
    module: Option<Cow<'de, str>>,
    id: Option<Cow<'de, str>>,
    gone: bool,
}

impl<'de> About<'de> {
    fn of(tree: &Tree<'de>) -> Self {
        let fields = match tree {
            Tree::Map(fields) => Some(fields),
            _ => None,
        };
        let record = fields.and_then(|fields| fields.object("record"));
        let record_or_key = record.or_else(|| fields?.object("key"));
        let text = |name| record_or_key?.text(name);
        Self {
            module: text("module"),
            id: text("id"),
            gone: record.is_none(),
        }
    }

    fn unread(self) -> UnreadChange {
        let cut = |text: Option<Cow<'_, str>>| {
            let text = text.unwrap_or_default();
            text.chars().take(MOST_CHARS).collect()
        };
        UnreadChange {
            module: cut(self.module),
            id: cut(self.id),
            gone: self.gone,
        }
    }
}

/// Reads one change of a page by itself: what cannot be read must not take the others with it.
fn read_change(index: usize, tree: Tree<'_>) -> Change {
    let about = About::of(&tree);
    let read = Change::from_tree(tree).and_then(|change| match change {
        Change::Upsert(versioned) if versioned.record.key().is_none() => {
            Err(TreeError::Expected("a module").inside("record.module"))
        }
        change => Ok(change),
    });
    read.unwrap_or_else(|error| {
        left_out(&error.inside_list(index).inside("changes"));
        Change::Unread(about.unread())
    })
}
