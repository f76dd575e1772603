//! SQLite in memory, on one connection for reading and writing: for the simulation.
//!
//! Owns what only a test may do to a database: copy it, put a copy back, and have commits fail. What
//! is read and written goes through the same SQL as with a file. Must never serve anyone.

pub(super) mod transaction;

use super::open_transaction::OpenTransaction;
use super::values::key_at;
use super::{MIGRATIONS, ReadTx, SqliteTx, Storage, Stored, WriteTx, backend};
use afield_domain::User;
use async_trait::async_trait;
use rusqlite::Connection;
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
        let connection = Connection::open_in_memory().map_err(backend)?;
        let run = |sql: &str| connection.execute_batch(sql).map_err(backend);
        run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON")?;
        connection.set_prepared_statement_cache_capacity(128);
        for migration in MIGRATIONS.iter() {
            run(migration.sql.as_str())?;
        }
        let mut tables = Vec::new();
        connection
            .prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                 ORDER BY rowid",
            )
            .and_then(|mut names| {
                let names = names.query_map((), |row| row.get::<_, String>(0))?;
                for name in names {
                    tables.push(name?);
                }
                Ok(())
            })
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
                .run(&format!("ATTACH ':memory:' AS {schema}"))
                .await?;
            for table in &storage.tables {
                let like = "SELECT * FROM main";
                storage
                    .run(&format!(
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
        self.run(&(sql + "COMMIT")).await
    }

    /// Gives a user another name or role, as of now.
    pub(crate) async fn set_user(&self, user: &User) -> Stored<()> {
        let guard = self.lock().await?;
        guard
            .connection
            .execute(
                "UPDATE users SET name = ?2, role = ?3 WHERE id = ?1",
                (
                    user.id.to_string(),
                    &user.name,
                    super::values::role_name(user.role),
                ),
            )
            .map_err(backend)?;
        Ok(())
    }

    /// The keys of all records.
    pub(crate) async fn keys(&self) -> Stored<Vec<afield_domain::RecordKey>> {
        let guard = self.lock().await?;
        let sql = "SELECT module, id FROM records WHERE deleted = 0";
        let mut statement = guard.connection.prepare_cached(sql).map_err(backend)?;
        let mut rows = statement.query(()).map_err(backend)?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next().map_err(backend)? {
            keys.push(key_at(row, 0)?);
        }
        Ok(keys)
    }

    /// The columns of all tables: which, of which table, and whether it may hold nothing.
    #[cfg(test)]
    pub(crate) async fn columns(&self) -> Stored<Vec<(String, String, bool)>> {
        let guard = self.lock().await?;
        let mut columns = Vec::new();
        for table in &self.tables {
            // SQLite takes a primary key of one column for one that may be null.
            let sql = "SELECT name, \"notnull\" = 0 AND pk = 0 FROM pragma_table_info(?1)";
            let mut statement = guard.connection.prepare(sql).map_err(backend)?;
            let mut rows = statement.query([table]).map_err(backend)?;
            while let Some(row) = rows.next().map_err(backend)? {
                let name = row.get(0).map_err(backend)?;
                let may_be_null = row.get(1).map_err(backend)?;
                columns.push((table.clone(), name, may_be_null));
            }
        }
        columns.sort();
        Ok(columns)
    }

    async fn run(&self, sql: &str) -> Stored<()> {
        let guard = self.lock().await?;
        guard.connection.execute_batch(sql).map_err(backend)
    }

    /// The connection, with no transaction open.
    async fn lock(&self) -> Stored<OwnedMutexGuard<One>> {
        let mut guard = Arc::clone(&self.connection).lock_owned().await;
        if guard.is_open {
            guard
                .connection
                .execute_batch("ROLLBACK")
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
        one.connection
            .execute_batch("BEGIN IMMEDIATE")
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
