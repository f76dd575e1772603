//! SQLite in memory, on one connection for reading and writing: for the simulation.
//!
//! Owns how such a database is copied. What is read and written goes through the same SQL as with a file. Must never
//! serve anyone.

pub(super) mod transaction;

use super::open_transaction::OpenTransaction;
use super::{MIGRATIONS, ReadTx, SqliteTx, Storage, Stored, WriteTx, backend};
use crate::storage::simulated::{Copy, Failure, Failures, Simulated};
use async_trait::async_trait;
use rusqlite::Connection;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};
use transaction::{MemoryTx, One};

/// A database in memory.
pub(crate) struct MemorySqlite {
    connection: Arc<Mutex<One>>,
    failures: Failures,
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
            connection: Arc::new(Mutex::new(One {
                connection,
                is_open: false,
            })),
            failures: Failures::default(),
            tables,
        };
        for copy in Copy::ALL {
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
        let failures = self.failures.clone();
        Ok(Box::new(SqliteTx {
            tx: OpenTransaction::Memory(MemoryTx { one, failures }),
        }))
    }

    async fn write(&self) -> Stored<Box<dyn WriteTx>> {
        self.failures.at_begin()?;
        let failures = self.failures.clone();
        let mut one = self.lock().await?;
        one.connection
            .execute_batch("BEGIN IMMEDIATE")
            .map_err(backend)?;
        one.is_open = true;
        Ok(Box::new(SqliteTx {
            tx: OpenTransaction::Memory(MemoryTx { one, failures }),
        }))
    }

    async fn close(&self) {}
}

#[async_trait]
impl Simulated for MemorySqlite {
    fn fail(&self, failure: Option<Failure>) {
        self.failures.set(failure);
    }

    async fn save(&self, copy: Copy) -> Stored<()> {
        self.replace(copy.schema(), "main").await
    }

    async fn load(&self, copy: Copy) -> Stored<()> {
        self.replace("main", copy.schema()).await
    }
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
