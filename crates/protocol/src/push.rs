//! Push: one request with an ordered batch of mutations.

use crate::envelope::EpochId;
use crate::mutation::{Mutation, Seq};
use crate::verdict::MutationVerdict;
use afield_domain::wire::FromTree;
use afield_domain::{DeviceId, MutationId};
use serde::{Deserialize, Serialize};

/// An ordered batch. `M` is [`Mutation`]; a server reads it as raw JSON first, so that one
/// malformed mutation does not take the batch with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PushRequest<M = Mutation> {
    /// The device that sends.
    pub device: DeviceId,
    /// The lowest sequence number still in the device's outbox: everything below was acknowledged.
    pub ack_below: Seq,
    /// The data set that the device knows; another one on the server refuses the batch with
    /// `epoch_changed`, so that the device can first send again what a restored backup has lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<EpochId>,
    /// Whether what came too late may go to the office's review; without it, it is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub review: bool,
    /// Of which of the mutations the device only asks what was decided: they stand behind something that was declined, or
    /// the office has had them. What was not decided of these is not decided now, and is told in
    /// [`PushResponse::undecided`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 64))]
    pub asks: Vec<MutationId>,
    /// The mutations, in rising `seq`.
    pub mutations: Vec<M>,
}

/// The verdicts, in the order of the request. A mutation that is absent was not looked at
/// (an earlier one of its lane was refused, or the server stopped): it stays pending.
#[derive(Debug, Clone, PartialEq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PushResponse {
    /// One verdict for each mutation that was looked at.
    #[wire(each)]
    pub verdicts: Vec<MutationVerdict>,
    /// What the device asked about and was never decided. No field is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    #[cfg_attr(feature = "schema", schema(required = false))]
    pub undecided: Vec<MutationId>,
}
