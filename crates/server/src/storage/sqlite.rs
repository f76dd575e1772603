//! SQLite: one file, one writer at a time, write-ahead log, full durability.
//!
//! Owns every line of SQLite's SQL (here and in the folder of this name) and the migrations.
//! Must never decide anything.

mod auth;
pub mod copies;
mod imported;
mod log;
#[cfg(any(test, feature = "testing"))]
pub mod memory;
mod open_transaction;
mod read;
mod records;
mod reports;
mod values;
mod write;

#[cfg(test)]
mod failing_tests;

use super::{ReadTx, Storage, Stored, WriteTx};
use crate::error::StorageError;
use async_trait::async_trait;
use open_transaction::OpenTransaction;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
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
    /// What a test does to the writing connection.
    #[cfg(test)]
    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

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
        let mut first = options.connect().await.map_err(backend)?;
        migrate(&mut first).await?;
        // A connection is made anew when one failed: never a new, empty file in the place of one that went.
        let options = options.create_if_missing(false);
        let writer = pool(1).connect_with(options.clone());
        let writer = writer.await.map_err(backend)?;
        let readers = pool(READERS).connect_with(options);
        let readers = readers.await.map_err(backend)?;
        first.close().await.map_err(backend)?;
        Ok(Self { writer, readers })
    }
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        // A file does not go away as a network does; what else may be wrong, the first statement says.
        .test_before_acquire(false)
        .acquire_timeout(BUSY)
        .after_release(|connection, _| Box::pin(is_as_new(connection)))
}

/// Whether a connection that comes back may be used again; else it is closed, and the next is made anew.
///
/// When a disk is full or fails, SQLite rolls back by itself. The rollback that follows is then an error,
/// and the driver goes on believing in the transaction: it would never begin another one.
async fn is_as_new(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // What was dropped half-way is rolled back before this is answered.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn read(&self) -> Stored<Box<dyn ReadTx>> {
        let tx = self.readers.begin().await.map_err(backend)?;
        Ok(Box::new(SqliteTx {
            tx: OpenTransaction::Pooled(tx),
        }))
    }

    async fn write(&self) -> Stored<Box<dyn WriteTx>> {
        let tx = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(backend)?;
        Ok(Box::new(SqliteTx {
            tx: OpenTransaction::Pooled(tx),
        }))
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// A transaction; rolled back when dropped.
struct SqliteTx {
    tx: OpenTransaction,
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
