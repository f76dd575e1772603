//! A connection with a transaction open in it.
//!
//! Owns how such a transaction begins, ends and runs statements. Must never know one.

#[cfg(any(test, feature = "testing"))]
use super::memory::transaction::MemoryTx;
use super::pool::Pooled;
use super::{Stored, backend};
use crate::error::StorageError;
use crate::off_worker::off_worker;
use rusqlite::{Connection, Params, Row};

/// Keys that are looked up sooner than another thread is told.
const FEW: usize = 64;

/// A connection with a transaction open in it; rolled back when dropped.
pub(super) enum OpenTransaction {
    /// Of a pool.
    Pooled(Pooled),
    /// The only one to a database in memory.
    #[cfg(any(test, feature = "testing"))]
    Memory(MemoryTx),
}

impl OpenTransaction {
    /// Begins one that reads: nothing is waited for.
    pub(super) fn begin_reading(connection: Pooled) -> Stored<Self> {
        let begun = connection.get()?.execute_batch("BEGIN").map_err(backend);
        Self::begun(connection, begun)
    }

    /// Begins one that writes; waits for another program that does.
    pub(super) fn begin_writing(connection: Pooled) -> Stored<Self> {
        let begin = || -> Stored<()> {
            let open = connection.get()?;
            open.execute_batch("BEGIN IMMEDIATE").map_err(backend)
        };
        let begun = off_worker(begin);
        Self::begun(connection, begun)
    }

    fn begun(connection: Pooled, begun: Stored<()>) -> Stored<Self> {
        match begun {
            Ok(()) => Ok(Self::Pooled(connection)),
            Err(error) => {
                connection.discard();
                Err(error)
            }
        }
    }

    pub(super) fn commit(self) -> Stored<()> {
        match self {
            Self::Pooled(connection) => {
                match off_worker(|| connection.get()?.execute_batch("COMMIT").map_err(backend)) {
                    Ok(()) => Ok(()),
                    Err(error) => {
                        connection.discard();
                        Err(error)
                    }
                }
            }
            #[cfg(any(test, feature = "testing"))]
            Self::Memory(tx) => tx.commit(),
        }
    }

    fn connection(&self) -> Stored<&Connection> {
        match self {
            Self::Pooled(connection) => connection.get(),
            #[cfg(any(test, feature = "testing"))]
            Self::Memory(tx) => Ok(tx.connection()),
        }
    }

    /// Runs a statement that gives no rows; how many it changed.
    pub(super) fn run(&self, sql: &str, params: impl Params) -> Stored<u64> {
        let mut statement = self.connection()?.prepare_cached(sql).map_err(backend)?;
        let changed = statement.execute(params).map_err(backend)?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    /// The first row of a statement.
    pub(super) fn first<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Stored<T>,
    ) -> Stored<Option<T>> {
        let mut statement = self.connection()?.prepare_cached(sql).map_err(backend)?;
        let mut rows = statement.query(params).map_err(backend)?;
        rows.next().map_err(backend)?.map(read).transpose()
    }

    /// All rows of a statement.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Stored<T>,
    ) -> Stored<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, [params], |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The rows of a statement that can be read. The others, damaged or of a newer build, are left out, or they
    /// would keep everybody from the rest; the log names them by `name`, which holds ids only.
    pub(super) fn readable<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> Stored<T>,
        name: impl Fn(&Row<'_>) -> Stored<String>,
    ) -> Stored<Vec<T>> {
        self.readable_of_each(sql, [params], read, name)
    }

    /// The rows of a statement, run once with each of these parameters, that can be read.
    pub(super) fn readable_of_each<P: Params, T>(
        &self,
        sql: &str,
        params: impl IntoIterator<Item = P>,
        mut read: impl FnMut(&Row<'_>) -> Stored<T>,
        name: impl Fn(&Row<'_>) -> Stored<String>,
    ) -> Stored<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, params, |row| {
            match read(row) {
                Ok(value) => found.push(value),
                Err(error @ StorageError::Backend(_)) => return Err(error),
                Err(error) => {
                    tracing::error!(%error, row = name(row)?, "a row was left out");
                }
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Runs a statement once with each of these parameters, and gives every row to `take`.
    pub(super) fn each<P: Params>(
        &self,
        sql: &str,
        params: impl IntoIterator<Item = P>,
        mut take: impl FnMut(&Row<'_>) -> Stored<()>,
    ) -> Stored<()> {
        let mut statement = self.connection()?.prepare_cached(sql).map_err(backend)?;
        for params in params {
            let mut rows = statement.query(params).map_err(backend)?;
            while let Some(row) = rows.next().map_err(backend)? {
                take(row)?;
            }
        }
        Ok(())
    }
}

/// Does what is asked of so many keys: where they are many, so that no other request is kept waiting.
pub(super) fn of_many<T>(keys: usize, work: impl FnOnce() -> T) -> T {
    if keys > FEW { off_worker(work) } else { work() }
}
