//! A PostgreSQL that makes durable what it commits, and is killed and started again on demand.
//!
//! Owns its life. It ends with this process, however that ends. Must never meet a database that others use.

use crate::Result;
use programs::{as_who_may, programs};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

#[path = "../../tests/postgres/programs.rs"]
mod programs;

/// `$0` is the folder, `$1` where the programs are. It does what it is told line by line, and ends with its input.
const LIFE: &str = r#"
set -e
bin="$1"
"$bin/initdb" -D "$0/data" -U afield -A trust -E UTF8 --locale=C >"$0/log" 2>&1
begin() {
    # One that was killed may leave its last processes for a moment.
    until "$bin/pg_ctl" -D "$0/data" -w -t 120 -l "$0/log" \
        -o "-k '$0' -p 5432 -c listen_addresses='' -c max_connections=200 -c shared_buffers=256MB" start >>"$0/log" 2>&1
    do sleep 0.2; done
}
begin
trap '' HUP INT TERM
echo done
while read -r what; do
    case "$what" in
        kill) kill -KILL "$(head -n 1 "$0/data/postmaster.pid")" ;;
        start) begin ;;
    esac
    echo done
done
"$bin/pg_ctl" -D "$0/data" -m immediate stop >>"$0/log" 2>&1 || true
"#;

pub(crate) struct Postgres {
    folder: PathBuf,
    life: Child,
    input: Option<ChildStdin>,
    said: BufReader<ChildStdout>,
}

impl Postgres {
    /// Begins one in `folder`, which is made.
    pub(crate) fn begin(folder: PathBuf) -> Result<Self> {
        let programs = programs().ok_or(
            "PostgreSQL is not here: install it (Debian: apt-get install postgresql), or put its initdb and pg_ctl on the PATH",
        )?;
        std::fs::create_dir(&folder)?;
        let mut life = as_who_may(&folder)?
            .args(["sh", "-c", LIFE])
            .arg(&folder)
            .arg(&programs)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .current_dir("/")
            .spawn()?;
        let said = life.stdout.take().ok_or("PostgreSQL has no output")?;
        let mut postgres = Self {
            input: life.stdin.take(),
            said: BufReader::new(said),
            folder,
            life,
        };
        postgres.wait()?;
        Ok(postgres)
    }

    /// SIGKILL to its first process: the others end when they see that.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.tell("kill")
    }

    /// Starts it again, and waits until it has read what it had made durable.
    pub(crate) fn start(&mut self) -> Result<()> {
        self.tell("start")
    }

    fn tell(&mut self, what: &str) -> Result<()> {
        let input = self.input.as_mut().ok_or("PostgreSQL has ended")?;
        writeln!(input, "{what}")?;
        self.wait()
    }

    fn wait(&mut self) -> Result<()> {
        let mut said = String::new();
        self.said.read_line(&mut said)?;
        match said == "done\n" {
            true => Ok(()),
            false => {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                Err(format!("PostgreSQL did not begin: {log}").into())
            }
        }
    }

    /// Where a database of it is reached.
    pub(crate) fn address(&self, database: &str) -> String {
        let folder = self.folder.display();
        format!("postgres://afield@localhost:5432/{database}?host={folder}")
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    /// Of its first process.
    pub(crate) fn process(&self) -> Result<u32> {
        let text = std::fs::read_to_string(self.folder.join("data/postmaster.pid"))?;
        Ok(text.lines().next().unwrap_or_default().parse()?)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.life.wait();
    }
}
