//! A cluster under load, of real programs: servers, PostgreSQL with `fsync` on, an S3.
//!
//! `cargo xtask trials --only cluster` builds and runs it: `cluster_trials [kill] [figures] [--json FILE]`. The first part
//! kills everything under a thousand devices and says what is missing then; its exit code is 1 where anything is. The second
//! measures. Both print a table. `TMPDIR` must be on a disk whose `fsync` counts.

mod checks;
mod commit;
mod device;
mod faults;
mod figures;
mod limits;
mod line;
mod load;
mod outbox;
mod parts;
mod people;
mod postgres;
mod seen;
mod stored;
mod streams;
mod table;
mod tally;
mod trial;
mod wire;

use afield_domain::Timestamp;
use afield_server::clock::{Clock as _, SystemClock};
use clap::{Parser, ValueEnum};
use figures::{Figures, Wanted};
use serde::Serialize;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};
use trial::{Outcome, Trial};

pub(crate) type Trouble = Box<dyn std::error::Error + Send + Sync>;
pub(crate) type Result<T> = std::result::Result<T, Trouble>;

/// A cluster under load.
#[derive(Debug, Parser)]
struct Flags {
    /// Only these parts; both without any.
    parts: Vec<Part>,
    /// Write everything that came of it into this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Devices that work while everything is killed; at least one of each company.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(4..=10_000))]
    devices: u32,
    /// How often each of them is killed.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long a person thinks before the next change, in milliseconds.
    #[arg(long, default_value_t = 3_000)]
    thinks: u64,
    /// How long each load is measured, in seconds. A session may ask 1,200 times in a minute.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=10))]
    seconds: u64,
    /// No load of more devices than these: each of them pushes once at least, however slow a server is.
    #[arg(long, default_value_t = 10_000)]
    most_devices: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Kill,
    Figures,
}

/// Everything that came of it.
#[derive(Debug, Default, Serialize)]
struct Report {
    #[serde(skip_serializing_if = "Option::is_none")]
    kill: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    figures: Option<Figures>,
}

fn main() -> ExitCode {
    match run(&Flags::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing was found that must not be.
fn run(flags: &Flags) -> Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let is_wanted = |part| flags.parts.is_empty() || flags.parts.contains(&part);
    let mut report = Report::default();
    let mut is_right = true;
    if is_wanted(Part::Kill) {
        let folder = folder("afield-kill")?;
        let trial = Trial {
            devices: flags.devices,
            rounds: flags.rounds,
            thinks: Duration::from_millis(flags.thinks),
        };
        let outcome = runtime.block_on(unless_ended(trial::run(folder.path(), trial)));
        is_right = outcome
            .as_ref()
            .is_ok_and(|outcome| outcome.violations.is_empty());
        if !is_right {
            // Whoever looks for the fault needs what is there.
            say(&format!("kept: {}", folder.keep().display()))?;
        }
        let outcome = outcome?;
        say(&table::of_trial(&outcome))?;
        report.kill = Some(outcome);
    }
    if is_wanted(Part::Figures) {
        let folder = folder("afield-load")?;
        let wanted = Wanted {
            each: Duration::from_secs(flags.seconds),
            most_devices: flags.most_devices,
        };
        let figures = runtime.block_on(unless_ended(figures::measure(folder.path(), wanted)))?;
        say(&table::of_figures(&figures))?;
        report.figures = Some(figures);
    }
    if let Some(path) = &flags.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(is_right)
}

/// Ends with Ctrl-C or SIGTERM too: what it has started goes with it.
async fn unless_ended<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        done = work => done,
        _ = tokio::signal::ctrl_c() => Err("ended".into()),
        _ = terminated.recv() => Err("ended".into()),
    }
}

/// A folder that goes with this process. PostgreSQL, which is never root, must find its own in it.
fn folder(prefix: &str) -> Result<tempfile::TempDir> {
    let open_to_all = std::fs::Permissions::from_mode(0o755);
    let mut folder = tempfile::Builder::new();
    Ok(folder.prefix(prefix).permissions(open_to_all).tempdir()?)
}

fn say(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

fn now() -> Timestamp {
    SystemClock.now()
}

#[allow(clippy::disallowed_methods)] // Measured, not decided by.
fn instant() -> Instant {
    Instant::now()
}
