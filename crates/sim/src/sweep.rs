//! Many schedules on all cores. A seed is the same wherever it runs.

use crate::fault::FaultCounts;
use crate::run::{Outcome, Setup, run};
use crate::schedule::Schedule;
use crate::server::{Level, RealError};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What many runs have shown.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    /// Schedules.
    pub schedules: u64,
    /// Faults.
    pub faults: FaultCounts,
    /// Requests that arrived.
    pub requests: u64,
    /// Changes that were saved.
    pub mutations: u64,
    /// The first that failed: its seed, and the poll at which its phone lost its power.
    pub failed: Option<(u64, Option<u64>)>,
}

impl Sum {
    /// Adds another's.
    pub fn add(&mut self, other: &Self) {
        self.schedules += other.schedules;
        self.faults.merge(&other.faults);
        self.requests += other.requests;
        self.mutations += other.mutations;
        self.failed = match (self.failed, other.failed) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }

    fn count(&mut self, outcome: &Outcome, seed: u64, crash_at: Option<u64>) {
        self.schedules += 1;
        self.faults.merge(&outcome.faults);
        self.requests += outcome.requests;
        self.mutations += outcome.mutations;
        if outcome.violation.is_some() && self.failed.is_none() {
            self.failed = Some((seed, crash_at));
        }
    }
}

/// Gives numbers to `work` on every core until they are used up or one has failed.
///
/// # Errors
/// When a real server cannot be started.
fn on_all_cores(
    level: Level,
    numbers: std::ops::Range<u64>,
    work: impl Fn(&Setup, u64, &mut Sum) + Sync,
) -> Result<Sum, RealError> {
    let (next, stopped) = (AtomicU64::new(numbers.start), AtomicBool::new(false));
    let run_some = || -> Result<Sum, RealError> {
        let setup = Setup::at(level)?;
        let mut sum = Sum::default();
        while !stopped.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= numbers.end {
                break;
            }
            work(&setup, number, &mut sum);
            if sum.failed.is_some() {
                stopped.store(true, Ordering::Relaxed);
            }
        }
        Ok(sum)
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(run_some)).collect();
        let mut sum = Sum::default();
        for worker in workers {
            match worker.join() {
                Ok(part) => sum.add(&part?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(sum)
    })
}

/// Runs these seeds.
///
/// # Errors
/// When a real server cannot be started.
pub fn sweep(level: Level, seeds: std::ops::Range<u64>) -> Result<Sum, RealError> {
    on_all_cores(level, seeds, |setup, seed, sum| {
        let outcome = run(&Schedule::of_seed(seed), setup, false);
        sum.count(&outcome, seed, None);
    })
}

/// Runs each of these seeds once for every poll, with the power of the first phone going there.
///
/// # Errors
/// When a real server cannot be started.
pub fn crash_everywhere(level: Level, seeds: std::ops::Range<u64>) -> Result<Sum, RealError> {
    on_all_cores(level, seeds, |setup, seed, sum| {
        let schedule = Schedule::small_of_seed(seed);
        let polls = run(&schedule, setup, false).polls;
        for poll in 0..polls {
            let setup = Setup {
                crash_at: Some(poll),
                ..setup.clone()
            };
            let outcome = run(&schedule, &setup, false);
            sum.count(&outcome, seed, Some(poll));
            if sum.failed.is_some() {
                return;
            }
        }
    })
}
