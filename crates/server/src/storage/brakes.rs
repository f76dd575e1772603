//! The part of the port that keeps which sign-ins have failed of late.
//!
//! Owns its traits. They are of no company: whoever fails is of none. Must never lock anything that others wait for.

use super::Stored;
use afield_domain::Timestamp;
use async_trait::async_trait;

/// Reading.
#[async_trait]
pub trait ReadBrakes {
    /// When sign-ins that are counted under `name` failed between these two moments, both left out, the latest first,
    /// at most `most`.
    async fn sign_in_failures(
        &mut self,
        name: &str,
        between: (Timestamp, Timestamp),
        most: u32,
    ) -> Stored<Vec<Timestamp>>;
}

/// Writing.
#[async_trait]
pub trait WriteBrakes {
    /// Notes a failure at `at` under each of these names. Of all that are noted the latest `kept` stay, at most.
    async fn add_sign_in_failures(
        &mut self,
        names: &[String],
        at: Timestamp,
        kept: u32,
    ) -> Stored<()>;
    /// Forgets failures of before `before`; gives how many.
    async fn prune_sign_in_failures(&mut self, before: Timestamp) -> Stored<u64>;
}
