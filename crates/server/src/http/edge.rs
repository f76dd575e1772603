//! The outermost layer: what is true of every response, whatever happened inside.
//!
//! Owns the envelope around every `/api` reply (also a 404, a panic, a time-out), the security
//! headers, the request id and the log line. The log names routes, codes and times, never data.

use super::api_path::is_api;
use super::failure::Failure;
use super::headers::{CSP, HEADERS, OF_JSON};
use super::reply::{Enveloped, failed};
use crate::auth::token::hex;
use crate::serving::tls::Tls;
use crate::state::App;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue,
    STRICT_TRANSPORT_SECURITY,
};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;
use tokio::time::Instant;

/// Once it came by HTTPS, a browser asks for nothing else, for a year.
const HSTS: (HeaderName, HeaderValue) = (
    STRICT_TRANSPORT_SECURITY,
    HeaderValue::from_static("max-age=31536000"),
);

/// Runs a request and finishes its response.
pub(crate) async fn edge(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id();
    let method = request.method().clone();
    let api = is_api(request.uri().path());
    let by_https = came_by_https(&app, request.headers());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(file)", MatchedPath::as_str)
        .to_owned();
    let mut response = next.run(request).await;
    if api {
        response = enveloped(&app, response);
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let headers = if is_json(response.headers()) {
        &OF_JSON[..]
    } else {
        &HEADERS[..]
    };
    for (name, value) in headers.iter().cloned() {
        // What a file says of itself is stricter.
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if let Some(hosts) = &app.config.two_hosts
        && let Some(policy) = response.headers_mut().get_mut(CONTENT_SECURITY_POLICY)
        && policy.as_bytes() == CSP.as_bytes()
        && let Ok(wider) = HeaderValue::from_str(&hosts.policy())
    {
        *policy = wider;
    }
    if by_https {
        let (name, value) = HSTS;
        response.headers_mut().insert(name, value);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
    let status = response.status().as_u16();
    let took = began.elapsed();
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    app.metrics.answered(named(&method), &route, status, took);
    if api {
        tracing::info!(%id, %method, route, status, ms, "request");
    } else {
        tracing::debug!(%id, %method, route, status, ms, "request");
    }
    response
}

/// The name of a method: anybody can send any.
fn named(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::OPTIONS => method.as_str(),
        _ => "other",
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes() == b"application/json")
}

/// Whether the request came by HTTPS that lasts: to us, or as a proxy in front says, to it. Says in the log, once, where there
/// evidently is a proxy that the server was not told of.
fn came_by_https(app: &App, headers: &HeaderMap) -> bool {
    if app.config.behind_proxy {
        let proto = headers.get("x-forwarded-proto");
        return proto.is_some_and(|proto| proto.as_bytes().eq_ignore_ascii_case(b"https"));
    }
    let forwarded = ["x-forwarded-for", "x-forwarded-proto", "forwarded"];
    if forwarded.iter().any(|name| headers.contains_key(*name)) {
        app.warn_of_proxy.call_once(|| {
            tracing::warn!(
                "requests come through a proxy (X-Forwarded-*): start with --behind-proxy, else all its clients \
                 count as one address"
            );
        });
    }
    app.config.tls.as_ref().is_some_and(Tls::is_lasting)
}

/// The response itself if it is a reply of the protocol, else the reply that its status stands for.
fn enveloped(app: &App, response: Response) -> Response {
    if response.extensions().get::<Enveloped>().is_some() {
        return response;
    }
    let failure = response
        .extensions()
        .get::<Failure>()
        .cloned()
        .unwrap_or_else(|| Failure::of_status(response.status()));
    failed(app, failure)
}

fn request_id() -> String {
    let mut bytes = [0_u8; 8];
    // Without random numbers the log loses a thread, nothing more.
    let _ = getrandom::fill(&mut bytes);
    hex(&bytes)
}
