//! Files as a whole: names beside a name, and what survives a power cut.
//!
//! Owns no rule of what the files are.

use crate::error::ServerError;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};

/// `path` with `end` behind its name.
pub(super) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

pub(super) fn failed(doing: &str, path: &Path, error: &dyn std::fmt::Display) -> ServerError {
    ServerError::Unusable(format!("cannot {doing} {}: {error}", path.display()))
}

/// What is written survives a power cut.
pub(super) fn sync(file: &Path) -> std::io::Result<()> {
    File::options().write(true).open(file)?.sync_all()
}

/// So do names. Where a folder cannot be opened as a file, the system sees to it.
pub(super) fn sync_folder(file: &Path) {
    if let Ok(folder) = File::open(folder_of(file)) {
        let _ = folder.sync_all();
    }
}

/// The folder that `file` is in.
fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_name_is_in_the_folder_of_now() {
        for (file, expected) in [("b.db", "."), ("a/b.db", "a"), ("/b.db", "/"), ("./b", ".")] {
            assert_eq!(folder_of(Path::new(file)), Path::new(expected), "{file}");
        }
    }
}
