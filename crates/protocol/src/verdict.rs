//! The server's answer for one mutation.

use afield_domain::wire::{self, Fields, FromTree, Tree, TreeError};
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
            verdict: Verdict::read(fields),
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

impl Verdict {
    /// Reads what there is to read: the word decides. Records that cannot be read come with the next
    /// pull, a reason that cannot be read is one that this build does not know.
    fn read(mut fields: Fields<'_>) -> Self {
        let word = fields.text("verdict").unwrap_or_default();
        match &*word {
            "applied" => Self::Applied {
                records: fields.take_each_readable("records"),
            },
            "merged" => Self::Merged {
                records: fields.take_each_readable("records"),
            },
            "already_applied" => Self::AlreadyApplied {
                records: fields.take_each_readable("records"),
            },
            "rejected" => Self::Rejected {
                reason: fields.take_readable("reason", Rejection::Other),
            },
            "retry" => Self::Retry {
                after_ms: fields.take_readable("after_ms", 0),
            },
            _ => Self::Unknown,
        }
    }
}

impl<'de> FromTree<'de> for Verdict {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        tree.into_fields().map(Self::read)
    }
}

impl<'de> serde::Deserialize<'de> for Verdict {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}
