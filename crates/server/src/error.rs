//! What can go wrong below HTTP.
//!
//! Owns [`StorageError`] and [`ServerError`]. Messages never hold customer data: they are logged.

/// The storage could not do what was asked. Nothing of the transaction was kept.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database failed, is busy, or its disk is full.
    #[error("the database did not do it")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored value does not read as what it should be.
    #[error("stored {0} cannot be read")]
    Damaged(&'static str),
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
