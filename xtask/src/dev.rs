//! `cargo xtask run --dev`: a debug build that is made again after each change.
//! Trunk watches what ends up in the browser; this watches the server. It must never touch `dist/`, which holds the release build.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::repo::Repo;
use crate::stamp::Stamp;
use crate::{build, progress, run, tools};

const LOOK_EVERY: Duration = Duration::from_millis(500);
const GRACE: Duration = Duration::from_secs(10);

pub(crate) fn run(port: u16, data: &Path, today: Option<&str>) -> Result<()> {
    let data = run::look_before(port, data)?;
    let repo = Repo::find()?;
    tools::ensure_for_build(&repo)?;
    let dist = repo.notes().join("dev-dist");
    progress::step(
        "Building the app and its worker (debug; minutes the first time)",
        || {
            progress::execute(
                build::trunk(&repo)?
                    .args(["build", "--offline=true", "--dist"])
                    .arg(&dist),
            )
        },
    )?;
    build_server(&repo)?;

    let ended = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&ended);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .context("cannot listen for Ctrl-C")?;

    println!(
        "Watching: a change in the app or the server is built, and the browser loads it by itself. Ctrl-C ends it."
    );
    let mut watcher = watcher(&repo, &dist)?;
    let mut command = run::serve(&repo.server("debug"), port, &data, today);
    command.arg("--assets").arg(&dist);
    let mut server = None;
    let result = serve_until(&ended, &repo, &mut watcher, &mut command, &mut server);
    stop(&mut watcher)?;
    if let Some(server) = &mut server {
        stop(server)?;
    }
    result
}

/// Keeps the server running and current until the person ends it or something stops by itself.
fn serve_until(
    ended: &AtomicBool,
    repo: &Repo,
    watcher: &mut Child,
    command: &mut Command,
    server: &mut Option<Child>,
) -> Result<()> {
    let sources = server_sources(repo);
    sources.write()?;
    let mut running = server.insert(command.spawn().context("cannot start the server")?);
    while !ended.load(Ordering::Relaxed) {
        std::thread::sleep(LOOK_EVERY);
        if let Some(status) = watcher.try_wait()? {
            bail!("trunk stopped watching ({status}): see the lines above");
        }
        if let Some(status) = running.try_wait()? {
            bail!("the server stopped ({status}): see the lines above");
        }
        if sources.is_current()? {
            continue;
        }
        sources.write()?;
        // A server that does not build leaves the old one running.
        if let Err(error) = build_server(repo) {
            eprintln!("error: {error:#}");
            continue;
        }
        stop(running)?;
        running = server.insert(command.spawn().context("cannot start the server")?);
    }
    Ok(())
}

/// Trunk refuses to watch what is not there.
fn watcher(repo: &Repo, dist: &Path) -> Result<Child> {
    let mut trunk = build::trunk(repo)?;
    trunk.args(["watch", "--offline=true", "--dist"]).arg(dist);
    for input in build::APP_INPUTS {
        let path = repo.root.join(input);
        if path.exists() {
            trunk.arg("--watch").arg(path);
        }
    }
    trunk.spawn().context("cannot start trunk")
}

fn build_server(repo: &Repo) -> Result<()> {
    progress::step("Building the server (debug)", || {
        progress::execute(&mut repo.cargo(&["build", "--package", "afield-server"]))
    })
}

fn server_sources(repo: &Repo) -> Stamp {
    let inputs = [
        "crates/domain",
        "crates/protocol",
        "crates/server",
        "Cargo.lock",
    ];
    Stamp::new(
        &repo.notes(),
        "dev-server",
        &repo.root,
        &inputs,
        &[],
        Path::new(""),
    )
}

/// Asks a program to end, and makes it end when it does not.
pub(crate) fn stop(child: &mut Child) -> Result<()> {
    if cfg!(unix) {
        let _ = Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .status();
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    let _ = child.kill();
    child.wait()?;
    Ok(())
}
