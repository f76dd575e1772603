//! What `sim` prints.

use afield_sim::planted::{Caught, median_seeds};
use afield_sim::server::{Level, RealError};
use afield_sim::shrink::shrink;
use afield_sim::sweep::Sum;
use afield_sim::{Outcome, Schedule, Setup};
use std::time::Duration;

/// One part of a run.
pub(crate) fn part(name: &str, sum: &Sum, took: Duration) {
    println!(
        "{:>9} schedules against {name}: {} changes, {} requests, {} faults in {:.1} s",
        sum.schedules,
        sum.mutations,
        sum.requests,
        sum.faults.total(),
        took.as_secs_f64()
    );
}

/// How often each class of faults has struck.
pub(crate) fn faults(sum: &Sum) {
    for (fault, count) in sum.faults.each() {
        println!("{count:>12}  {fault:?}");
    }
}

/// What a run has shown. Whether nothing is wrong.
pub(crate) fn violation(seed: u64, schedule: &Schedule, setup: &Setup, outcome: &Outcome) -> bool {
    let Some(violation) = &outcome.violation else {
        println!("seed {seed}: nothing is wrong");
        return true;
    };
    println!(
        "seed {seed}, step {}: {}: {}",
        violation.step, violation.invariant, violation.what
    );
    let small = shrink(schedule, setup, violation);
    println!("shrunk to {} actions: {small:#?}", small.actions.len());
    let level = match setup.level {
        Level::Model => " --model",
        Level::Server => "",
        Level::Postgres => " --postgres",
    };
    let crash = setup
        .crash_at
        .map_or_else(String::new, |poll| format!(" --crash-at {poll}"));
    println!("again: cargo xtask sim --seed {seed}{level}{crash}");
    false
}

/// Looks for every planted bug, if asked to; against the server at `real`.
#[cfg(feature = "planted")]
pub(crate) fn planted(
    most: Option<u64>,
    only: &[String],
    real: Level,
) -> Result<Vec<Caught>, RealError> {
    let Some(most) = most else {
        return Ok(Vec::new());
    };
    let all = afield_sim::planted::hunt_all(most, only, real)?;
    for caught in &all {
        match caught.seeds {
            Some(seeds) => println!("{seeds:>12}  {:?}: {}", caught.bug, caught.invariant),
            None => println!("{:>12}  {:?}", "NOT FOUND", caught.bug),
        }
    }
    Ok(all)
}

/// Without the feature there is no bug to look for.
#[cfg(not(feature = "planted"))]
pub(crate) fn planted(
    most: Option<u64>,
    _only: &[String],
    _real: Level,
) -> Result<Vec<Caught>, RealError> {
    if most.is_some() {
        println!("built without the feature `planted`: no bug is looked for");
    }
    Ok(Vec::new())
}

/// The line that says it all.
pub(crate) fn closing_line(sum: &Sum, caught: &[Caught]) {
    let found = caught
        .iter()
        .filter(|caught| caught.seeds.is_some())
        .count();
    println!(
        "sim: {} schedules, {} faults, {found}/{} planted caught (median {} seeds), 0 violations",
        sum.schedules,
        sum.faults.total(),
        caught.len(),
        median_seeds(caught)
    );
}
