//! HTTP: routes, envelopes, cookies, headers.
//!
//! Owns everything that knows of requests and responses. Rules are in `decide`, `pull`, `board`,
//! `auth`; a handler reads the request, asks them and answers.

pub(crate) mod acceptance;
pub(crate) mod board;
pub(crate) mod edge;
pub(crate) mod events;
pub(crate) mod extract;
pub(crate) mod failure;
pub(crate) mod guard;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod reply;
pub(crate) mod session;
pub(crate) mod web_app;

use crate::state::App;
use afield_domain::limits;
use afield_protocol::paths;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// Every route of the API, with its path.
fn routes() -> Vec<(String, MethodRouter<Arc<App>>)> {
    let session = get(session::who)
        .post(session::sign_in)
        .delete(session::sign_out);
    let push: MethodRouter<Arc<App>> =
        post(push::push).layer(DefaultBodyLimit::max(limits::PUSH_BYTES));
    // A priming, a full day and many verdicts are large, and phones pay for bytes.
    let small = CompressionLayer::new;
    vec![
        (paths::SESSION.to_owned(), session),
        (paths::PUSH.to_owned(), push.layer(small())),
        (paths::PULL.to_owned(), get(pull::pull).layer(small())),
        (paths::BOARD.to_owned(), get(board::board).layer(small())),
        (paths::EVENTS.to_owned(), get(events::events)),
        (format!("{}/{{job}}", paths::ASSIGN), post(board::assign)),
        (
            format!("{}/{{job}}", paths::ACCEPTANCE),
            post(acceptance::accept),
        ),
        (paths::HEALTH.to_owned(), get(reply::health)),
    ]
}

/// The paths of the API.
#[must_use]
pub fn api_paths() -> Vec<String> {
    routes().into_iter().map(|(path, _)| path).collect()
}

/// Every route of the server.
pub fn router(app: Arc<App>) -> Router {
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, app.config.request_timeout);
    let router = routes()
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| {
            router.route(&path, methods)
        });
    router
        .fallback(web_app::serve)
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(from_fn(guard::same_origin))
        .layer(timeout)
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(Arc::clone(&app), edge::edge))
        .with_state(app)
}
