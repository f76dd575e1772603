//! `cargo xtask trials`: what takes an hour and more, with the real browser and the real server.
//! It must never be a part of what every change waits for.

use anyhow::Result;

use crate::repo::Repo;
use crate::{build, playwright, progress, tools};

/// Builds when the build is not current, then makes the trials. Their figures are printed.
pub(crate) fn run() -> Result<()> {
    let repo = Repo::find()?;
    tools::ensure_for_build(&repo)?;
    build::app(&repo)?;
    build::server(&repo)?;
    let config = repo.root.join("tests/browser/trials.config.ts");
    progress::execute(&mut playwright::in_chromium(&repo, "list", &config)?)
}
