//! Bundles the reader of codes, a script that only browsers without one of their own load.
//! It must never become part of what every browser fetches: the worker leaves it out where it is not needed.

use std::path::Path;

use anyhow::Result;

use crate::repo::Repo;
use crate::{progress, tools};

/// Whose module it is, with what it takes of `@zxing/library`.
const SOURCE: &str = "crates/platform/src/codes.js";
/// The licence of what is in it asks to be named with it.
const NOTICE: &str = "--banner:js=/*! Afield, MIT OR Apache-2.0; with ZXing for JS (@zxing/library), Apache-2.0, https://github.com/zxing-js/library */";

/// Writes `codes.js`; `boot.mjs` names it.
pub(crate) fn write(repo: &Repo, folder: &Path) -> Result<()> {
    let out = format!("--outfile={}", folder.join("codes.js").display());
    progress::execute(
        repo.command(tools::path_of_npm(repo, "esbuild"))
            .arg(repo.root.join(SOURCE))
            .args(["--bundle", "--minify", "--format=esm", "--target=es2022"])
            .args([NOTICE, "--log-level=warning", out.as_str()]),
    )
}
