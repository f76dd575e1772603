//! SQLite: one file, one writer at a time, write-ahead log, full durability.
//!
//! Owns every line of SQLite's SQL (here and in the folder of this name) and the migrations. Statements run on the
//! calling thread, prepared once for each connection: asking another thread costs ten times what SQLite takes.
//! Must never decide anything.

mod auth;
mod brakes;
pub mod copies;
mod imported;
mod log;
#[cfg(any(test, feature = "testing"))]
pub mod memory;
mod notifications;
mod open_transaction;
mod paces;
mod people;
mod pool;
mod providers;
mod read;
mod records;
mod reports;
mod retention;
mod reviews;
mod series;
mod settings;
mod trimming;
mod values;
pub mod whole;
mod write;

#[cfg(test)]
mod failing_tests;

use super::steps::{all, fit};
use super::{ReadTx, Storage, Stored, WriteTx};
use crate::error::StorageError;
use async_trait::async_trait;
use open_transaction::OpenTransaction;
use pool::{BUSY, Pool};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, SqliteConnection, query_as, query_scalar};
use std::path::Path;

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
    /// One connection: writers queue here.
    writer: Pool,
    readers: Pool,
}

impl SqliteStorage {
    /// Runs a statement on the writing connection, outside a transaction.
    #[cfg(test)]
    pub(crate) async fn tell(&self, sql: &str) {
        let connection = self.writer.take().await.unwrap();
        connection.get().unwrap().execute_batch(sql).unwrap();
    }

    /// Counts the commits of the writing connection from now on; each is made if `allows` says so.
    #[cfg(test)]
    pub(crate) async fn watch_commits(
        &self,
        allows: impl Fn() -> bool + Send + 'static,
    ) -> std::sync::Arc<std::sync::atomic::AtomicUsize> {
        let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let seen = std::sync::Arc::clone(&count);
        let connection = self.writer.take().await.unwrap();
        let hook = move || {
            seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            !allows()
        };
        connection.get().unwrap().commit_hook(Some(hook)).unwrap();
        count
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
            .busy_timeout(BUSY);
        let mut first = options.connect().await.map_err(failed)?;
        migrate(&mut first).await?;
        let writer = Pool::open(file, durability, 1)?;
        let readers = Pool::open(file, durability, READERS)?;
        first.close().await.map_err(failed)?;
        Ok(Self { writer, readers })
    }
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn read(&self) -> Stored<Box<dyn ReadTx>> {
        let tx = OpenTransaction::begin_reading(self.readers.take().await?)?;
        Ok(Box::new(SqliteTx { tx }))
    }

    async fn write(&self) -> Stored<Box<dyn WriteTx>> {
        let tx = OpenTransaction::begin_writing(self.writer.take().await?)?;
        Ok(Box::new(SqliteTx { tx }))
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

/// Every step of the schema, oldest first.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");

/// The numbers of the steps of the schema.
#[cfg(test)]
pub(super) fn versions() -> Vec<i64> {
    MIGRATIONS.iter().map(|step| step.version).collect()
}

/// Brings the schema up to date, also where a newer build has taken steps that this one need not know. It is alone on
/// the file: no step waits for anybody.
async fn migrate(connection: &mut SqliteConnection) -> Stored<()> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')";
    let is_ours: bool = query_scalar(sql)
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    let taken = match is_ours {
        true => {
            query_as("SELECT version, description FROM _sqlx_migrations")
                .fetch_all(&mut *connection)
                .await
        }
        false => Ok(Vec::new()),
    };
    // Where it does not fit it is refused by the step that is missing.
    let run = match fit(&MIGRATIONS, &taken.map_err(failed)?) {
        true => all(&MIGRATIONS).run(connection).await,
        false => MIGRATIONS.run(connection).await,
    };
    run.map_err(|error| StorageError::Backend(Box::new(error)))
}

fn backend(error: rusqlite::Error) -> StorageError {
    StorageError::Backend(Box::new(error))
}

/// What failed in the library that brings the schema up to date and looks after whole files.
fn failed(error: sqlx::Error) -> StorageError {
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
        storage.close().await;
        let newer = async |version, name| {
            let storage = SqliteStorage::open(&file, Durability::Full).await.unwrap();
            let step = format!(
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES ({version}, '{name}', 1, x'00', 0)"
            );
            storage.tell(&step).await;
            storage.close().await;
        };
        // It starts again beside what harms nobody.
        newer(9998, "expand something").await;
        newer(9999, "from the future").await;
        assert!(SqliteStorage::open(&file, Durability::Full).await.is_err());
    }
}
