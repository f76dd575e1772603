//! The folder that holds the data.
//!
//! Owns its files: who may read them, and that one program serves them.

use crate::error::ServerError;
use crate::storage::sqlite::{Durability, SqliteStorage};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Held by the one program that serves the data; the system lets go of it however that program ends.
const HELD: &str = ".serving";

/// The database's file in the folder `data`.
pub(super) fn database(data: &Path) -> PathBuf {
    data.join("afield.db")
}

/// Keeps every other server from the data in `data`, until what is given back is dropped.
pub(super) fn hold(data: &Path) -> Result<File, ServerError> {
    let held = std::fs::create_dir_all(data).and_then(|()| own_file(&data.join(HELD)));
    let held = held.map_err(|error| not_writable(data, &error))?;
    match held.try_lock() {
        Err(TryLockError::WouldBlock) => Err(ServerError::Unusable(format!(
            "another server already serves the data in {}: stop it first, or choose another folder with --data DIR",
            data.display()
        ))),
        // Some network drives know no locks: that is no reason not to serve.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(held),
    }
}

pub(super) fn not_writable(data: &Path, error: &std::io::Error) -> ServerError {
    ServerError::Unusable(format!(
        "cannot write to the data folder {} ({error}): make it writable, or choose another with --data DIR",
        data.display()
    ))
}

/// Opens a file to write in, and makes it if it is not there; nobody else on the machine may read it.
pub(super) fn own_file(file: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::fs::Permissions;
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let opened = options.mode(0o600).open(file)?;
        opened.set_permissions(Permissions::from_mode(0o600))?;
        Ok(opened)
    }
    #[cfg(not(unix))]
    options.open(file)
}

/// Opens the database in `data`, and makes both if they are not there.
pub(super) async fn open(data: &Path) -> Result<SqliteStorage, ServerError> {
    let file = database(data);
    // SQLite gives its other files the rights of this one.
    std::fs::create_dir_all(data)
        .and_then(|()| own_file(&file))
        .map_err(|error| not_writable(data, &error))?;
    SqliteStorage::open(&file, Durability::Full)
        .await
        .map_err(|error| {
            let cause = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), ToString::to_string);
            ServerError::Unusable(format!(
                "cannot open the database {} ({cause}): it may be damaged or of a newer version; nothing was changed",
                file.display()
            ))
        })
}
