//! The office looks through a technician's app: requests that read as that technician's phone does.
//!
//! Owns what such a request may ask for: what a phone reads, and nothing else. The office's own session is what lets it
//! look, so that it ends with that. Must never let anything be written, nor note that the technician was here.

use super::failure::Failure;
use crate::preview::find_technician;
use crate::state::App;
use crate::storage::SessionRow;
use afield_protocol::paths;
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Whether a request looks through somebody's app.
pub(crate) fn is_preview(headers: &HeaderMap) -> bool {
    headers.contains_key(paths::PREVIEW_OF)
}

/// Refuses what a preview has no use for, before anything else looks at the request.
pub(crate) async fn only_looks(request: Request, next: Next) -> Response {
    if is_preview(request.headers()) && !may_ask(request.method(), request.uri().path()) {
        return Failure::forbidden("a preview only looks").into_response();
    }
    next.run(request).await
}

/// What a phone reads of its own accord.
fn may_ask(method: &Method, path: &str) -> bool {
    let is_file = || {
        path.strip_prefix(paths::FILES)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    matches!(*method, Method::GET | Method::HEAD)
        && (matches!(
            path,
            paths::SESSION | paths::PULL | paths::WAKE | paths::HEALTH
        ) || is_file())
}

/// The session of the technician whom the request names, in place of the office's own.
pub(crate) async fn looked_through(
    app: &App,
    headers: &HeaderMap,
    session: SessionRow,
) -> Result<SessionRow, Failure> {
    let Some(named) = headers.get(paths::PREVIEW_OF) else {
        return Ok(session);
    };
    if !session.user.role.is_office() {
        return Err(Failure::forbidden("only for dispatchers"));
    }
    let user = named.to_str().ok().and_then(|text| text.parse().ok());
    let user = user.ok_or_else(|| Failure::invalid("a preview is of a user's id"))?;
    let found = find_technician(app, session.company.id, user).await?;
    let user = found.ok_or_else(Failure::not_found)?;
    Ok(SessionRow { user, ..session })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_asks_for_what_a_phone_reads_and_nothing_else() {
        let file = format!("{}/01930000-0000-7000-8000-000000000001", paths::FILES);
        for path in [
            paths::SESSION,
            paths::PULL,
            paths::WAKE,
            paths::HEALTH,
            file.as_str(),
        ] {
            assert!(may_ask(&Method::GET, path), "{path}");
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                assert!(!may_ask(&method, path), "{method} {path}");
            }
        }
        for path in [
            paths::BOARD,
            paths::PEOPLE,
            paths::EXPORT,
            paths::EVENTS,
            paths::FILES,
            "/api/v1/pull/more",
            "/api/v1/filesystem",
        ] {
            assert!(!may_ask(&Method::GET, path), "{path}");
        }
    }
}
