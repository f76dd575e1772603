//! What browsers must hear where the app is at another host than the server (CORS).
//!
//! Owns when they are told. Whom they are told of is [`crate::two_hosts::TwoHosts`]'s to say. Must never let in a page by itself: what a
//! request may do is judged behind it as ever.

use super::api_path::is_api;
use crate::state::App;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::header::ACCESS_CONTROL_REQUEST_METHOD;
use axum::middleware::Next;
use axum::response::Response;
use std::convert::Infallible;
use std::sync::Arc;
use tower::{Layer as _, ServiceExt as _, service_fn};

/// Whether a browser asks before a request whether it may make it.
fn is_preflight(request: &Request) -> bool {
    *request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Has what the server answers tell browsers who may ask it, where the app is at another host; it answers preflights
/// itself, and leaves every other `OPTIONS` to whom it concerns.
pub(crate) async fn tell_browsers(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let is_other_options = *request.method() == Method::OPTIONS && !is_preflight(&request);
    let hosts = app.config.two_hosts.as_ref();
    let Some(hosts) = hosts.filter(|_| is_api(request.uri().path()) && !is_other_options) else {
        return next.run(request).await;
    };
    let inside = service_fn(move |request| {
        let next = next.clone();
        async move { Ok::<_, Infallible>(next.run(request).await) }
    });
    match hosts.layer().layer(inside).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
