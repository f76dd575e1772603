//! `cargo xtask conformance`: the suite that says where a back end speaks the protocol otherwise.
//! It must never know a check: those are in `crates/conformance`.

use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::repo::Repo;

/// Runs the suite with these arguments of its own. Its exit code is this one's: 0 passed, 1 failed, 2 could not be tried.
pub(crate) fn run(repo: &Repo, arguments: &[String]) -> Result<ExitCode> {
    let mut command = repo.cargo(&[
        "run",
        "--locked",
        "--quiet",
        "--package",
        "afield-conformance",
        "--",
    ]);
    let ended = command.args(arguments).status();
    let ended = ended.context("cargo cannot be started")?;
    Ok(match ended.code() {
        Some(0) => ExitCode::SUCCESS,
        Some(1) => ExitCode::FAILURE,
        _ => ExitCode::from(2),
    })
}
