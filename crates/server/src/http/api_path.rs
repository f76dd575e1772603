//! Which addresses are the API's.
//!
//! Owns that line alone, so that whoever must know it (the app's files, plain HTTP beside TLS) needs nothing else of HTTP.

/// Whether a path belongs to the API.
pub(crate) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}
