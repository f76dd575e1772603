//! Makes a wasm small with wasm-opt, and puts what comes out into the order that packs best.
//! Owns its flags. It must never use a feature of wasm that a browser we support has not.

use std::path::Path;

use anyhow::Result;

use crate::repo::Repo;
use crate::{files, order, progress, tools};

/// The wasm features that every browser we support has, and that rustc uses.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// `wasm`, made small, as `made`.
pub(crate) fn optimise(repo: &Repo, wasm: &Path, made: &Path) -> Result<()> {
    progress::execute(
        repo.command(tools::path_of_npm(repo, "wasm-opt"))
            .args(WASM_FEATURES)
            // No address of ours is in the first 1,024 bytes: that is the end of the stack.
            .args(["--low-memory-unused", "-Os"])
            .args(["--generate-global-effects", "-Os"])
            // What it was made with, and for which features: for other tools.
            .args(["--strip-producers", "--strip-target-features"])
            .arg(wasm)
            .arg("-o")
            .arg(made),
    )?;
    files::write(made, order::order(&files::read(made)?)?)
}
