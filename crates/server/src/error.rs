//! What can go wrong below HTTP.
//!
//! Owns [`StorageError`] and [`ServerError`]. Messages never hold customer data: they are logged.

use afield_domain::RecordKey;

/// The storage could not do what was asked. Nothing of the transaction was kept.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database failed, is busy, or its disk is full.
    #[error("the database did not do it")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database took the transaction back because of another one: the same again may do.
    #[error("the database took it back for another that came in between")]
    TakenBack(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored value does not read as what it should be.
    #[error("stored {0} cannot be read")]
    Damaged(&'static str),
    /// A record does not read as one: it is damaged, or a newer build wrote it.
    #[error("the record {0} cannot be read; mend or delete it, or start the build that wrote it")]
    Unreadable(RecordKey),
}

impl StorageError {
    /// Whether only what was asked for is concerned, not the storage as a whole.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self {
            Self::Backend(_) | Self::TakenBack(_) => false,
            Self::Damaged(_) | Self::Unreadable(_) => true,
        }
    }
}

/// The server could not start or do a chore. The text is shown to the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The storage failed.
    #[error("{0}: {source}", source = source_of(.0))]
    Storage(#[from] StorageError),
    /// A file or folder cannot be used; the text says which and what to do.
    #[error("{0}")]
    Unusable(String),
    /// A password cannot be hashed.
    #[error("the password cannot be hashed: {0}")]
    Password(String),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

fn source_of(error: &StorageError) -> String {
    std::error::Error::source(error)
        .map_or_else(|| "no further details".into(), ToString::to_string)
}
