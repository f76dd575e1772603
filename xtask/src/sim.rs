//! `cargo xtask sim`: the simulation, in release.
//! It must never choose seeds by itself: what failed once can be run again by its number.

use anyhow::Result;

use crate::progress;
use crate::repo::Repo;

/// What the tests ask for: a part of what `cargo xtask sim` draws by itself, so that all checks together
/// stay under an hour on a slow machine, and every planted bug.
pub(crate) const TESTED: [&str; 8] = [
    "--seeds",
    "4000",
    "--model-seeds",
    "14000",
    "--crashed",
    "1",
    "--planted",
    // All show with less than 1,500.
    "4000",
];

/// The same on PostgreSQL, where a schedule takes as long as ten on SQLite in memory: what is a minute of two cores.
pub(crate) const TESTED_ON_POSTGRES: [&str; 5] = [
    "--postgres",
    "--seeds",
    "200",
    "--planted",
    // All of the server show with 65 and less.
    "100",
];

/// Runs the simulation with these arguments of its own.
pub(crate) fn run(repo: &Repo, arguments: &[impl AsRef<str>]) -> Result<()> {
    let mut command = repo.cargo(&[
        "run",
        "--locked",
        "--release",
        "--package",
        "afield-sim",
        "--features",
        "planted",
        "--",
    ]);
    command.args(arguments.iter().map(AsRef::as_ref));
    progress::execute(&mut command)
}
