//! `afield-server backup` and `afield-server restore`.
//!
//! Owns the files: a backup that was cut short has another name, and the data that a restore replaces are kept.

use super::data_folder::{database, hold, open, own_file};
use super::say;
use crate::clock::{Clock, SystemClock};
use crate::error::ServerError;
use crate::state::new_epoch;
use crate::storage::Storage;
use crate::storage::sqlite::copies::{back_up, check, settle};
use clap::Args;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};

/// What `backup` takes.
#[derive(Debug, Args)]
pub(super) struct BackupOptions {
    /// The file to write; it must not be there.
    file: PathBuf,
    /// The folder that holds the data.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
}

/// What `restore` takes.
#[derive(Debug, Args)]
pub(super) struct RestoreOptions {
    /// The backup.
    file: PathBuf,
    /// The folder that holds the data, or shall.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
}

/// `path` with `end` behind its name.
fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

fn failed(doing: &str, path: &Path, error: &dyn std::fmt::Display) -> ServerError {
    ServerError::Unusable(format!("cannot {doing} {}: {error}", path.display()))
}

/// What is written survives a power cut.
fn sync(file: &Path) -> std::io::Result<()> {
    File::options().write(true).open(file)?.sync_all()
}

/// So do names. Where a folder cannot be opened as a file, the system sees to it.
fn sync_folder(file: &Path) {
    if let Some(folder) = file.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
}

pub(super) async fn back_up_to(options: BackupOptions) -> Result<(), ServerError> {
    let (from, to) = (database(&options.data), &options.file);
    if !from.exists() {
        return Err(ServerError::Unusable(format!(
            "there is no database {}: name its folder with --data DIR; nothing was written",
            from.display()
        )));
    }
    if to.exists() {
        return Err(ServerError::Unusable(format!(
            "there is a file {} already; nothing was written",
            to.display()
        )));
    }
    let part = with_end(to, ".part");
    let _ = std::fs::remove_file(&part);
    own_file(&part).map_err(|error| failed("write", &part, &error))?;
    if let Err(error) = back_up(&from, &part).await {
        let _ = std::fs::remove_file(&part);
        return Err(error.into());
    }
    sync(&part)
        .and_then(|()| std::fs::rename(&part, to))
        .map_err(|error| failed("write", to, &error))?;
    sync_folder(to);
    say(&format!("Backed up to {}.", to.display()));
    Ok(())
}

pub(super) async fn restore(options: RestoreOptions) -> Result<(), ServerError> {
    let file = &options.file;
    let size = std::fs::metadata(file).map_err(|error| failed("read", file, &error))?;
    if size.len() == 0 || check(file).await.is_err() {
        return Err(ServerError::Unusable(format!(
            "{} is not a whole backup; nothing was changed",
            file.display()
        )));
    }
    let _held = hold(&options.data)?;
    // All is made ready beside the data, which are replaced in one step.
    let ready = options.data.join("restoring");
    let _ = std::fs::remove_dir_all(&ready);
    std::fs::create_dir_all(&ready).map_err(|error| failed("write", &ready, &error))?;
    let new = database(&ready);
    own_file(&new)
        .and_then(|_| std::fs::copy(file, &new))
        .and_then(|_| own_file(&new))
        .map_err(|error| failed("copy the backup to", &new, &error))?;
    let storage = open(&ready).await?;
    let mut tx = storage.write().await?;
    tx.rename_epoch(&new_epoch()?).await?;
    tx.commit().await?;
    storage.close().await;
    settle(&new).await?;
    sync(&new).map_err(|error| failed("write", &new, &error))?;
    let place = database(&options.data);
    if place.exists() {
        keep_aside(&place).await?;
    }
    std::fs::rename(&new, &place).map_err(|error| failed("write", &place, &error))?;
    sync_folder(&place);
    let _ = std::fs::remove_dir_all(&ready);
    say(&format!("Restored {}.", file.display()));
    say(super::restored::WHAT_FOLLOWS);
    Ok(())
}

/// Keeps the database at `place` under another name; it stays there as well until it is replaced.
async fn keep_aside(place: &Path) -> Result<(), ServerError> {
    let kept = with_end(place, &format!(".replaced-{}", SystemClock.now().0));
    // A damaged one is kept as it is.
    let _ = settle(place).await;
    std::fs::hard_link(place, &kept)
        .or_else(|_| std::fs::copy(place, &kept).map(|_| ()))
        .map_err(|error| failed("keep what is there as", &kept, &error))?;
    for end in ["-wal", "-shm"] {
        let beside = with_end(place, end);
        if beside.exists() {
            std::fs::rename(&beside, with_end(&kept, end))
                .map_err(|error| failed("keep what is there as", &kept, &error))?;
        }
    }
    say(&format!("What was there is kept as {}.", kept.display()));
    Ok(())
}
