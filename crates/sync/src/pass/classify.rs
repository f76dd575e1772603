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
    /// It did not come through, and its size or one of its texts may be why: the next one is smaller.
    SendLess {
        /// The HTTP status of whoever answered in the place of our server; none if nobody did.
        status: Option<u16>,
        /// Whether somebody has read and refused it: a smaller one may follow at once.
        at_once: bool,
        /// What was asked for, in milliseconds: the smaller one follows after that.
        asked_ms: Option<u64>,
    },
    /// Pause until the same user has signed in again.
    SignIn,
    /// Fetch nothing until the same user has signed in again; what is unsent is still taken.
    Revoked,
    /// The cursor is too old: prime again, keep the outbox.
    Reset,
}

const TOO_LARGE: u16 = 413;
/// A proxy wants somebody to sign in.
const PROXY_SIGN_IN: u16 = 407;
/// The network does.
const NETWORK_SIGN_IN: u16 = 511;
/// Statuses below 500 that ask for something else than less: to sign in somewhere, or for time.
const NOT_ABOUT_CONTENT: [u16; 5] = [401, PROXY_SIGN_IN, 408, 425, 429];

/// What no valid envelope means.
#[must_use]
pub fn classify_transport(error: &TransportError) -> Disposition {
    match *error {
        TransportError::NotOurs {
            status,
            retry_after_ms,
        } => {
            // Time does not make what is too large any smaller.
            let asked_ms = retry_after_ms.filter(|_| status != TOO_LARGE);
            let is_about_content =
                (400..500).contains(&status) && !NOT_ABOUT_CONTENT.contains(&status);
            Disposition::SendLess {
                status: Some(status),
                at_once: is_about_content && asked_ms.is_none(),
                asked_ms,
            }
        }
        TransportError::NoAnswer => Disposition::SendLess {
            status: None,
            at_once: false,
            asked_ms: None,
        },
    }
}

/// Whether an answer that is not our server's, with this status and content type, asks to sign in somewhere first: a
/// page of a network or a login in front of the server, or a status that says it whatever comes with it. To a request that carries texts a filter may answer so too, because of one of
/// these.
#[must_use]
pub fn is_sign_in_page(status: u16, content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let is_page = ["text/html", "application/xhtml+xml"]
        .iter()
        .any(|page| kind.eq_ignore_ascii_case(page));
    // Who says by the status alone that the network wants somebody to sign in needs no page to say it.
    let is_said = matches!(status, PROXY_SIGN_IN | NETWORK_SIGN_IN);
    // Not a gateway's page about a server in trouble, nor that of a wrong address.
    is_said || is_page && matches!(status, 200..=299 | 401 | 403)
}

/// What an error inside a valid envelope means.
#[must_use]
pub fn classify_api(error: &ApiError) -> Disposition {
    match error.code {
        ErrorCode::Unauthorized if error.revoked => Disposition::Revoked,
        ErrorCode::Unauthorized => Disposition::SignIn,
        ErrorCode::TooLarge => Disposition::SendLess {
            status: Some(TOO_LARGE),
            at_once: true,
            asked_ms: None,
        },
        ErrorCode::CursorExpired => Disposition::Reset,
        ErrorCode::Forbidden
        | ErrorCode::NotFound
        | ErrorCode::Removed
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
            let found = classify_transport(&error);
            let less = matches!(found, Disposition::SendLess { status: Some(given), .. } if given == status);
            assert!(less, "{status}: {found:?}");
        }
    }

    /// Whoever has read a push and refused it can be asked with less at once; a wall to sign in at, a
    /// server in trouble and a line without an answer are given time.
    #[test]
    fn only_what_was_refused_for_its_content_is_tried_with_less_at_once() {
        for (status, expected) in [
            (400, true),
            (403, true),
            (406, true),
            (413, true),
            (422, true),
            (200, false),
            (302, false),
            (401, false),
            (429, false),
            (407, false),
            (408, false),
            (500, false),
            (502, false),
            (504, false),
            (511, false),
        ] {
            let retry_after_ms = None;
            let error = TransportError::NotOurs {
                status,
                retry_after_ms,
            };
            let status = Some(status);
            let at_once = expected;
            let asked_ms = None;
            let expected = Disposition::SendLess {
                status,
                at_once,
                asked_ms,
            };
            assert_eq!(classify_transport(&error), expected);
        }
    }

    #[test]
    fn a_page_in_the_place_of_an_answer_is_one_to_sign_in_at_unless_it_speaks_of_trouble() {
        const HTML: &str = "text/html";
        for (status, content_type, expected) in [
            (200, HTML, true),
            (203, HTML, true),
            (401, HTML, true),
            (403, HTML, true),
            (407, HTML, true),
            (511, HTML, true),
            // A proxy may say it in no words, or in others.
            (407, "", true),
            (407, "text/plain", true),
            (407, "application/json", true),
            (511, "", true),
            (200, "Text/HTML; charset=utf-8", true),
            (200, "application/xhtml+xml", true),
            (404, HTML, false),
            (413, HTML, false),
            (429, HTML, false),
            (500, HTML, false),
            (502, HTML, false),
            (503, HTML, false),
            (520, HTML, false),
            (200, "application/json", false),
            (401, "", false),
            (403, "text/plain", false),
            (408, "", false),
        ] {
            let found = is_sign_in_page(status, content_type);
            assert_eq!(found, expected, "{status} {content_type}");
        }
    }

    /// A gateway that says no to a body above its limit, or to one text, may ask to wait besides: what it
    /// asks for is waited, and the next push is smaller all the same.
    #[test]
    fn a_proxy_s_limit_asks_for_less_and_its_retry_after_is_obeyed() {
        let with = |status| TransportError::NotOurs {
            status,
            retry_after_ms: Some(9_000),
        };
        let less = Disposition::SendLess {
            status: Some(413),
            at_once: true,
            asked_ms: None,
        };
        assert_eq!(classify_transport(&with(413)), less);
        for status in [200, 403, 429, 503] {
            let expected = Disposition::SendLess {
                status: Some(status),
                at_once: false,
                asked_ms: Some(9_000),
            };
            assert_eq!(classify_transport(&with(status)), expected);
        }
    }
}
