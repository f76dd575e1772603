//! Playwright, on the release build of app and server.
//! Owns how it is started. It must never know what is tested, nor download a browser.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::repo::Repo;
use crate::{browser, tools};

/// Runs what `config` names, with `reporter`, in whatever browsers that brings.
pub(crate) fn command(repo: &Repo, reporter: &str, config: &Path) -> Result<Command> {
    tools::ensure_npm(repo)?;
    let mut command = repo.command(tools::path_of_npm(repo, "playwright"));
    command
        .args(["test", &format!("--reporter={reporter}"), "--config"])
        .arg(config)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("AFIELD_SERVER", repo.server("release"))
        .env("AFIELD_DIST", repo.dist());
    Ok(command)
}

/// The same in the system's Chromium, which is installed where that is possible.
pub(crate) fn in_chromium(repo: &Repo, reporter: &str, config: &Path) -> Result<Command> {
    let browser = browser::ensure(repo)?;
    let mut command = command(repo, reporter, config)?;
    command.env("AFIELD_CHROMIUM", &browser.chromium);
    Ok(command)
}
