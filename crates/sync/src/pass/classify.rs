//! What a failed request means.
//!
//! Owns the one classifier. An HTTP status alone never parks a mutation and never counts as
//! success: only a valid envelope is an answer.

use afield_protocol::{ApiError, ErrorCode};

/// No valid envelope came back: *not delivered*, or delivered and the answer was lost.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection, a cut, or no answer in time.
    #[error("no answer from the server")]
    NoAnswer,
    /// Something answered that is not our server: a captive portal, a proxy, half a reply.
    #[error("something else than the server answered (HTTP {status})")]
    NotOurs {
        /// The HTTP status.
        status: u16,
        /// What its Retry-After asked for, in milliseconds.
        retry_after_ms: Option<u64>,
    },
}

/// What to do after a request that was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Back off; wait at least as long as asked.
    BackOff {
        /// What was asked for, in milliseconds.
        asked_ms: Option<u64>,
    },
    /// Send half as much at once.
    Halve,
    /// Pause until the same user has signed in again.
    SignIn,
    /// The cursor is too old: prime again, keep the outbox.
    Reset,
}

const TOO_LARGE: u16 = 413;

/// What no valid envelope means.
#[must_use]
pub fn classify_transport(error: &TransportError) -> Disposition {
    match error {
        TransportError::NotOurs {
            status: TOO_LARGE, ..
        } => Disposition::Halve,
        TransportError::NotOurs { retry_after_ms, .. } => Disposition::BackOff {
            asked_ms: *retry_after_ms,
        },
        TransportError::NoAnswer => Disposition::BackOff { asked_ms: None },
    }
}

/// What an error inside a valid envelope means.
#[must_use]
pub fn classify_api(error: &ApiError) -> Disposition {
    match error.code {
        ErrorCode::Unauthorized => Disposition::SignIn,
        ErrorCode::TooLarge => Disposition::Halve,
        ErrorCode::CursorExpired => Disposition::Reset,
        ErrorCode::Forbidden
        | ErrorCode::NotFound
        | ErrorCode::Invalid
        | ErrorCode::Conflict
        // The envelope names the other data set; that is acted upon before the error is looked at.
        | ErrorCode::EpochChanged
        | ErrorCode::RateLimited
        | ErrorCode::UpgradeRequired
        | ErrorCode::Unavailable
        | ErrorCode::Internal
        | ErrorCode::Other => Disposition::BackOff {
            asked_ms: error.retry_after_ms,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_status_of_a_stranger_signs_out_or_resets() {
        for status in [
            200, 301, 400, 401, 403, 404, 405, 410, 422, 500, 502, 503, 520,
        ] {
            let error = TransportError::NotOurs {
                status,
                retry_after_ms: None,
            };
            assert_eq!(
                classify_transport(&error),
                Disposition::BackOff { asked_ms: None },
                "{status}"
            );
        }
    }

    #[test]
    fn a_proxy_s_limit_halves_and_its_retry_after_is_obeyed() {
        let with = |status| TransportError::NotOurs {
            status,
            retry_after_ms: Some(9_000),
        };
        assert_eq!(classify_transport(&with(413)), Disposition::Halve);
        for status in [429, 503] {
            assert_eq!(
                classify_transport(&with(status)),
                Disposition::BackOff {
                    asked_ms: Some(9_000)
                }
            );
        }
    }
}
