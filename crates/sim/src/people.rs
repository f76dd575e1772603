//! Who and what the simulated world consists of.

use afield_domain::{JobStatus, Record, User};
use afield_sync::Draft;
use afield_sync::testing::fixtures::{add, job, set, technician};

/// Technicians.
pub const USERS: u8 = 3;
/// Jobs.
pub const JOBS: u8 = 6;

/// Technician number `n`.
#[must_use]
pub fn user(n: u8) -> User {
    technician(u128::from(n) + 1)
}

/// The jobs at the start: each technician has the same number.
#[must_use]
pub fn jobs() -> Vec<Record> {
    (0..JOBS)
        .map(|n| job(u128::from(n), &user(n % USERS), JobStatus::Scheduled))
        .collect()
}

/// Something a technician does: `what` chooses, `fresh` numbers a note.
#[must_use]
pub fn draft(job: u8, what: u8, fresh: u64) -> Draft {
    let job = u128::from(job % JOBS);
    match what % 6 {
        0 => set(job, JobStatus::EnRoute),
        1 => set(job, JobStatus::Started),
        2 => set(job, JobStatus::Paused),
        3 => set(job, JobStatus::Finished),
        _ => add(u128::from(fresh), job),
    }
}
