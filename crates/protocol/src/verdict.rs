//! The server's answer for one mutation.

use afield_domain::from_tree;
use afield_domain::wire::{self, FromTree, Tree, TreeError};
use afield_domain::{MutationId, Rejection, Versioned};
use serde::Serialize;

/// The verdict on one mutation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MutationVerdict {
    /// Which mutation.
    pub id: MutationId,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

impl<'de> FromTree<'de> for MutationVerdict {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        let mut fields = tree.into_fields()?;
        Ok(Self {
            id: fields.take("id")?,
            verdict: Verdict::from_tree(Tree::Map(fields))?,
        })
    }
}

impl<'de> serde::Deserialize<'de> for MutationVerdict {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}

/// What became of a mutation. A repeated mutation gets the stored verdict again.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Verdict {
    /// Done as asked.
    Applied {
        /// The records as they are now.
        records: Vec<Versioned>,
    },
    /// Done, joined with another's change.
    Merged {
        /// The records as they are now.
        records: Vec<Versioned>,
    },
    /// The server's state already was as asked for.
    AlreadyApplied {
        /// The records as they are now.
        records: Vec<Versioned>,
    },
    /// Refused: to be parked and shown.
    Rejected {
        /// Why.
        reason: Rejection,
    },
    /// Not decided: send it again, not before the time given.
    Retry {
        /// Milliseconds to wait.
        after_ms: u64,
    },
    /// A verdict of a newer server: this build cannot tell what became of the mutation, keeps it and asks again.
    #[serde(other)]
    Unknown,
}

from_tree! {
    tagged "verdict" Verdict {
        "applied" => Applied { records },
        "merged" => Merged { records },
        "already_applied" => AlreadyApplied { records },
        "rejected" => Rejected { reason },
        "retry" => Retry { after_ms },
        else Unknown
    }
}
