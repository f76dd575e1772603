//! What each database does here by itself: the limit that a server's figures are held against.
//!
//! Owns single rows of a note's size in a commit of their own, as `pgbench` makes them. Must never go through the server.

use crate::{Result, instant, stored};
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, query};
use std::path::Path;
use std::time::Duration;
use tokio::task::JoinSet;

/// Writers at the same time.
const WRITERS: [u32; 3] = [1, 8, 32];
/// Rows of SQLite's commits.
const ROWS: [i64; 2] = [1, 64];
const FOR: Duration = Duration::from_secs(3);
const MAKE: &str = "CREATE TABLE IF NOT EXISTS trial_rows (id BIGINT, text TEXT NOT NULL)";

#[derive(Debug, Serialize)]
pub(crate) struct Limit {
    pub(crate) what: String,
    /// Rows a second that were durable.
    pub(crate) rows_a_second: f64,
}

/// Single-row commits of so many connections at once.
pub(crate) async fn of_postgres(address: &str) -> Result<Vec<Limit>> {
    let mut connection = stored::connect(address).await?;
    query(MAKE).execute(&mut connection).await?;
    let mut limits = Vec::new();
    for writers in WRITERS {
        let began = instant();
        let mut all = JoinSet::new();
        for _ in 0..writers {
            let address = address.to_owned();
            all.spawn(async move { write_rows(&address).await });
        }
        let mut rows = 0;
        while let Some(written) = all.join_next().await {
            rows += written??;
        }
        limits.push(Limit {
            what: format!("PostgreSQL, a row a commit, {writers} writers"),
            rows_a_second: f64::from(rows) / began.elapsed().as_secs_f64(),
        });
    }
    query("DROP TABLE trial_rows")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(limits)
}

async fn write_rows(address: &str) -> Result<u32> {
    let mut connection = stored::connect(address).await?;
    let (began, mut rows) = (instant(), 0);
    while began.elapsed() < FOR {
        let insert = "INSERT INTO trial_rows VALUES (1, repeat(md5(random()::text), 10))";
        query(insert).execute(&mut connection).await?;
        rows += 1;
    }
    connection.close().await?;
    Ok(rows)
}

/// Commits of one row and of 64, one after the other.
pub(crate) async fn of_sqlite(folder: &Path) -> Result<Vec<Limit>> {
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.join("limit.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    query(MAKE).execute(&mut connection).await?;
    let mut limits = Vec::new();
    for rows in ROWS {
        // One statement makes all rows of a commit: what is measured is SQLite and the disk.
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) \
                   INSERT INTO trial_rows SELECT i, hex(randomblob(150)) FROM n";
        let (began, mut commits) = (instant(), 0_u32);
        while began.elapsed() < FOR {
            query(sql).bind(rows).execute(&mut connection).await?;
            commits += 1;
        }
        let rows_a_second = f64::from(commits) * rows as f64 / began.elapsed().as_secs_f64();
        limits.push(Limit {
            what: format!("SQLite, {rows} rows a commit"),
            rows_a_second,
        });
    }
    connection.close().await?;
    Ok(limits)
}
