//! Why a PostgreSQL database is not used, in a line that says what to do.
//!
//! Owns the reasons and their words. Must never hold a password.

use crate::storage::whole::Mark;

/// Why a database is not used. Nothing was changed in it.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The address does not read as one.
    #[error(
        "the address of the database does not read ({0}): write it as postgres://user:password@host:5432/database"
    )]
    Address(#[source] sqlx::Error),
    /// It names no database: the one with the user's name is rarely meant.
    #[error(
        "the address of the database names none: write it as postgres://user@host:5432/database"
    )]
    Unnamed,
    /// Nobody answers, or not in time.
    #[error(
        "the database {place} does not answer ({why}): start it, or correct the address given with --database"
    )]
    NoAnswer {
        /// Host and name.
        place: String,
        /// What was said instead.
        why: String,
    },
    /// It answers, and lets nobody in.
    #[error("the database {place} lets nobody in by this address ({why})")]
    NotLetIn {
        /// Host and name.
        place: String,
        /// What it says.
        why: String,
    },
    /// Too old.
    #[error("the database {place} is PostgreSQL {version}; Afield needs 14 or newer")]
    TooOld {
        /// Host and name.
        place: String,
        /// Its version.
        version: String,
    },
    /// It cannot hold every letter.
    #[error(
        "the database {place} holds text as {encoding}; Afield needs UTF8: make one with createdb --encoding UTF8 --template template0"
    )]
    Encoding {
        /// Host and name.
        place: String,
        /// How it holds text.
        encoding: String,
    },
    /// There is something in it that is not ours.
    #[error(
        "the database {place} holds tables of another program ({table}): name one of its own, made with createdb"
    )]
    NotOurs {
        /// Host and name.
        place: String,
        /// One of its tables.
        table: String,
    },
    /// A newer build was here, and has taken a step of the schema that this one does not survive.
    #[error("the database {place} is of a newer version: start the build that made it so")]
    Newer {
        /// Host and name.
        place: String,
    },
    /// Its data were moved, or a copy into it has not ended.
    #[error("{}", .mark.refusal(.place))]
    Copied {
        /// Host and name.
        place: String,
        /// What stands on it.
        mark: Mark,
    },
    /// Its schema could not be brought up to date.
    #[error("the database {place} could not be made ready ({why})")]
    Failed {
        /// Host and name.
        place: String,
        /// What it says.
        why: String,
    },
}

pub(super) fn failed(place: &str, error: &sqlx::Error) -> Refusal {
    Refusal::Failed {
        place: place.to_owned(),
        why: said(error),
    }
}

/// What went wrong, in the database's own words if it has said any.
pub(super) fn said(error: &sqlx::Error) -> String {
    error
        .as_database_error()
        .map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
