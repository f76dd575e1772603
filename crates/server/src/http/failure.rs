//! A request that is not done, and why.
//!
//! Owns [`Failure`]: status, code and text together, so that they cannot disagree. The text is for
//! logs and developers, in English, and never holds customer data.

use crate::error::StorageError;
use crate::storage::FileRemoved;
use afield_domain::{Rejection, Zone};
use afield_protocol::{ApiError, ErrorCode};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// What a phone is told to wait when the server cannot answer.
const UNAVAILABLE_MS: u64 = 2_000;

/// What a board is told to wait when its user has too many open.
const STREAM_MS: u64 = 60_000;

/// Why a request is not done. The edge wraps it in an envelope.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) error: ApiError,
}

impl Failure {
    fn new(status: StatusCode, code: ErrorCode, message: &str) -> Self {
        Self {
            status,
            error: ApiError {
                message: message.to_owned(),
                ..ApiError::of(code)
            },
        }
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ErrorCode::Unauthorized,
            "no valid session: sign in",
        )
    }

    /// The session of a revoked device: what it has not sent is still taken, and nothing else is answered.
    pub(crate) fn revoked() -> Self {
        let mut failure = Self::new(
            StatusCode::UNAUTHORIZED,
            ErrorCode::Unauthorized,
            "the office has revoked this device: send what is unsent, then sign in",
        );
        failure.error.revoked = true;
        failure
    }

    pub(crate) fn other_user() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ErrorCode::Unauthorized,
            "the session is another user's: sign in as the one who asks",
        )
    }

    pub(crate) fn wrong_password() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ErrorCode::Unauthorized,
            "mail address and password do not belong together",
        )
    }

    pub(crate) fn forbidden(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, ErrorCode::Forbidden, message)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "no such thing here",
        )
    }

    pub(crate) fn invalid(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::Invalid, message)
    }

    pub(crate) fn not_json() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorCode::Invalid,
            "the body must be application/json",
        )
    }

    pub(crate) fn conflict() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            ErrorCode::Conflict,
            "the job has changed meanwhile: look again",
        )
    }

    pub(crate) fn last_admin() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            ErrorCode::Conflict,
            "this is the last admin who can sign in: make somebody else one first",
        )
    }

    pub(crate) fn link_of_no_use() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            ErrorCode::NotFound,
            "this link was used, or is too old: ask for another one",
        )
    }

    /// An upload that is not as it was announced, under the status that tus gives it.
    pub(crate) fn upload(status: StatusCode, message: &str) -> Self {
        Self::new(status, ErrorCode::Invalid, message)
    }

    /// The failure that a refused change is for somebody who waits for it.
    pub(crate) fn of_rejection(reason: &Rejection) -> Self {
        match reason {
            Rejection::Forbidden => Self::forbidden("this is not yours to change"),
            Rejection::NotFound | Rejection::Deleted => Self::not_found(),
            Rejection::Invalid { .. }
            | Rejection::IdempotencyMismatch
            | Rejection::SequenceReused => Self::invalid(&reason.to_string()),
            Rejection::IllegalStatus { .. } | Rejection::Outdated | Rejection::OpenQuestions => {
                Self::conflict()
            }
            Rejection::NotPermitted { .. } => {
                Self::forbidden("an admin has taken this right from your role")
            }
            Rejection::FieldRequired { .. } => Self::invalid(&reason.to_string()),
            // What is done with a connection is never reviewed.
            Rejection::InReview | Rejection::Declined { .. } => Self::internal(),
            Rejection::UnknownOp | Rejection::Other => Self::internal(),
        }
    }

    pub(crate) fn epoch_changed() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            ErrorCode::EpochChanged,
            "the server has another data set: send again what was acknowledged, then go on",
        )
    }

    pub(crate) fn cursor_expired() -> Self {
        Self::new(
            StatusCode::GONE,
            ErrorCode::CursorExpired,
            "this cursor is of no use any more: prime again, keep the outbox",
        )
    }

    /// The bytes of a file that was kept long enough.
    pub(crate) fn removed(removed: FileRemoved) -> Self {
        let day = Zone::utc().day(removed.at);
        let days = removed.kept_days;
        Self::new(
            StatusCode::GONE,
            ErrorCode::Removed,
            &format!(
                "removed on {day}: the company keeps files for {days} days after the end of their job"
            ),
        )
    }

    pub(crate) fn too_large(message: &str) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge, message)
    }

    pub(crate) fn rate_limited(wait_ms: u64) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::RateLimited,
            "too many failed sign-ins: wait",
        )
        .after(wait_ms)
    }

    pub(crate) fn too_many_sign_ins() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::RateLimited,
            "too many sign-ins from there at once: wait",
        )
        .after(UNAVAILABLE_MS)
    }

    pub(crate) fn too_many_streams() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::RateLimited,
            "this user has too many event streams open: close a board",
        )
        .after(STREAM_MS)
    }

    pub(crate) fn too_many_requests(wait_ms: u64) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::RateLimited,
            "too many requests of this session: wait",
        )
        .after(wait_ms)
    }

    pub(crate) fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::Unavailable,
            "the server cannot do this now; nothing was changed",
        )
        .after(UNAVAILABLE_MS)
    }

    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::Internal,
            "a fault on the server; nothing was changed",
        )
    }

    /// With where the company signs people in, and where it ends its own session.
    pub(crate) fn by_company(mut self, sign_in: String, sign_out: Option<String>) -> Self {
        self.error.sign_in_url = Some(sign_in);
        self.error.sign_out_url = sign_out;
        self
    }

    fn after(mut self, ms: u64) -> Self {
        self.error.retry_after_ms = Some(ms);
        self
    }

    /// The failure that a bare status of the framework stands for.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::unauthorized(),
            StatusCode::FORBIDDEN => Self::forbidden("not allowed"),
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                status,
                ErrorCode::Invalid,
                "this path does not know this method",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large("the body is too large"),
            StatusCode::SERVICE_UNAVAILABLE => Self::unavailable(),
            status if status.is_client_error() => {
                Self::new(status, ErrorCode::Invalid, "the request is malformed")
            }
            _ => Self::internal(),
        }
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        tracing::error!(%error, cause = ?std::error::Error::source(&error), "the storage failed");
        match error {
            StorageError::Backend(_) | StorageError::TakenBack(_) => Self::unavailable(),
            StorageError::Damaged(_) | StorageError::Unreadable(_) => Self::internal(),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
