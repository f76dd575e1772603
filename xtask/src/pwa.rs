//! Trunk's post_build hook: cuts the app into pieces, seals the built files and writes the service worker.
//! Owns the shape of `/sw.js`: the list of files, then `service-worker/src/worker.js`. It must never put the engine in there: the worker
//! runs the page's module.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::repo::Repo;
use crate::{codes, files, guide, progress, seal, split, texts, tools};

/// The worker's events, in JavaScript; the engine they call is the app's.
const WORKER: &str = "service-worker/src/worker.js";

enum Profile {
    Development,
    Release,
}

pub(crate) fn run() -> Result<()> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from).context(
        "`cargo xtask pwa` is Trunk's post_build hook and needs its TRUNK_STAGING_DIR: use `cargo xtask build`",
    )?;
    let profile = match std::env::var("TRUNK_PROFILE").as_deref() {
        Ok("release") => Profile::Release,
        _ => Profile::Development,
    };
    let repo = Repo::find()?;
    match profile {
        Profile::Release => {
            split::release(&repo, &staging)?;
            make_styles_small(&repo, &staging)?;
            make_scripts_small(&repo, &staging)?;
        }
        Profile::Development => {
            split::development(&repo, &staging)?;
            add_reload(&staging)?;
            guide::write(&repo, &staging)?;
        }
    }
    texts::write(&repo, &staging, matches!(profile, Profile::Release))?;
    codes::write(&repo, &staging)?;
    seal::rename_by_content(&staging)?;
    let entries = seal::precache_list(&staging)?;
    let worker = match profile {
        Profile::Release => worker_script(&repo)?,
        Profile::Development => guide::beside(&worker_script(&repo)?),
    };
    let build = seal::build_json(&entries, worker.as_bytes())?;
    files::write(
        &staging.join("sw.js"),
        format!("self.AFIELD_BUILD={build};\n{worker}"),
    )?;
    match profile {
        Profile::Release => seal::write_packed_copies(&staging),
        Profile::Development => files::write(&staging.join("dev-build.txt"), build),
    }
}

/// The worker's script without the list of files, made small.
fn worker_script(repo: &Repo) -> Result<String> {
    progress::capture(
        repo.command(tools::path_of_npm(repo, "esbuild"))
            .arg(repo.root.join(WORKER))
            .args(["--minify", "--format=iife", "--log-level=warning"]),
    )
}

/// Styles without what only people read. Not Trunk's way to do that, which rewrites the page and the scripts besides.
fn make_styles_small(repo: &Repo, staging: &Path) -> Result<()> {
    let styles = staging.join("app.css");
    let small = progress::capture(
        repo.command(tools::path_of_npm(repo, "esbuild"))
            .arg(&styles)
            .args(["--minify", "--log-level=warning"]),
    )?;
    files::write(&styles, small)
}

/// The scripts of `public/` without what only people read. Their syntax stays as it is written: `boot.mjs` must be
/// understood by browsers that are too old for the app.
fn make_scripts_small(repo: &Repo, staging: &Path) -> Result<()> {
    for script in seal::top_files(&repo.root.join("public"), &["js", "mjs"])? {
        let built = staging.join(script.file_name().context("a script has a name")?);
        let small = progress::capture(
            repo.command(tools::path_of_npm(repo, "esbuild"))
                .arg(&built)
                .args(["--minify-whitespace", "--minify-identifiers"])
                .args(["--charset=utf8", "--log-level=warning"]),
        )?;
        files::write(&built, small)?;
    }
    Ok(())
}

/// In development the page asks for the build's name each second and loads itself again when it changes.
fn add_reload(staging: &Path) -> Result<()> {
    files::write(
        &staging.join("dev-reload.mjs"),
        include_str!("dev-reload.mjs"),
    )?;
    let page = staging.join("index.html");
    let html = String::from_utf8(files::read(&page)?).context("index.html is not UTF-8")?;
    let tag = "<script type=\"module\" src=\"/dev-reload.mjs\"></script></head>";
    files::write(&page, html.replacen("</head>", tag, 1))
}
