//! Replies in their envelope.
//!
//! Owns the envelope's outer fields. A reply without the [`Enveloped`] mark is not ours: the edge
//! replaces it.

use super::failure::Failure;
use crate::state::App;
use afield_protocol::{Envelope, PROTOCOL_VERSION, Reply};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;

/// The content of an answer that says no more than "done".
#[derive(utoipa::ToSchema)]
#[allow(dead_code)] // Only described.
pub(crate) struct Nothing;

/// Marks a response that is a reply of the protocol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Enveloped;

/// The answer `value`, in its envelope.
pub(crate) fn ok<T: Serialize>(app: &App, value: &T) -> Response {
    write(app, StatusCode::OK, Reply::Ok(value))
}

/// The answer `value` under another status, in its envelope.
pub(crate) fn answered<T: Serialize>(app: &App, status: StatusCode, value: &T) -> Response {
    write(app, status, Reply::Ok(value))
}

/// The failure, in its envelope.
pub(crate) fn failed(app: &App, failure: Failure) -> Response {
    let wait = failure.error.retry_after_ms;
    let mut response = write::<()>(app, failure.status, Reply::Error(failure.error));
    if let Some(ms) = wait {
        let seconds = ms.div_ceil(1000).max(1);
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The bytes of a reply in its envelope.
pub(crate) fn bytes<T: Serialize>(app: &App, reply: Reply<T>) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Envelope {
        afield: PROTOCOL_VERSION,
        epoch: app.epoch.clone(),
        server_time: app.clock.now(),
        build: app.web_app.build(),
        reply,
    })
}

fn write<T: Serialize>(app: &App, status: StatusCode, reply: Reply<T>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut response = match bytes(app, reply) {
        Ok(body) => (status, headers, Body::from(body)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    response.extensions_mut().insert(Enveloped);
    response
}

/// `GET /api/v1/health`: the server is there, and its storage can be read and written.
#[utoipa::path(
    get,
    path = "/api/v1/health",
    tag = "health",
    responses(
        (status = 200, description = "the server is there, and its storage can be read and written", body = Envelope<Nothing>),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn health(State(app): State<Arc<App>>) -> Result<Response, Failure> {
    // Begins a write and takes it back: who can only read cannot take anybody's work.
    app.storage.write().await?.epoch().await?;
    Ok(ok(&app, &()))
}
