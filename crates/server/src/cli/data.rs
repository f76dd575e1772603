//! Where the data are: a folder, and in it or elsewhere the database.
//!
//! Owns the two options that say so, and the choice between them. Must never say what is in the data.

use super::data_folder::{Held, database, hold, hold_alone, open, open_for_use, open_present};
use crate::error::ServerError;
use crate::storage::Storage;
use crate::storage::postgres::PostgresStorage;
use clap::Args;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the data are.
#[derive(Debug, Clone, Args)]
pub(super) struct Data {
    /// The folder that holds the data.
    #[arg(long = "data", value_name = "DATA", default_value = "./data")]
    folder: PathBuf,
    /// A PostgreSQL database that holds them, all but the bytes of files: `postgres://user:password@host/database`.
    /// Others on this machine read command lines: set it in the environment as AFIELD_DATABASE, or keep the password
    /// in `~/.pgpass`.
    #[arg(long, value_name = "ADDRESS")]
    database: Option<String>,
}

/// Where the address of the database is looked for if the command line names none.
pub(super) const DATABASE: &str = "AFIELD_DATABASE";

impl Data {
    /// The address of the database, if it is not in the folder.
    pub(super) fn address(&self) -> Option<String> {
        let named = self.database.clone();
        let named = named.or_else(|| std::env::var(DATABASE).ok());
        named.filter(|address| !address.is_empty())
    }

    /// The folder: what is in files is there in any case.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps every other server from the data in the folder, and those who would exchange them. Servers that share a
    /// database share a folder.
    pub(super) fn hold(&self) -> Result<Held, ServerError> {
        match self.address() {
            None => hold(&self.folder),
            Some(_) => open_for_use(&self.folder),
        }
    }

    /// Keeps those from the data who would exchange them; others may use them as well.
    pub(super) fn hold_for_use(&self) -> Result<Held, ServerError> {
        open_for_use(&self.folder)
    }

    /// Keeps everybody else who uses the folder from the data.
    pub(super) fn hold_alone(&self) -> Result<Held, ServerError> {
        hold_alone(&self.folder)
    }

    /// The file of the database, if it is one.
    pub(super) fn file(&self) -> Option<PathBuf> {
        match self.address() {
            None => Some(database(&self.folder)),
            Some(_) => None,
        }
    }

    /// Whether there are data, as far as is seen without opening them.
    pub(super) fn are_there(&self) -> bool {
        self.file().is_none_or(|file| file.is_file())
    }

    /// Opens the data, and makes them ready if they are new.
    pub(super) async fn open(&self) -> Result<Arc<dyn Storage>, ServerError> {
        match self.address() {
            None => Ok(Arc::new(open(&self.folder).await?)),
            Some(address) => Ok(Arc::new(open_postgres(&address).await?)),
        }
    }

    /// Opens data that are there, and keeps them from being exchanged.
    pub(super) async fn open_present(&self) -> Result<(Held, Arc<dyn Storage>), ServerError> {
        match self.address() {
            None => {
                let (held, storage) = open_present(&self.folder).await?;
                Ok((held, Arc::new(storage)))
            }
            Some(address) => {
                let held = open_for_use(&self.folder)?;
                Ok((held, Arc::new(open_postgres(&address).await?)))
            }
        }
    }
}

async fn open_postgres(address: &str) -> Result<PostgresStorage, ServerError> {
    let opened = PostgresStorage::open(address).await;
    opened.map_err(|refusal| ServerError::Unusable(format!("{refusal}; nothing was changed")))
}

/// As it is named where something is not in them: an address may hold a password.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address() {
            None => self.folder.display().fmt(f),
            Some(_) => f.write_str("the database"),
        }
    }
}

#[cfg(test)]
impl From<&Path> for Data {
    fn from(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            database: None,
        }
    }
}
