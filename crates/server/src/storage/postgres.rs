//! PostgreSQL: one database for several servers, each company with one writer at a time.
//!
//! Owns every line of PostgreSQL's SQL (here and in the folder of this name) and its migrations. A transaction that
//! writes locks a company's row before it reads or writes anything of it, and sees from then on what whoever held it
//! before has committed; one that reads sees one state throughout. Both see the rows of the company that they have named
//! last, and no others. Must never decide anything.

mod auth;
mod brakes;
pub mod connect;
mod imported;
mod jobs;
mod log;
mod notifications;
mod open_transaction;
mod paces;
mod people;
mod providers;
mod read;
mod records;
mod refusal;
mod reports;
mod retention;
mod reviews;
mod series;
mod settings;
#[cfg(any(test, feature = "testing"))]
pub(crate) mod simulated;
mod steps;
mod trimming;
mod values;
mod wake;
mod wall;
pub mod whole;
mod write;

#[cfg(test)]
#[path = "../../tests/postgres/cluster.rs"]
pub(crate) mod cluster;
#[cfg(test)]
mod contract_tests;
#[cfg(test)]
mod schema_tests;
#[cfg(test)]
mod steps_tests;
#[cfg(test)]
mod wall_tests;
#[cfg(test)]
mod writer_tests;

use super::{Elsewhere, ReadTx, Storage, Stored, WriteTx};
use crate::error::StorageError;
use async_trait::async_trait;
use open_transaction::PgTx;
use sqlx::PgPool;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use std::sync::Arc;
use wake::Ears;

/// Another transaction came in between, or each of two waited for the other: the same again may do.
const TAKEN_BACK: [&str; 2] = ["40001", "40P01"];

/// A PostgreSQL database.
#[derive(Debug, Clone)]
pub struct PostgresStorage {
    /// Apart from the readers: whoever waits for a company's row keeps nobody from reading.
    writers: PgPool,
    readers: PgPool,
    /// For the one connection on which it is heard what others write.
    options: PgConnectOptions,
    /// By what this server knows its own words.
    own: Arc<str>,
}

#[async_trait]
impl Storage for PostgresStorage {
    async fn read(&self) -> Stored<Box<dyn ReadTx>> {
        Ok(Box::new(PgTx::begin_reading(&self.readers).await?))
    }

    async fn write(&self) -> Stored<Box<dyn WriteTx>> {
        Ok(Box::new(
            PgTx::begin_writing(&self.writers, &self.own).await?,
        ))
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }

    fn elsewhere(&self) -> Option<Box<dyn Elsewhere>> {
        let ears = Ears::new(self.options.clone(), Arc::clone(&self.own));
        Some(Box::new(ears))
    }
}

/// Every step of the schema, oldest first.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

fn backend(error: sqlx::Error) -> StorageError {
    let code = error.as_database_error().and_then(|error| error.code());
    if code.is_some_and(|code| TAKEN_BACK.contains(&code.as_ref())) {
        StorageError::TakenBack(Box::new(error))
    } else {
        StorageError::Backend(Box::new(error))
    }
}
