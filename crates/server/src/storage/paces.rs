//! The part of the port by which servers of one database know how much a session has asked for at the others.
//!
//! Owns its traits. Nothing here is of a company, and no two servers write one row. Must never lock anything that others wait
//! for.

use super::Stored;
use afield_domain::Timestamp;
use async_trait::async_trait;

/// Requests of a session at one server within a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// When the first of them came.
    pub began: Timestamp,
    /// How many came since.
    pub requests: u32,
}

/// What is told and heard in one transaction.
#[async_trait]
pub trait WritePaces {
    /// Notes what these sessions have asked for at `server`, in place of what was noted before; all that it noted of
    /// `over` or before is forgotten.
    async fn tell_paces(
        &mut self,
        server: &str,
        counts: &[(String, Count)],
        over: Timestamp,
    ) -> Stored<()>;
    /// What the other servers have noted of these sessions that began after `over`, some thousands at most.
    async fn paces_elsewhere(
        &mut self,
        server: &str,
        names: &[String],
        over: Timestamp,
    ) -> Stored<Vec<(String, Count)>>;
    /// Forgets what began before `before`, at whichever server; gives how much.
    async fn prune_paces(&mut self, before: Timestamp) -> Stored<u64>;
}

/// Counts that are read at most.
pub(crate) const MOST: u32 = 4_000;
