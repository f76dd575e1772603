//! `sim`: runs schedules by seed, shrinks and prints the first that fails.

#![allow(clippy::print_stdout)] // A command line tool prints.

mod report;

use afield_sim::server::{Level, RealError};
use afield_sim::sweep::{Sum, crash_everywhere, sweep};
use afield_sim::{Schedule, Setup, run};
use clap::Parser;
use clap::builder::ArgPredicate;
use std::process::ExitCode;

/// The real engine and the real server in a world that goes wrong on purpose.
#[derive(Debug, Parser)]
struct Flags {
    /// Schedules with the real server (fewer with --postgres: each takes some ten times as long).
    #[arg(
        long,
        default_value_t = 20_000,
        default_value_if("postgres", ArgPredicate::IsPresent, "500")
    )]
    seeds: u64,
    /// Schedules with the reference model as the server.
    #[arg(
        long,
        default_value_t = 200_000,
        default_value_if("postgres", ArgPredicate::IsPresent, "0")
    )]
    model_seeds: u64,
    /// Base schedules that are crashed at every event, one run for each.
    #[arg(
        long,
        default_value_t = 50,
        default_value_if("postgres", ArgPredicate::IsPresent, "0")
    )]
    crashed: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// One seed, twice, with its trace.
    #[arg(long)]
    seed: Option<u64>,
    /// The poll at which the first phone's power goes, with --seed.
    #[arg(long)]
    crash_at: Option<u64>,
    /// With --seed: the reference model instead of the real server.
    #[arg(long)]
    model: bool,
    /// The real server on PostgreSQL, which is begun for it and ends with it.
    #[arg(long, conflicts_with = "model")]
    postgres: bool,
    /// Looks for every planted bug as well, in at most so many seeds each; with --postgres for those of the server.
    #[arg(long, num_args = 0..=1, default_missing_value = "4000")]
    planted: Option<u64>,
    /// With --planted: only these of them, by name.
    #[arg(long)]
    bug: Vec<String>,
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    let done = match flags.seed {
        Some(seed) => replay(&flags, seed),
        None => run_all(&flags),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("sim: {error}");
            ExitCode::FAILURE
        }
    }
}

impl Flags {
    /// The real server, as it is asked for.
    fn real(&self) -> Level {
        match self.postgres {
            true => Level::Postgres,
            false => Level::Server,
        }
    }

    /// What answers a single seed.
    fn level(&self) -> Level {
        match self.model {
            true => Level::Model,
            false => self.real(),
        }
    }
}

fn schedule(seed: u64, crash_at: Option<u64>) -> Schedule {
    match crash_at {
        Some(_) => Schedule::small_of_seed(seed),
        None => Schedule::of_seed(seed),
    }
}

/// Runs one seed twice and prints its trace.
fn replay(flags: &Flags, seed: u64) -> Result<bool, RealError> {
    let setup = Setup {
        crash_at: flags.crash_at,
        ..Setup::at(flags.level())?
    };
    let schedule = schedule(seed, flags.crash_at);
    let (outcome, again) = (run(&schedule, &setup, true), run(&schedule, &setup, false));
    for line in &outcome.lines {
        println!("{line}");
    }
    println!("trace {:016x}, {} steps", outcome.trace_hash, outcome.steps);
    if again.trace_hash != outcome.trace_hash {
        println!(
            "the same seed gave another trace: {:016x}",
            again.trace_hash
        );
        return Ok(false);
    }
    Ok(report::violation(seed, &schedule, &setup, &outcome))
}

#[allow(clippy::disallowed_methods)] // Nothing is decided by it: it is printed.
fn run_all(flags: &Flags) -> Result<bool, RealError> {
    if !canary_sings() {
        println!("sim: a change that was taken away was not missed: the harness finds nothing");
        return Ok(false);
    }
    let end = |count: u64| flags.first.saturating_add(count);
    let mut whole = Sum::default();
    let parts: [(&str, Level, u64, bool); 3] = [
        ("the real server", flags.real(), flags.seeds, false),
        ("the model", Level::Model, flags.model_seeds, false),
        ("a crash at every event", flags.real(), flags.crashed, true),
    ];
    for (name, level, count, crashed) in parts {
        if count == 0 {
            continue;
        }
        let started = std::time::Instant::now();
        let sum = if crashed {
            crash_everywhere(level, flags.first..end(count))?
        } else {
            sweep(level, flags.first..end(count))?
        };
        if let Some((seed, crash_at)) = sum.failed {
            let setup = Setup {
                crash_at,
                ..Setup::at(level)?
            };
            let schedule = schedule(seed, crash_at);
            let outcome = run(&schedule, &setup, false);
            return Ok(report::violation(seed, &schedule, &setup, &outcome));
        }
        report::part(name, &sum, started.elapsed());
        whole.add(&sum);
    }
    report::faults(&whole);
    let caught = report::planted(flags.planted, &flags.bug, flags.real())?;
    report::closing_line(&whole, &caught);
    Ok(caught.iter().all(|caught| caught.seeds.is_some()))
}

/// A run that must fail.
fn canary_sings() -> bool {
    let setup = Setup {
        canary: true,
        ..Setup::default()
    };
    (0..20).any(|seed| {
        let outcome = run(&Schedule::of_seed(seed), &setup, false);
        outcome
            .violation
            .is_some_and(|found| found.invariant == "no saved change is lost")
    })
}
