//! Who asks for an operation, and when.
//!
//! Owns [`ApplyContext`]. Must never hold a record, nor be stored.

use crate::ids::MutationId;
use crate::permission::{Rights, UNCHANGED};
use crate::record::FieldStamp;
use crate::time::Timestamp;
use crate::user::Actor;

/// Who asks, and when it was done.
#[derive(Debug, Clone, Copy)]
pub struct ApplyContext<'a> {
    /// The user, with the rights of this moment.
    pub actor: Actor<'a>,
    /// When the user did it: the phone's corrected time, not later than the receipt.
    pub made_at: Timestamp,
    /// When the server got it.
    pub received_at: Timestamp,
    /// The mutation that asks.
    pub mutation: MutationId,
    /// Whether the user saw the target as it is now: nobody has changed it since.
    pub saw_target: bool,
    /// Who gave the target's fields the values they have.
    pub stamps: &'a [FieldStamp],
    /// Whether the company refuses to finish a job whose required questions are open.
    pub refuses_open_questions: bool,
    /// Whether the office waives that the job is not the actor's any more, or closed.
    pub waives: bool,
    /// What the actor lacks, and what must be filled in, at this moment.
    pub rights: &'a Rights,
}

impl<'a> ApplyContext<'a> {
    /// What a phone knows before there is a mutation: enough to tell whether the change can be saved.
    #[must_use]
    pub fn local(actor: Actor<'a>, now: Timestamp) -> Self {
        Self {
            actor,
            made_at: now,
            received_at: now,
            mutation: MutationId(uuid::Uuid::nil()),
            saw_target: true,
            stamps: &[],
            refuses_open_questions: false,
            waives: false,
            rights: &UNCHANGED,
        }
    }
}
