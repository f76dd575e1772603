//! The part of the port that keeps what came too late, until the office decides and for a while after.
//!
//! Owns its traits and its row. Must never know what is to be reviewed, nor what follows from a decision.

use super::Stored;
use afield_domain::{
    CompanyId, DeviceId, JobId, MutationId, RecordKey, Rejection, Timestamp, UserId,
};
use afield_protocol::{Decide, Mutation};
use async_trait::async_trait;

/// A change that came too late.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewRow {
    /// As it was pushed.
    pub mutation: Mutation,
    /// The job that it is about.
    pub job: JobId,
    /// Why it would have been refused.
    pub reason: Rejection,
    /// When it came.
    pub received_at: Timestamp,
    /// Of the registration of a file: when all its bytes had come.
    pub file_at: Option<Timestamp>,
    /// What was decided; none as long as it waits.
    pub decided: Option<Decide>,
    /// Whether it came from a revoked device.
    pub revoked: bool,
}

/// Reading.
#[async_trait]
pub trait ReadReviews {
    /// Whether the job was ever this user's, as far as that is remembered, and ceased to be.
    async fn had_job(&mut self, company: CompanyId, user: UserId, job: JobId) -> Stored<bool>;
    /// Those of the user's changes that wait, in the order in which they came.
    async fn reviews_of(&mut self, company: CompanyId, user: UserId) -> Stored<Vec<MutationId>>;
    /// What waits of the company, the oldest first, at most `limit`; and how much there is.
    async fn reviews_waiting(
        &mut self,
        company: CompanyId,
        limit: u32,
    ) -> Stored<(Vec<ReviewRow>, u64)>;
    /// These, in the order in which they came.
    async fn reviews(&mut self, company: CompanyId, ids: &[MutationId]) -> Stored<Vec<ReviewRow>>;
    /// What waits of this author on this job, in the order in which it came.
    async fn reviews_on(
        &mut self,
        company: CompanyId,
        user: UserId,
        job: JobId,
    ) -> Stored<Vec<ReviewRow>>;
    /// Whether something waits in this lane of the user's device.
    async fn waits_in_lane(
        &mut self,
        company: CompanyId,
        user: UserId,
        device: DeviceId,
        lane: RecordKey,
    ) -> Stored<bool>;
    /// What came too late about this record alone, decided or not: of an attachment its registration first.
    async fn reviews_in(&mut self, company: CompanyId, lane: RecordKey) -> Stored<Vec<ReviewRow>>;
}

/// Writing.
#[async_trait]
pub trait WriteReviews {
    /// Adds one that waits.
    async fn add_review(&mut self, company: CompanyId, row: &ReviewRow) -> Stored<()>;
    /// Notes what was decided.
    async fn decide_review(
        &mut self,
        company: CompanyId,
        id: MutationId,
        decided: &Decide,
        now: Timestamp,
    ) -> Stored<()>;
    /// Takes one that waits away: another one was sent instead of it.
    async fn drop_review(&mut self, company: CompanyId, id: MutationId) -> Stored<()>;
    /// Sets the verdict of a mutation that has one.
    async fn set_verdict(
        &mut self,
        company: CompanyId,
        id: MutationId,
        rejected: bool,
        verdict: &str,
    ) -> Stored<()>;
    /// Notes that all bytes of a file have come whose registration waits or was declined. Whether there is one that
    /// did not say so.
    async fn review_file(
        &mut self,
        company: CompanyId,
        file: RecordKey,
        now: Timestamp,
    ) -> Stored<bool>;
}
