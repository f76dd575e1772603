//! `cargo xtask sim`: the simulation, in release.
//! It must never choose seeds by itself: what failed once can be run again by its number.

use anyhow::Result;

use crate::progress;
use crate::repo::Repo;

/// What the tests ask for: less than `cargo xtask sim` draws by itself, so that all checks together take half an
/// hour, and every planted bug.
pub(crate) const TESTED: [&str; 8] = [
    "--seeds",
    "12000",
    "--model-seeds",
    "80000",
    "--crashed",
    "20",
    "--planted",
    // `CursorUnchecked` shows with 5,785, all others with less than 4,000.
    "8000",
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
