//! The folder that holds the data.
//!
//! Owns its files: who may read them, that one program serves them, and that nobody uses them while they are
//! exchanged.

use super::files::with_end;
use crate::error::ServerError;
use crate::storage::sqlite::whole::mark_of;
use crate::storage::sqlite::{Durability, SqliteStorage};
use std::fs::{File, TryLockError};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Held by the one program that serves the data; the system lets go of it however that program ends.
const HELD: &str = ".serving";
/// Held by every program that uses the data, together, or alone by the one that exchanges them.
const USED: &str = ".used";

/// What SQLite keeps beside a database, by how the names end.
pub(super) const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The database's file in the folder `data`.
pub(super) fn database(data: &Path) -> PathBuf {
    data.join("afield.db")
}

/// Keeps others from the data, as far as is said where it is made, until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    _files: Vec<File>,
}

/// Keeps every other server from the data in `data`, and those who would exchange them.
pub(super) fn hold(data: &Path) -> Result<Held, ServerError> {
    Ok(Held {
        _files: vec![serve_alone(data)?, use_together(data)?],
    })
}

/// Keeps those from the data in `data` who would exchange them; others may use them as well.
pub(super) fn open_for_use(data: &Path) -> Result<Held, ServerError> {
    Ok(Held {
        _files: vec![use_together(data)?],
    })
}

/// Keeps everybody else from the data in `data`.
pub(super) fn hold_alone(data: &Path) -> Result<Held, ServerError> {
    let serving = serve_alone(data)?;
    let used = lock_file(data, USED)?;
    match used.try_lock() {
        Err(TryLockError::WouldBlock) => Err(ServerError::Unusable(format!(
            "another command still uses the data in {}: run this again when it has ended; nothing was changed",
            data.display()
        ))),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Held {
            _files: vec![serving, used],
        }),
    }
}

fn serve_alone(data: &Path) -> Result<File, ServerError> {
    let held = lock_file(data, HELD)?;
    match held.try_lock() {
        Err(TryLockError::WouldBlock) => Err(ServerError::Unusable(format!(
            "another server already serves the data in {}: stop it first, or choose another folder with --data DIR",
            data.display()
        ))),
        // Some network drives know no locks: that is no reason not to serve.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(held),
    }
}

fn use_together(data: &Path) -> Result<File, ServerError> {
    let used = lock_file(data, USED)?;
    match used.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Err(ServerError::Unusable(format!(
            "the data in {} are being put back from a backup: run this again when that is done; nothing was changed",
            data.display()
        ))),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(used),
    }
}

fn lock_file(data: &Path, name: &str) -> Result<File, ServerError> {
    let file = std::fs::create_dir_all(data).and_then(|()| own_file(&data.join(name)));
    file.map_err(|error| not_writable(data, &error))
}

pub(super) fn not_writable(data: &Path, error: &std::io::Error) -> ServerError {
    ServerError::Unusable(format!(
        "cannot write to the data folder {} ({error}): make it writable, or choose another with --data DIR",
        data.display()
    ))
}

/// Opens a file to write in, and makes it if it is not there; nobody else on the machine may read it.
pub(super) fn own_file(file: &Path) -> std::io::Result<File> {
    open_own(file, File::options().create(true).append(true))
}

/// Makes a folder that is not there yet; nobody else on the machine gets into it.
pub(super) fn own_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Makes a file to write in, which must not be there; nobody else on the machine may read it.
pub(super) fn own_new_file(file: &Path) -> std::io::Result<File> {
    open_own(file, File::options().create_new(true).append(true))
}

fn open_own(file: &Path, options: &mut std::fs::OpenOptions) -> std::io::Result<File> {
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

/// Refuses a log beside a database that has none: SQLite would write the one over the other all the same.
pub(super) fn check_log_is_own(file: &Path) -> Result<(), ServerError> {
    let log = with_end(file, "-wal");
    let is_there = log.metadata().is_ok_and(|log| log.len() > 0);
    if !is_there || !has_no_log(file) {
        return Ok(());
    }
    Err(ServerError::Unusable(format!(
        "{} is not of the database {}, but of one that was there before: move it away; nothing was changed",
        log.display(),
        file.display()
    )))
}

/// Whether the database is, by its own words, one that keeps no log beside it: a backup that no server has opened.
pub(super) fn has_no_log(file: &Path) -> bool {
    /// Where the two versions of the file's format stand; 1 is without a log, 2 with one.
    const VERSIONS: std::ops::Range<usize> = 18..20;
    let mut head = [0; VERSIONS.end];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head.get(VERSIONS) == Some(&[1, 1])
}

/// Opens the database in `data`, and makes both if they are not there.
pub(super) async fn open(data: &Path) -> Result<SqliteStorage, ServerError> {
    let file = database(data);
    // SQLite gives its other files the rights of this one.
    std::fs::create_dir_all(data)
        .and_then(|()| own_file(&file))
        .map_err(|error| not_writable(data, &error))?;
    check_log_is_own(&file)?;
    // What does not read at all is told below.
    if let Ok(Some(mark)) = mark_of(&file) {
        let why = mark.refusal(&data.display().to_string());
        return Err(ServerError::Unusable(format!("{why}; nothing was changed")));
    }
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

/// Opens data that are there, and keeps them from being exchanged.
pub(super) async fn open_present(data: &Path) -> Result<(Held, SqliteStorage), ServerError> {
    if !database(data).exists() {
        return Err(ServerError::Unusable(format!(
            "there is no database in {}: name its folder with --data DIR; nothing was changed",
            data.display()
        )));
    }
    let held = open_for_use(data)?;
    Ok((held, open(data).await?))
}
