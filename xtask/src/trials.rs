//! `cargo xtask trials`: what takes an hour and more, with the real browser and the real server.
//! It must never be a part of what every change waits for.

use anyhow::Result;

use crate::repo::Repo;
use crate::{browser, build, progress, tools};

/// Builds when the build is not current, then makes the trials. Their figures are printed.
pub(crate) fn run() -> Result<()> {
    let repo = Repo::find()?;
    tools::ensure_for_build(&repo)?;
    build::app(&repo)?;
    build::server(&repo)?;
    tools::ensure_npm(&repo)?;
    let browser = browser::ensure(&repo)?;
    let config = repo.root.join("tests/browser/trials.config.ts");
    let mut command = repo.command(tools::path_of_npm(&repo, "playwright"));
    command
        .args(["test", "--reporter=list", "--config"])
        .arg(config)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("AFIELD_CHROMIUM", &browser.chromium)
        .env("AFIELD_SERVER", repo.server("release"))
        .env("AFIELD_DIST", repo.dist());
    progress::execute(&mut command)
}
