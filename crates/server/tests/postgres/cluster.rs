//! A PostgreSQL for the tests of one process: made in a folder of its own, reached by a socket in it, and gone with the
//! process, however that ends.
//!
//! Owns its databases, one for each test that asks. Must never meet a server that others use.

use life::Life;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};
use std::cell::RefCell;
use std::str::FromStr as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

#[path = "fleeting.rs"]
mod fleeting;
#[path = "life.rs"]
mod life;

/// A durable one, ended and started again while the tests run: told so line by line.
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
trap '' HUP INT TERM PIPE
echo ready || true
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
pub(crate) struct Fragile(RefCell<Life>);

#[allow(dead_code)]
impl Fragile {
    pub(crate) fn begin() -> Self {
        let folder = tempfile::Builder::new().prefix("afield-pg").tempdir();
        let life = Life::begin(FRAGILE, folder.unwrap().keep());
        Self(RefCell::new(life.unwrap()))
    }

    pub(crate) fn address(&self) -> String {
        self.0.borrow().address("afield")
    }

    /// `kill`: its first process is gone without a word. `stop`: all of it is, at once. `start`: it is there again.
    pub(crate) fn tell(&self, what: &str) {
        let said = self.0.borrow_mut().tell(what);
        assert_eq!(said.unwrap(), "done", "{what}");
    }
}

#[allow(dead_code)]
impl Drop for Fragile {
    fn drop(&mut self) {
        self.0.get_mut().end();
    }
}

struct Cluster {
    databases: AtomicUsize,
    life: Life,
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
    run(&cluster.life.address("postgres"), &sql).await;
    cluster.life.address(&name)
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

fn begin() -> Cluster {
    Cluster {
        databases: AtomicUsize::new(0),
        life: fleeting::begin().unwrap(),
    }
}
