//! A PostgreSQL in a temporary folder, whose data need not survive anything: gone with the process, however that ends.
//!
//! Owns what makes it quick: nothing is written through to the disk. Must never show that a commit is durable.

use super::life::Life;
use std::io;

/// What waits for the end of its input waits for the end of whoever has begun it. Servers connect as somebody with no
/// more rights than they need.
const SCRIPT: &str = r#"
set -e
"$1/initdb" -D "$0/data" -U postgres -A trust -E UTF8 --locale=C -N >"$0/log" 2>&1
echo "CREATE ROLE afield LOGIN" | "$1/postgres" --single -F -D "$0/data" postgres >>"$0/log" 2>&1
"$1/pg_ctl" -D "$0/data" -w -t 120 -l "$0/log" -o "-k '$0' -p 5432 -c listen_addresses='' -c max_connections=400 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB" start >>"$0/log" 2>&1
# Whoever ends the process by a signal to all of a terminal ends that, not this; nor does one that is gone by now.
trap '' HUP INT TERM PIPE
echo ready || true
read -r _ || true
"$1/pg_ctl" -D "$0/data" -m immediate stop >>"$0/log" 2>&1
rm -rf "$0"
"#;

/// Begins one.
///
/// # Errors
/// When there is no room for a folder, PostgreSQL is not here, or does not begin.
pub(crate) fn begin() -> io::Result<Life> {
    let folder = tempfile::Builder::new().prefix("afield-pg").tempdir()?;
    // Its script takes the folder away.
    Life::begin(SCRIPT, folder.keep())
}
