//! `cargo xtask fuzz`: the targets of `fuzz/` under libFuzzer, on the pinned compiler.
//! It must never write into the seeds in `fuzz/corpus`, and never lose an input that failed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::progress;
use crate::repo::Repo;

/// The targets, each with its inputs in one run of the tests: about ten seconds.
const TARGETS: [(&str, u64); 5] = [
    ("push", 200_000),
    ("cursor", 500_000),
    ("outbox", 200_000),
    ("import", 20_000),
    ("metadata", 200_000),
];
/// Bytes of the longest input that is made up; a seed may be longer.
const LONGEST: u64 = 4096;
/// An input that takes longer counts as a failure, in seconds; a machine that does much else may stand still for some.
const SLOWEST: u64 = 60;
/// Lines of a failed target's talk that are shown.
const LAST_LINES: usize = 40;
/// What these variables say would replace the flags in `fuzz/.cargo/config.toml`.
const REPLACES_FLAGS: [&str; 3] = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"];

/// Why it cannot run on this machine, if so.
pub(crate) fn obstacle() -> Option<&'static str> {
    let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
    let found = || {
        let mut command = Command::new(compiler);
        command.arg("--version").stdout(Stdio::null());
        command
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if cfg!(windows) {
        Some("libFuzzer is not built on Windows")
    } else if found() {
        None
    } else {
        Some("libFuzzer needs a C++ compiler, and there is none")
    }
}

/// Runs the target `only`, or all: for `seconds` each, else as long as in the tests and each time the same.
pub(crate) fn run(repo: &Repo, only: Option<&str>, seconds: Option<u64>) -> Result<()> {
    let targets = chosen(only)?;
    build(repo)?;
    let mut failed = Vec::new();
    for (target, runs) in targets {
        let title = format!("fuzz {target}");
        let input = progress::step(&title, || search(repo, target, runs, seconds))?;
        failed.extend(input.map(|input| (target, input)));
    }
    for (target, input) in &failed {
        eprintln!("{target} failed. The input is kept in {}", input.display());
        eprintln!(
            "    run it again: cargo xtask fuzz --target {target} --replay {}",
            input.display()
        );
    }
    if !failed.is_empty() {
        bail!("fuzzing found something: see the lines above");
    }
    Ok(())
}

/// Runs one input again.
pub(crate) fn replay(repo: &Repo, target: &str, input: &Path) -> Result<()> {
    chosen(Some(target))?;
    let input = input
        .canonicalize()
        .with_context(|| format!("cannot read {}", input.display()))?;
    build(repo)?;
    progress::execute(program(repo, target).arg(input))
}

fn chosen(only: Option<&str>) -> Result<Vec<(&'static str, u64)>> {
    let found: Vec<_> = TARGETS
        .into_iter()
        .filter(|(name, _)| only.is_none_or(|only| only == *name))
        .collect();
    if found.is_empty() {
        let names = TARGETS.map(|(name, _)| name).join(", ");
        bail!("there is no such target; the targets are {names}");
    }
    Ok(found)
}

/// Looks for an input that fails; the path of the one it finds.
fn search(repo: &Repo, target: &str, runs: u64, seconds: Option<u64>) -> Result<Option<PathBuf>> {
    let seeds = repo.root.join("fuzz");
    let mut command = program(repo, target);
    let found = match seconds {
        Some(seconds) => {
            command.arg(format!("-max_total_time={seconds}"));
            folder(repo, "corpus", target)?
        }
        None => {
            command.args([format!("-runs={runs}"), "-seed=1".to_owned()]);
            emptied(folder(repo, "once", target)?)?
        }
    };
    let failures = folder(repo, "failures", target)?;
    command
        .args([
            format!("-max_len={LONGEST}"),
            format!("-timeout={SLOWEST}"),
            format!("-artifact_prefix={}/", failures.display()),
            "-print_final_stats=1".to_owned(),
        ])
        .arg(format!(
            "-dict={}",
            seeds.join("words").join(target).display()
        ))
        .arg(found)
        .arg(seeds.join("corpus").join(target));
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {target}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        let number = |name| figure(&said, name).unwrap_or("?");
        println!(
            "{target}: {} inputs, {} a second",
            number("number_of_executed_units"),
            number("average_exec_per_sec")
        );
        return Ok(None);
    }
    let lines: Vec<&str> = said.lines().collect();
    for line in lines.iter().skip(lines.len().saturating_sub(LAST_LINES)) {
        eprintln!("{line}");
    }
    match failing_input(&said) {
        Some(input) => Ok(Some(input.into())),
        None => bail!(
            "{target} ended without keeping an input ({})",
            output.status
        ),
    }
}

fn build(repo: &Repo) -> Result<()> {
    if let Some(obstacle) = obstacle() {
        bail!("{obstacle}");
    }
    progress::execute(cargo(repo, "build").args(["--locked", "--bins"]))
}

/// A target's program, to be called with libFuzzer's arguments; built before.
fn program(repo: &Repo, target: &str) -> Command {
    let mut command = cargo(repo, "run");
    command.args(["--locked", "--quiet", "--bin", target, "--"]);
    command
}

/// Cargo in `fuzz/`, with a target folder of its own: its flags would otherwise undo the warm one.
fn cargo(repo: &Repo, what: &str) -> Command {
    let mut command = repo.cargo(&[what]);
    command
        .current_dir(repo.root.join("fuzz"))
        .env("CARGO_TARGET_DIR", home(repo));
    for variable in REPLACES_FLAGS {
        command.env_remove(variable);
    }
    command
}

fn home(repo: &Repo) -> PathBuf {
    repo.target.join("fuzz")
}

fn folder(repo: &Repo, name: &str, target: &str) -> Result<PathBuf> {
    let folder = home(repo).join(name).join(target);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

fn emptied(folder: PathBuf) -> Result<PathBuf> {
    std::fs::remove_dir_all(&folder)
        .and_then(|()| std::fs::create_dir(&folder))
        .with_context(|| format!("cannot empty {}", folder.display()))?;
    Ok(folder)
}

/// A number of libFuzzer's closing words.
fn figure<'a>(said: &'a str, name: &str) -> Option<&'a str> {
    let line = |line: &'a str| {
        line.strip_prefix("stat::")?
            .strip_prefix(name)?
            .strip_prefix(':')
    };
    said.lines().find_map(line).map(str::trim)
}

/// Where libFuzzer kept the input; it names slow ones before the one that failed.
fn failing_input(said: &str) -> Option<&str> {
    let (_, path) = said.rsplit_once("Test unit written to ")?;
    path.lines().next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libfuzzer_s_talk_is_understood() {
        let said = "#9\tNEW\nartifact_prefix='/t/'; Test unit written to /t/slow-unit-1\n\
            ==7== ERROR: libFuzzer: deadly signal\nartifact_prefix='/t/'; Test unit written to /t/crash-2\n\
            Base64: e30=\nstat::number_of_executed_units: 123\nstat::average_exec_per_sec:     45\n";
        assert_eq!(failing_input(said), Some("/t/crash-2"));
        assert_eq!(failing_input("Done 3 runs"), None);
        assert_eq!(figure(said, "average_exec_per_sec"), Some("45"));
        assert_eq!(figure(said, "number_of_executed_units"), Some("123"));
        assert_eq!(figure(said, "peak_rss_mb"), None);
    }

    #[test]
    fn each_target_has_its_seeds_its_words_and_its_program() {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
        let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
        assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
        for (target, _) in TARGETS {
            assert!(
                manifest.contains(&format!("name = \"{target}\"\n")),
                "{target}"
            );
            for part in ["corpus", "words", "targets"] {
                let has = |path: PathBuf| path.exists() || path.with_extension("rs").exists();
                assert!(has(fuzz.join(part).join(target)), "{target} has no {part}");
            }
        }
        assert!(chosen(Some("nope")).is_err());
    }
}
