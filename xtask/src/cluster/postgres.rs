//! A PostgreSQL of its own for `run --cluster`: made in a folder, reached by a socket in it, ended with this process.
//! It must never meet a server that others use. The server's tests have one like it (`crates/server/tests/postgres`),
//! which keeps nothing on the disk; this one syncs as a real one does.

use std::path::PathBuf;

use anyhow::{Context, Result};

use life::Life;

#[path = "../../../crates/server/tests/postgres/life.rs"]
mod life;

/// What waits for the end of its input waits for the end of whoever has started it.
const SCRIPT: &str = r#"
set -e
"$1/initdb" -D "$0/data" -U postgres -A trust -E UTF8 --locale=C >"$0/log" 2>&1
printf '%s\n' "CREATE ROLE afield LOGIN" "CREATE DATABASE afield OWNER afield" |
    "$1/postgres" --single -D "$0/data" postgres >>"$0/log" 2>&1
"$1/pg_ctl" -D "$0/data" -w -t 120 -l "$0/log" -o "-k '$0' -p 5432 -c listen_addresses=''" start >>"$0/log" 2>&1
# Ctrl-C reaches all of a terminal: the servers go first. Whoever has started it may be gone by now.
trap '' HUP INT TERM PIPE
echo ready || true
read -r _ || true
"$1/pg_ctl" -D "$0/data" -m fast stop >>"$0/log" 2>&1
"#;

/// Begins one in `folder`, which is made.
pub(crate) fn begin(folder: PathBuf) -> Result<Life> {
    std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(Life::begin(SCRIPT, folder)?)
}
