//! What can go wrong in the engine and in its stores.

use afield_domain::Rejection;

/// A database did not do what was asked. Nothing of the transaction was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The device has no room left.
    #[error("no room left on this device")]
    Quota,
    /// Another tab holds an older version of the database open.
    #[error("another tab of the app blocks the database")]
    Blocked,
    /// The database was made by a newer version of the app.
    #[error("the database belongs to a newer version of the app")]
    Newer,
    /// The connection was lost before anything was committed, twice in a row.
    #[error("the connection to the database was lost")]
    Closed,
    /// The browser does not open the database: neither an answer nor an error.
    #[error("the browser does not open the database")]
    Silent,
    /// The page was left and has let go of its databases. Nobody sees it, and it is loaded again before
    /// anybody does: never shown.
    #[error("the page is away")]
    Away,
    /// A stored value cannot be read.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(String),
    /// Chunks of a file are missing, or are not of the length that its row says.
    #[error("the bytes of a file are not whole")]
    NotWhole,
    /// Anything else, with the browser's name for it.
    #[error("the database failed: {0}")]
    Failed(String),
}

/// Why a change cannot be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoUndo {
    /// It is not in the outbox (any more), or is another user's.
    #[error("gone")]
    Gone,
    /// It, or one that it replaces, was put on the wire.
    #[error("sent")]
    Sent,
    /// It was refused: that is the user's to decide, not to undo.
    #[error("refused")]
    Refused,
    /// A later change builds on it.
    #[error("followed")]
    Followed,
    /// It registers a file, whose bytes would be left without a name.
    #[error("file")]
    File,
}

/// The engine did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// A database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody is signed in on this device.
    #[error("nobody is signed in")]
    SignedOut,
    /// Another holder has taken the lease; this one must stop and write nothing more.
    #[error("another holder has taken over")]
    Fenced,
    /// The change cannot be saved as it is.
    #[error("this change cannot be saved: {0}")]
    Refused(#[from] Rejection),
    /// More would go than the user was shown: look again and decide again.
    #[error("the outbox has changed since it was shown")]
    Changed,
    /// There is no such entry in the outbox any more.
    #[error("this change is no longer in the outbox")]
    NoEntry,
    /// The change cannot be taken back.
    #[error("this change cannot be taken back: {0}")]
    NoUndo(#[from] NoUndo),
}
