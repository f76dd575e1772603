//! Makes a failing schedule smaller: what is left out and still fails was not needed.

use crate::run::{Setup, Violation, run};
use crate::schedule::Schedule;

/// The smallest schedule found that breaks the same invariant.
#[must_use]
pub fn shrink(schedule: &Schedule, setup: &Setup, violation: &Violation) -> Schedule {
    let fails = |candidate: &Schedule| {
        run(candidate, setup, false)
            .violation
            .is_some_and(|found| found.invariant == violation.invariant)
    };
    let mut best = schedule.clone();
    let mut quiet = best.clone();
    quiet.swarm.percent = 0;
    if fails(&quiet) {
        best = quiet;
    }
    let mut size = best.actions.len().div_ceil(2).max(1);
    loop {
        let mut start = 0;
        while start < best.actions.len() {
            let mut candidate = best.clone();
            let end = (start + size).min(candidate.actions.len());
            candidate.actions.drain(start..end);
            if fails(&candidate) {
                best = candidate;
            } else {
                start += size;
            }
        }
        if size == 1 {
            return best;
        }
        size = size.div_ceil(2).min(size - 1).max(1);
    }
}
