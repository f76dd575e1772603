//! Lists and hashes files. It must never write or follow anything outside the folder it was given.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64::Engine as _;
use sha2::{Digest, Sha256};

/// All files below a folder (or the file itself), sorted. A missing path is no files. Hidden entries are left out.
pub(crate) fn list(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(path, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        found.push(path.to_owned());
    } else if path.is_dir() {
        let entries =
            std::fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))?;
        for entry in entries {
            let entry = entry?;
            if !entry.file_name().to_string_lossy().starts_with('.') {
                collect(&entry.path(), found)?;
            }
        }
    }
    Ok(())
}

/// Reads a file, naming it when that fails.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file, naming it when that fails.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// The path below a folder, with `/` on every system.
pub(crate) fn below(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder)
        .unwrap_or(path)
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// The extension in lower case, or nothing.
pub(crate) fn extension(path: &Path) -> String {
    path.extension()
        .map(|extension| extension.to_string_lossy().to_lowercase())
        .unwrap_or_default()
}

/// The first sixteen hex digits of the sha256: enough to name a file or a build.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// `sha256-<base64>`, as the `integrity` option of `fetch` wants it.
pub(crate) fn integrity(bytes: &[u8]) -> String {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(bytes));
    format!("sha256-{hash}")
}

/// A folder for one test, gone afterwards.
#[cfg(test)]
pub(crate) struct TestFolder(pub(crate) PathBuf);

#[cfg(test)]
impl TestFolder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("afield-xtask-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

#[cfg(test)]
impl Drop for TestFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_sorted_and_without_hidden_entries() {
        let folder = TestFolder::new("list");
        folder.put("b.txt", "");
        folder.put("a/c.txt", "");
        folder.put(".stage/x", "");
        let names: Vec<_> = list(&folder.0)
            .unwrap()
            .iter()
            .map(|path| below(&folder.0, path))
            .collect();
        assert_eq!(names, ["a/c.txt", "b.txt"]);
        assert!(list(&folder.0.join("missing")).unwrap().is_empty());
    }

    #[test]
    fn hashes_are_those_of_sha256() {
        assert_eq!(short_hash(b""), "e3b0c44298fc1c14");
        assert_eq!(
            integrity(b""),
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
    }
}
