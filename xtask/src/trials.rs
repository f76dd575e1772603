//! `cargo xtask trials`: what takes an hour and more, with the real browser and the real server.
//! It must never be a part of what every change waits for.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::repo::Repo;
use crate::{build, playwright, progress, tools};

/// Every trial, and what it is about.
const TRIALS: [(&str, &str); 2] = [
    (
        "browser",
        "a hundred files over a slow line that is cut, and the memory that they take",
    ),
    (
        "cluster",
        "a thousand devices while servers, PostgreSQL and the S3 are killed; figures of one server and of several",
    ),
];

/// Builds when the build is not current, then makes the trials. Their figures are printed; those of the cluster go into
/// `json` too.
pub(crate) fn run(only: &[String], json: Option<&Path>) -> Result<()> {
    let chosen = chosen(only)?;
    let repo = Repo::find()?;
    for name in chosen {
        match name {
            "cluster" => cluster(&repo, json)?,
            _ => browser(&repo)?,
        }
    }
    Ok(())
}

/// The trials that are asked for; all of them where none is.
fn chosen(only: &[String]) -> Result<Vec<&'static str>> {
    let names = || TRIALS.iter().map(|(name, _)| *name);
    if let Some(unknown) = only.iter().find(|one| !names().any(|name| name == *one)) {
        let lines: Vec<_> = TRIALS
            .iter()
            .map(|(name, about)| format!("  {name:<8} {about}"))
            .collect();
        bail!(
            "there is no trial {unknown}; the trials are\n{}",
            lines.join("\n")
        );
    }
    let is_chosen = |name: &&str| only.is_empty() || only.iter().any(|one| one == name);
    Ok(names().filter(is_chosen).collect())
}

fn browser(repo: &Repo) -> Result<()> {
    tools::ensure_for_build(repo)?;
    build::app(repo)?;
    build::server(repo)?;
    let config = repo.root.join("tests/browser/trials.config.ts");
    progress::execute(&mut playwright::in_chromium(repo, "list", &config)?)
}

/// The server is the one that is shipped, but for the app in it: nobody opens that here.
fn cluster(repo: &Repo, json: Option<&Path>) -> Result<()> {
    let json = json.map(std::path::absolute).transpose();
    let json = json.context("no current folder")?;
    progress::step("Building the server and its trials (release)", || {
        progress::execute(&mut repo.cargo(&[
            "build",
            "--release",
            "--locked",
            "--package",
            "afield-server",
            "--bin",
            "afield-server",
            "--example",
            "s3_folder",
            "--example",
            "cluster_trials",
        ]))
    })?;
    let folder = repo.server("release").with_file_name("examples");
    let mut trials = repo.command(folder.join("cluster_trials"));
    if let Some(json) = json {
        trials.arg("--json").arg(json);
    }
    progress::execute(&mut trials)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_trials_are_made_unless_some_are_named_and_a_wrong_name_lists_them() {
        let only = |names: &[&str]| {
            chosen(
                &names
                    .iter()
                    .map(|name| (*name).to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(only(&[]).unwrap(), ["browser", "cluster"]);
        assert_eq!(only(&["cluster"]).unwrap(), ["cluster"]);
        let error = only(&["cluster", "list"]).unwrap_err().to_string();
        assert!(
            error.contains("no trial list") && error.contains("  browser "),
            "{error}"
        );
    }
}
