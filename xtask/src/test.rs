//! `cargo xtask test`: every check and every test, cheap ones first.
//! It must never pass over a step in silence: each ends in the table as passed, failed or skipped with the reason.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::playwright;
use crate::progress::{self, seconds};
use crate::repo::Repo;
use crate::verdicts::{self, Count, Runner};
use crate::{beside, browser, build, engines, files, fuzz, sim, size, tools};

/// Packages that reach the browser; clippy looks at them for wasm too.
const WASM_PACKAGES: [&str; 7] = [
    "afield",
    "afield-domain",
    "afield-platform",
    "afield-protocol",
    "afield-store",
    "afield-sync",
    "afield-worker",
];
/// Packages whose own tests must find planted bugs; the simulation looks for the others.
const PLANTED_PACKAGES: [&str; 3] = ["afield-domain", "afield-server", "afield-sync"];
const WASM_TARGET: &str = "wasm32-unknown-unknown";

struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Repo) -> Result<Outcome>,
}

enum Outcome {
    Passed(Count),
    Failed(Count),
    Skipped(&'static str),
}

/// When a group has a failure the next one is not started.
const GROUPS: [&[Step]; 3] = [
    &[
        Step {
            name: "fmt",
            about: "formatting",
            run: fmt,
        },
        Step {
            name: "typos",
            about: "spelling",
            run: typos,
        },
        Step {
            name: "deny",
            about: "licences, sources and banned crates",
            run: deny,
        },
        Step {
            name: "clippy",
            about: "lints, native",
            run: clippy,
        },
        Step {
            name: "clippy-wasm",
            about: "lints, wasm",
            run: clippy_wasm,
        },
    ],
    &[
        Step {
            name: "native",
            about: "native tests",
            run: native,
        },
        Step {
            name: "postgres",
            about: "the server's tests once more, on PostgreSQL",
            run: postgres,
        },
        Step {
            name: "planted",
            about: "properties must find the bugs planted for them",
            run: planted,
        },
        Step {
            name: "sim",
            about: "the engine in a world that goes wrong on purpose",
            run: simulation,
        },
        Step {
            name: "sim-postgres",
            about: "fewer of its schedules, on PostgreSQL",
            run: simulation_on_postgres,
        },
        Step {
            name: "fuzz",
            about: "made-up bytes for what reads bytes of others",
            run: fuzzing,
        },
        Step {
            name: "wasm",
            about: "tests of the browser crates in Chromium",
            run: wasm,
        },
    ],
    &[
        Step {
            name: "build",
            about: "release build of app, worker and server",
            run: release,
        },
        Step {
            name: "size",
            about: "size of a first visit",
            run: first_visit,
        },
        Step {
            name: "browser",
            about: "end to end in Chromium",
            run: end_to_end,
        },
        Step {
            name: "engines",
            about: "a day in Firefox and in WebKit",
            run: other_engines,
        },
    ],
];

pub(crate) fn run(only: &[String]) -> Result<()> {
    let names: Vec<&str> = GROUPS
        .iter()
        .flat_map(|group| group.iter())
        .map(|step| step.name)
        .collect();
    if let Some(unknown) = only.iter().find(|name| !names.contains(&name.as_str())) {
        bail!(
            "there is no step {unknown}; the steps are {}",
            names.join(", ")
        );
    }
    let repo = Repo::find()?;
    tools::ensure_wasm_target(&repo)?;
    tools::ensure_crates(&repo)?;
    let mut table = Vec::new();
    let mut total = Count::default();
    let mut broken = false;
    for group in GROUPS {
        for step in group
            .iter()
            .filter(|step| only.is_empty() || only.iter().any(|name| name == step.name))
        {
            let (line, count, failed) = run_step(&repo, step);
            table.push(line);
            total += count;
            broken |= failed;
        }
        if broken {
            break;
        }
    }
    println!();
    for line in table {
        println!("{line}");
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if broken {
        bail!("not everything passed: see the table above");
    }
    Ok(())
}

fn run_step(repo: &Repo, step: &Step) -> (String, Count, bool) {
    println!();
    let started = Instant::now();
    let outcome = progress::step(step.about, || (step.run)(repo)).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        Outcome::Failed(Count {
            passed: 0,
            failed: 1,
        })
    });
    let (word, count, failed) = match outcome {
        Outcome::Passed(count) => ("passed".to_owned(), count, false),
        Outcome::Failed(mut count) => {
            count.failed = count.failed.max(1);
            ("FAILED".to_owned(), count, true)
        }
        Outcome::Skipped(reason) => (format!("skipped: {reason}"), Count::default(), false),
    };
    (
        row(step.name, started.elapsed(), &word, count),
        count,
        failed,
    )
}

fn row(name: &str, time: Duration, word: &str, count: Count) -> String {
    let tests = match count.passed + count.failed {
        0 => String::new(),
        all => format!("  {all} tests"),
    };
    format!("{name:<12} {:>14}  {word}{tests}", seconds(time))
}

/// A check that has no tests to count.
fn check(command: &mut Command) -> Result<Outcome> {
    progress::execute(command)?;
    Ok(Outcome::Passed(Count::default()))
}

fn counted(command: &mut Command, runner: Runner) -> Result<Outcome> {
    let mut count = Count::default();
    let succeeded = progress::follow(command, |line| count += verdicts::read(runner, line))?;
    Ok(if succeeded {
        Outcome::Passed(count)
    } else {
        Outcome::Failed(count)
    })
}

fn fmt(repo: &Repo) -> Result<Outcome> {
    progress::execute(&mut repo.cargo(&["fmt", "--all", "--check"]))?;
    check(&mut repo.cargo(&["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]))
}

fn typos(repo: &Repo) -> Result<Outcome> {
    tools::ensure_typos(repo)?;
    check(&mut repo.command(tools::path_of(repo, "typos")))
}

/// Without the advisories: their database lives on a code host, and the check must also work without one.
fn deny(repo: &Repo) -> Result<Outcome> {
    tools::ensure_cargo_deny(repo)?;
    check(repo.command(tools::path_of(repo, "cargo-deny")).args([
        "--offline",
        "--locked",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))
}

fn clippy(repo: &Repo) -> Result<Outcome> {
    check(&mut repo.cargo(&[
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        // What only `fuzz/` sees of the server.
        "--features",
        "afield-server/fuzzing",
        "--",
        "-D",
        "warnings",
    ]))
}

fn clippy_wasm(repo: &Repo) -> Result<Outcome> {
    let mut command = repo.cargo(&[
        "clippy",
        "--locked",
        "--target",
        WASM_TARGET,
        "--lib",
        "--bins",
    ]);
    for package in WASM_PACKAGES {
        command.args(["--package", package]);
    }
    progress::execute(command.args(["--", "-D", "warnings"]))?;
    let mut command = repo.cargo(&["clippy", "--locked", "--target", WASM_TARGET, "--tests"]);
    let tested = wasm_tested(repo)?;
    if tested.is_empty() {
        return Ok(Outcome::Passed(Count::default()));
    }
    for package in tested {
        command.args(["--package", package]);
    }
    check(command.args(["--", "-D", "warnings"]))
}

fn native(repo: &Repo) -> Result<Outcome> {
    beside::ensure(repo)?;
    counted(
        &mut repo.cargo(&["test", "--locked", "--workspace", "--no-fail-fast"]),
        Runner::Libtest,
    )
}

/// What the server answers must not depend on its database. Left out is what lays hands on SQLite's file: rows damaged
/// as no PostgreSQL lets them be, the way from its older schemas, a copy of it put back.
fn postgres(repo: &Repo) -> Result<Outcome> {
    const OF_SQLITE: [&str; 3] = [
        "damaged::",
        "migration::",
        "live_board::a_live_board_shows_what_a_fresh_load_shows",
    ];
    beside::ensure(repo)?;
    let mut cargo = repo.cargo(&["test", "--locked", "--no-fail-fast"]);
    cargo.args(["--package", "afield-server", "--test", "api", "--"]);
    for tests in OF_SQLITE {
        cargo.args(["--skip", tests]);
    }
    counted(
        cargo.env("AFIELD_TEST_DATABASE", "postgres"),
        Runner::Libtest,
    )
}

/// The proof that properties can fail. The switch is in no other build: nothing of a bug ships.
fn planted(repo: &Repo) -> Result<Outcome> {
    let mut cargo = repo.cargo(&["test", "--locked", "--lib"]);
    for package in PLANTED_PACKAGES {
        cargo.args(["--package", package]);
    }
    let features = PLANTED_PACKAGES.map(|package| format!("{package}/planted"));
    cargo.args(["--features", &features.join(",")]);
    counted(&mut cargo, Runner::Libtest)
}

fn simulation(repo: &Repo) -> Result<Outcome> {
    sim::run(repo, &sim::TESTED)?;
    Ok(Outcome::Passed(Count::default()))
}

fn simulation_on_postgres(repo: &Repo) -> Result<Outcome> {
    beside::ensure(repo)?;
    sim::run(repo, &sim::TESTED_ON_POSTGRES)?;
    Ok(Outcome::Passed(Count::default()))
}

fn fuzzing(repo: &Repo) -> Result<Outcome> {
    if let Some(obstacle) = fuzz::obstacle() {
        return Ok(Outcome::Skipped(obstacle));
    }
    fuzz::run(repo, None, None)?;
    Ok(Outcome::Passed(Count::default()))
}

fn wasm(repo: &Repo) -> Result<Outcome> {
    let tested = wasm_tested(repo)?;
    if tested.is_empty() {
        return Ok(Outcome::Skipped("no crate has browser tests"));
    }
    tools::ensure_wasm_bindgen(repo)?;
    let browser = browser::ensure(repo)?;
    let mut command = repo.cargo(&[
        "test",
        "--locked",
        "--target",
        WASM_TARGET,
        "--no-fail-fast",
    ]);
    for package in tested {
        command.args(["--package", package]);
    }
    command
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            tools::path_of(repo, "wasm-bindgen-test-runner"),
        )
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            browser::webdriver_settings(repo, &browser)?,
        )
        .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
        // Ends for what hangs. The driver's own would be 5 s.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "900")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "180")
        .env("CHROMEDRIVER", &browser.driver);
    counted(&mut command, Runner::Libtest)
}

/// The crates whose folder has tests for the browser.
fn wasm_tested(repo: &Repo) -> Result<Vec<&'static str>> {
    let mut found = Vec::new();
    for (package, folder) in [
        ("afield-platform", "crates/platform"),
        ("afield-store", "crates/store"),
        ("afield-worker", "service-worker"),
    ] {
        for file in files::list(&repo.root.join(folder))? {
            if files::extension(&file) == "rs"
                && String::from_utf8_lossy(&files::read(&file)?).contains("#[wasm_bindgen_test")
            {
                found.push(package);
                break;
            }
        }
    }
    Ok(found)
}

fn release(repo: &Repo) -> Result<Outcome> {
    tools::ensure_for_build(repo)?;
    build::app(repo)?;
    build::server(repo)?;
    Ok(Outcome::Passed(Count::default()))
}

fn first_visit(repo: &Repo) -> Result<Outcome> {
    size::report(&repo.dist())?;
    Ok(Outcome::Passed(Count::default()))
}

fn end_to_end(repo: &Repo) -> Result<Outcome> {
    let tests = repo.root.join("tests").join("browser");
    if !tests.is_dir() {
        return Ok(Outcome::Skipped("tests/browser is not there"));
    }
    let mut command = playwright::in_chromium(repo, "list", &tests)?;
    counted(&mut command, Runner::Playwright)
}

fn other_engines(repo: &Repo) -> Result<Outcome> {
    tools::ensure_npm(repo)?;
    if !engines::ensure(repo)? {
        return Ok(Outcome::Skipped(
            "Firefox ESR and WebKitGTK with its driver are not here and cannot be installed: on Debian `apt-get install firefox-esr webkit2gtk-driver xvfb python3-gi gir1.2-webkit2-4.1 gir1.2-gtk-3.0 openssl`",
        ));
    }
    let tests = repo.root.join("tests").join("engines");
    let mut command = playwright::command(repo, "list", &tests)?;
    command.env("AFIELD_GECKODRIVER", tools::path_of(repo, "geckodriver"));
    counted(&mut command, Runner::Playwright)
}
