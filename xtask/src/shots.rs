//! `cargo xtask shots`: pictures of every screen, to be looked at.
//! It must never judge them: that is a person's work.

use std::path::Path;

use anyhow::{Context, Result};

use crate::repo::Repo;
use crate::{build, playwright, progress, tools};

/// Builds when the build is not current, then takes the pictures.
pub(crate) fn run(to: &Path) -> Result<()> {
    let repo = Repo::find()?;
    tools::ensure_for_build(&repo)?;
    build::app(&repo)?;
    build::server(&repo)?;
    let to = std::path::absolute(to).context("no current folder")?;
    let config = repo.root.join("tests/browser/shots.config.ts");
    let mut command = playwright::in_chromium(&repo, "line", &config)?;
    progress::execute(command.env("AFIELD_SHOTS", &to))?;
    println!("Look at {}", to.join("index.html").display());
    Ok(())
}
