//! Says what is going on: one line when a step starts, one when it ends, and a sign of life in between.
//! It must never decide what a step does.

use std::io::{BufRead, BufReader, IsTerminal};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// Runs a step and says how long it took.
pub(crate) fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("==> {title}");
    let started = Instant::now();
    let beat = Heartbeat::start(started);
    let done = work();
    beat.stop();
    if done.is_ok() {
        eprintln!("    done in {}", seconds(started.elapsed()));
    }
    done
}

/// Runs a command to its end; its own output stays visible.
pub(crate) fn execute(command: &mut Command) -> Result<()> {
    let program = program_name(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| cannot_start(&program, error))?;
    if !status.success() {
        bail!("{program} failed ({status}): see the lines above");
    }
    Ok(())
}

/// Runs a command to its end and gives back what it printed, for tools whose talk is of no interest unless they fail.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let program = program_name(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| cannot_start(&program, error))?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stdout));
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        bail!("{program} failed ({}): see the lines above", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command, shows its standard output as it comes and hands each line over. True when the command succeeded.
pub(crate) fn follow(command: &mut Command, mut line: impl FnMut(&str)) -> Result<bool> {
    let program = program_name(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_start(&program, error))?;
    let output = child.stdout.take().context("the pipe is missing")?;
    for text in BufReader::new(output).split(b'\n') {
        let text = text.with_context(|| format!("cannot read what {program} prints"))?;
        let text = String::from_utf8_lossy(&text);
        println!("{text}");
        line(&text);
    }
    Ok(child.wait()?.success())
}

/// `12.3 s`, `2 min 5 s`.
pub(crate) fn seconds(time: Duration) -> String {
    if time.as_secs() < 60 {
        format!("{:.1} s", time.as_secs_f32())
    } else {
        format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}

fn program_name(command: &Command) -> String {
    std::path::Path::new(command.get_program())
        .file_stem()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned()
}

fn cannot_start(program: &str, error: std::io::Error) -> anyhow::Error {
    if error.kind() == std::io::ErrorKind::NotFound {
        anyhow!("{program} is not installed, or not on PATH: install it and start again")
    } else {
        anyhow!("cannot start {program}: {error}")
    }
}

/// Prints the elapsed time now and then. Silent on a terminal, where cargo draws its own bar and a line would break it.
struct Heartbeat {
    ended: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Heartbeat {
    fn start(started: Instant) -> Self {
        let (ended, end) = mpsc::channel();
        let thread = (!std::io::stderr().is_terminal()).then(|| {
            std::thread::spawn(move || {
                while end.recv_timeout(SIGN_OF_LIFE) == Err(RecvTimeoutError::Timeout) {
                    eprintln!("    … {}", seconds(started.elapsed()));
                }
            })
        });
        Self { ended, thread }
    }

    fn stop(self) {
        drop(self.ended);
        if let Some(thread) = self.thread {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_what_to_do() {
        let error = execute(&mut Command::new("no-such-program-as-this")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no-such-program-as-this is not installed, or not on PATH: install it and start again"
        );
    }

    #[test]
    fn time_reads_well() {
        assert_eq!(seconds(Duration::from_millis(1_234)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
    }
}
