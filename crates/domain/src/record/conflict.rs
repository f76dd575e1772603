//! A conflict: two people edited one field, and one of them lost.
//!
//! Owns [`Conflict`], a record like any other: a part of its job, so that office and phones hold the
//! same entry. The losing value is always kept. Entries are only ever added and settled, never removed.

use super::RecordKey;
use super::job_fields::JobField;
use super::kind::Kind;
use crate::ids::{ConflictId, JobId, MutationId, UserId};
use crate::merge::{Author, FieldValue, Met, Policy, Winner};
use crate::time::Timestamp;
use crate::wire::FromTree;
use serde::Serialize;

/// One field in which two changes met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Conflict {
    /// Its id, made from the mutation's.
    pub id: ConflictId,
    /// The job.
    pub job: JobId,
    /// The mutation that met another change.
    pub mutation: MutationId,
    /// The field.
    pub field: JobField,
    /// Which item of it; empty for a field with one value.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// What the mutation's author had seen.
    pub base: FieldValue,
    /// What the mutation's author wanted.
    pub mine: FieldValue,
    /// What the server had.
    pub theirs: FieldValue,
    /// The mutation's author.
    pub author: UserId,
    /// Their name.
    pub author_name: String,
    /// When they made it, by the corrected clock, not later than the receipt.
    pub made_at: Timestamp,
    /// Who had made the server's value; empty if it is from before names were kept.
    #[serde(default)]
    pub their_name: String,
    /// When that was.
    pub their_at: Timestamp,
    /// Whose value stands.
    pub winner: Winner,
    /// By which rule.
    pub rule: Policy,
    /// When the server saw it.
    pub at: Timestamp,
    /// Who settled it by **Revert changes** or **Keep mine**, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settlement>,
}

impl Kind for Conflict {
    const IS_PART_OF_JOB: bool = true;

    fn links(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn owner(&self) -> Option<RecordKey> {
        Some(self.job.into())
    }
}

/// How a conflict ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Settlement {
    /// Who settled it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What they chose.
    pub value: FieldValue,
}

impl Conflict {
    /// The entry of the two changes that met in a field of `job`.
    #[must_use]
    pub fn of_job(job: JobId, met: Met<JobField>, author: Author<'_>) -> Self {
        let Met {
            edit,
            theirs,
            stamp,
            winner,
        } = met;
        let (their_name, their_at) = match stamp {
            Some(stamp) => (stamp.name, stamp.at),
            None => (String::new(), Timestamp(0)),
        };
        Self {
            id: ConflictId::of(author.mutation, edit.field, &edit.item),
            job,
            mutation: author.mutation,
            rule: edit.field.policy(),
            field: edit.field,
            item: edit.item,
            base: edit.base,
            mine: edit.new,
            theirs,
            author: author.actor.id,
            author_name: author.actor.name.to_owned(),
            made_at: author.made_at,
            their_name,
            their_at,
            winner,
            at: author.received_at,
            settled: None,
        }
    }

    /// The value that stands.
    #[must_use]
    pub fn winning(&self) -> &FieldValue {
        match self.winner {
            Winner::Mine => &self.mine,
            Winner::Theirs => &self.theirs,
        }
    }

    /// The value that lost, and that **Revert changes** or **Keep mine** brings back.
    #[must_use]
    pub fn losing(&self) -> &FieldValue {
        match self.winner {
            Winner::Mine => &self.theirs,
            Winner::Theirs => &self.mine,
        }
    }
}

impl ConflictId {
    /// The id of the conflict about `field` (and the `item` of it) that `mutation` met: the same however often it is judged.
    #[must_use]
    pub fn of(mutation: MutationId, field: JobField, item: &str) -> Self {
        // FNV-1a: one mutation may edit several items of one field.
        let hash = item.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let of_item = if item.is_empty() {
            0
        } else {
            u128::from(hash) << 16
        };
        let mixed = mutation.0.as_u128() ^ (0xC0_u128 + field as u128) ^ of_item;
        Self(uuid::Uuid::from_u128(mixed))
    }
}
