//! `cargo xtask sim`: the simulation, in release.
//! It must never choose seeds by itself: what failed once can be run again by its number.

use anyhow::Result;

use crate::progress;
use crate::repo::Repo;

/// Schedules of one run of the tests.
pub(crate) const TESTED: u64 = 20_000;

/// Runs `seeds` schedules, or the one of `seed` with its trace.
pub(crate) fn run(repo: &Repo, seeds: u64, seed: Option<u64>) -> Result<()> {
    let mut command = repo.cargo(&[
        "run",
        "--locked",
        "--release",
        "--package",
        "afield-sim",
        "--",
    ]);
    match seed {
        Some(seed) => command.args(["--seed", &seed.to_string()]),
        None => command.args(["--seeds", &seeds.to_string()]),
    };
    progress::execute(&mut command)
}
