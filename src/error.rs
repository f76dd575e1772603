//! What went wrong, in the terms a person can act on.
//!
//! Owns [`Trouble`] and the only mapping from errors to it; `shared/labels.rs` gives each trouble its text:
//! what happened, what is safe, what to do. Must never hold text for people or customer data.

use afield_domain::Rejection;
use afield_protocol::{ApiError, ErrorCode};
use afield_sync::TransportError;
use afield_sync::{StoreError, SyncError};

/// Something a person must know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The device has no room left; the change was not saved.
    StorageFull,
    /// Another tab blocks the database.
    StorageBlocked,
    /// A newer version of the app made the database.
    StorageNewer,
    /// The browser does not open the database.
    StorageSilent,
    /// The database failed, with the browser's words for it.
    Storage(String),
    /// The device has no room for what was picked, whatever goes.
    NoRoom {
        /// Bytes that are missing.
        missing: u64,
    },
    /// What was picked has nothing in it.
    FileEmpty,
    /// What was picked has too many bytes.
    FileTooLarge,
    /// What was picked has gone or cannot be read.
    FileUnreadable,
    /// Of several that were picked some were not saved.
    NotAllSaved {
        /// How many were.
        saved: usize,
        /// How many were picked.
        count: usize,
        /// Why the first of the others was not.
        why: Box<Trouble>,
    },
    /// A photo that was picked is not saved yet.
    PhotoUnderWay,
    /// Nobody is signed in.
    SignedOut,
    /// The rules do not allow this change.
    Refused(Rejection),
    /// The change is no longer in the outbox.
    AlreadyDecided,
    /// Wrong mail address or password.
    WrongPassword,
    /// The browser did not keep the session's cookie.
    NoCookie,
    /// Too many tries.
    TooManyTries {
        /// Seconds to wait.
        wait_s: u64,
    },
    /// No answer from the server.
    NoConnection,
    /// Something else than our server answered.
    NotOurServer,
    /// Somebody changed it meanwhile.
    ChangedMeanwhile,
    /// Signed in, but not allowed.
    NotAllowed,
    /// The server cannot do it now.
    ServerTrouble,
    /// The server needs a newer app.
    UpdateNeeded,
    /// A piece of the app did not come.
    NotLoaded,
}

#[cfg(target_family = "wasm")]
impl From<crate::chunk::NotLoaded> for Trouble {
    fn from(_: crate::chunk::NotLoaded) -> Self {
        Self::NotLoaded
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Quota => Self::StorageFull,
            StoreError::Blocked => Self::StorageBlocked,
            StoreError::Newer => Self::StorageNewer,
            StoreError::Silent => Self::StorageSilent,
            // A page that is away shows nothing, and is loaded again when its user comes back.
            StoreError::Away
            | StoreError::Closed
            | StoreError::Corrupt(_)
            | StoreError::NotWhole
            | StoreError::Failed(_) => Self::Storage(error.to_string()),
        }
    }
}

impl From<SyncError> for Trouble {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Store(error) => error.into(),
            SyncError::SignedOut => Self::SignedOut,
            SyncError::Fenced => Self::ServerTrouble,
            SyncError::Refused(rejection) => Self::Refused(rejection),
            SyncError::NoEntry | SyncError::Changed | SyncError::NoUndo(_) => Self::AlreadyDecided,
        }
    }
}

impl From<TransportError> for Trouble {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::NoAnswer => Self::NoConnection,
            TransportError::NotOurs { .. } => Self::NotOurServer,
        }
    }
}

impl From<ApiError> for Trouble {
    fn from(error: ApiError) -> Self {
        match error.code {
            ErrorCode::Unauthorized => Self::SignedOut,
            ErrorCode::Forbidden | ErrorCode::NotFound => Self::NotAllowed,
            ErrorCode::Conflict => Self::ChangedMeanwhile,
            ErrorCode::UpgradeRequired => Self::UpdateNeeded,
            ErrorCode::RateLimited => Self::TooManyTries {
                wait_s: error.retry_after_ms.unwrap_or(60_000).div_ceil(1000),
            },
            ErrorCode::Invalid
            | ErrorCode::CursorExpired
            | ErrorCode::Removed
            | ErrorCode::EpochChanged
            | ErrorCode::TooLarge
            | ErrorCode::Unavailable
            | ErrorCode::Internal
            | ErrorCode::Other => Self::ServerTrouble,
        }
    }
}

#[cfg(target_family = "wasm")]
impl From<afield_platform::api::ApiFailure> for Trouble {
    fn from(failure: afield_platform::api::ApiFailure) -> Self {
        match failure {
            afield_platform::api::ApiFailure::Transport(error) => error.into(),
            afield_platform::api::ApiFailure::Api(error) => error.into(),
            afield_platform::api::ApiFailure::Unread => Self::UpdateNeeded,
        }
    }
}

#[cfg(target_family = "wasm")]
impl From<afield_platform::picture::PickError> for Trouble {
    fn from(error: afield_platform::picture::PickError) -> Self {
        use afield_platform::picture::PickError;
        match error {
            PickError::Empty => Self::FileEmpty,
            PickError::TooLarge => Self::FileTooLarge,
            PickError::Unreadable => Self::FileUnreadable,
        }
    }
}

impl Trouble {
    /// The same failure of a sign-in: there, "unauthorized" means the password.
    #[must_use]
    pub fn of_sign_in(self) -> Self {
        match self {
            Self::SignedOut | Self::NotAllowed => Self::WrongPassword,
            other => other,
        }
    }

    /// What a session that the server does not know says right after it was begun: its cookie was not kept.
    /// None: any other failure says nothing about the cookie.
    #[must_use]
    pub fn of_new_session(&self) -> Option<Self> {
        (*self == Self::SignedOut).then_some(Self::NoCookie)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_limit_says_how_many_seconds_rounded_up() {
        let error = ApiError {
            retry_after_ms: Some(1_001),
            ..ApiError::of(ErrorCode::RateLimited)
        };
        assert_eq!(Trouble::from(error), Trouble::TooManyTries { wait_s: 2 });
    }

    #[test]
    fn unauthorized_at_the_sign_in_is_the_password() {
        assert_eq!(Trouble::SignedOut.of_sign_in(), Trouble::WrongPassword);
        assert_eq!(Trouble::NoConnection.of_sign_in(), Trouble::NoConnection);
    }
    #[test]
    fn a_session_that_nobody_knows_at_once_lost_its_cookie() {
        let unknown = ApiError::of(ErrorCode::Unauthorized);
        let of = |trouble: Trouble| trouble.of_new_session();
        assert_eq!(of(unknown.into()), Some(Trouble::NoCookie));
        for other in [
            Trouble::NoConnection,
            Trouble::NotOurServer,
            Trouble::ServerTrouble,
            Trouble::UpdateNeeded,
        ] {
            assert_eq!(of(other), None);
        }
    }
}
