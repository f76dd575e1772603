//! Connections to one file: who wants one waits for it, fairly, instead of polling SQLite's lock.
//!
//! Owns how many there are, how one is opened, and whether one that comes back may be used again. Must never run
//! a statement of its own but for that.

use super::{Durability, Stored, backend};
use crate::error::StorageError;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a transaction waits for a connection, and SQLite for another program.
pub(super) const BUSY: Duration = Duration::from_secs(5);
/// Statements that a connection keeps prepared: all that there are, and some to spare.
const STATEMENTS: usize = 160;

/// What a connection keeps in memory of the file: 16 MiB, in the words of the pragma.
const CACHE: i64 = -16_384;

/// Some connections to one file.
#[derive(Debug, Clone)]
pub(super) struct Pool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    file: PathBuf,
    durability: Durability,
    size: u32,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    /// At most `size` connections to the file, which is there. The first is opened at once.
    pub(super) fn open(file: &Path, durability: Durability, size: u32) -> Stored<Self> {
        let pool = Self(Arc::new(Shared {
            file: file.to_owned(),
            durability,
            size,
            places: Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1))),
            idle: Mutex::default(),
        }));
        let first = pool.0.connect()?;
        pool.0.put_back(first);
        Ok(pool)
    }

    /// A connection with no transaction open in it.
    ///
    /// # Errors
    /// When none is free for too long, or the file cannot be opened.
    pub(super) async fn take(&self) -> Stored<Pooled> {
        let place = tokio::time::timeout(BUSY, Arc::clone(&self.0.places).acquire_owned());
        let place = match place.await {
            Ok(Ok(place)) => place,
            Ok(Err(_)) => return Err(StorageError::Backend("the database is closed".into())),
            Err(_) => return Err(StorageError::Backend("the database is busy".into())),
        };
        let idle = self.0.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.0.connect()?,
        };
        Ok(Pooled {
            connection: Some(connection),
            home: Arc::clone(&self.0),
            _place: place,
        })
    }

    /// Waits until all connections are back, and closes them for good.
    pub(super) async fn close(&self) {
        let all = self.0.places.acquire_many(self.0.size).await;
        self.0.places.close();
        self.0.idle().clear();
        drop(all);
    }
}

impl Shared {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_back(&self, connection: Connection) {
        self.idle().push(connection);
    }

    /// A new connection: never a new, empty file in the place of one that went.
    fn connect(&self) -> Stored<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags).map_err(backend)?;
        let synchronous = match self.durability {
            Durability::Full => "FULL",
            Durability::ProcessOnly => "OFF",
        };
        let set = |name: &str, value: &str| connection.pragma_update(None, name, value);
        connection.busy_timeout(BUSY).map_err(backend)?;
        set("journal_mode", "WAL").map_err(backend)?;
        set("synchronous", synchronous).map_err(backend)?;
        set("foreign_keys", "ON").map_err(backend)?;
        let cached = connection.pragma_update(None, "cache_size", CACHE);
        cached.map_err(backend)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    }
}

/// A connection on loan. What is left open in it is rolled back when it is given back.
pub(super) struct Pooled {
    /// None once it is not to be used again.
    connection: Option<Connection>,
    home: Arc<Shared>,
    _place: OwnedSemaphorePermit,
}

impl Pooled {
    /// Closes it instead of giving it back: after a failure nobody knows what is left in it.
    pub(super) fn discard(mut self) {
        self.connection = None;
    }

    /// The connection.
    pub(super) fn get(&self) -> Stored<&Connection> {
        let gone = || StorageError::Backend("the connection is closed".into());
        self.connection.as_ref().ok_or_else(gone)
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        // When a disk is full or fails, SQLite has rolled back by itself.
        if !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK");
        }
        if connection.is_autocommit() {
            self.home.put_back(connection);
        }
    }
}

impl std::fmt::Debug for Pooled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pooled").finish_non_exhaustive()
    }
}
