//! Jobs that have left this phone because somebody else has them now.
//!
//! Owns [`GoneJob`], a stored type, and for how long it is remembered. Pure. Must never know more of a job than this
//! phone was shown.

use afield_domain::wire::FromTree;
use afield_domain::{Job, JobId, Timestamp};
use afield_protocol::{Change, LeftJob};
use serde::Serialize;

/// So many are remembered, and so long: who has it now is news, no list of jobs.
const MOST: usize = 20;
const KEPT_MS: i64 = 3 * 86_400_000;

/// A job that has left, as it was last seen here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct GoneJob {
    /// The job.
    pub job: JobId,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Who has it now; empty if nobody has.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// When this phone heard of it, by its own clock.
    pub at: Timestamp,
}

impl GoneJob {
    /// What is remembered of `job`, which was here.
    #[must_use]
    pub fn of(job: &Job, left: LeftJob, now: Timestamp) -> Self {
        Self {
            job: job.id,
            number: job.number.clone(),
            title: job.title.clone(),
            to: left.to,
            at: now,
        }
    }
}

/// What is remembered after a page: the `new` ones too, and none that is here again, or old.
#[must_use]
pub fn plan_gone(
    known: &[GoneJob],
    new: Vec<GoneJob>,
    changes: &[Change],
    now: Timestamp,
) -> Vec<GoneJob> {
    let is_here = |job: JobId| {
        changes.iter().any(|change| match change {
            Change::Upsert(copy) => copy.record.key() == Some(job.into()),
            _ => false,
        })
    };
    let is_told_anew = |job: JobId| new.iter().any(|gone| gone.job == job);
    let stays = |gone: &&GoneJob| {
        now.since(gone.at) < KEPT_MS && !is_here(gone.job) && !is_told_anew(gone.job)
    };
    let mut gone: Vec<GoneJob> = known.iter().filter(stays).cloned().collect();
    gone.extend(new);
    let most = gone.len().saturating_sub(MOST);
    gone.split_off(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fixtures::{job, job_id, technician};
    use afield_domain::{JobStatus, Record, Rev, Versioned};

    fn gone(n: u128, to: &str, at: i64) -> GoneJob {
        let Record::Job(job) = job(n, &technician(1), JobStatus::Scheduled) else {
            panic!("it makes jobs");
        };
        let left = LeftJob {
            job: job_id(n),
            to: to.into(),
        };
        GoneJob::of(&job, left, Timestamp(at))
    }

    fn after(known: &[GoneJob], new: Vec<GoneJob>, back: &[u128], now: i64) -> Vec<String> {
        let upsert = |n: &u128| {
            Change::Upsert(Versioned {
                rev: Rev(2),
                record: job(*n, &technician(1), JobStatus::Scheduled),
            })
        };
        let changes: Vec<Change> = back.iter().map(upsert).collect();
        let found = plan_gone(known, new, &changes, Timestamp(now));
        let text = |gone: &GoneJob| format!("{} {}", gone.number, gone.to);
        found.iter().map(text).collect()
    }

    #[test]
    fn the_last_word_counts_and_what_is_back_or_old_is_forgotten() {
        let known = [gone(1, "Ben", 0), gone(2, "", 0)];
        assert_eq!(after(&known, vec![], &[], 5), ["J-1 Ben", "J-2 "]);
        let told = vec![gone(1, "Cem", 5)];
        assert_eq!(after(&known, told, &[], 5), ["J-2 ", "J-1 Cem"]);
        assert_eq!(after(&known, vec![], &[2], 5), ["J-1 Ben"]);
        assert_eq!(after(&known, vec![], &[], KEPT_MS), [""; 0]);
        let many: Vec<GoneJob> = (0..30).map(|n| gone(n, "", 0)).collect();
        assert_eq!(after(&[], many, &[], 5).len(), MOST);
    }
}
