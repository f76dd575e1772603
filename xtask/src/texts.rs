//! Writes the files of texts that the app loads: one for each language, so that nobody loads another's.
//! Owns their names. Their order is that of `build/texts.rs`, as the app's numbers are.

use std::path::Path;

use anyhow::{Result, anyhow};

use crate::files;
use crate::repo::Repo;

#[path = "../../build/texts.rs"]
mod order;

/// Writes `texts-en.txt` and so on; `boot.mjs` names them.
pub(crate) fn write(repo: &Repo, to: &Path) -> Result<()> {
    for folder in std::fs::read_dir(repo.root.join("locales"))? {
        let folder = folder?.path();
        let texts = order::texts(&folder).map_err(|error| anyhow!("{error}"))?;
        let texts: Vec<String> = texts.into_values().collect();
        let language = folder.file_name().unwrap_or_default().to_string_lossy();
        files::write(
            &to.join(format!("texts-{language}.txt")),
            texts.join(&order::BETWEEN.to_string()),
        )?;
    }
    Ok(())
}
