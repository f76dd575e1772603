//! Where things are: the repository, the target folder, the tool cache, the pinned versions.
//! It must never build or install anything.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};

/// The places a chore needs, found once.
pub(crate) struct Repo {
    /// The top of the repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// The folder that holds `bin/` with the tools cargo installed for us. Outside the clone, so that a fresh clone is warm.
    pub(crate) tools: PathBuf,
}

impl Repo {
    pub(crate) fn find() -> Result<Self> {
        // Cargo tells where it runs this from; what was true when it was compiled may be another clone
        // that shares the target folder.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = manifest
            .parent()
            .context("xtask has no parent folder")?
            .to_owned();
        let target = target_folder(&root)?;
        let tools = tools_folder(|name| std::env::var_os(name).map(PathBuf::from))?;
        Ok(Self {
            root,
            target,
            tools,
        })
    }

    /// The folder the server serves and embeds.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Where chores keep their own notes (stamps, generated settings).
    pub(crate) fn notes(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The server's binary of a cargo profile's folder (`release`, `debug`).
    pub(crate) fn server(&self, profile: &str) -> PathBuf {
        self.target
            .join(profile)
            .join(format!("afield-server{}", std::env::consts::EXE_SUFFIX))
    }

    /// A command that runs at the top of the repository.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// Cargo, at the top of the repository.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("cargo");
        command.args(arguments);
        command
    }

    /// The version of a package that Cargo.lock pins.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String> {
        let path = self.root.join("Cargo.lock");
        let lock = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        find_locked_version(&lock, package)
            .ok_or_else(|| anyhow!("Cargo.lock does not name {package}"))
    }
}

fn target_folder(root: &Path) -> Result<PathBuf> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cannot start cargo")?;
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).with_context(|| {
            format!(
                "cargo metadata failed: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            )
        })?;
    metadata
        .get("target_directory")
        .and_then(|folder| folder.as_str())
        .map(PathBuf::from)
        .context("cargo metadata names no target folder")
}

fn tools_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf> {
    if let Some(folder) = variable("AFIELD_TOOLS") {
        return Ok(folder);
    }
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .or_else(|| variable("LOCALAPPDATA"))
        .map(|cache| cache.join("afield").join("tools"))
        .context("no home folder to keep the build tools in: set AFIELD_TOOLS to a folder")
}

fn find_locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_locked_version_of_exactly_that_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            find_locked_version(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(find_locked_version(lock, "serde"), None);
    }

    #[test]
    fn the_tool_folder_is_the_named_one_or_the_users_cache() {
        let folder = |set: &'static [(&str, &str)]| {
            tools_folder(|name| {
                set.iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| PathBuf::from(value))
            })
        };
        assert_eq!(
            folder(&[("AFIELD_TOOLS", "/t"), ("HOME", "/h")]).unwrap(),
            Path::new("/t")
        );
        assert_eq!(
            folder(&[("HOME", "/h")]).unwrap(),
            Path::new("/h/.cache/afield/tools")
        );
        assert!(folder(&[]).is_err());
    }
}
