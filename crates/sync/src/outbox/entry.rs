//! One row of the outbox, and what is kept of it once it has left.
//!
//! Owns [`OutboxEntry`], [`Decided`] and [`Acknowledged`], stored types: fields are only ever added, with a default.

use crate::outbox::stopped::Stopped;
use afield_domain::wire::FromTree;
use afield_domain::{MutationId, Rejection, Rev, Timestamp};
use afield_protocol::{Mutation, Seq};
use serde::Serialize;

/// A mutation and where it stands on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct OutboxEntry {
    /// The mutation; frozen once `sent` is true.
    pub mutation: Mutation,
    /// Where it stands.
    pub state: EntryState,
    /// Whether it was ever put on the wire: from then on its payload never changes.
    #[serde(default)]
    pub sent: bool,
    /// How often it was put on the wire.
    #[serde(default)]
    pub attempts: u32,
    /// Whether somebody on the way has stopped it when it was sent alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
    /// How often it got another place because its own was used; others of its resends do not count.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub renumbered: u32,
    /// How often our server has answered that it cannot decide it now.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undecided: u32,
    /// Whether the office has decided about it, as the server says, and this phone asks how. The server has it: it waits
    /// for nobody, and is not its user's to take back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub asks: bool,
    /// Whether the office may have it: it was sent, something in front of it was declined, and this phone asks what became
    /// of it. It waits meanwhile, and is its user's to take back, as if it had never been sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub perhaps: bool,
    /// What its job was called when it was refused: the job may leave this phone before it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobName>,
    /// What the back end said of its refusal in its own words; empty if it said nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Of one that has left the outbox and stands in the log: what became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
}

/// What became of a refused change, or of one that went with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
pub struct Decided {
    /// What was decided.
    pub decision: Decision,
    /// When, by this device's clock.
    pub at: Timestamp,
    /// The refused one that it waited for, and went with when that was reverted; none for one that was decided itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind: Option<MutationId>,
}

/// A decision about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Its user has reverted it.
    Reverted,
    /// Its user has sent it again as it was.
    SentAgain,
    /// Its user has corrected it and sent it again.
    Corrected,
    /// It was sent again by itself: its reason had gone.
    Released,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As serde calls it.
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As serde calls it.
fn is_false(asks: &bool) -> bool {
    !asks
}

/// What people call a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct JobName {
    /// Its number; empty for one that has none yet.
    pub number: String,
    /// Its title.
    pub title: String,
}

/// Where an entry stands. "Held" is not a state: it follows from the parked entries ([`crate::outbox::held::held_entries`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EntryState {
    /// Waits for a replay.
    Pending,
    /// On the wire, sent by the holder of this lease.
    InFlight {
        /// The lease's number.
        lease: u64,
    },
    /// Refused by the server and set aside, until the user decides.
    Parked {
        /// Why.
        reason: Rejection,
        /// When the verdict came.
        at: Timestamp,
        /// The revision that the phone's copy of the record had then: only a newer one can bring a
        /// reason to send it again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rev: Option<Rev>,
    },
}

impl OutboxEntry {
    /// A new entry, not yet sent.
    #[must_use]
    pub fn new(mutation: Mutation) -> Self {
        Self {
            mutation,
            state: EntryState::Pending,
            sent: false,
            attempts: 0,
            stopped: None,
            renumbered: 0,
            undecided: 0,
            asks: false,
            perhaps: false,
            job: None,
            message: String::new(),
            decided: None,
        }
    }

    /// Its place in the device's order, and its key in the store.
    #[must_use]
    pub fn seq(&self) -> Seq {
        self.mutation.seq
    }

    /// The place that it, or what it was sent instead of, was first given: where its user put it.
    #[must_use]
    pub fn first_seq(&self) -> Seq {
        let first = self.mutation.replaces.first();
        first.map_or(self.seq(), |old| old.seq)
    }

    /// Whether it is on the wire, or was when its sender died.
    #[must_use]
    pub fn is_in_flight(&self) -> bool {
        matches!(self.state, EntryState::InFlight { .. })
    }

    /// Whether it waits by itself because somebody on the way does not let it through.
    #[must_use]
    pub fn is_aside(&self) -> bool {
        self.stopped.as_ref().is_some_and(|stopped| stopped.aside)
    }

    /// Whether the server has refused it.
    #[must_use]
    pub fn is_parked(&self) -> bool {
        matches!(self.state, EntryState::Parked { .. }) && !self.is_in_review()
    }

    /// Whether the server has received it, and the office is to decide: it came too late. It holds nothing back.
    #[must_use]
    pub fn is_in_review(&self) -> bool {
        matches!(&self.state, EntryState::Parked { reason, .. } if *reason == Rejection::InReview)
    }

    /// Whether the office has declined it.
    #[must_use]
    pub fn was_declined(&self) -> bool {
        let declined = |reason: &Rejection| matches!(reason, Rejection::Declined { .. });
        matches!(&self.state, EntryState::Parked { reason, .. } if declined(reason))
    }

    /// Whether it only asks what was decided.
    #[must_use]
    pub fn only_asks(&self) -> bool {
        self.asks || self.perhaps
    }

    /// Whether the office has it before it, or has decided and this phone does not know how yet.
    #[must_use]
    pub fn is_the_offices(&self) -> bool {
        self.is_in_review() || self.asks
    }
}

/// An acknowledged mutation, kept for a while: should the server come back from an older backup, it
/// is sent again with the same id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct Acknowledged {
    /// The mutation, as it was sent.
    pub mutation: Mutation,
    /// When it was acknowledged, by the server's clock.
    pub at: Timestamp,
}
