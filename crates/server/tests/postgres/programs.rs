//! Where PostgreSQL's programs are on this machine, and as whom they run.
//!
//! Owns nothing that runs. Must never start anything: `life.rs` does.

use std::io;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the programs: that of `initdb` on the PATH, or Debian's newest.
pub(crate) fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut of_debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .collect();
    of_debian.sort();
    let initdb = std::env::split_paths(&path)
        .chain(of_debian.into_iter().rev())
        .map(|folder| folder.join("initdb"))
        .find(|initdb| initdb.is_file())?;
    Some(initdb.canonicalize().ok()?.parent()?.to_owned())
}

/// A command that PostgreSQL runs in: it refuses to be root, so root lends the folder to somebody with fewer rights.
///
/// # Errors
/// When `folder` cannot be looked at or given away, or there is nobody but root.
pub(crate) fn as_who_may(folder: &Path) -> io::Result<Command> {
    if std::fs::metadata(folder)?.uid() != 0 {
        return Ok(Command::new("env"));
    }
    let (user, group) = somebody()?;
    chown(folder, Some(user), Some(group))?;
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={user}"));
    command.arg(format!("--regid={group}"));
    command.arg("--clear-groups");
    Ok(command)
}

/// Who is not root.
fn somebody() -> io::Result<(u32, u32)> {
    let accounts = std::fs::read_to_string("/etc/passwd")?;
    let ids = |name: &str| {
        let line = accounts
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2).map(str::parse);
        Some((ids.next()?.ok()?, ids.next()?.ok()?))
    };
    let ids = ids("postgres").or_else(|| ids("nobody"));
    ids.ok_or_else(|| io::Error::other("there is nobody but root to run PostgreSQL as"))
}
