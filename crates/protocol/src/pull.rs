//! Pull: the changes after a cursor.

use afield_domain::from_tree;
use afield_domain::{Module, RecordKey, Versioned};
use serde::Serialize;

/// The server's position, opaque to the phone. Saved in the same transaction as the page it came with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Cursor(pub String);

from_tree! { newtype Cursor }

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
}

from_tree! {
    struct PullResponse { changes, cursor, more, totals = Vec::new() }
}

/// How many records of a module are in scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ModuleTotal {
    /// The module.
    pub module: Module,
    /// Its records in scope.
    pub count: u64,
}

from_tree! {
    struct ModuleTotal { module, count }
}

/// What happened to one record.
#[allow(clippy::large_enum_variant)] // Nearly all are upserts: a box would be one allocation more for each.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// A change of a newer server, which this build skips.
    #[serde(other)]
    Unknown,
}

from_tree! {
    tagged "change" Change {
        "upsert" => Upsert(_),
        "tombstone" => Tombstone { key },
        "scope_out" => ScopeOut { key },
        else Unknown
    }
}
