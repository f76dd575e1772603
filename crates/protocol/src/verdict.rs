//! The server's answer for one mutation.

use afield_domain::{MutationId, Rejection, Versioned};
use serde::{Deserialize, Serialize};

/// The verdict on one mutation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MutationVerdict {
    /// Which mutation.
    pub id: MutationId,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// What became of a mutation. A repeated mutation gets the stored verdict again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
}
