//! `cargo xtask bench`: figures of ours and of what people would otherwise use, side by side in one Chromium.
//! It must never judge a figure, and never be a part of the tests: machines differ.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::repo::Repo;
use crate::stamp::Stamp;
use crate::{browser, build, progress, tools};

/// The names of the measures, and what each is about: the same list that `benches/run.ts` reads.
const MEASURES: &str = include_str!("../../benches/measures.json");

/// What is measured how often, and where the figures go.
pub(crate) struct Wanted<'a> {
    /// Only the measures of these names; all of them if there is none.
    pub(crate) only: &'a [String],
    /// How often each side has its turn.
    pub(crate) rounds: u32,
    /// A file for all figures, of every round.
    pub(crate) json: Option<&'a Path>,
}

/// Builds when the build is not current, brings the peers, and measures.
pub(crate) fn run(wanted: &Wanted<'_>) -> Result<()> {
    let only = chosen(wanted.only)?;
    let json = wanted.json.map(writable).transpose()?;
    let repo = Repo::find()?;
    tools::ensure_for_build(&repo)?;
    build::app(&repo)?;
    build::server(&repo)?;
    ensure_peers(&repo)?;
    let browser = browser::ensure(&repo)?;
    let mut command = repo.command("node");
    command
        .current_dir(repo.root.join("benches"))
        .args(["--import", "tsx", "run.ts"])
        .args(["--rounds", &wanted.rounds.to_string()])
        .env("AFIELD_CHROMIUM", &browser.chromium)
        .env("AFIELD_SERVER", repo.server("release"))
        .env("AFIELD_DIST", repo.dist());
    for name in only {
        command.args(["--only", &name]);
    }
    if let Some(json) = json {
        command.arg("--json").arg(json);
    }
    progress::execute(&mut command)
}

/// The measures that are asked for; `list` shows all that there are.
fn chosen(only: &[String]) -> Result<Vec<String>> {
    let all: BTreeMap<String, String> =
        serde_json::from_str(MEASURES).context("benches/measures.json is no list of measures")?;
    if let Some(unknown) = only.iter().find(|name| !all.contains_key(*name)) {
        let lines: Vec<_> = all
            .iter()
            .map(|(name, about)| format!("  {name:<11} {about}"))
            .collect();
        bail!(
            "there is no measure {unknown}; the measures are\n{}",
            lines.join("\n")
        );
    }
    Ok(only.to_vec())
}

/// The file as an absolute path, refused before the long work if nothing can be written there.
fn writable(json: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(json).context("no current folder")?;
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .with_context(|| {
            format!(
                "cannot write the figures to {}: choose another file with --json",
                path.display()
            )
        })?;
    Ok(path)
}

/// The packages of `benches/package-lock.json`, which nothing else needs.
fn ensure_peers(repo: &Repo) -> Result<()> {
    let installed = repo.root.join("benches/node_modules/.package-lock.json");
    let stamp = Stamp::new(
        &repo.notes(),
        "peers",
        &repo.root,
        &["benches/package.json", "benches/package-lock.json"],
        &[],
        &installed,
    );
    if installed.exists() && stamp.is_current()? {
        return Ok(());
    }
    progress::step("The peers (npm ci in benches/)", || {
        progress::execute(
            repo.command("npm")
                .current_dir(repo.root.join("benches"))
                .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
                .env("PUPPETEER_SKIP_DOWNLOAD", "1"),
        )
    })?;
    stamp.write()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_that_is_not_there_is_refused_with_those_that_are() {
        let error = chosen(&["cold".to_owned(), "warm".to_owned()])
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("there is no measure warm; the measures are\n"),
            "{error}"
        );
        assert!(error.contains("  cold "), "{error}");
        assert_eq!(chosen(&["cold".to_owned()]).unwrap(), ["cold"]);
        assert!(chosen(&[]).unwrap().is_empty());
    }

    #[test]
    fn a_file_that_cannot_be_written_is_refused_before_the_work() {
        let error = writable(Path::new("/no/such/folder/figures.json")).unwrap_err();
        assert!(error.to_string().contains("--json"), "{error}");
    }
}
