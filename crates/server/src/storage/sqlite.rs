//! SQLite: one file, one writer at a time, write-ahead log, full durability.
//!
//! Owns every line of SQLite's SQL (here and in the folder of this name) and the migrations.
//! Must never decide anything.

mod auth;
mod held;
mod imported;
mod log;
#[cfg(any(test, feature = "testing"))]
pub mod memory;
mod read;
mod records;
mod values;
mod write;

use super::{ReadTx, Storage, Stored, WriteTx};
use crate::error::StorageError;
use async_trait::async_trait;
use held::Held;
use sqlx::SqliteConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::path::Path;
use std::time::Duration;

const BUSY: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// How much a commit survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A power cut.
    Full,
    /// The end of this process only; for tests that make thousands of commits.
    ProcessOnly,
}

/// A SQLite database.
#[derive(Debug, Clone)]
pub struct SqliteStorage {
    /// One connection: writers queue here, fairly, instead of polling SQLite's lock.
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStorage {
    /// Opens the database at `file`, makes it if it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened or is of a newer schema than this build knows.
    pub async fn open(file: &Path, durability: Durability) -> Stored<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(BUSY)
            .synchronous(match durability {
                Durability::Full => SqliteSynchronous::Full,
                Durability::ProcessOnly => SqliteSynchronous::Off,
            });
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            // A file does not go away as a network does; what else may be wrong, the first statement says.
            .test_before_acquire(false)
            .acquire_timeout(BUSY)
            .connect_with(options.clone())
            .await
            .map_err(backend)?;
        let mut connection = writer.acquire().await.map_err(backend)?;
        migrate(&mut connection).await?;
        drop(connection);
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            .acquire_timeout(BUSY)
            .connect_with(options)
            .await
            .map_err(backend)?;
        Ok(Self { writer, readers })
    }
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn read(&self) -> Stored<Box<dyn ReadTx>> {
        let tx = self.readers.begin().await.map_err(backend)?;
        Ok(Box::new(SqliteTx {
            tx: Held::Pooled(tx),
        }))
    }

    async fn write(&self) -> Stored<Box<dyn WriteTx>> {
        let tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(backend)?;
        Ok(Box::new(SqliteTx {
            tx: Held::Pooled(tx),
        }))
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// A transaction; rolled back when dropped.
struct SqliteTx {
    tx: Held,
}

/// Brings the schema up to date.
async fn migrate(connection: &mut SqliteConnection) -> Stored<()> {
    sqlx::migrate!("./migrations/sqlite")
        .run(connection)
        .await
        .map_err(|error| StorageError::Backend(Box::new(error)))
}

fn backend(error: sqlx::Error) -> StorageError {
    StorageError::Backend(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::contract::check_all;

    #[tokio::test]
    async fn sqlite_keeps_the_contract() {
        let folder = tempfile::tempdir().unwrap();
        let count = std::cell::Cell::new(0);
        check_all(|| {
            count.set(count.get() + 1);
            let file = folder.path().join(format!("{}.db", count.get()));
            async move {
                SqliteStorage::open(&file, Durability::ProcessOnly)
                    .await
                    .unwrap()
            }
        })
        .await;
    }

    #[tokio::test]
    async fn a_database_of_a_newer_version_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        let storage = SqliteStorage::open(&file, Durability::Full).await.unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (9999, 'from the future', 1, x'00', 0)",
        )
        .execute(&storage.writer)
        .await
        .unwrap();
        storage.close().await;
        assert!(SqliteStorage::open(&file, Durability::Full).await.is_err());
    }
}
