//! Whether a job was offered, and what the technician said.
//!
//! Owns [`Acceptance`]. Who may ask and answer is judged with the operation.

use crate::wire::FromTree;
use serde::Serialize;

/// Whether the office asked the technician to accept the job, and what they said.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, FromTree,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Acceptance {
    /// Nobody asked: it is simply the technician's.
    #[default]
    #[wire(other)]
    NotAsked,
    /// The office waits for an answer.
    Asked,
    /// Accepted.
    Accepted,
    /// Rejected; the job is nobody's until the office gives it to somebody else.
    Rejected,
}

impl Acceptance {
    /// Whether nobody asked: then it is not written.
    #[must_use]
    pub fn is_not_asked(&self) -> bool {
        *self == Self::NotAsked
    }

    /// What it becomes when the job goes to somebody else: where the office asks, it asks anew,
    /// whatever the one before has said.
    #[must_use]
    pub fn asked_anew(self) -> Self {
        match self {
            Self::NotAsked => Self::NotAsked,
            Self::Asked | Self::Accepted | Self::Rejected => Self::Asked,
        }
    }
}
