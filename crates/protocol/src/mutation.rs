//! The mutation: one user intent, immutable once first sent.

use afield_domain::wire::FromTree;
use afield_domain::{DeviceId, MutationId, Op, RecordKey, Rev, Timestamp, UserId, limits};
use serde::Serialize;

const DAY_MS: i64 = 86_400_000;

/// Position in one device's order: rises by one with every mutation, never reused.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, FromTree,
)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Seq(pub u64);

/// One user intent, as it is stored in the outbox and sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Mutation {
    /// UUIDv7, made once when it was saved: the idempotency key.
    pub id: MutationId,
    /// The device it was made on.
    pub device: DeviceId,
    /// Its place in that device's order.
    pub seq: Seq,
    /// Who made it; it is sent under no other user's session.
    pub user: UserId,
    /// The record whose changes it stays in order with.
    pub lane: RecordKey,
    /// Mutations that must be applied before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<MutationId>,
    /// The refused mutations that this one is sent instead of, the first one first: corrected by their
    /// user, or as they were after the reason had gone. Of all of them at most one has an effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<Replaced>,
    /// The version of the operations of the build that made it.
    pub op_version: u16,
    /// What is wanted.
    pub op: Op,
    /// The revision of the record that the user saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_rev: Option<Rev>,
    /// The device's clock when it was saved.
    pub wall: Timestamp,
    /// Milliseconds to add to `wall` to get the server's clock, as far as the device could tell then.
    #[serde(default)]
    pub clock_offset_ms: i64,
}

/// A mutation that another one is sent instead of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Replaced {
    /// Its id.
    pub id: MutationId,
    /// Its place in the device's order.
    pub seq: Seq,
}

impl Mutation {
    /// When it was made, by the corrected clock, as its phone says.
    #[must_use]
    pub fn made_at(&self) -> Timestamp {
        self.wall.plus_ms(self.clock_offset_ms)
    }

    /// When it was made, as far as its phone is believed: not after it was received, nor more than
    /// [`limits::MADE_BACK_DAYS`] before.
    #[must_use]
    pub fn made_before(&self, received: Timestamp) -> Timestamp {
        let earliest = received.plus_ms(-limits::MADE_BACK_DAYS * DAY_MS);
        self.made_at().max(earliest).min(received)
    }
}
