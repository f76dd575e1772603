//! A database file as a whole: copying one that is in use, and looking at a copy.
//!
//! Owns what is done with files beside transactions. Must never touch what is stored in them.

use super::{Stored, failed};
use crate::error::StorageError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::Path;

async fn connect(file: &Path) -> Stored<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .busy_timeout(super::BUSY);
    options.connect().await.map_err(failed)
}

/// Writes a copy of the database at `file`, as it is at one moment, to `to`: an empty file, or none yet. Others
/// may read and write meanwhile.
///
/// # Errors
/// When the database cannot be read, the copy not be written, or the name `to` is not UTF-8; what is at `to` is of
/// no use then.
pub async fn back_up(file: &Path, to: &Path) -> Stored<()> {
    let name = to.to_str().ok_or(StorageError::Damaged("file name"))?;
    let mut connection = connect(file).await?;
    let copied = sqlx::query("VACUUM INTO ?1")
        .bind(name.to_owned())
        .execute(&mut connection)
        .await;
    connection.close().await.map_err(failed)?;
    copied.map_err(failed)?;
    Ok(())
}

/// Looks whether the file is a whole database of ours.
///
/// # Errors
/// When it is not.
pub async fn check(file: &Path) -> Stored<()> {
    let mut connection = connect(file).await?;
    let checked = run_check(&mut connection).await;
    connection.close().await.map_err(failed)?;
    checked
}

async fn run_check(connection: &mut SqliteConnection) -> Stored<()> {
    let said: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    let epochs: i64 = sqlx::query_scalar("SELECT count(*) FROM server")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    // Before the first start there is none: a company can be added and backed up before it.
    if said == "ok" && epochs <= 1 {
        Ok(())
    } else {
        Err(StorageError::Damaged("database"))
    }
}

/// Moves everything that was written to the database at `file` into that one file.
///
/// # Errors
/// When it cannot be opened, or another program uses it.
pub async fn settle(file: &Path) -> Stored<()> {
    let mut connection = connect(file).await?;
    let settled = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut connection)
        .await;
    connection.close().await.map_err(failed)?;
    settled.map_err(failed)?;
    Ok(())
}

/// What an account may do, as far as a restore can change it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountState {
    /// The mail address.
    pub email: String,
    /// The role's name.
    pub role: String,
    /// Whether the user may sign in.
    pub active: bool,
    /// The password's hash.
    pub password: String,
}

/// The accounts of the database at `file`, which may be of another version; by mail address.
///
/// # Errors
/// When it cannot be read.
pub async fn account_states(file: &Path) -> Stored<Vec<AccountState>> {
    let mut connection = connect(file).await?;
    let rows: Result<Vec<(String, String, bool, String)>, _> =
        sqlx::query_as("SELECT email, role, active, password FROM users ORDER BY email")
            .fetch_all(&mut connection)
            .await;
    connection.close().await.map_err(failed)?;
    let state = |(email, role, active, password)| AccountState {
        email,
        role,
        active,
        password,
    };
    Ok(rows.map_err(failed)?.into_iter().map(state).collect())
}
