//! A PostgreSQL for the tests of one process: made in a folder of its own, reached by a socket in it, and gone with the
//! process, however that ends.
//!
//! Owns how it is found, begun and ended. Must never meet a server that others use.

use programs::{as_who_may, programs};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::str::FromStr as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

#[path = "programs.rs"]
mod programs;

/// `$0` is the folder, `$1` where the programs are. What waits for the end of its input waits for the end of the
/// tests. What is stored need not survive them. Servers connect as somebody with no more rights than they need.
const LIFE: &str = r#"
set -e
"$1/initdb" -D "$0/data" -U postgres -A trust -E UTF8 --locale=C -N >"$0/log" 2>&1
echo "CREATE ROLE afield LOGIN" | "$1/postgres" --single -F -D "$0/data" postgres >>"$0/log" 2>&1
"$1/pg_ctl" -D "$0/data" -w -t 120 -l "$0/log" -o "-k '$0' -p 5432 -c listen_addresses='' -c max_connections=400 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB" start >>"$0/log" 2>&1
# Whoever ends the tests by a signal to all of them ends them, not this.
trap '' HUP INT TERM
echo ready
read -r _ || true
"$1/pg_ctl" -D "$0/data" -m immediate stop >>"$0/log" 2>&1
rm -rf "$0"
"#;

/// As [`LIFE`], of one that is durable, ended and started again while the tests run: told so line by line.
const FRAGILE: &str = r#"
set -e
bin="$1"
"$bin/initdb" -D "$0/data" -U postgres -A trust -E UTF8 --locale=C >"$0/log" 2>&1
printf '%s\n' "CREATE ROLE afield LOGIN" "CREATE DATABASE afield OWNER afield" |
    "$bin/postgres" --single -D "$0/data" postgres >>"$0/log" 2>&1
begin() {
    # One that was killed may leave its last processes for a moment.
    until "$bin/pg_ctl" -D "$0/data" -w -t 120 -l "$0/log" \
        -o "-k '$0' -p 5432 -c listen_addresses='' -c shared_buffers=64MB" start >>"$0/log" 2>&1
    do sleep 0.2; done
}
begin
trap '' HUP INT TERM
echo ready
while read -r what; do
    case "$what" in
        kill) kill -KILL "$(head -n 1 "$0/data/postmaster.pid")" ;;
        stop) "$bin/pg_ctl" -D "$0/data" -m immediate stop >>"$0/log" 2>&1 ;;
        start) begin ;;
    esac
    echo done
done
"$bin/pg_ctl" -D "$0/data" -m immediate stop >>"$0/log" 2>&1 || true
rm -rf "$0"
"#;

/// A PostgreSQL of one test, which ends it and starts it again.
#[allow(dead_code)] // One program of tests needs it.
pub(crate) struct Fragile {
    folder: PathBuf,
    life: Child,
    said: std::cell::RefCell<BufReader<std::process::ChildStdout>>,
}

#[allow(dead_code)]
impl Fragile {
    pub(crate) fn begin() -> Self {
        let (folder, life, said) = live(FRAGILE);
        let said = std::cell::RefCell::new(said);
        Self { folder, life, said }
    }

    pub(crate) fn address(&self) -> String {
        address_in(&self.folder, "afield")
    }

    /// `kill`: its first process is gone without a word. `stop`: all of it is, at once. `start`: it is there again.
    pub(crate) fn tell(&self, what: &str) {
        use std::io::Write as _;
        let mut input = self.life.stdin.as_ref().unwrap();
        writeln!(input, "{what}").unwrap();
        let mut done = String::new();
        self.said.borrow_mut().read_line(&mut done).unwrap();
        assert_eq!(done, "done\n", "{what}");
    }
}

#[allow(dead_code)]
impl Drop for Fragile {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.life.stdin.take());
        let _ = self.life.wait();
    }
}

struct Cluster {
    folder: PathBuf,
    databases: AtomicUsize,
    /// While its input is open, the database runs.
    _life: Child,
}

static CLUSTER: OnceLock<Cluster> = OnceLock::new();

/// The address of a new, empty database.
pub(crate) async fn new_database() -> String {
    make("template0").await
}

/// The address of a copy of the database at `address`, which nobody uses.
#[allow(dead_code)] // One program of tests needs it.
pub(crate) async fn copy_of(address: &str) -> String {
    let name = address.split('?').next().unwrap();
    let name = name.rsplit('/').next().unwrap();
    make(name).await
}

async fn make(template: &str) -> String {
    let cluster = CLUSTER.get_or_init(begin);
    let n = cluster.databases.fetch_add(1, Ordering::Relaxed);
    let name = format!("test_{n}");
    let sql = format!("CREATE DATABASE {name} TEMPLATE {template} OWNER afield");
    run(&cluster.address("postgres"), &sql).await;
    cluster.address(&name)
}

/// How the database at `address` is reached by somebody whom no policy binds.
pub(crate) fn of_superuser(address: &str) -> PgConnectOptions {
    let options = PgConnectOptions::from_str(address).unwrap();
    options.username("postgres")
}

/// Runs statements, past whatever the server under test knows; how many rows they changed.
pub(crate) async fn run(address: &str, sql: &str) -> u64 {
    let mut connection = of_superuser(address).connect().await.unwrap();
    let done = connection.execute(sqlx::raw_sql(AssertSqlSafe(sql)));
    let changed = done.await.unwrap().rows_affected();
    connection.close().await.unwrap();
    changed
}

impl Cluster {
    fn address(&self, database: &str) -> String {
        address_in(&self.folder, database)
    }
}

fn address_in(folder: &Path, database: &str) -> String {
    let folder = folder.display();
    format!("postgres://afield@localhost:5432/{database}?host={folder}")
}

fn begin() -> Cluster {
    let (folder, life, _) = live(LIFE);
    Cluster {
        folder,
        databases: AtomicUsize::new(0),
        _life: life,
    }
}

/// Runs a life in a folder of its own, until its input ends.
fn live(life: &str) -> (PathBuf, Child, BufReader<std::process::ChildStdout>) {
    let programs = programs().unwrap_or_else(|| {
        panic!(
            "this test needs PostgreSQL: install it (Debian: apt-get install postgresql), or put its initdb and \
             pg_ctl on the PATH"
        )
    });
    let folder = tempfile::Builder::new().prefix("afield-pg").tempdir();
    let folder = folder.unwrap().keep();
    let mut command = as_who_may(&folder).unwrap();
    command.args(["sh", "-c", life]).arg(&folder).arg(&programs);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.current_dir("/").spawn().unwrap();
    let mut ready = String::new();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    said.read_line(&mut ready).unwrap();
    if ready != "ready\n" {
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        panic!("PostgreSQL of {} did not begin: {log}", programs.display());
    }
    (folder, child, said)
}
