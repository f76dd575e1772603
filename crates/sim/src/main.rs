//! `sim`: runs schedules by seed, shrinks and prints the first that fails.

#![allow(clippy::print_stdout)] // A command line tool prints.

use afield_sim::fault::FaultCounts;
use afield_sim::shrink::shrink;
use afield_sim::{Schedule, run};
use std::process::ExitCode;

struct Flags {
    seeds: u64,
    seed: Option<u64>,
    first: u64,
}

fn flags() -> Option<Flags> {
    let mut flags = Flags {
        seeds: 20_000,
        seed: None,
        first: 0,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next()?.parse().ok()?;
        match name.as_str() {
            "--seeds" => flags.seeds = value,
            "--seed" => flags.seed = Some(value),
            "--first" => flags.first = value,
            _ => return None,
        }
    }
    Some(flags)
}

fn main() -> ExitCode {
    let Some(flags) = flags() else {
        println!("usage: sim [--seeds N] [--first N] [--seed S]");
        return ExitCode::FAILURE;
    };
    match flags.seed {
        Some(seed) => replay(seed),
        None => sweep(flags.first, flags.seeds),
    }
}

/// Runs one seed twice and prints its trace.
fn replay(seed: u64) -> ExitCode {
    let schedule = Schedule::of_seed(seed);
    let (outcome, again) = (run(&schedule, true), run(&schedule, false));
    for line in &outcome.lines {
        println!("{line}");
    }
    println!("trace {:016x}, {} steps", outcome.trace_hash, outcome.steps);
    if again.trace_hash != outcome.trace_hash {
        println!(
            "the same seed gave another trace: {:016x}",
            again.trace_hash
        );
        return ExitCode::FAILURE;
    }
    report(seed, &schedule, &outcome)
}

fn report(seed: u64, schedule: &Schedule, outcome: &afield_sim::Outcome) -> ExitCode {
    let Some(violation) = &outcome.violation else {
        println!("seed {seed}: nothing is wrong");
        return ExitCode::SUCCESS;
    };
    println!(
        "seed {seed}, step {}: {}: {}",
        violation.step, violation.invariant, violation.what
    );
    let small = shrink(schedule, violation);
    println!("shrunk to {} actions: {small:#?}", small.actions.len());
    println!("again: cargo xtask sim --seed {seed}");
    ExitCode::FAILURE
}

/// What one thread has seen.
#[derive(Default)]
struct Sum {
    faults: FaultCounts,
    requests: u64,
    mutations: u64,
    failed: Option<u64>,
}

impl Sum {
    fn add(&mut self, other: &Self) {
        self.faults.merge(&other.faults);
        self.requests += other.requests;
        self.mutations += other.mutations;
        self.failed = self.failed.or(other.failed);
    }
}

/// Runs every `stride`th seed; a seed is the same wherever it runs.
fn run_seeds(seeds: std::ops::Range<u64>, stride: usize) -> Sum {
    let mut sum = Sum::default();
    for seed in seeds.step_by(stride) {
        let outcome = run(&Schedule::of_seed(seed), false);
        if outcome.violation.is_some() {
            sum.failed = Some(seed);
            return sum;
        }
        sum.faults.merge(&outcome.faults);
        sum.requests += outcome.requests;
        sum.mutations += outcome.mutations;
    }
    sum
}

fn sweep(first: u64, seeds: u64) -> ExitCode {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let end = first.saturating_add(seeds);
    let mut sum = Sum::default();
    std::thread::scope(|scope| {
        let starts = first..first.saturating_add(threads as u64);
        let workers: Vec<_> = starts
            .map(|start| scope.spawn(move || run_seeds(start..end, threads)))
            .collect();
        for worker in workers {
            if let Ok(part) = worker.join() {
                sum.add(&part);
            }
        }
    });
    if let Some(seed) = sum.failed {
        let schedule = Schedule::of_seed(seed);
        return report(seed, &schedule, &run(&schedule, false));
    }
    for (fault, count) in sum.faults.each() {
        println!("{count:>12}  {fault:?}");
    }
    println!(
        "sim: {seeds} schedules, {} changes, {} requests, {} faults, 0 violations",
        sum.mutations,
        sum.requests,
        sum.faults.total()
    );
    ExitCode::SUCCESS
}
