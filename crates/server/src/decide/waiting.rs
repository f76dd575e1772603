//! A verdict that says that the office decides.
//!
//! Owns how one is told from a refusal. Pure. Must never decide anything.

use crate::storage::MutationRow;
use afield_domain::Rejection;
use afield_protocol::{MutationVerdict, Verdict};

/// Whether the office has yet to decide about it.
pub(crate) fn waits_for_office(row: &MutationRow) -> bool {
    let verdict = row.verdict.as_deref().filter(|_| row.rejected);
    let told = verdict.and_then(|text| serde_json::from_str::<MutationVerdict>(text).ok());
    told.is_some_and(|told| is_review(&told.verdict))
}

/// Whether a verdict says that the office decides.
pub(crate) fn is_review(verdict: &Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Rejected {
            reason: Rejection::InReview
        }
    )
}
