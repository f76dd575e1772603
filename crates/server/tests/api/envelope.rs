//! Every reply of the API is an envelope that no cache keeps, whatever went wrong.

use crate::fragile::Mood;
use crate::support::*;
use afield_domain::limits;
use afield_protocol::*;
use axum::body::Body;
use axum::http::{Request, StatusCode};

async fn check(method: &str, path: &str, expected: (StatusCode, ErrorCode)) {
    let server = Server::start().await;
    let answer = server.nobody().ask(method, path, None).await;
    assert_eq!(
        (answer.status, answer.error().code),
        expected,
        "{method} {path}"
    );
    let envelope = answer.envelope::<()>();
    assert_eq!(envelope.afield, PROTOCOL_VERSION);
    assert_eq!(
        (envelope.epoch, envelope.server_time),
        (server.app.epoch.clone(), at(NOON))
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("x-request-id").len(), 16);
    // It may do nothing, and does not carry what only a page needs.
    let policy = answer.header("content-security-policy");
    assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
}

#[tokio::test]
async fn errors_of_the_framework_are_envelopes_too() {
    let unauthorized = (StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized);
    let not_found = (StatusCode::NOT_FOUND, ErrorCode::NotFound);
    let wrong_method = (StatusCode::METHOD_NOT_ALLOWED, ErrorCode::Invalid);
    check("GET", "/api", not_found).await;
    check("GET", "/api/", not_found).await;
    check("GET", "/api/v1/nope", not_found).await;
    check("GET", "/api/v2/pull", not_found).await;
    check("GET", "/api/v1/nope.js", not_found).await;
    check("PUT", paths::PUSH, wrong_method).await;
    check("GET", paths::PUSH, wrong_method).await;
    check("POST", paths::PULL, wrong_method).await;
    check("GET", paths::PULL, unauthorized).await;
    check("GET", paths::EVENTS, unauthorized).await;
    check("GET", "/api/v1/board?day=2026-11-21", unauthorized).await;
    check("GET", "/api/v1/pull?limit=many", unauthorized).await;
    check("POST", paths::PUSH, unauthorized).await;
    check("POST", "/api/v1/assign/x", unauthorized).await;
}

#[tokio::test]
async fn a_malformed_query_is_the_caller_s_fault() {
    let server = Server::start().await;
    let dora = server.sign_in(DORA).await;
    for path in [
        "/api/v1/pull?limit=many",
        "/api/v1/board?day=today",
        "/api/v1/events?after=x",
    ] {
        let answer = dora.get(path).await;
        assert_eq!(
            (answer.status, answer.error().code),
            (StatusCode::BAD_REQUEST, ErrorCode::Invalid),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_large_sign_in_is_too_large() {
    let server = Server::start().await;
    let request = Request::post(paths::SESSION)
        .header("content-type", "application/json")
        .body(Body::from("x".repeat(limits::BODY_BYTES + 1)));
    let answer = server.nobody().send(request.unwrap()).await;
    assert_eq!(
        (answer.status, answer.error().code),
        (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge)
    );
}

#[tokio::test]
async fn a_body_that_never_ends_meets_the_time_limit() {
    let config = afield_server::Config {
        request_timeout: std::time::Duration::from_millis(20),
        ..afield_server::Config::default()
    };
    let server = Server::start_with(config, afield_server::web_app::WebApp::embedded()).await;
    let endless = Body::from_stream(futures::stream::pending::<
        Result<&'static str, std::io::Error>,
    >());
    let request = Request::post(paths::SESSION)
        .header("content-type", "application/json")
        .body(endless);
    let answer = server.nobody().send(request.unwrap()).await;
    assert_eq!(
        (answer.status, answer.error().code),
        (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable)
    );
    assert!(answer.error().retry_after_ms.is_some());
}

#[tokio::test]
async fn a_database_that_is_gone_means_later_and_not_never() {
    let server = Server::start().await;
    let anna = server.sign_in(ANNA).await;
    server.app.storage.close().await;
    for path in [paths::PULL, paths::SESSION, paths::HEALTH] {
        let answer = anna.get(path).await;
        assert_eq!(
            (answer.status, answer.error().code),
            (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable),
            "{path}"
        );
        assert_eq!(answer.header("retry-after"), "2");
    }
}

#[tokio::test]
async fn who_cannot_write_can_still_read_and_says_so() {
    let server = Server::start().await;
    let anna = server.sign_in(ANNA).await;
    server.storage.set(Mood::NoWrites);
    // A day later the session's use would be noted.
    server.clock.advance(DAY_MS);
    for path in [paths::PULL, paths::SESSION] {
        assert_eq!(anna.get(path).await.status, StatusCode::OK, "{path}");
    }
    let health = anna.get(paths::HEALTH).await;
    assert_eq!(
        (health.status, health.error().code),
        (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable)
    );
    server.storage.set(Mood::Well);
    assert_eq!(anna.get(paths::HEALTH).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_server_says_that_it_is_there() {
    let server = Server::start().await;
    let answer = server.nobody().get(paths::HEALTH).await;
    answer.ok::<()>();
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_panic_is_a_fault_of_the_server_and_ends_nothing_else() {
    let server = Server::start().await;
    let anna = server.sign_in(ANNA).await;
    server.storage.set(Mood::Panics);
    for path in [paths::PULL, paths::HEALTH] {
        let answer = anna.get(path).await;
        assert_eq!(
            (answer.status, answer.error().code),
            (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal)
        );
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    server.storage.set(Mood::Well);
    assert_eq!(anna.get(paths::PULL).await.status, StatusCode::OK);
}
