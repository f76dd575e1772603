//! A PostgreSQL of its own for `run --cluster`: made in a folder, reached by a socket in it, ended with this process.
//! It must never meet a server that others use. The server's tests have one like it (`crates/server/tests/postgres`),
//! which keeps nothing on the disk; this one syncs as a real one does.

use std::path::PathBuf;
use std::process::{Child, Stdio};

use anyhow::{Context, Result, bail};

use programs::{as_who_may, programs};

#[path = "../../../crates/server/tests/postgres/programs.rs"]
mod programs;

/// `$0` is the folder, `$1` where the programs are. What waits for the end of its input waits for the end of whoever
/// has started it.
const LIFE: &str = r#"
set -e
"$1/initdb" -D "$0/data" -U postgres -A trust -E UTF8 --locale=C >"$0/log" 2>&1
printf '%s\n' "CREATE ROLE afield LOGIN" "CREATE DATABASE afield OWNER afield" |
    "$1/postgres" --single -D "$0/data" postgres >>"$0/log" 2>&1
"$1/pg_ctl" -D "$0/data" -w -t 120 -l "$0/log" -o "-k '$0' -p 5432 -c listen_addresses=''" start >>"$0/log" 2>&1
# Ctrl-C reaches all of a terminal: the servers go first.
trap '' HUP INT TERM
echo ready
read -r _ || true
"$1/pg_ctl" -D "$0/data" -m fast stop >>"$0/log" 2>&1
"#;

pub(crate) struct Postgres {
    folder: PathBuf,
    /// While its input is open, the database runs.
    life: Child,
}

impl Postgres {
    /// Begins one in `folder`, which is made.
    pub(crate) fn begin(folder: PathBuf) -> Result<Self> {
        let programs = programs().context(
            "PostgreSQL is not here: install it (Debian: apt-get install postgresql), or put its initdb and pg_ctl on the PATH",
        )?;
        std::fs::create_dir(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let mut life = as_who_may(&folder)?
            .args(["sh", "-c", LIFE])
            .arg(&folder)
            .arg(&programs)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .current_dir("/")
            .spawn()
            .context("cannot start PostgreSQL")?;
        if !super::is_ready(&mut life)? {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            bail!("PostgreSQL did not begin: {log}");
        }
        Ok(Self { folder, life })
    }

    pub(crate) fn address(&self) -> String {
        let folder = self.folder.display();
        format!("postgres://afield@localhost:5432/afield?host={folder}")
    }

    /// Ends it, and waits for that.
    pub(crate) fn end(mut self) {
        drop(self.life.stdin.take());
        let _ = self.life.wait();
    }
}
