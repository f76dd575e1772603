//! `afield-server backup`.
//!
//! Owns what may be called a backup: one whole file under the name that was asked for, looked at before it gets
//! that name. What was cut short has another one. Must never write over a file that is there.

use super::data::Data;
use super::data_folder::{BESIDE, database, own_new_file};
use super::file_place::FilePlace;
use super::files::{failed, sync, sync_folder, with_end};
use super::say;
use crate::clock::{Clock, SystemClock};
use crate::error::ServerError;
use crate::moving::snapshot;
use crate::storage::Storage as _;
use crate::storage::postgres::whole::{Meant, PostgresWhole};
use crate::storage::sqlite::copies::{back_up, check};
use crate::storage::sqlite::whole::SqliteWhole;
use crate::storage::sqlite::{Durability, SqliteStorage};
use crate::storage::whole::Whole as _;
use clap::Args;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What `backup` takes.
#[derive(Debug, Args)]
pub(super) struct BackupOptions {
    /// The file to write; it must not be there.
    file: PathBuf,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    files: FilePlace,
}

/// Where the data are.
enum Origin {
    File(PathBuf),
    Postgres(String),
}

fn place_of(data: &Data) -> Origin {
    match data.address() {
        Some(address) => Origin::Postgres(address),
        None => Origin::File(database(data.folder())),
    }
}

pub(super) async fn back_up_to(options: BackupOptions) -> Result<(), ServerError> {
    let (from, to) = (place_of(&options.data), &options.file);
    if let Origin::File(file) = &from
        && !file.exists()
    {
        return Err(ServerError::Unusable(format!(
            "there is no database {}: name its folder with --data DIR; nothing was written",
            file.display()
        )));
    }
    // The database can only be told of a name that is text.
    if to.to_str().is_none() {
        return Err(ServerError::Unusable(format!(
            "the name {} is not UTF-8: choose another; nothing was written",
            to.display()
        )));
    }
    if to.exists() {
        return Err(is_there(to));
    }
    let _held = options.data.hold_for_use()?;
    // Each run has its own: two that write the same file at once must not mix.
    let part = with_end(
        to,
        &format!(".{}-{}.part", std::process::id(), SystemClock.now().0),
    );
    own_new_file(&part).map_err(|error| failed("write", &part, &error))?;
    let written = write(&from, &part, to).await;
    let _ = std::fs::remove_file(&part);
    for end in BESIDE {
        let _ = std::fs::remove_file(with_end(&part, end));
    }
    written?;
    sync_folder(to);
    say(&format!("Backed up to {}.", to.display()));
    say(&options.files.backed_up(options.data.folder()));
    Ok(())
}

fn is_there(to: &Path) -> ServerError {
    ServerError::Unusable(format!(
        "there is a file {} already; nothing was written",
        to.display()
    ))
}

/// Copies all that is in the PostgreSQL database at one moment to `part`, as SQLite would hold it.
async fn back_up_postgres(address: &str, part: &Path) -> Result<(), ServerError> {
    let mut from = PostgresWhole::open(address, Meant::Look).await?;
    if let Some(mark) = from.mark().await? {
        let why = mark.refusal(from.place());
        return Err(ServerError::Unusable(format!("{why}; there is no backup")));
    }
    let empty = SqliteStorage::open(part, Durability::Full).await?;
    empty.close().await;
    let mut to = SqliteWhole::open(part, part.display().to_string())?;
    snapshot(&mut from, &mut to).await?;
    to.into_one_file()
}

/// Writes the backup as `part` and, when it is whole, gives it the name `to`.
async fn write(from: &Origin, part: &Path, to: &Path) -> Result<(), ServerError> {
    match from {
        Origin::File(file) => back_up(file, part).await?,
        Origin::Postgres(address) => back_up_postgres(address, part).await?,
    }
    sync(part).map_err(|error| failed("write", part, &error))?;
    check(part).await.map_err(|error| {
        ServerError::Unusable(format!(
            "what was written to {} does not read as a whole backup ({error}): look at the disk; there is no backup",
            part.display()
        ))
    })?;
    // A link does not replace what came there meanwhile, as a rename would.
    match std::fs::hard_link(part, to) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(is_there(to)),
        // Some drives know no links.
        Err(_) => std::fs::rename(part, to).map_err(|error| failed("write", to, &error)),
        Ok(()) => Ok(()),
    }
}
