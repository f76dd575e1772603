//! Finds Chromium and its driver, and the settings under which tests drive them.
//! It must never download a browser: the system's own is what people run.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::repo::Repo;
use crate::{files, progress, tools};

const HOW: &str = "install Chromium and its driver (Debian: `apt-get install chromium chromium-driver`), or name them in AFIELD_CHROMIUM and CHROMEDRIVER";

/// The browser that tests drive.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds them; on Debian as root installs what is missing.
pub(crate) fn ensure(repo: &Repo) -> Result<Browser> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if !can_install() {
        bail!("no Chromium for the browser tests: {HOW}");
    }
    progress::step("Chromium and its driver (apt-get)", || {
        apt_install(repo, &["chromium", "chromium-driver"])
    })?;
    match find() {
        Some(found) => Ok(found),
        None => bail!("apt-get brought no Chromium: {HOW}"),
    }
}

/// Installs packages of Debian.
pub(crate) fn apt_install(repo: &Repo, packages: &[&str]) -> Result<()> {
    let apt = |arguments: &[&str]| {
        progress::execute(
            repo.command("apt-get")
                .env("DEBIAN_FRONTEND", "noninteractive")
                .args(arguments),
        )
    };
    apt(&["-qq", "update"])?;
    let install = ["-qq", "install", "--yes", "--no-install-recommends"];
    apt(&[&install, packages].concat())
}

/// Settings for wasm-bindgen's test runner, written where no clone is touched.
pub(crate) fn webdriver_settings(repo: &Repo, browser: &Browser) -> Result<PathBuf> {
    let mut arguments = vec!["--headless=new", "--disable-gpu", "--disable-dev-shm-usage"];
    if is_root() {
        // Chromium refuses its sandbox to root.
        arguments.push("--no-sandbox");
    }
    let settings = serde_json::json!({
        "goog:chromeOptions": {"args": arguments, "binary": browser.chromium}
    });
    let path = repo.notes().join("webdriver.json");
    std::fs::create_dir_all(repo.notes())?;
    files::write(&path, settings.to_string())?;
    Ok(path)
}

fn find() -> Option<Browser> {
    let chromium = named("AFIELD_CHROMIUM").or_else(|| {
        on_path(&[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ])
    })?;
    let driver =
        named("CHROMEDRIVER").or_else(|| on_path(&["chromedriver", "chromium.chromedriver"]))?;
    Some(Browser { chromium, driver })
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_file())
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
}

/// Whether packages of Debian can be installed here.
pub(crate) fn can_install() -> bool {
    Path::new("/etc/debian_version").exists() && tools::answers("apt-get") && is_root()
}

fn is_root() -> bool {
    let id = std::process::Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
