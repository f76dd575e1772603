//! Finds what the server's tests start beside it: PostgreSQL, and Python for the second back end.
//! It must never start any of them.

use std::path::Path;

use anyhow::Result;

use crate::browser::{apt_install, can_install};
use crate::repo::Repo;
use crate::{progress, tools};

/// Brings what is not here, where that can be done. Elsewhere the tests say what to install.
pub(crate) fn ensure(repo: &Repo) -> Result<()> {
    let mut lacking = Vec::new();
    if !has_postgres() {
        lacking.push("postgresql");
    }
    if !tools::answers("python3") || !Path::new("/usr/share/zoneinfo/Europe/Berlin").exists() {
        lacking.extend(["python3", "tzdata"]);
    }
    if lacking.is_empty() || !can_install() {
        return Ok(());
    }
    progress::step("PostgreSQL and Python (apt-get)", || {
        apt_install(repo, &lacking)
    })
}

/// On the PATH, or where Debian puts the programs of each version.
fn has_postgres() -> bool {
    let of_debian = || {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut initdb = versions
            .flatten()
            .map(|version| version.path().join("bin/initdb"));
        initdb.find(|program| program.exists())
    };
    tools::answers("initdb") || of_debian().is_some()
}
