//! A PostgreSQL that lives as long as whoever has begun it: made in a folder, reached by a socket in it.
//!
//! Owns how one is begun and ended, and its address. What it is begun with, and what it does until the end, is a
//! script of whoever begins it. Must never meet a server that others use.

use programs::{as_who_may, programs};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};

#[path = "programs.rs"]
mod programs;

/// While its input is open, the database runs.
pub(crate) struct Life {
    folder: PathBuf,
    programs: PathBuf,
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Life {
    /// Runs `script` in a shell, until it says that it is `ready`: `$0` is `folder`, where it may write `log`, and `$1`
    /// where the programs are. It is to end PostgreSQL when its input ends: so none is left where this process is
    /// killed.
    ///
    /// # Errors
    /// When PostgreSQL is not here, or does not begin.
    pub(crate) fn begin(script: &str, folder: PathBuf) -> io::Result<Self> {
        let programs = programs().ok_or_else(|| {
            io::Error::other(
                "PostgreSQL is not here: install it (Debian: apt-get install postgresql), or put its initdb and \
                 pg_ctl on the PATH",
            )
        })?;
        let mut command = as_who_may(&folder)?;
        command.args(["sh", "-c", script]);
        command.arg(&folder).arg(&programs).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let out = child.stdout.take();
        let out = out.ok_or_else(|| io::Error::other("the shell has no output"))?;
        let mut life = Self {
            folder,
            programs,
            child,
            said: BufReader::new(out),
        };
        if life.hears()? == "ready" {
            return Ok(life);
        }
        let log = std::fs::read_to_string(life.folder.join("log")).unwrap_or_default();
        let place = life.programs.display();
        let why = format!("PostgreSQL of {place} did not begin: {log}");
        Err(io::Error::other(why))
    }

    /// The address of one of its databases, for a server.
    pub(crate) fn address(&self, database: &str) -> String {
        let folder = self.folder.display();
        format!("postgres://afield@localhost:5432/{database}?host={folder}")
    }
}

// No program needs all of it.
#[allow(dead_code)]
impl Life {
    /// Where its programs are.
    pub(crate) fn programs(&self) -> &Path {
        &self.programs
    }

    /// The same for who may do everything.
    pub(crate) fn superusers_address(&self, database: &str) -> String {
        let folder = self.folder.display();
        format!("postgres://postgres@localhost:5432/{database}?host={folder}")
    }

    /// Tells its script a line, and waits for the one that it says then.
    ///
    /// # Errors
    /// When the script has ended.
    pub(crate) fn tell(&mut self, what: &str) -> io::Result<String> {
        if let Some(input) = &mut self.child.stdin {
            writeln!(input, "{what}")?;
        }
        self.hears()
    }

    /// Ends it, and waits for that.
    pub(crate) fn end(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

impl Life {
    /// The next line that the script says; nothing where it has ended.
    fn hears(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.said.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}
