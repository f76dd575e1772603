//! `afield-server copy`.
//!
//! Owns the two places and what keeps others from them while data go from one to the other. Must never know what is
//! copied.

use super::data::DATABASE;
use super::data_folder::{self, Held, check_log_is_own, database, hold_alone};
use super::files::sync_folder;
use super::say;
use crate::error::ServerError;
use crate::moving::rows::Report;
use crate::moving::{Outcome, Source, check_steps, run as copy_all};
use crate::storage::Storage as _;
use crate::storage::postgres::connect::is_address;
use crate::storage::postgres::whole::{Meant, PostgresWhole};
use crate::storage::sqlite::whole::{SqliteWhole, mark_of};
use clap::Args;
use std::path::{Path, PathBuf};

/// What `copy` takes.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Where the data are: `sqlite:FOLDER` or `postgres://user:password@host/database`; `postgres:` alone is the address
    /// in AFIELD_DATABASE, where others on this machine do not read it.
    #[arg(long, value_name = "PLACE")]
    from: String,
    /// Where they shall be, named likewise: an empty place.
    #[arg(long, value_name = "PLACE")]
    to: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Sqlite(PathBuf),
    Postgres(String),
}

pub(super) async fn run(options: Options) -> Result<(), ServerError> {
    let from = read_place("--from", &options.from)?;
    let to = read_place("--to", &options.to)?;
    let outcome = match (&from, &to) {
        (Place::Sqlite(folder), Place::Postgres(address)) => {
            let (_held, mut from) = open_source(folder)?;
            check_steps(&mut from).await?;
            let mut to = PostgresWhole::open(address, Meant::Target).await?;
            copy_all(&mut from, &mut to, Source::Leaves).await?
        }
        (Place::Postgres(address), Place::Sqlite(folder)) => {
            let mut from = PostgresWhole::open(address, Meant::Source).await?;
            check_steps(&mut from).await?;
            let (_held, mut to) = open_target(folder).await?;
            copy_all(&mut from, &mut to, Source::Leaves).await?
        }
        (Place::Sqlite(_), Place::Sqlite(_)) => {
            return Err(ServerError::Unusable(
                "both are SQLite: move the folder as it is while its server is stopped, or use backup and restore; \
                 nothing was done"
                    .to_owned(),
            ));
        }
        (Place::Postgres(_), Place::Postgres(_)) => {
            return Err(ServerError::Unusable(
                "both are PostgreSQL: pg_dump and pg_restore take a database elsewhere, and restored is run after \
                 them; nothing was done"
                    .to_owned(),
            ));
        }
    };
    tell(&outcome);
    tell_of_files(&from, &to);
    Ok(())
}

fn read_place(option: &str, text: &str) -> Result<Place, ServerError> {
    let unknown = || {
        ServerError::Unusable(format!(
            "{option} names no place: write it as sqlite:FOLDER or postgres://user@host/database; nothing was done"
        ))
    };
    if is_address(text) {
        return Ok(Place::Postgres(text.to_owned()));
    }
    match text.split_once(':') {
        Some(("sqlite", folder)) if !folder.is_empty() => Ok(Place::Sqlite(folder.into())),
        Some(("postgres", "")) => match std::env::var(DATABASE) {
            Ok(address) if is_address(&address) => Ok(Place::Postgres(address)),
            _ => Err(ServerError::Unusable(format!(
                "{option} is postgres: without an address, and {DATABASE} names none; nothing was done"
            ))),
        },
        _ => Err(unknown()),
    }
}

/// The database in the folder, for its data to leave; nobody else uses it.
fn open_source(folder: &Path) -> Result<(Held, SqliteWhole), ServerError> {
    let file = database(folder);
    if !file.is_file() {
        return Err(ServerError::Unusable(format!(
            "there is no database in {}: name its folder as sqlite:FOLDER; nothing was done",
            folder.display()
        )));
    }
    let held = hold_alone(folder)?;
    check_log_is_own(&file)?;
    let whole = SqliteWhole::open(&file, name_of(folder))?;
    Ok((held, whole))
}

/// The database in the folder, made if it is not there, for data to come into it; nobody else uses it.
async fn open_target(folder: &Path) -> Result<(Held, SqliteWhole), ServerError> {
    let held = hold_alone(folder)?;
    let file = database(folder);
    if !file.is_file() || mark_of(&file)?.is_none() {
        data_folder::open(folder).await?.close().await;
        // Its name too survives a power cut, before the source is told to have moved here.
        sync_folder(&file);
    }
    let whole = SqliteWhole::open(&file, name_of(folder))?;
    Ok((held, whole))
}

/// The folder as it is known wherever somebody reads of it.
fn name_of(folder: &Path) -> String {
    let whole = folder.canonicalize();
    let whole = whole.unwrap_or_else(|_| folder.to_owned());
    whole.display().to_string()
}

fn tell(outcome: &Outcome) {
    let (report, what) = match outcome {
        Outcome::Copied(report) => (report, "Copied"),
        Outcome::Ended(report) => (
            report,
            "An earlier copy had copied all and not ended. It has now:",
        ),
    };
    let Report {
        tables,
        rows,
        letters_lost,
    } = *report;
    say(&format!(
        "{what} {rows} rows of {tables} tables; both databases were compared and hold the same."
    ));
    if letters_lost > 0 {
        say(&format!(
            "{letters_lost} texts held the letter NUL, which PostgreSQL does not know: they stand there without it."
        ));
    }
}

fn tell_of_files(from: &Place, to: &Place) {
    match (from, to) {
        (Place::Sqlite(folder), _) => {
            let folder = folder.display();
            say(&format!(
                "A server that is started on {folder} alone says that its data were moved.\n\
                 The bytes of photos and files stay in {folder}/uploads: serve with --data {folder} beside --database, or \
                 copy that folder to where --data is. Those in an S3 stay there: serve with the same --files."
            ));
        }
        (_, Place::Sqlite(folder)) => {
            let folder = folder.display();
            say(&format!(
                "A server that is started on the PostgreSQL database says that its data were moved.\n\
                 The bytes of photos and files are in the folder uploads of the --data of before: unless that is {folder}, \
                 copy it to {folder}/uploads before you start the server. Those in an S3 stay there: serve with the same \
                 --files."
            ));
        }
        _ => {}
    }
    say("It is the same data set: phones go on where they are, and nobody signs in again.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_or_an_address() {
        let sqlite = Place::Sqlite("/srv/data".into());
        assert_eq!(read_place("--to", "sqlite:/srv/data").unwrap(), sqlite);
        let address = "postgresql://anna@db.example/afield";
        let postgres = Place::Postgres(address.into());
        assert_eq!(read_place("--to", address).unwrap(), postgres);
        for other in ["", "/srv/data", "sqlite:", "mysql://db.example/afield"] {
            let refused = read_place("--to", other).unwrap_err().to_string();
            assert!(refused.contains("--to names no place"), "{refused}");
        }
    }
}
