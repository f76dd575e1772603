//! What is answered for one mutation: a verdict of now, a stored one, or nothing yet.
//!
//! Owns the answer's form. Must never load or decide.

use super::told::{Told, verdict_json};
use super::waiting::waits_for_office;
use crate::error::StorageError;
use crate::events::Wrote;
use crate::storage::{MutationRow, Stored};
use afield_domain::{MutationId, Rejection};
use afield_protocol::Verdict;
use serde_json::value::RawValue;

/// The answer for one mutation.
pub(crate) enum Answer {
    /// A verdict, whether it is a rejection that holds what comes behind it, and what was written for it: nothing unless it was decided just now.
    Verdict {
        told: Told,
        rejected: bool,
        wrote: Wrote,
    },
    /// Left alone: something it depends on was refused earlier.
    Waits,
    /// Not looked at: the session has ended since its request began.
    Over,
}

impl Answer {
    /// What was written for it.
    pub(crate) fn wrote(&self) -> Wrote {
        match self {
            Self::Verdict { wrote, .. } => *wrote,
            Self::Waits | Self::Over => Wrote::Nothing,
        }
    }

    /// Whether its effect is there, from now on or already.
    pub(crate) fn is_done(&self) -> bool {
        matches!(
            self,
            Self::Verdict {
                rejected: false,
                ..
            }
        )
    }
}

/// The stored verdict. Its text is pruned only when the phone has acknowledged it; should the phone
/// ask all the same, it learns that the effect is there.
pub(crate) fn repeat(row: MutationRow) -> Stored<Answer> {
    let rejected = row.rejected && !waits_for_office(&row);
    let json = match row.verdict {
        Some(text) => RawValue::from_string(text).map_err(|_| StorageError::Damaged("verdict"))?,
        None => verdict_json(
            row.id,
            Verdict::AlreadyApplied {
                records: Vec::new(),
            },
        )?,
    };
    Ok(Answer::Verdict {
        told: json.into(),
        rejected,
        wrote: Wrote::Nothing,
    })
}

/// What a revoked device hears of what it must keep until its user signs in there again.
const KEPT_MS: u64 = 10 * 60_000;

/// Not decided, and nothing remembered: of a revoked device, what nobody of the office can decide.
pub(crate) fn waits_for_its_user(id: MutationId) -> Stored<Answer> {
    let retry = Verdict::Retry { after_ms: KEPT_MS };
    Ok(Answer::Verdict {
        told: verdict_json(id, retry)?.into(),
        // What comes behind it stays too.
        rejected: true,
        wrote: Wrote::Nothing,
    })
}

/// A refusal that nothing is remembered of.
pub(crate) fn refused(id: MutationId, reason: Rejection) -> Stored<Answer> {
    Ok(Answer::Verdict {
        told: verdict_json(id, Verdict::Rejected { reason })?.into(),
        rejected: true,
        wrote: Wrote::Nothing,
    })
}
