//! Writes the files of texts that the app loads: for each language one, so that nobody loads another's, and one more for
//! the office's pages, so that nobody else loads that.
//! Owns their names. Their order is that of `build/texts.rs`, as the app's numbers are.

use std::path::Path;

use anyhow::{Result, anyhow};

use crate::files;
use crate::repo::Repo;

#[path = "../../build/texts.rs"]
mod order;

/// How the names of the office's files begin. The worker keeps them where the office works.
pub(crate) const OFFICE: &str = "texts-office";

/// Writes `texts-en.txt` and so on, which `boot.mjs` names. If the app `is_cut` into pieces, the office's texts are in
/// `texts-office-en.txt`, which `loader.js` names; else they are in there with all others.
pub(crate) fn write(repo: &Repo, to: &Path, is_cut: bool) -> Result<()> {
    for folder in std::fs::read_dir(repo.root.join("locales"))? {
        let folder = folder?.path();
        let texts = order::texts(&folder).map_err(|error| anyhow!("{error}"))?;
        let mut everybodys: Vec<String> = texts.everybodys.into_values().collect();
        let offices: Vec<String> = texts.offices.into_values().collect();
        let language = folder.file_name().unwrap_or_default().to_string_lossy();
        let put = |name: String, texts: &[String]| {
            files::write(&to.join(name), texts.join(&order::BETWEEN.to_string()))
        };
        if is_cut {
            put(format!("{OFFICE}-{language}.txt"), &offices)?;
        } else {
            everybodys.extend(offices);
        }
        put(format!("texts-{language}.txt"), &everybodys)?;
    }
    Ok(())
}
