//! Builds the app with its worker, and the server, in release.
//! It must never build what is current: a second start with nothing changed is quick.

use anyhow::{Context, Result};

use crate::repo::Repo;
use crate::stamp::Stamp;
use crate::{progress, tools};

/// All that ends up in the browser, and what shapes it. `crates/server` and the tests do not.
pub(crate) const APP_INPUTS: [&str; 21] = [
    ".cargo",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "build",
    "build.rs",
    "crates/domain",
    "crates/platform",
    "crates/protocol",
    "crates/store",
    "crates/sync",
    "index.html",
    "locales",
    "package-lock.json",
    "public",
    "rust-toolchain.toml",
    "service-worker",
    "src",
    "styles",
    "xtask/Cargo.toml",
    "xtask/src",
];

/// `cargo xtask build`.
pub(crate) fn all() -> Result<()> {
    let repo = Repo::find()?;
    tools::ensure_for_build(&repo)?;
    app(&repo)?;
    server(&repo)?;
    println!(
        "The app is in dist/, the server is {}",
        repo.server("release").display()
    );
    Ok(())
}

/// The app and its worker, into `dist/`.
pub(crate) fn app(repo: &Repo) -> Result<()> {
    let words = [
        tools::versions(repo)?,
        std::env::var("RUSTFLAGS").unwrap_or_default(),
    ];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let stamp = Stamp::new(
        &repo.notes(),
        "dist",
        &repo.root,
        &APP_INPUTS,
        &words,
        &repo.dist(),
    );
    if repo.dist().join("sw.js").exists() && stamp.is_current()? {
        return Ok(());
    }
    progress::step(
        "Building the app and its worker (release; minutes the first time)",
        || progress::execute(trunk(repo)?.args(["build", "--release", "--offline=true"])),
    )?;
    stamp.write()
}

/// The server, which holds the app: build that first.
pub(crate) fn server(repo: &Repo) -> Result<()> {
    progress::step("Building the server (release)", || {
        progress::execute(&mut repo.cargo(&[
            "build",
            "--release",
            "--locked",
            "--package",
            "afield-server",
        ]))
    })
}

/// Trunk with our tools where it looks for them, so that it downloads nothing.
pub(crate) fn trunk(repo: &Repo) -> Result<std::process::Command> {
    let mut trunk = repo.command(tools::path_of(repo, "trunk"));
    trunk
        .arg("--skip-version-check")
        .env(
            "PATH",
            tools::search_path(repo).context("cannot set PATH for trunk")?,
        )
        // Trunk takes this variable for its own flag and stops at any value but true or false.
        .env_remove("NO_COLOR")
        // What trunk and wasm-bindgen say is enough; their stack traces hide it.
        .env("RUST_BACKTRACE", "0");
    Ok(trunk)
}
