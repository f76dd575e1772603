//! SQLite in memory, on one connection for reading and writing: for the simulation.
//!
//! Owns what only a test may do to a database: copy it, put a copy back, and have commits fail. What
//! is read and written goes through the same SQL as with a file. Must never serve anyone.

pub(super) mod transaction;

use super::open_transaction::OpenTransaction;
use super::{ReadTx, SqliteTx, Storage, Stored, WriteTx, backend, migrate};
use afield_domain::User;
use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
pub use transaction::Failure;
use transaction::{MemoryTx, One, told};

/// A copy of the whole data set, beside the one that is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copy {
    /// As it was when all began.
    Fresh,
    /// A backup.
    Backup,
}

impl Copy {
    fn schema(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Backup => "backup",
        }
    }
}

/// A database in memory.
pub(crate) struct MemorySqlite {
    connection: Arc<AsyncMutex<One>>,
    failure: Arc<Mutex<Option<Failure>>>,
    /// The tables, in the order in which rows may be added.
    tables: Vec<String>,
}

impl MemorySqlite {
    /// A new, empty database with the schema of now.
    pub(crate) async fn open() -> Stored<Self> {
        let mut connection = SqliteConnectOptions::new()
            .in_memory(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Memory)
            .synchronous(SqliteSynchronous::Off)
            .connect()
            .await
            .map_err(backend)?;
        migrate(&mut connection).await?;
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\' \
             AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
        )
        .fetch_all(&mut connection)
        .await
        .map_err(backend)?;
        let storage = Self {
            connection: Arc::new(AsyncMutex::new(One {
                connection,
                is_open: false,
            })),
            failure: Arc::default(),
            tables,
        };
        for copy in [Copy::Fresh, Copy::Backup] {
            let schema = copy.schema();
            storage
                .run(format!("ATTACH ':memory:' AS {schema}"))
                .await?;
            for table in &storage.tables {
                let like = "SELECT * FROM main";
                storage
                    .run(format!(
                        "CREATE TABLE {schema}.{table} AS {like}.{table} WHERE 0"
                    ))
                    .await?;
            }
        }
        Ok(storage)
    }

    /// What fails from now on.
    pub(crate) fn fail(&self, failure: Option<Failure>) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    /// Copies the whole data set.
    pub(crate) async fn save(&self, copy: Copy) -> Stored<()> {
        self.replace(copy.schema(), "main").await
    }

    /// Puts a copy in the place of the data set.
    pub(crate) async fn load(&self, copy: Copy) -> Stored<()> {
        self.replace("main", copy.schema()).await
    }

    async fn replace(&self, to: &str, from: &str) -> Stored<()> {
        let mut sql = String::from("BEGIN;");
        for table in self.tables.iter().rev() {
            sql += &format!("DELETE FROM {to}.{table};");
        }
        for table in &self.tables {
            sql += &format!("INSERT INTO {to}.{table} SELECT * FROM {from}.{table};");
        }
        self.run(sql + "COMMIT").await
    }

    /// Gives a user another name or role, as of now.
    pub(crate) async fn set_user(&self, user: &User) -> Stored<()> {
        let mut guard = self.lock().await?;
        sqlx::query("UPDATE users SET name = ?2, role = ?3 WHERE id = ?1")
            .bind(user.id.to_string())
            .bind(&user.name)
            .bind(super::values::role_name(user.role))
            .execute(&mut guard.connection)
            .await
            .map_err(backend)?;
        Ok(())
    }

    /// The keys of all records.
    pub(crate) async fn keys(&self) -> Stored<Vec<afield_domain::RecordKey>> {
        let mut guard = self.lock().await?;
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT module, id FROM records WHERE deleted = 0")
                .fetch_all(&mut guard.connection)
                .await
                .map_err(backend)?;
        rows.iter()
            .map(|(module, id)| super::values::key(module, id))
            .collect()
    }

    async fn run(&self, sql: String) -> Stored<()> {
        let mut guard = self.lock().await?;
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut guard.connection)
            .await
            .map_err(backend)?;
        Ok(())
    }

    /// The connection, with no transaction open.
    async fn lock(&self) -> Stored<OwnedMutexGuard<One>> {
        let mut guard = Arc::clone(&self.connection).lock_owned().await;
        if guard.is_open {
            sqlx::query("ROLLBACK")
                .execute(&mut guard.connection)
                .await
                .map_err(backend)?;
            guard.is_open = false;
        }
        Ok(guard)
    }
}

#[async_trait]
impl Storage for MemorySqlite {
    /// Nobody else can write while the connection is held: one state throughout.
    async fn read(&self) -> Stored<Box<dyn ReadTx>> {
        let one = self.lock().await?;
        let failure = Arc::clone(&self.failure);
        Ok(Box::new(SqliteTx {
            tx: OpenTransaction::Memory(MemoryTx { one, failure }),
        }))
    }

    async fn write(&self) -> Stored<Box<dyn WriteTx>> {
        let failure = Arc::clone(&self.failure);
        if *failure.lock().unwrap_or_else(PoisonError::into_inner) == Some(Failure::NoBegin) {
            return Err(told("not begun"));
        }
        let mut one = self.lock().await?;
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut one.connection)
            .await
            .map_err(backend)?;
        one.is_open = true;
        Ok(Box::new(SqliteTx {
            tx: OpenTransaction::Memory(MemoryTx { one, failure }),
        }))
    }

    async fn close(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::contract::check_all;

    #[tokio::test]
    async fn sqlite_in_memory_keeps_the_contract() {
        check_all(async || MemorySqlite::open().await.unwrap()).await;
    }
}
