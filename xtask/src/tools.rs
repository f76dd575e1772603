//! Brings the tools a build needs, each in exactly the version we pin, and says what to do when it cannot.
//! It must never change the system beyond the tool cache, except for Chromium on Debian as root.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::progress;
use crate::repo::Repo;
use crate::stamp::Stamp;

const TRUNK: &str = "0.21.14";
const CARGO_DENY: &str = "0.20.2";
const GECKODRIVER: &str = "0.37.1";
const TYPOS: &str = "1.52.0";
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Everything a release build needs.
pub(crate) fn ensure_for_build(repo: &Repo) -> Result<()> {
    ensure_wasm_target(repo)?;
    ensure_npm(repo)?;
    ensure_crates(repo)?;
    ensure_trunk(repo)?;
    ensure_wasm_bindgen(repo)
}

/// What a build depends on besides its sources: part of its stamp.
pub(crate) fn versions(repo: &Repo) -> Result<String> {
    Ok(format!(
        "trunk {TRUNK}, wasm-bindgen {}",
        repo.locked_version("wasm-bindgen")?
    ))
}

/// `PATH` with our tools first, for programs that look for them there.
pub(crate) fn search_path(repo: &Repo) -> Result<std::ffi::OsString> {
    let ours = [repo.tools.join("bin"), npm_bin(repo)];
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(ours.into_iter().chain(std::env::split_paths(&path)))
        .context("a folder on PATH has a colon in its name")
}

/// A tool that cargo installed into the cache, or else the one on PATH.
pub(crate) fn path_of(repo: &Repo, tool: &str) -> PathBuf {
    let ours = cached(repo, tool);
    if ours.exists() {
        ours
    } else {
        PathBuf::from(tool)
    }
}

/// A tool that npm installed.
pub(crate) fn path_of_npm(repo: &Repo, tool: &str) -> PathBuf {
    npm_bin(repo).join(tool)
}

fn npm_bin(repo: &Repo) -> PathBuf {
    repo.root.join("node_modules").join(".bin")
}

fn cached(repo: &Repo, tool: &str) -> PathBuf {
    let bin = repo.tools.join("bin");
    bin.join(format!("{tool}{}", std::env::consts::EXE_SUFFIX))
}

pub(crate) fn ensure_wasm_target(repo: &Repo) -> Result<()> {
    if has_wasm_target(repo) {
        return Ok(());
    }
    if !answers("rustup") {
        bail!(
            "the Rust target {WASM_TARGET} is missing and rustup is not installed: install Rust from https://rustup.rs and start again"
        );
    }
    progress::step("Rust's WebAssembly target (rustup)", || {
        progress::execute(repo.command("rustup").args(["target", "add", WASM_TARGET]))
    })
}

fn has_wasm_target(repo: &Repo) -> bool {
    let output = repo
        .command("rustc")
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .output();
    output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

/// The packages of package-lock.json: Tailwind, wasm-opt, esbuild, Playwright.
pub(crate) fn ensure_npm(repo: &Repo) -> Result<()> {
    let installed = repo.root.join("node_modules").join(".package-lock.json");
    let stamp = Stamp::new(
        &repo.notes(),
        "npm",
        &repo.root,
        &["package.json", "package-lock.json"],
        &[],
        &installed,
    );
    if installed.exists() && stamp.is_current()? {
        return Ok(());
    }
    for (tool, brings) in [
        ("node", "Node.js 20 or newer"),
        ("npm", "npm, which comes with Node.js"),
    ] {
        if !answers(tool) {
            bail!(
                "{tool} is not installed: install {brings} from https://nodejs.org or your system's packages and start again"
            );
        }
    }
    progress::step(
        "Tailwind, wasm-opt, esbuild and Playwright (npm ci)",
        || {
            progress::execute(
                repo.command("npm")
                    .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
                    .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
            )
        },
    )?;
    stamp.write()
}

/// The crates of Cargo.lock, so that the builds after this need no network.
pub(crate) fn ensure_crates(repo: &Repo) -> Result<()> {
    let lock = repo.root.join("Cargo.lock");
    let stamp = Stamp::new(
        &repo.notes(),
        "crates",
        &repo.root,
        &["Cargo.lock"],
        &[],
        &lock,
    );
    if stamp.is_current()? {
        return Ok(());
    }
    progress::step("The crates of Cargo.lock (cargo fetch)", || {
        progress::execute(&mut repo.cargo(&["fetch", "--locked"]))
    })?;
    stamp.write()
}

fn ensure_trunk(repo: &Repo) -> Result<()> {
    ensure_cargo_tool(repo, "trunk", "trunk", TRUNK, &["--locked"])
}

/// The command must be of exactly the version of the crate; the test runner comes with it.
pub(crate) fn ensure_wasm_bindgen(repo: &Repo) -> Result<()> {
    let version = repo.locked_version("wasm-bindgen")?;
    // Not --locked: the lock file in that package names a crate version that is not everywhere to be had.
    ensure_cargo_tool(repo, "wasm-bindgen", "wasm-bindgen-cli", &version, &[])
}

pub(crate) fn ensure_cargo_deny(repo: &Repo) -> Result<()> {
    ensure_cargo_tool(repo, "cargo-deny", "cargo-deny", CARGO_DENY, &["--locked"])
}

/// What drives Firefox.
pub(crate) fn ensure_geckodriver(repo: &Repo) -> Result<()> {
    ensure_cargo_tool(
        repo,
        "geckodriver",
        "geckodriver",
        GECKODRIVER,
        &["--locked"],
    )
}

/// From its Python package, which holds the finished binary; compiled where there is no pip.
pub(crate) fn ensure_typos(repo: &Repo) -> Result<()> {
    if has_version(repo, "typos", TYPOS) {
        return Ok(());
    }
    if Command::new("python3")
        .args(["-m", "pip", "--version"])
        .output()
        .is_ok_and(|o| o.status.success())
    {
        let fetched = progress::step("The spelling checker typos (pip)", || {
            progress::execute(
                repo.command("python3")
                    .args([
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--root-user-action=ignore",
                        "--no-deps",
                        "--upgrade",
                        "--target",
                    ])
                    .arg(repo.tools.join("typos"))
                    .arg(format!("typos=={TYPOS}")),
            )?;
            std::fs::create_dir_all(repo.tools.join("bin"))?;
            let name = format!("typos{}", std::env::consts::EXE_SUFFIX);
            std::fs::copy(
                repo.tools.join("typos").join("bin").join(name),
                cached(repo, "typos"),
            )?;
            Ok(())
        });
        if fetched.is_ok() && has_version(repo, "typos", TYPOS) {
            return Ok(());
        }
    }
    ensure_cargo_tool(repo, "typos", "typos-cli", TYPOS, &["--locked"])
}

/// Installs without optimisation: building the tool costs more than it will ever run.
fn ensure_cargo_tool(
    repo: &Repo,
    tool: &str,
    package: &str,
    version: &str,
    extra: &[&str],
) -> Result<()> {
    if has_version(repo, tool, version) {
        return Ok(());
    }
    progress::step(
        &format!("{package} {version} (cargo install, once, some minutes)"),
        || {
            progress::execute(
                Command::new("cargo")
                    // Outside the repository: its toolchain file and flags are not meant for tools.
                    .current_dir(std::env::temp_dir())
                    .env_remove("CARGO_TARGET_DIR")
                    .env_remove("RUSTFLAGS")
                    .args([
                        "install",
                        package,
                        "--version",
                        version,
                        "--debug",
                        "--force",
                        "--root",
                    ])
                    .arg(&repo.tools)
                    .args(extra),
            )
        },
    )?;
    if has_version(repo, tool, version) {
        return Ok(());
    }
    bail!(
        "{tool} was installed but does not answer with version {version}: remove {} and start again",
        repo.tools.display()
    )
}

/// True when the tool in the cache, or the one on PATH, is of exactly this version.
fn has_version(repo: &Repo, tool: &str, version: &str) -> bool {
    let output = Command::new(path_of(repo, tool)).arg("--version").output();
    output.is_ok_and(|output| names_version(&String::from_utf8_lossy(&output.stdout), version))
}

fn names_version(text: &str, version: &str) -> bool {
    text.split_whitespace().any(|word| word == version)
}

/// True when a program is on PATH and runs.
pub(crate) fn answers(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_counts_only_when_it_is_exactly_that() {
        assert!(names_version("trunk 0.21.14\n", "0.21.14"));
        assert!(names_version("wasm-bindgen 0.2.130 (abc)\n", "0.2.130"));
        assert!(!names_version("trunk 0.21.140", "0.21.14"));
        assert!(!names_version("", "0.21.14"));
    }
}
