//! `cargo xtask shots`: pictures of every screen, to be looked at.
//! It must never judge them: that is a person's work.

use std::path::Path;

use anyhow::{Context, Result};

use crate::repo::Repo;
use crate::{browser, build, progress, tools};

/// Builds when the build is not current, then takes the pictures.
pub(crate) fn run(to: &Path) -> Result<()> {
    let repo = Repo::find()?;
    tools::ensure_for_build(&repo)?;
    build::app(&repo)?;
    build::server(&repo)?;
    tools::ensure_npm(&repo)?;
    let browser = browser::ensure(&repo)?;
    let to = std::path::absolute(to).context("no current folder")?;
    let config = repo.root.join("tests/browser/shots.config.ts");
    let mut command = repo.command(tools::path_of_npm(&repo, "playwright"));
    command
        .args(["test", "--reporter=line", "--config"])
        .arg(config)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("AFIELD_CHROMIUM", &browser.chromium)
        .env("AFIELD_SERVER", repo.server("release"))
        .env("AFIELD_DIST", repo.dist())
        .env("AFIELD_SHOTS", &to);
    progress::execute(&mut command)?;
    println!("Look at {}", to.join("index.html").display());
    Ok(())
}
