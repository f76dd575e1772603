//! `cargo xtask`: every chore of the repository, one command each.
//! Owns the command line and the exit code. It must never hold what a chore does: that is in the module of its name.
#![allow(clippy::print_stdout, clippy::print_stderr)] // it talks to the person who typed the command
#![allow(clippy::disallowed_methods)] // it runs natively, where reading the clock is fine

mod bench;
mod beside;
mod browser;
mod build;
#[cfg(unix)]
mod cluster;
mod codes;
mod conformance;
mod dev;
mod engines;
mod files;
mod fuzz;
mod guide;
mod merge;
mod order;
mod owners;
mod packing;
mod panics;
mod playwright;
mod progress;
mod pwa;
mod repo;
mod run;
mod seal;
mod short_names;
mod shots;
mod sim;
mod size;
mod split;
mod stamp;
mod test;
mod texts;
mod tools;
mod trials;
mod unused;
mod verdicts;
mod wasm_opt;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The chores of Afield.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Flags {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Bring the tools, build everything and start the server with a demo company.
    Run {
        /// Where the server listens.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// The folder of the database and the files; made when it is missing.
        #[arg(long, value_name = "DIR", default_value = "data")]
        data: PathBuf,
        /// Run the demo as if it were another day. Phones keep their own clocks.
        #[arg(long, value_name = "YYYY-MM-DD[THH:MM]")]
        today: Option<String>,
        /// For phones of this network: TLS with a certificate made here, which a phone is told how to trust.
        #[arg(long, conflicts_with = "dev")]
        tls: bool,
        /// Debug build, built again and reloaded in the browser after each change.
        #[arg(long)]
        dev: bool,
        /// As a large company runs it: PostgreSQL, an S3, two servers and a balancer, made for this run and gone after it.
        #[arg(long, conflicts_with_all = ["dev", "tls", "data"])]
        cluster: bool,
    },
    /// Build the app, the worker and the server in release.
    Build,
    /// Run every check and every test.
    Test {
        /// Only the steps of these names (repeat it, or separate with commas). `--only list` shows the names.
        #[arg(long, value_name = "NAME", value_delimiter = ',')]
        only: Vec<String>,
    },
    /// The same as `test`; the name CI uses.
    Ci,
    /// Seal the built app and write its service worker. Trunk calls this after each build.
    Pwa,
    /// Run the engine in a world that goes wrong on purpose.
    #[command(disable_help_flag = true)]
    Sim {
        /// `--seeds N`, `--seed S`, `--planted` and more: `cargo xtask sim --help` lists them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Say where a back end speaks the protocol otherwise than docs/protocol.md.
    #[command(disable_help_flag = true)]
    Conformance {
        /// `--url URL --technician MAIL:PASSWORD` and more: `cargo xtask conformance --help` lists them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Feed made-up bytes to what reads bytes of others.
    Fuzz {
        /// Only this target.
        #[arg(long, value_name = "NAME")]
        target: Option<String>,
        /// How long each target; without it as long as in the tests, and each time the same.
        #[arg(long, value_name = "N")]
        seconds: Option<u64>,
        /// Run one input again, such as one that failed.
        #[arg(
            long,
            value_name = "FILE",
            requires = "target",
            conflicts_with = "seconds"
        )]
        replay: Option<PathBuf>,
    },
    /// Pictures of every screen, phone and desk, light and dark, and a contact sheet.
    Shots {
        /// Where to.
        #[arg(long, value_name = "DIR", default_value = "target/shots")]
        to: PathBuf,
    },
    /// Makes the trials that take an hour and more: a hundred files over a slow line that is cut again and again; a cluster
    /// of which everything is killed.
    Trials {
        /// Only these (repeat it, or separate with commas). `--only list` shows the names.
        #[arg(long, value_name = "NAME", value_delimiter = ',')]
        only: Vec<String>,
        /// Write every figure of the cluster into this file.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// What a first visit downloads, against the budget.
    Size,
    /// Measure ours and what people would otherwise use, side by side in one Chromium.
    Bench {
        /// Only these measures (repeat it, or separate with commas). `--only list` shows the names.
        #[arg(long, value_name = "NAME", value_delimiter = ',')]
        only: Vec<String>,
        /// How often each side has its turn.
        #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
        rounds: u32,
        /// Write every figure of every round into this file.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let done = match Flags::parse().chore {
        #[cfg(unix)]
        Chore::Run {
            port,
            today,
            cluster: true,
            ..
        } => cluster::run(port, today.as_deref()),
        Chore::Run {
            port,
            data,
            today,
            tls,
            dev: false,
            ..
        } => run::run(port, &data, today.as_deref(), tls),
        Chore::Run {
            port,
            data,
            today,
            dev: true,
            ..
        } => dev::run(port, &data, today.as_deref()),
        Chore::Build => build::all(),
        Chore::Test { only } => test::run(&only),
        Chore::Ci => test::run(&[]),
        Chore::Pwa => pwa::run(),
        Chore::Sim { arguments } => repo::Repo::find().and_then(|repo| sim::run(&repo, &arguments)),
        // It has an exit code of its own: nothing could be tried.
        Chore::Conformance { arguments } => {
            let looked = repo::Repo::find().and_then(|repo| conformance::run(&repo, &arguments));
            return looked.unwrap_or_else(|error| {
                eprintln!("error: {error:#}");
                ExitCode::from(2)
            });
        }
        Chore::Fuzz {
            target: Some(target),
            replay: Some(input),
            ..
        } => repo::Repo::find().and_then(|repo| fuzz::replay(&repo, &target, &input)),
        Chore::Fuzz {
            target, seconds, ..
        } => repo::Repo::find().and_then(|repo| fuzz::run(&repo, target.as_deref(), seconds)),
        Chore::Shots { to } => shots::run(&to),
        Chore::Trials { only, json } => trials::run(&only, json.as_deref()),
        Chore::Size => size::run(),
        Chore::Bench { only, rounds, json } => bench::run(&bench::Wanted {
            only: &only,
            rounds,
            json: json.as_deref(),
        }),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
