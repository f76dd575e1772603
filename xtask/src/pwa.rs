//! Trunk's post_build hook: seals the built files and writes the service worker, one classic script that needs no other.
//! Owns the shape of `/sw.js`. It must never fetch: what the worker needs to start is inside its own script.
//!
//! Order inside the script: the list of files, wasm-bindgen's glue, the wasm, `initSync`. Everything runs in the first
//! evaluation, so that the listeners which Rust adds at its start are there when the browser looks for them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::repo::Repo;
use crate::{encode, files, progress, seal, tools};

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The wasm features that every browser we support has, and that rustc uses.
pub(crate) const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

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
    let worker = worker_script(&repo, &profile)?;
    if let Profile::Development = profile {
        add_reload(&staging)?;
    }
    seal::rename_by_content(&staging)?;
    let entries = seal::precache_list(&staging)?;
    let build = seal::build_json(&entries, worker.as_bytes());
    files::write(
        &staging.join("sw.js"),
        format!("self.AFIELD_BUILD={build};\n{worker}"),
    )?;
    match profile {
        Profile::Release => seal::write_packed_copies(&staging),
        Profile::Development => files::write(&staging.join("dev-build.txt"), build),
    }
}

/// The worker's script without the list of files.
fn worker_script(repo: &Repo, profile: &Profile) -> Result<String> {
    let (name, folder) = match profile {
        Profile::Release => ("wasm-release", "wasm-release"),
        Profile::Development => ("dev", "debug"),
    };
    progress::step("Building the service worker", || {
        progress::execute(&mut repo.cargo(&[
            "build",
            "--package",
            "afield-worker",
            "--target",
            WASM_TARGET,
            "--profile",
            name,
        ]))
    })?;
    let built = repo
        .target
        .join(WASM_TARGET)
        .join(folder)
        .join("afield_worker.wasm");
    let out = repo.notes().join("worker");
    // What an earlier run left must not pass for this run's result.
    let _ = std::fs::remove_dir_all(&out);
    progress::capture(
        repo.command(tools::path_of(repo, "wasm-bindgen"))
            .args([
                "--target",
                "no-modules",
                "--no-typescript",
                "--out-name",
                "worker",
                "--out-dir",
            ])
            .arg(&out)
            .arg(&built),
    )?;
    if out.join("snippets").exists() {
        bail!(
            "the service worker uses a JavaScript snippet, which its single script cannot hold: bind the browser's own functions instead"
        );
    }
    let wasm = out.join("worker_bg.wasm");
    if let Profile::Release = profile {
        progress::step("Making the worker small (wasm-opt)", || {
            optimise(repo, &wasm)
        })?;
    }
    let glue = String::from_utf8(files::read(&out.join("worker.js"))?)
        .context("wasm-bindgen wrote no UTF-8")?;
    Ok(assemble(&glue, &files::read(&wasm)?))
}

fn assemble(glue: &str, wasm: &[u8]) -> String {
    let bytes = encode::decoder(&encode::literal(wasm));
    format!("{glue}\nwasm_bindgen.initSync({{module:{bytes}}});\n")
}

fn optimise(repo: &Repo, wasm: &Path) -> Result<()> {
    progress::execute(
        repo.command(tools::path_of_npm(repo, "wasm-opt"))
            .args(WASM_FEATURES)
            .arg("-Oz")
            .arg(wasm)
            .arg("-o")
            .arg(wasm),
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_ends_with_starting_the_wasm() {
        let script = assemble("let wasm_bindgen = 1;", b"\0asm");
        assert!(script.starts_with("let wasm_bindgen = 1;\nwasm_bindgen.initSync({module:"));
        assert!(script.ends_with("(\"\\0asm\")});\n"));
    }

    #[test]
    fn trunk_optimises_the_app_with_the_same_features() {
        let page = include_str!("../../index.html");
        assert!(page.contains(&format!(
            "data-wasm-opt-params=\"{}\"",
            WASM_FEATURES.join(" ")
        )));
    }
}
