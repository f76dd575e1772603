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
use axum::routing::{get, post};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// Every route of the server.
pub fn router(app: Arc<App>) -> Router {
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, app.config.request_timeout);
    let push_route = post(push::push).layer(DefaultBodyLimit::max(limits::PUSH_BYTES));
    Router::new()
        .route(
            paths::SESSION,
            get(session::who)
                .post(session::sign_in)
                .delete(session::sign_out),
        )
        .route(paths::PUSH, push_route)
        // A priming and a full day are large, and phones pay for bytes.
        .route(paths::PULL, get(pull::pull).layer(CompressionLayer::new()))
        .route(
            paths::BOARD,
            get(board::board).layer(CompressionLayer::new()),
        )
        .route(paths::EVENTS, get(events::events))
        .route(&format!("{}/{{job}}", paths::ASSIGN), post(board::assign))
        .route(
            &format!("{}/{{job}}", paths::ACCEPTANCE),
            post(acceptance::accept),
        )
        .route(paths::HEALTH, get(reply::health))
        .fallback(web_app::serve)
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(from_fn(guard::same_origin))
        .layer(timeout)
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(Arc::clone(&app), edge::edge))
        .with_state(app)
}
