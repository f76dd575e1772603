//! A PostgreSQL for the simulation: one connection for reading and writing, as the one to a SQLite in memory.
//!
//! Owns how such a database is copied, and that nothing but what it is asked decides what it answers. What is read and
//! written goes through the same SQL as with any other. Must never serve anyone.

use super::connect::{Refusal, SETTINGS, read_address};
use super::open_transaction::PgTx;
use super::whole::tables;
use super::{PostgresStorage, ReadTx, Storage, Stored, WriteTx, backend};
use crate::error::ServerError;
use crate::storage::simulated::{Copy, Failure, Failures, Simulated};
use crate::storage::whole::{Table, quoted};
use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool, raw_sql};
use std::time::Duration;

/// The schema that is served.
const SERVED: &str = "public";
/// How long is waited for the connection, which only a database that hangs keeps back.
const PATIENCE: Duration = Duration::from_mins(2);
/// A plan must not depend on how often it was asked for before.
const STEADY: (&str, &str) = ("plan_cache_mode", "force_generic_plan");

/// A PostgreSQL database with room for copies.
pub(crate) struct SimulatedPostgres {
    storage: PostgresStorage,
    failures: Failures,
    tables: Vec<Table>,
}

impl SimulatedPostgres {
    /// Opens the database at `address`, which is empty and nobody else's.
    ///
    /// # Errors
    /// When it is not to be used.
    pub(crate) async fn open(address: &str) -> Result<Self, ServerError> {
        let refused = |refusal: Refusal| ServerError::Unusable(refusal.to_string());
        let options = read_address(address).map_err(refused)?;
        PostgresStorage::prepare(&options).await.map_err(refused)?;
        let one = one_connection(&options);
        let tables = {
            let mut connection = one.acquire().await.map_err(backend)?;
            tables(&mut connection).await?
        };
        let storage = PostgresStorage::on(options, one.clone(), one).map_err(refused)?;
        let simulated = Self {
            storage,
            failures: Failures::default(),
            tables,
        };
        simulated.run(making_room(&simulated.tables)).await?;
        Ok(simulated)
    }

    async fn replace(&self, to: &str, from: &str) -> Stored<()> {
        self.run(replacing(&self.tables, to, from)).await
    }

    /// Runs statements, all or none.
    async fn run(&self, sql: String) -> Stored<()> {
        let done = raw_sql(AssertSqlSafe(sql)).execute(&self.storage.writers);
        done.await.map(drop).map_err(backend)
    }
}

fn one_connection(options: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(options.clone().options(SETTINGS).options([STEADY]))
}

/// The statements that make the tables of the copies. Nobody cleans up by the clock: rows come in the order in which
/// they lie, where no other is asked for, and where they lie must not depend on when somebody came by.
fn making_room(tables: &[Table]) -> String {
    const BY_NOBODY: &str = "(autovacuum_enabled = off)";
    let mut sql = String::new();
    for table in tables {
        let name = quoted(&table.name);
        sql += &format!("ALTER TABLE {SERVED}.{name} SET {BY_NOBODY};");
    }
    for copy in Copy::ALL.map(Copy::schema) {
        sql += &format!("CREATE SCHEMA {copy};");
        for table in tables {
            let name = quoted(&table.name);
            sql += &format!(
                "CREATE UNLOGGED TABLE {copy}.{name} WITH {BY_NOBODY} AS TABLE {SERVED}.{name} WITH NO DATA;"
            );
        }
    }
    sql
}

/// The statements that put the rows of one schema in the place of those of another. Its tables are as new then: nothing
/// is left of where rows were.
fn replacing(tables: &[Table], to: &str, from: &str) -> String {
    let names: Vec<String> = tables.iter().map(|table| quoted(&table.name)).collect();
    let all: Vec<String> = names.iter().map(|name| format!("{to}.{name}")).collect();
    // Of all companies, and until the end of this message.
    let mut sql = "SELECT set_config('afield.company', 'all', true);".to_owned();
    sql += &format!("TRUNCATE {};", all.join(", "));
    for table in tables {
        let name = quoted(&table.name);
        let columns = table.columns.iter().map(|column| quoted(&column.name));
        // By name: what the database reckons by itself is no column of a copy.
        let columns = columns.collect::<Vec<_>>().join(", ");
        sql += &format!("INSERT INTO {to}.{name} ({columns}) SELECT {columns} FROM {from}.{name};");
    }
    let counted = |table: &Table| {
        let columns = table.columns.iter().filter(|column| column.is_counted);
        let columns = columns.map(|column| (quoted(&table.name), column.name.clone()));
        columns.collect::<Vec<_>>()
    };
    if to == SERVED {
        for (name, column) in tables.iter().flat_map(counted) {
            let last = quoted(&column);
            sql += &format!(
                "SELECT setval(pg_get_serial_sequence('{to}.{name}', '{column}'), coalesce(max({last}), 0) + 1, false) \
                 FROM {to}.{name};"
            );
        }
    }
    sql
}

#[async_trait]
impl Storage for SimulatedPostgres {
    async fn read(&self) -> Stored<Box<dyn ReadTx>> {
        self.storage.read().await
    }

    async fn write(&self) -> Stored<Box<dyn WriteTx>> {
        self.failures.at_begin()?;
        let tx = PgTx::begin_writing(&self.storage.writers, &self.storage.own).await?;
        Ok(Box::new(tx.failing(self.failures.clone())))
    }

    async fn close(&self) {
        self.storage.close().await;
    }
}

#[async_trait]
impl Simulated for SimulatedPostgres {
    fn fail(&self, failure: Option<Failure>) {
        self.failures.set(failure);
    }

    async fn save(&self, copy: Copy) -> Stored<()> {
        self.replace(copy.schema(), SERVED).await
    }

    async fn load(&self, copy: Copy) -> Stored<()> {
        self.replace(SERVED, copy.schema()).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::cluster::new_database;
    use super::*;
    use crate::storage::contract::check_all;

    #[tokio::test]
    async fn a_simulated_postgres_keeps_the_contract() {
        check_all(async || {
            let address = new_database().await;
            SimulatedPostgres::open(&address).await.unwrap()
        })
        .await;
    }
}
